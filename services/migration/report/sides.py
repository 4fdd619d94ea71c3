"""Original beside result: what each object was in the export, and the nodes that it became."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.migration.ast import MappingAST, WorkflowAST
from services.migration.conversion import ConversionResult, NodeConversion
from services.migration.report.model import MigrationReport
from services.pipelines.dsl.document import dump, load

LONGEST = 6000  # characters of either side; a report shows, it does not archive


@dataclass(frozen=True, slots=True)
class Side:
    """Both texts of one object; `original` is "" where the export has no text of its own for it."""

    original: str
    result: str


Sides = Mapping[tuple[str, str], Side]
"""(mapping, object) → both texts."""


def sides_of(workflow: WorkflowAST, result: ConversionResult) -> Sides:
    """Both texts of every object of a conversion."""
    found: dict[tuple[str, str], Side] = {}
    for mapping, converted in zip(workflow.mappings, result.mappings, strict=True):
        originals = _originals(mapping)
        for item in converted.objects:
            found[converted.mapping, item.object] = Side(originals.get(item.object, ""), _result(item))
    return found


def sides_of_documents(workflow: WorkflowAST, report: MigrationReport, documents: Iterable[Mapping[str, str]]) -> Sides:
    """Both texts of every object of a stored result, reviewed or not; `documents` have `name`, `kind`, `yaml`."""
    if len(workflow.mappings) != len(report.mappings):  # the export was converted by another version of the parser
        return {}
    nodes = {each["name"]: _nodes(each["yaml"]) for each in documents if each.get("kind") == "pipeline"}
    originals = {
        summary.name: (_originals(mapping), nodes.get(summary.pipeline, {}))
        for mapping, summary in zip(workflow.mappings, report.mappings, strict=True)
    }
    found: dict[tuple[str, str], Side] = {}
    for item in report.objects:
        texts, made = originals[item.mapping]
        result = shortened("\n".join(made[name] for name in item.node_ids if name in made))
        found[item.mapping, item.name] = Side(texts.get(item.name, ""), result)
    return found


def _nodes(text: str) -> dict[str, str]:
    """Id → YAML of each node of a pipeline."""
    return {str(node["id"]): dump(node) for node in load(text).nodes()}


def _originals(mapping: MappingAST) -> dict[str, str]:
    """What the export says of each step; for a step without a text of its own, its expressions."""
    found = {}
    for item in mapping.transformations:
        computed = [f"{field.name} = {field.expression}" for field in item.fields if field.computes]
        conditions = [f"{group.name}: {group.expression}" for group in item.groups if group.expression]
        found[item.name] = shortened(item.definition or "\n".join([*computed, *conditions]))
    for table in (*mapping.sources, *mapping.targets):
        columns = "\n".join(f"  {field.name} {field.datatype}" for field in table.fields)
        found.setdefault(table.name, shortened(f"{table.role} {table.database_type} {table.table}\n{columns}"))
    return found


def _result(item: NodeConversion) -> str:
    return shortened("\n".join(dump(dict(node)) for node in item.nodes))


def shortened(text: str) -> str:
    """The beginning of a long text, saying how much is left out."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n… {len(text) - LONGEST} more characters in the export or the pipeline"
