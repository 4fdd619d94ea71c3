"""Rules about subqueries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from services.copilot.sql.calls import call_name
from services.copilot.sql.optimize.facts import PLAIN, Reading, conjuncts, inner, is_star, present
from services.copilot.sql.optimize.rewrite import Candidate, Edit, condition, from_end, replaced
from services.copilot.sql.optimize.rules.moves import output_of

_COMBINING = frozenset({"sum", "min", "max", "avg", "count"})
_QUALIFIES = frozenset({"snowflake", "teradata"})


@dataclass(frozen=True)
class Membership:
    """`column [NOT] IN (SELECT value FROM …)` as a condition of its own. `node` is all of it."""

    node: Any
    outer: Any
    column: Any
    select: Any
    value: Any


def memberships(reading: Reading, negated: bool) -> Iterator[Membership]:
    """Those that can be said with EXISTS: one plain column on each side, and names that do not clash."""
    for outer in reading.selects():
        where = outer.args.get("where")
        for part in conjuncts(where.this) if where is not None else ():
            node = part.this if isinstance(part, exp.Not) and negated else part
            if isinstance(node, exp.In) and isinstance(part, exp.Not) == negated and node.args.get("query") is not None:
                select = node.args["query"]
                while isinstance(select, exp.Subquery) and present(select) == {"this"}:
                    select = select.this
                value = inner(select.expressions[0]) if isinstance(select, exp.Select) and select.expressions else None
                found = Membership(part, outer, node.this, select, value)
                if _is_plain(reading, found):
                    yield found


def _is_plain(reading: Reading, found: Membership) -> bool:
    if not isinstance(found.column, exp.Column) or not isinstance(found.value, exp.Column):
        return False
    select = found.select
    if not present(select) <= PLAIN or len(select.expressions) != 1 or select.args.get("from_") is None:
        return False
    own, value = reading.bound(found.column), reading.bound(found.value)
    if own is None or value is None or own.scope is not reading.scope(found.outer):
        return False
    if value.scope is not reading.scope(select) or not own.relation.name:
        return False
    names = {relation.name for relation in reading.scope(select).relations}
    return own.relation.name not in names and _alias(reading, found) != "" and len(reading.sources(select)) > 0


def _alias(reading: Reading, found: Membership) -> str:
    """The name of the outer column's table, as it is written."""
    bound = reading.bound(found.column)
    for source in reading.sources(found.outer):
        if bound is not None and source.relation is bound.relation:
            alias = source.node.args.get("alias")
            return reading.text(alias.this) if alias is not None else reading.text(source.node.this)
    return ""


def _exists(reading: Reading, found: Membership) -> str:
    select = found.select
    start, end = reading.span(select.args["from_"]).start, from_end(reading, select)
    column = reading.text(found.column.this)
    parts = [f"{_inner_name(reading, found)} = {_alias(reading, found)}.{column}"]
    where = select.args.get("where")
    if where is not None:
        parts.append(condition(reading, conjuncts(where.this)))
    return f"EXISTS (SELECT 1 {reading.sql[start:end]} WHERE {' AND '.join(parts)})"


def _inner_name(reading: Reading, found: Membership) -> str:
    return reading.text(found.value)


def in_to_exists(reading: Reading) -> Iterator[Candidate]:
    """x IN (SELECT y …) → EXISTS (…): as a condition of WHERE, unknown and false are the same."""
    for found in memberships(reading, negated=False):
        yield Candidate(
            "IN_TO_EXISTS",
            "IN with a subquery becomes EXISTS",
            "A semi-join that stops at the first match. Many optimisers do this by themselves.",
            [replaced(reading, found.node, _exists(reading, found))],
        )


def not_in(reading: Reading) -> Iterator[Candidate]:
    """NOT IN → NOT EXISTS where neither side can be null: both are primary keys, and no outer join makes them null."""
    for found in memberships(reading, negated=True):
        if never_null(reading, found):
            yield not_exists(reading, found, keeps=True)


def never_null(reading: Reading, found: Membership) -> bool:
    """Whether neither side of a membership can be null."""
    joins = [*(found.outer.args.get("joins") or ()), *(found.select.args.get("joins") or ())]
    outer_join = any(join.side for join in joins)
    return not outer_join and reading.is_key(found.column) and reading.is_key(found.value)


def not_exists(reading: Reading, found: Membership, keeps: bool) -> Candidate:
    impact = "An anti-join instead of a comparison with every value."
    if not keeps:
        impact += (
            " Not the same where a value is null: NOT IN then returns no row at all. Check which of the two is meant."
        )
    edit = replaced(reading, found.node, f"NOT {_exists(reading, found)}")
    return Candidate("NOT_IN_TO_NOT_EXISTS", "NOT IN with a subquery becomes NOT EXISTS", impact, [edit], keeps)


def correlated_to_join(reading: Reading) -> Iterator[Candidate]:
    """A subquery that sums up rows for each row becomes one grouped subquery, joined by its key."""
    for select in reading.selects():
        joins = select.args.get("joins") or ()
        simple = present(select) <= PLAIN | {"order", "limit", "offset", "with_"} and reading.sources(select)
        if not simple or any(is_star(each) or reading.aggregates(each) for each in select.expressions):
            continue
        if any(present(join) == {"this"} or join.method or join.args.get("using") for join in joins):
            continue
        for output in select.expressions:
            query = inner(output)
            if isinstance(output, exp.Alias) and isinstance(query, exp.Subquery) and present(query) == {"this"}:
                edits = _joined(reading, select, query)
                if edits:
                    yield Candidate(
                        "CORRELATED_SUBQUERY_TO_JOIN",
                        f"The subquery {output.alias} is computed once for all rows and joined",
                        "One pass over its table instead of one for every row.",
                        edits,
                    )


def _joined(reading: Reading, select: Any, query: Any) -> list[Edit]:
    below = query.this
    if not isinstance(below, exp.Select) or not present(below) <= {"expressions", "from_", "where"}:
        return []
    sources, where = reading.sources(below), below.args.get("where")
    if len(sources) != 1 or where is None or len(below.expressions) != 1 or not reading.calm(below):
        return []
    call = inner(below.expressions[0])
    if call_name(call) not in _COMBINING or not reading.aggregates(call) or below.find(exp.Subquery, exp.In):
        return []
    own = [reading.scope(below).relations[0]]
    parts = conjuncts(where.this)
    ties = [tie for part in parts if (tie := _tie(reading, part, select, below)) is not None]
    rest = [part for part in parts if reading.within(part, own)]
    if len(ties) != 1 or len(rest) + 1 != len(parts) or not reading.within(call, own):
        return []
    key, outer = ties[0]
    name = reading.fresh("summed")
    inside = reading.text(below.args["from_"]) + (f" WHERE {condition(reading, rest)}" if rest else "")
    grouped = f"SELECT {reading.text(key)} AS {name}_key, {reading.text(call)} AS {name}_value {inside}"
    joined = f" LEFT JOIN ({grouped} GROUP BY {reading.text(key)}) {name} ON {name}.{name}_key = {reading.text(outer)}"
    value = f"{name}.{name}_value"
    value = f"COALESCE({value}, 0)" if call_name(call) == "count" else value
    end = from_end(reading, select)
    return [replaced(reading, query, value), Edit(end, end, joined)]


def _tie(reading: Reading, part: Any, select: Any, below: Any) -> tuple[Any, Any] | None:
    """`inner column = outer column` of one and the same type, so that at most one group fits a row."""
    if not isinstance(part, exp.EQ):
        return None
    for own, other in ((part.this, part.expression), (part.expression, part.this)):
        if not isinstance(own, exp.Column) or not isinstance(other, exp.Column):
            return None
        a, b = reading.bound(own), reading.bound(other)
        if a is None or b is None or a.scope is not reading.scope(below) or b.scope is not reading.scope(select):
            continue
        kind = reading.type_of(own)
        return (own, other) if kind and kind == reading.type_of(other) else None
    return None


def qualify(reading: Reading) -> Iterator[Candidate]:
    """SELECT … FROM (SELECT …, ROW_NUMBER() OVER (…) AS rn …) WHERE rn = 1 → QUALIFY, in dialects that have it."""
    if reading.dialect not in _QUALIFIES:
        return
    for select in reading.selects():
        sources, where = reading.sources(select), select.args.get("where")
        if where is None or len(sources) != 1 or present(select) != {"expressions", "from_", "where"}:
            continue
        below = sources[0].node.this if isinstance(sources[0].node, exp.Subquery) else None
        parts = conjuncts(where.this)
        if not isinstance(below, exp.Select) or len(parts) != 1 or not present(below) <= PLAIN | {"group", "having"}:
            continue
        text = _qualified(reading, select, below, parts[0])
        if text:
            yield Candidate(
                "QUALIFY",
                "The filter on a window function moves into QUALIFY",
                "One query instead of two levels; the window is computed once and filtered at once.",
                [Edit(*reading.span(select), text)],
            )


def _qualified(reading: Reading, select: Any, below: Any, part: Any) -> str:
    comparison = (exp.EQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
    if not isinstance(part, comparison) or not isinstance(part.this, exp.Column) or not reading.calm(below):
        return ""
    filtered = output_of(reading, below, _name(reading, part.this))
    if filtered is None or not isinstance(inner(filtered), exp.Window) or not isinstance(part.expression, exp.Literal):
        return ""
    outputs = []
    for each in select.expressions:
        column = inner(each)
        found = output_of(reading, below, _name(reading, column)) if isinstance(column, exp.Column) else None
        if found is None:
            return ""
        value, name = reading.text(inner(found)), each.alias_or_name
        same = isinstance(inner(found), exp.Column) and inner(found).name == name and not isinstance(each, exp.Alias)
        shown = reading.text(each.args["alias"]) if isinstance(each, exp.Alias) else reading.text(column.this)
        outputs.append(value if same else f"{value} AS {shown}")
    sign = reading.sql[reading.span(part.this).end : reading.span(part.expression).start].strip()
    start, end = reading.span(below.args["from_"]).start, reading.span(below).end
    test = f"{reading.text(inner(filtered))} {sign} {reading.text(part.expression)}"
    return f"SELECT {', '.join(outputs)} {reading.sql[start:end]} QUALIFY {test}"


def _name(reading: Reading, column: Any) -> str:
    bound = reading.bound(column)
    return bound.name if bound is not None else ""


def repeated(reading: Reading) -> Iterator[Candidate]:
    """A derived table that stands twice, word for word, becomes one query of WITH."""
    if not isinstance(reading.tree, exp.Query):
        return
    found: dict[str, list[Any]] = {}
    for node in reading.tree.find_all(exp.Subquery):
        named = isinstance(node.parent, exp.From | exp.Join) and present(node) == {"this", "alias"}
        if named and not node.args["alias"].args.get("columns") and _stands_alone(reading, node):
            found.setdefault(" ".join(reading.text(node.this).split()), []).append(node)
    for nodes in found.values():
        if len(nodes) > 1:
            name = reading.fresh("shared")
            with_ = reading.tree.args.get("with_")
            body = f"{name} AS ({reading.text(nodes[0].this)})"
            edits = [replaced(reading, node, f"{name} AS {reading.text(node.args['alias'].this)}") for node in nodes]
            if with_ is not None:
                at = reading.span(with_.expressions[0]).start
                edits.append(Edit(at, at, f"{body}, "))
            else:
                at = reading.span(reading.tree).start
                edits.append(Edit(at, at, f"WITH {body} "))
            yield Candidate(
                "REPEATED_SUBQUERY",
                f"A subquery that stands {len(nodes)} times is computed once",
                "Its tables are read once where the database keeps the result of WITH.",
                edits,
            )


def _stands_alone(reading: Reading, node: Any) -> bool:
    """Whether it names nothing from around it and gives the same rows each time."""
    query = node.this
    if not isinstance(query, exp.Select) or present(query) & {"limit", "offset", "sample", "with_", "locks"}:
        return False
    if node.find_ancestor(exp.CTE) is not None or not reading.calm(query):
        return False
    if any(reading.cte(table) is not None for table in query.find_all(exp.Table)):
        return False
    if any(not each.alias_or_name or is_star(each) for each in query.expressions):
        return False
    inside = [reading.scope(each) for each in query.find_all(exp.Select)]
    bounds = [reading.bound(each) for each in query.find_all(exp.Column)]
    return all(each is not None and any(each.scope is scope for scope in inside) for each in bounds)
