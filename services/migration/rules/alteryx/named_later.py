"""The columns of an input that does not say them: those that the tools after it name and none of them makes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.migration.ast import Link, Setting, Transformation
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.alteryx.named_types import numbers
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

FIELD = re.compile(r"\[(?!Row\s*[-+])([^\[\]:.#%]{1,128})\]", re.IGNORECASE)
NAMING = frozenset({"Field", "SelectField", "SummarizeField", "HeaderField", "DataField"})
MAKES = {"FormulaField": "field", "SummarizeField": "rename", "SelectField": "rename"}
EXPRESSIONS = frozenset({"Expression", "FormulaField", "Expression_Cond", "Expression_Loop"})
PLACEHOLDERS = frozenset({"_currentfield_", "_currentfieldname_", "_currentfieldtype_", "*unknown"})
SEARCHED = {
    "Targets": ("FieldFind",),
    "Source": ("FieldSearch", "ReplaceFoundField"),
}
"""Settings of Find Replace that name a field of one of its inputs."""
OWN = frozenset({"ParseComplex", "Match", "ParseSimple", "MetaInfo"})
"""Settings in which names are of fields that the step makes."""
PREFIXES = {"Left": "Left_", "Right": "Right_", "Targets": "Target_", "Source": "Source_"}
TYPE, NUMBER = "varchar", "double"
RETYPES = frozenset({"AutoField", "MultiFieldFormula", "DynamicRename", "CrossTab", "Transpose"})
"""Kinds after which a field of the same name may be of another type, or another field."""


UNTOLD = frozenset({"XMLParse"})
"""Kinds that make fields of names which their settings do not tell."""


def columns(context: StepContext) -> list[Column]:
    """In the order in which they are first named; of the type that they had in the last run of a step after it.

    Else numbers, where an expression compares or computes them with one, and texts.
    """
    made: set[str] = set()
    found: dict[str, str] = {}
    told: dict[str, str] = {}
    counted: set[str] = set()
    retyped: set[str] = set()
    is_told = True
    for step, link in _after(context):
        named = _of_side(step, link) if link else _of_step(step)
        for name in named:
            clean = column_name(name.strip())
            if name.strip() and clean.lower() not in made and clean.lower() not in PLACEHOLDERS:
                found.setdefault(clean.lower(), clean)
        if link is None:
            if is_told:
                counted |= {name for text in _expressions(step) for name in numbers(text)} - made - retyped
            retyped |= _retyped(step)
            made |= set(_made(step))
            is_told = is_told and step.type not in RETYPES
            told = {**(_of_last_run(step, made) if is_told else {}), **told}
    taken: set[str] = set()
    return [
        Column(unique(name, taken), told.get(key, NUMBER if key in counted else TYPE)) for key, name in found.items()
    ]


def _of_last_run(step: Transformation, made: set[str]) -> dict[str, str]:
    """The types of the fields that a step passed on as they came, by their names in lower case."""
    changed = _retyped(step)
    kinds = {
        column_name(each.name).lower(): types.canonical(each.datatype, each.precision, each.scale)
        for each in step.fields
    }
    return {name: kind for name, kind in kinds.items() if kind and name not in made and name not in changed}


def _retyped(step: Transformation) -> set[str]:
    """Fields to which a step gives a type, in lower case."""
    return {each.get("field").lower() for each in _every(step.settings) if each.get("type")}


def _expressions(step: Transformation) -> Iterator[str]:
    for setting in _every(step.settings):
        if setting.name in EXPRESSIONS:
            yield setting.get("expression") or setting.value


def _after(context: StepContext) -> Iterator[tuple[Transformation, Link | None]]:
    """Steps that the rows reach. Where they meet others, with the link they come by: the step is not gone beyond."""
    steps = {step.name: step for step in context.mapping.transformations}
    arriving: dict[str, set[str]] = {}
    leaving: dict[str, list[Link]] = {}
    for link in context.mapping.links:
        arriving.setdefault(link.to_step, set()).add(link.from_step)
        leaving.setdefault(link.from_step, []).append(link)
    waiting, seen = [context.name], {context.name}
    while waiting:
        name = waiting.pop(0)
        if name != context.name and steps[name].type in UNTOLD:
            continue
        for link in leaving.get(name, ()):
            if len(arriving[link.to_step]) > 1:
                yield steps[link.to_step], link
            elif link.to_step not in seen:
                seen.add(link.to_step)
                waiting.append(link.to_step)
                yield steps[link.to_step], None


def _of_step(step: Transformation) -> Iterator[str]:
    for held in (step.settings, step.settings.one("Simple")):
        yield held.text("Field")
    for tag in ("InputFieldName", "XMLField", "JSON_Field"):
        yield step.settings.text(tag)
    for setting in _every(step.settings):
        if setting.name in NAMING:
            yield setting.get("field") or setting.get("name")
        if setting.name in EXPRESSIONS:
            yield from FIELD.findall(setting.get("expression") or setting.value)


def _made(step: Transformation) -> Iterator[str]:
    """Names of fields that a step adds, in lower case."""
    yield from (each.get("field").lower() for each in step.settings.all("ParseComplex", "Field"))
    for setting in _every(step.settings):
        if setting.name in MAKES:
            yield setting.get(MAKES[setting.name]).lower()
    if step.type == "JSONParse":
        yield from ("json_name", "json_valuestring", "json_valueint", "json_valuefloat", "json_valuebool")
    for tag in ("CreateField_Name", "OutputFieldName", "FieldName"):
        yield step.settings.text(tag).lower()


def _of_side(step: Transformation, link: Link) -> Iterator[str]:
    """What a step of several inputs names of one of them."""
    prefix = PREFIXES.get(link.to_port)
    for tag in SEARCHED.get(link.to_port, ()):
        yield step.settings.text(tag)
    for setting in _every(step.settings):
        if setting.name == "JoinInfo" and setting.get("connection") == link.to_port:
            yield from (each.get("field") for each in setting.all("Field"))
        if setting.name == "SelectField" and prefix and setting.get("field").startswith(prefix):
            yield setting.get("field").removeprefix(prefix)


def _every(setting: Setting) -> list[Setting]:
    """The setting and all below it, level by level."""
    found = [setting]
    for one in found:
        if one.children:
            found.extend([child for child in one.children if child.name not in OWN])
    return found
