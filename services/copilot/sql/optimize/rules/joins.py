"""Rules about joins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlglot import exp

from services.copilot.sql.optimize.facts import Reading, Source, conjuncts, is_star, present
from services.copilot.sql.optimize.rewrite import Candidate, Edit, clause, condition, removed

_COMPARES = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.ILike)


def _is_simple_join(join: Any) -> bool:
    return not join.method and not join.args.get("using")


def implicit_join(reading: Reading) -> Iterator[Candidate]:
    """FROM a, b WHERE a.x = b.y → FROM a JOIN b ON a.x = b.y: a product with a filter is an inner join."""
    for select in reading.selects():
        sources = reading.sources(select)
        where = select.args.get("where")
        if where is None or len(sources) < 2 or not all(_is_comma(reading, each) for each in sources[1:]):
            continue
        relations = [each.relation for each in sources]
        placed: dict[int, list[Any]] = {}
        left: list[Any] = []
        for part in conjuncts(where.this):
            at = _latest(reading, part, relations)
            if at:
                placed.setdefault(at, []).append(part)
            else:
                left.append(part)
        if not placed:
            continue
        items = [reading.text(sources[0].node)]
        for at, source in enumerate(sources[1:], 1):
            on = placed.get(at)
            text = reading.text(source.node)
            items.append(f"JOIN {text} ON {condition(reading, on)}" if on else f"CROSS JOIN {text}")
        start, end = reading.span(sources[0].node).start, reading.span(sources[-1].join).end
        yield Candidate(
            "IMPLICIT_CROSS_JOIN",
            "Tables listed with commas become joins with their conditions",
            "Each join shows its condition, so a missing one cannot hide; the plan stays the same.",
            [Edit(start, end, " ".join(items)), clause(reading, where, left)],
        )


def _is_comma(reading: Reading, source: Source) -> bool:
    join = source.join
    return present(join) == {"this"} and reading.text(join).startswith(",")


def _latest(reading: Reading, part: Any, relations: Sequence[Any]) -> int:
    """The number of the last relation of a condition on two or more of them; 0 for any other condition."""
    if part.find(exp.Query) or not reading.calm(part) or not reading.within(part, relations):
        return 0
    used = {
        number
        for column in reading.columns(part)
        for number, relation in enumerate(relations)
        if (bound := reading.bound(column)) is not None and bound.relation is relation
    }
    return max(used) if len(used) > 1 else 0


def left_to_inner(reading: Reading) -> Iterator[Candidate]:
    """LEFT JOIN b … WHERE b.x = 5 → JOIN b: rows without a partner fail the condition, which is not true of null."""
    for select in reading.selects():
        sources, where = reading.sources(select), select.args.get("where")
        joins = select.args.get("joins") or ()
        if where is None or not sources or any(j.side in ("RIGHT", "FULL") or not _is_simple_join(j) for j in joins):
            continue
        for source in sources[1:]:
            if source.join.side != "LEFT" or source.join.args.get("on") is None:
                continue
            if any(_rejects_null(reading, part, source) for part in conjuncts(where.this)):
                start, target = reading.span(source.join).start, reading.span(source.node).start
                if " ".join(reading.sql[start:target].upper().split()) in ("LEFT JOIN", "LEFT OUTER JOIN"):
                    yield Candidate(
                        "OUTER_TO_INNER_JOIN",
                        f"The outer join of {source.node.alias_or_name} acts like an inner join, and becomes one",
                        "The database may start from either side, and says what happens.",
                        [Edit(start, target, "JOIN ")],
                    )


def _rejects_null(reading: Reading, part: Any, source: Source) -> bool:
    if part.find(exp.All):  # null is greater than, and unlike, all of no rows
        return False
    if isinstance(part, _COMPARES):
        sides = [part.this, part.expression]
    elif isinstance(part, exp.Between | exp.In):
        sides = [part.this]
    elif _is_not_null(part):
        sides = [part.this.this if isinstance(part, exp.Not) else part.this]
    else:
        return False
    own = [each for each in sides if isinstance(each, exp.Column)]
    bounds = [reading.bound(each) for each in own]
    return reading.calm(part) and any(each is not None and each.relation is source.relation for each in bounds)


def _is_not_null(part: Any) -> bool:
    negated = isinstance(part, exp.Not)
    test = part.this if negated else part
    is_null = isinstance(test, exp.Is) and isinstance(test.expression, exp.Null)
    return is_null and bool(test.args.get("negate")) != negated


def unused_join(reading: Reading) -> Iterator[Candidate]:
    """A LEFT JOIN by the whole primary key, of a table that nothing else names: it adds no row and drops none."""
    for select in reading.selects():
        joins = select.args.get("joins") or ()
        if not all(_is_simple_join(join) for join in joins) or select.args.get("locks"):
            continue
        if any(is_star(each) for each in select.expressions):
            continue
        for source in reading.sources(select)[1:]:
            if source.join.side == "LEFT" and _by_key(reading, source) and _is_unused(reading, source):
                start, end = reading.span(source.join)
                yield Candidate(
                    "UNUSED_JOIN",
                    f"The join of {source.node.alias_or_name} is left out: none of its columns is used",
                    "One table less to read. Rests on its declared primary key.",
                    [removed(reading, start, end)],
                )


def _by_key(reading: Reading, source: Source) -> bool:
    key = reading.key(source)
    on = source.join.args.get("on")
    if not key or on is None or not reading.calm(on) or on.find(exp.Query):
        return False
    given: set[str] = set()
    for part in conjuncts(on):
        if not isinstance(part, exp.EQ):
            continue
        for own, other in ((part.this, part.expression), (part.expression, part.this)):
            bound = reading.bound(own) if isinstance(own, exp.Column) else None
            if bound is None or bound.relation is not source.relation:
                continue
            others = [reading.bound(each) for each in reading.columns(other)]
            if all(each is not None and each.relation is not source.relation for each in others):
                given.add(bound.name)
    return key <= given


def _is_unused(reading: Reading, source: Source) -> bool:
    """Whether every column of the statement outside its ON is certainly another's."""
    on = {id(each) for each in source.join.args["on"].find_all(exp.Column)}
    for column in reading.tree.find_all(exp.Column):
        if id(column) not in on:
            bound = reading.bound(column)
            if bound is None or bound.relation is source.relation:
                return False
    return True
