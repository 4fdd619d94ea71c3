"""The glossary as ListGlossary shows it."""

from __future__ import annotations

from collections.abc import Iterable

from dataflow.copilot.v1 import semantic_pb2
from services.copilot.semantic.expressions import formula, names, row_expression
from services.copilot.semantic.layer import Layer
from services.copilot.semantic.model import Described, Dimension, Filter, Glossary, Metric

_SECTIONS = {"metric": "metrics", "dimension": "dimensions", "filter": "filters"}


def listed(used: Layer, kind: str = "") -> semantic_pb2.ListGlossaryResponse:
    """Entries by name; `kind` metric, dimension or filter: of that kind alone."""
    kinds = [kind] if kind else list(_SECTIONS)
    return semantic_pb2.ListGlossaryResponse(
        **{_SECTIONS[each]: _items(used, each, getattr(used.glossary, _SECTIONS[each])) for each in kinds}
    )


def _items(used: Layer, kind: str, entries: Iterable[Described]) -> list[semantic_pb2.GlossaryItem]:
    return [
        semantic_pb2.GlossaryItem(
            name=entry.name,
            display_name=entry.display_name,
            description=entry.description,
            formula=used.formula_of(kind, entry.name),
            synonyms=dict.fromkeys(word for forms in entry.synonyms.values() for word in forms),
            origin=entry.origin,
            examples=entry.examples,
            table=_table(entry, used.glossary),
        )
        for entry in sorted(entries, key=lambda each: each.name)
    ]


def _table(entry: Described, glossary: Glossary) -> str:
    """The first table that it reads."""
    match entry:
        case Metric():
            first = next(name for _, name in names(formula(entry.formula)))
            home = glossary.measure[first].table
        case Dimension():
            home = entry.home
        case Filter():
            home = _home(entry)
        case _:
            home = ""
    return glossary.table[home].qualified if home else ""


def _home(each: Filter) -> str:
    values = {parameter.name: "1" for parameter in each.parameters}
    return next(home for home, _ in names(row_expression(each.conditions[0].format(**values))))
