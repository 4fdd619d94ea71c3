"""The columns of a step that was not converted: those of its last run, else what arrives and what its settings make."""

from __future__ import annotations

from collections.abc import Iterator

from services.migration.ast import Setting, TransformationField
from services.migration.parsers.alteryx.types import declared
from services.migration.rules.alteryx import frame, named_later
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

MADE = (
    ("FormulaField", "field", "type"),
    ("ParseComplex/Field", "field", "type"),
    ("SummarizeField", "rename", ""),
)
"""Settings that name a column which the tool gives, with the attributes that hold its name and type."""
NAMED = ("CreateField_Name", "OutputFieldName", "FieldName")


def of(context: StepContext) -> Relation:
    """The `ref` of the relation is not read."""
    known = _of_last_run(context)
    found = [*known] if known else [*_arriving(context), *_made(context.settings)]
    if not known:
        found += named_later.columns(context)
    taken: set[str] = set()
    return Relation("", tuple(Column(unique(c.name, taken), c.type) for c in found if c.name.lower() not in taken))


def _of_last_run(context: StepContext) -> list[Column]:
    """The columns of every output that is read: a node has the same on each."""
    anchors = {each.group for each in context.step.fields}
    wanted = context.wanted & anchors or {each.group for each in context.step.fields[:1]}
    return [_column(each) for each in context.step.fields if each.group in wanted]


def _column(each: TransformationField) -> Column:
    return Column(column_name(each.name), types.canonical(each.datatype, each.precision, each.scale) or "varchar")


def _arriving(context: StepContext) -> Iterator[Column]:
    for relation in context.arrivals():
        yield from frame.visible(relation)


def _made(settings: Setting) -> Iterator[Column]:
    waiting = [(settings, "")]
    while waiting:
        setting, above = waiting.pop(0)
        for path, name, kind in MADE:
            if path in (setting.name, f"{above}/{setting.name}") and setting.get(name):
                canonical = (
                    types.canonical(*declared(setting.get(kind), setting.get("size"))) if setting.get(kind) else ""
                )
                yield Column(column_name(setting.get(name)), canonical or "varchar")
        if setting.name in NAMED and setting.value.strip():
            yield Column(column_name(setting.value), "varchar")
        waiting.extend((child, setting.name) for child in setting.children)
