"""What the objects of a mapping are to its dataflow: their groups, whether they keep rows as they are."""

from __future__ import annotations

from services.migration.ast import SourceDefinition, Transformation

PortKey = tuple[str, str]
Stream = tuple[str, str]
Instance = SourceDefinition | Transformation

GENERATORS = frozenset({"Sequence", "Sequence Generator"})
PASSIVE = frozenset(
    {
        "Expression",
        "Lookup Procedure",
        "Lookup",
        "Stored Procedure",
        "External Procedure",
        "Http Transformation",
        "HTTP Transformation",
        "Data Masking",
        "Input Transformation",
        "Output Transformation",
    }
)
"""Types that neither drop, add nor reorder rows. Source: PowerCenter Transformation Guide, "Active and Passive"."""

CONDITIONALLY_PASSIVE = frozenset({"Java Transformation", "SQL Transform", "SQL Transformation"})
"""Types whose `Is Active` attribute says which they are; active where it is missing."""


def input_group(instance: Instance, port: str) -> str:
    """The input group a port belongs to: `master`/`detail` of a Joiner, a group's name, "" where there is one."""
    if isinstance(instance, SourceDefinition):
        return ""
    declared = next((f for f in instance.fields if f.name == port and f.role.takes_input), instance.field(port))
    if declared is None:
        return ""
    if instance.type == "Joiner":
        return "master" if declared.master else "detail"
    inputs = [group.name for group in instance.groups if group.kind == "input"]
    return declared.group if len(inputs) > 1 else ""


def output_group(instance: Instance, port: str) -> str:
    """The output group of a port; "" where the instance has one output group."""
    if isinstance(instance, SourceDefinition):
        return ""
    outputs = [group.name for group in instance.groups if group.kind in ("output", "default")]
    declared = next((f for f in instance.fields if f.name == port and f.role.gives_output), None)
    return declared.group if declared and len(outputs) > 1 else ""


def is_passive(instance: Instance) -> bool:
    if isinstance(instance, SourceDefinition):
        return False
    if instance.type in CONDITIONALLY_PASSIVE:
        return instance.attributes.get("Is Active", "YES").upper() == "NO"
    returns_many = instance.attributes.get("Lookup policy on multiple match", "") == "Use All Values"
    return instance.type in PASSIVE and not returns_many


def reads_sources(instance: Instance) -> bool:
    """True for the qualifiers: the database joins what they read, so several sources are one input."""
    return isinstance(instance, Transformation) and instance.type.endswith("Source Qualifier")


def is_generator(instance: Instance) -> bool:
    return isinstance(instance, Transformation) and instance.type in GENERATORS
