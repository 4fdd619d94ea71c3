"""Rules that move work into subqueries or leave out what they do in vain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from services.copilot.sql.calls import call_name
from services.copilot.sql.optimize.facts import (
    PLAIN,
    Reading,
    Source,
    conjuncts,
    inner,
    is_star,
    present,
    shallow,
)
from services.copilot.sql.optimize.functions import ORDERED
from services.copilot.sql.optimize.rewrite import Candidate, Edit, added, clause, removed
from services.copilot.sql.optimize.rules.conditions import simple_condition


def body(reading: Reading, source: Source) -> Any:
    """The SELECT of a derived table, or of a CTE that is used here alone; None where it is neither."""
    node = source.node
    if isinstance(node, exp.Subquery):
        query: Any = node.this
    else:
        cte = reading.cte(node) if isinstance(node, exp.Table) else None
        if cte is None or cte.args["alias"].args.get("columns") or cte.args.get("materialized") is not None:
            return None
        if cte.parent.args.get("recursive") or len(uses(reading, cte)) != 1:
            return None
        query = cte.this
    return query if isinstance(query, exp.Select) and not query.args.get("with_") else None


def uses(reading: Reading, cte: Any) -> list[Any]:
    name = reading.fold(cte.args["alias"].this)
    return [
        table
        for table in reading.tree.find_all(exp.Table)
        if isinstance(table.this, exp.Identifier) and not table.args.get("db") and reading.fold(table.this) == name
    ]


def output_of(reading: Reading, select: Any, name: str) -> Any:
    """The one output of a SELECT that has a name; None where there is none or there are stars."""
    if any(is_star(each) for each in select.expressions):
        return None
    found = [each for each in select.expressions if _named(reading, each) == name]
    return found[0] if len(found) == 1 else None


def _named(reading: Reading, output: Any) -> str:
    if isinstance(output, exp.Alias):
        return reading.fold(output.args["alias"])
    return reading.fold(output.this) if isinstance(output, exp.Column) else ""


def pushdown(reading: Reading) -> Iterator[Candidate]:
    """A condition on a subquery's plain columns is asked inside, where the rows it drops change no other."""
    for select in reading.selects():
        where = select.args.get("where")
        joins = select.args.get("joins") or ()
        if where is None or any(join.side for join in joins):
            continue
        parts = conjuncts(where.this)
        for source in reading.sources(select):
            below = body(reading, source)
            if below is None or not _takes_conditions(reading, below):
                continue
            moved = [(part, text) for part in parts if (text := _inside(reading, part, source, below)) is not None]
            if moved:
                left = [part for part in parts if all(part is not each for each, _ in moved)]
                yield Candidate(
                    "PREDICATE_PUSHDOWN",
                    f"A condition moves into {source.node.alias_or_name}",
                    "Rows are dropped where they are read, before they are grouped, joined or stored.",
                    [clause(reading, where, left), added(reading, below, " AND ".join(text for _, text in moved))],
                )


def _takes_conditions(reading: Reading, select: Any) -> bool:
    group, distinct = select.args.get("group"), select.args.get("distinct")
    if not present(select) <= PLAIN | {"group", "having", "distinct"} or select.args.get("from_") is None:
        return False
    if (group is not None and not reading.clear_keys(select)) or (
        distinct is not None and distinct.args.get("on") is not None
    ):
        return False
    aggregates = any(reading.aggregates(each) for each in select.expressions) or select.args.get("having") is not None
    return all(reading.calm(each) for each in select.expressions) and (
        (group is not None or not aggregates) and not any(each.find(exp.Window) for each in select.expressions)
    )


def _inside(reading: Reading, part: Any, source: Source, select: Any) -> str | None:
    """The condition in the words of the subquery; None where it does not belong there."""
    columns, group = reading.columns(part), select.args.get("group")
    grouped = reading.dialect if group is not None or select.args.get("distinct") is not None else ""
    if not columns or not simple_condition(part, grouped) or not reading.within(part, [source.relation]):
        return None
    edits, start = [], reading.span(part).start
    for column in columns:
        bound = reading.bound(column)
        output = output_of(reading, select, bound.name if bound is not None else "")
        value = inner(output) if output is not None else None
        if not isinstance(value, exp.Column) or not _is_own(reading, value, select):
            return None
        if group is not None and not any(reading.same(value, key) for key in group.expressions):
            return None
        span = reading.span(column)
        edits.append(Edit(span.start - start, span.end - start, reading.text(value)))
    text = reading.text(part)
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return f"({text})" if isinstance(part, exp.Or) else text


def _is_own(reading: Reading, column: exp.Column, select: Any) -> bool:
    bound = reading.bound(column)
    return bound is not None and bound.scope is reading.scope(select)


def unused_cte(reading: Reading) -> Iterator[Candidate]:
    """A query of WITH that nobody names is not executed; without it nothing changes."""
    for with_ in reading.tree.find_all(exp.With):
        for at, cte in enumerate(with_.expressions):
            if not isinstance(cte.this, exp.Query) or uses(reading, cte):
                continue
            if any(isinstance(each, exp.Insert | exp.Update | exp.Delete) for each in cte.walk()):
                continue
            yield Candidate(
                "UNUSED_CTE",
                f"{cte.alias} is left out: nothing uses it",
                "Less to read, and nothing to compute where the database would.",
                [_without(reading, with_, at)],
            )


def _without(reading: Reading, with_: Any, at: int) -> Edit:
    ctes = with_.expressions
    if len(ctes) == 1:
        start, end = reading.span(with_)
        while reading.sql[end : end + 1].isspace():
            end += 1
        return Edit(start, end, "")
    if at + 1 < len(ctes):
        return Edit(reading.span(ctes[at]).start, reading.span(ctes[at + 1]).start, "")
    return Edit(reading.span(ctes[at - 1]).end, reading.span(ctes[at]).end, "")


def unused_columns(reading: Reading) -> Iterator[Candidate]:
    """Columns of a subquery that the query around it never names."""
    bounds = [reading.bound(each) for each in reading.tree.find_all(exp.Column)]
    if any(each is None for each in bounds):
        return
    for select in reading.selects():
        joins = select.args.get("joins") or ()
        if any(is_star(each) for each in select.expressions) or any(j.method or j.args.get("using") for j in joins):
            continue
        for source in reading.sources(select):
            below = body(reading, source)
            if below is None or not _may_lose_columns(reading, below):
                continue
            names = {each.name for each in bounds if each is not None and each.relation is source.relation}
            names |= _named_inside(reading, below)
            kept = [each for each in below.expressions if _named(reading, each) in names or not _is_idle(each)]
            kept = kept or below.expressions[:1]
            if len(kept) < len(below.expressions):
                start, end = reading.span(below.expressions[0]).start, reading.span(below.expressions[-1]).end
                yield Candidate(
                    "UNUSED_COLUMNS",
                    f"Columns of {source.node.alias_or_name} that nobody uses are left out",
                    "Less to read, carry and sort.",
                    [Edit(start, end, ", ".join(reading.text(each) for each in kept))],
                )


def _may_lose_columns(reading: Reading, select: Any) -> bool:
    """Plain, or grouped by what is not a position; sorting and limits are left alone."""
    group = select.args.get("group")
    if not present(select) <= PLAIN | {"group", "having"} or any(is_star(each) for each in select.expressions):
        return False
    return group is None or not any(isinstance(each, exp.Literal) for each in group.expressions)


def _named_inside(reading: Reading, select: Any) -> set[str]:
    """Names that GROUP BY and HAVING may mean an output by."""
    clauses = [each for each in (select.args.get("group"), select.args.get("having")) if each is not None]
    named = (c for each in clauses for c in each.find_all(exp.Column) if not c.table)
    aliases = {reading.fold(each.args["alias"]) for each in select.expressions if isinstance(each, exp.Alias)}
    return {reading.fold(each.this) for each in named} & aliases


def _is_idle(output: Any) -> bool:
    """A plain column: leaving it out changes no row."""
    return isinstance(inner(output), exp.Column)


def order_in_subquery(reading: Reading) -> Iterator[Candidate]:
    """ORDER BY of a subquery without a limit, where no order is promised and none can be seen."""
    for select in reading.selects():
        order = select.args.get("order")
        if order is None or present(select) & {"limit", "offset", "sample"}:
            continue
        distinct = select.args.get("distinct")
        if (distinct is not None and distinct.args.get("on") is not None) or not _order_is_lost(reading, select):
            continue
        start, end = reading.span(order)
        yield Candidate(
            "ORDER_BY_IN_SUBQUERY",
            "ORDER BY of a subquery without a limit is left out",
            "No sort whose result is not kept.",
            [removed(reading, start, end)],
        )


def _shows_order(node: Any) -> bool:
    """Whether the value depends on the order of the rows; aggregates that are not read as plain calls may."""
    return call_name(node) in ORDERED or isinstance(node, exp.AggFunc)


def _order_is_lost(reading: Reading, select: Any) -> bool:
    above = select.parent
    if isinstance(above, exp.Exists | exp.In) or (isinstance(above, exp.Subquery) and isinstance(above.parent, exp.In)):
        return True
    if not isinstance(above, exp.Subquery) or not isinstance(above.parent, exp.From | exp.Join):
        return False
    outer = above.find_ancestor(exp.Select)
    if outer is None or any(map(_shows_order, reading.tree.walk())):
        return False
    if present(outer) & {"limit", "offset", "sample", "distinct", "windows"} or outer.parent is not None:
        return False
    windows = any(isinstance(each, exp.Window) for item in outer.expressions for each in shallow(item))
    return not windows and (outer.args.get("order") is not None or outer.args.get("group") is not None)
