"""What is worth a look, but is never applied: it depends on what is meant, or on what only the database knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from services.copilot.sql.calls import call_name
from services.copilot.sql.optimize.facts import Reading, conjuncts, present
from services.copilot.sql.optimize.rewrite import Candidate, Edit
from services.copilot.sql.optimize.rules import subqueries

LARGE_OFFSET = 10_000
_COMPARES = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between, exp.Like)
_TEXTS = ("char", "varchar", "text", "nvarchar", "nchar", "string", "character", "clob")


def _noted(reading: Reading, node: Any, rule: str, title: str, impact: str) -> Candidate:
    span = reading.span(node)
    return Candidate(rule, title, impact, [Edit(span.start, span.end, span.of(reading.sql))], keeps=False)


def not_in(reading: Reading) -> Iterator[Candidate]:
    for found in subqueries.memberships(reading, negated=True):
        if not subqueries.never_null(reading, found):
            yield subqueries.not_exists(reading, found, keeps=False)


def leading_wildcard(reading: Reading) -> Iterator[Candidate]:
    for node in reading.tree.find_all(exp.Like, exp.ILike):
        pattern = node.expression
        if isinstance(pattern, exp.Literal) and pattern.name.startswith(("%", "_")) and len(pattern.name) > 1:
            title = "A pattern that begins with a wildcard reads the whole table"
            impact = "No ordinary index helps. A trigram or full-text index does, or a pattern that begins with text."
            yield _noted(reading, node, "LEADING_WILDCARD", title, impact)


def function_on_column(reading: Reading) -> Iterator[Candidate]:
    for where in reading.tree.find_all(exp.Where):
        for part in conjuncts(where.this):
            call = part.this if isinstance(part, _COMPARES) else None
            is_call = isinstance(call, exp.Extract | exp.Cast) or bool(call_name(call) if call is not None else "")
            if call is None or not is_call or call.find(exp.Query) or not call.find(exp.Column):
                continue
            if not reading.aggregates(call):
                title = "A function around a column hides it from its index"
                impact = "Compare the column itself, or create an index on this very expression."
                yield _noted(reading, part, "FUNCTION_ON_COLUMN", title, impact)


def implicit_conversion(reading: Reading) -> Iterator[Candidate]:
    for node in reading.tree.find_all(exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE):
        column, value = node.this, node.expression
        number = isinstance(value, exp.Literal) and not value.is_string
        if number and isinstance(column, exp.Column) and reading.type_of(column).startswith(_TEXTS):
            title = f"{column.name} is text and is compared with a number"
            impact = "Every value is converted first, which no index serves; text that is no number makes it fail."
            yield _noted(reading, node, "IMPLICIT_CONVERSION", title, impact)


def cartesian_product(reading: Reading) -> Iterator[Candidate]:
    for select in reading.selects():
        sources = reading.sources(select)
        tied = {id(each.relation) for part in _conditions(select) for each in _bounds(reading, part)}
        for source in sources[1:]:
            bare = present(source.join) <= {"this", "kind"} and source.join.args.get("on") is None
            if bare and id(source.relation) not in tied and all(reading.bound(c) for c in reading.columns(select)):
                title = f"Nothing ties {source.node.alias_or_name} to the other tables"
                impact = "Every row meets every row. Add the condition that is missing, if one is."
                yield _noted(reading, source.join, "CARTESIAN_PRODUCT", title, impact)


def _conditions(select: Any) -> Iterator[Any]:
    where = select.args.get("where")
    yield from conjuncts(where.this) if where is not None else ()
    for join in select.args.get("joins") or ():
        yield from conjuncts(join.args.get("on"))


def _bounds(reading: Reading, part: Any) -> list[Any]:
    """What a condition on two or more relations names."""
    found = [bound for column in reading.columns(part) if (bound := reading.bound(column)) is not None]
    return found if len({id(each.relation) for each in found}) > 1 else []


def large_offset(reading: Reading) -> Iterator[Candidate]:
    for node in reading.tree.find_all(exp.Offset):
        count = node.expression
        if isinstance(count, exp.Literal) and count.name.isdigit() and int(count.name) >= LARGE_OFFSET:
            title = "A large OFFSET reads all the rows it skips"
            impact = "Remember the last key of the page before and ask for keys behind it."
            yield _noted(reading, node, "LARGE_OFFSET", title, impact)


def dirty_read(reading: Reading) -> Iterator[Candidate]:
    for node in reading.tree.find_all(exp.WithTableHint):
        if any(each.name.upper() == "NOLOCK" for each in node.expressions):
            title = "NOLOCK reads rows that may never have been"
            impact = "Rows can be missing or double. READ COMMITTED SNAPSHOT reads without waiting, and right."
            yield _noted(reading, node.parent, "DIRTY_READ", title, impact)
