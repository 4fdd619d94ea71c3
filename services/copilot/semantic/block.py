"""The glossary as prompts have it: what the question names first, then as much of the rest as the budget holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from services.copilot.knowledge.landscape import landscape_block
from services.copilot.model.prompts import prompt, tokens_of
from services.copilot.semantic.answer import GlossaryAnswer
from services.copilot.semantic.expressions import formula, names
from services.copilot.semantic.layer import Layer, layer
from services.copilot.semantic.model import Glossary, Table

TOKENS = 1800
LANDSCAPE_TOKENS = 250
_NOTHING = "(nothing)"


def hints(answer: GlossaryAnswer, used: Layer | None = None, budget: int = TOKENS) -> str:
    """What a model should know of the business terms of a question that the glossary does not cover."""
    named = "".join(f"\n- “{term.text}”: {term.kind} {term.name} = {term.formula}" for term in answer.terms)
    rendered = prompt(__package__, "query.md").render(
        landscape=landscape_block(LANDSCAPE_TOKENS),
        named=named or _NOTHING,
        unresolved=", ".join(f"“{word}”" for word in answer.unresolved) or _NOTHING,
        glossary=glossary_block(used or layer(), [term.name for term in answer.terms], budget),
    )
    return rendered.text


def glossary_block(used: Layer, first: Sequence[str] = (), budget: int = TOKENS) -> str:
    """Entries with their formulas and the tables they stand on, those named in `first` before the others; at most
    `budget` tokens, and it says so where something was left out."""
    lines, spent, left_out = [], 0, 0
    for line in _lines(used, first):
        cost = tokens_of(line)
        if spent + cost > budget - 20:
            left_out += 1
            continue
        lines.append(line)
        spent += cost
    if left_out:
        lines.append(f"({left_out} more entries of the glossary are not shown)")
    return "\n".join(lines)


def _lines(used: Layer, first: Sequence[str]) -> Iterator[str]:
    glossary = used.glossary
    for wanted in (True, False):
        for metric in glossary.metrics:
            if (metric.name in first) is wanted:
                told = used.formula_of("metric", metric.name) + "".join(_snapshot(glossary, metric.formula))
                yield f"- metric {metric.name}: {metric.description} = {told}"
        for dimension in glossary.dimensions:
            if (dimension.name in first) is wanted:
                values = ", ".join(each.value for each in dimension.values[:20])
                told = f" (values: {values})" if values else ""
                yield f"- dimension {dimension.name}: {used.formula_of('dimension', dimension.name)}{told}"
        for each in glossary.filters:
            if (each.name in first) is wanted:
                yield f"- filter {each.name}: {used.formula_of('filter', each.name)}"
        if wanted:
            yield from _tables(glossary, _facts(glossary, first))


def _snapshot(glossary: Glossary, text: str) -> Iterator[str]:
    for _, name in names(formula(text)):
        measure = glossary.measure[name]
        table = glossary.table[measure.table]
        if measure.take and table.time:
            yield f" [{table.name}: only the {measure.take} {table.time.column} of the period]"


def _facts(glossary: Glossary, wanted: Iterable[str]) -> list[str]:
    found = [
        glossary.measure[name].table
        for metric in wanted
        if metric in glossary.metric
        for _, name in names(formula(glossary.metric[metric].formula))
    ]
    return list(dict.fromkeys(found))


def _tables(glossary: Glossary, facts: Sequence[str]) -> Iterator[str]:
    """The facts, and all that joins lead to from them."""
    reached = list(facts)
    for name in reached:
        reached += [join.target for join in glossary.joins if join.source == name and join.target not in reached]
    for name in reached:
        yield f"- table {_shape(glossary.table[name])}"
    for join in glossary.joins:
        if join.source in reached:
            pairs = zip(join.columns, join.to_columns, strict=True)
            on = " AND ".join(f"{join.source}.{left} = {join.target}.{right}" for left, right in pairs)
            yield f"- join (many to one) {on}"


def _shape(table: Table) -> str:
    columns = ", ".join(f"{column.name} {column.type}" for column in table.columns)
    grain = f", {table.grain}" if table.grain else ""
    return f"{table.qualified}({columns}){grain}"
