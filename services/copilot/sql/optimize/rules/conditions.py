"""Rules about conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from services.copilot.sql.calls import call_name
from services.copilot.sql.optimize.facts import Reading, conjuncts, present
from services.copilot.sql.optimize.rewrite import Candidate, added, clause, condition, replaced

_LARGEST = 2**31 - 1
_EXISTENCE = {
    "GT 0": "EXISTS",
    "NEQ 0": "EXISTS",
    "GTE 1": "EXISTS",
    "EQ 0": "NOT EXISTS",
    "LT 1": "NOT EXISTS",
    "LTE 0": "NOT EXISTS",
}
_MIRRORED: dict[type[exp.Expr], type[exp.Expr]] = {exp.GT: exp.LT, exp.LT: exp.GT, exp.GTE: exp.LTE, exp.LTE: exp.GTE}


def or_to_in(reading: Reading) -> Iterator[Candidate]:
    """a = 1 OR a = 2 → a IN (1, 2): both are true, false and unknown for the same values."""
    for node in reading.tree.find_all(exp.Or):
        if isinstance(node.parent, exp.Or):
            continue
        found = [_choice(part) for part in _flat_or(node)]
        known = [each for each in found if each is not None]
        if len(known) < len(found) or len({_kind(value) for _, values in known for value in values}) != 1:
            continue
        column = known[0][0]
        if not all(reading.same(column, each) for each, _ in known):
            continue
        values = dict.fromkeys(reading.text(value) for _, listed in known for value in listed)
        above = node.parent
        target = above if isinstance(above, exp.Paren) and isinstance(above.parent, exp.And | exp.Where) else node
        text = f"{reading.text(column)} IN ({', '.join(values)})"
        yield Candidate(
            "OR_TO_IN",
            "Comparisons joined by OR become one IN list",
            "One lookup in an index instead of several conditions.",
            [replaced(reading, target, text)],
        )


def _flat_or(node: Any) -> list[Any]:
    parts, stack = [], [node]
    while stack:
        each = stack.pop()
        if isinstance(each, exp.Or):
            stack += [each.expression, each.this]
        else:
            parts.append(each)
    return parts


def _choice(part: Any) -> tuple[exp.Column, list[Any]] | None:
    if isinstance(part, exp.EQ) and isinstance(part.this, exp.Column) and isinstance(part.expression, exp.Literal):
        return part.this, [part.expression]
    listed = isinstance(part, exp.In) and isinstance(part.this, exp.Column) and present(part) == {"this", "expressions"}
    if listed and all(isinstance(each, exp.Literal) for each in part.expressions):
        return part.this, part.expressions
    return None


def _kind(literal: Any) -> str:
    return "text" if literal.is_string else "whole" if literal.name.isdigit() else "fraction"


def constants(reading: Reading) -> Iterator[Candidate]:
    """Conditions that are always true or stand twice go; arithmetic on whole numbers is done."""
    for node in reading.tree.find_all(exp.Where, exp.Having):
        parts = conjuncts(node.this)
        kept: list[Any] = []
        seen: set[Any] = set()
        for part in parts:
            if not _always(part) and not (part in seen and reading.calm(part)):
                kept.append(part)
                seen.add(part)
        may_go = isinstance(node, exp.Where) and isinstance(node.parent, exp.Select)
        if len(kept) < len(parts) and (kept or may_go):
            title = "A condition that is always true or stands twice is left out"
            yield Candidate("CONSTANT_FOLDING", title, "Less to read and to evaluate.", [clause(reading, node, kept)])
        for part in kept:
            for each in part.find_all(exp.Binary):
                yield from _folded(reading, each)


def _always(part: Any) -> bool:
    if isinstance(part, exp.Paren):
        return _always(part.this)
    if isinstance(part, exp.EQ) and isinstance(part.this, exp.Literal) and isinstance(part.expression, exp.Literal):
        return part.this == part.expression
    return isinstance(part, exp.Boolean) and bool(part.this)


def _folded(reading: Reading, node: Any) -> Iterator[Candidate]:
    """Products and sums of literals, within 32 bits, so that the type stays the same."""
    if isinstance(node.parent, exp.Binary) and _number(node.parent) is not None:
        return
    value = _number(node)
    if value is not None and not isinstance(node.find_ancestor(exp.Interval), exp.Interval):
        edit = replaced(reading, node, str(value))
        title = "Arithmetic on constants is done once, in the text"
        yield Candidate("CONSTANT_FOLDING", title, "Nothing to compute for each row.", [edit])


def _number(node: Any) -> int | None:
    if isinstance(node, exp.Literal):
        return int(node.name) if not node.is_string and node.name.isdigit() and int(node.name) <= _LARGEST else None
    if not isinstance(node, exp.Mul | exp.Add):
        return None
    left, right = _number(node.this), _number(node.expression)
    if left is None or right is None:
        return None
    value = left * right if isinstance(node, exp.Mul) else left + right
    return value if value <= _LARGEST else None


def having_to_where(reading: Reading) -> Iterator[Candidate]:
    """A condition on group keys alone: groups it drops are rows it drops, for a group shares its keys."""
    for select in reading.selects():
        group, having = select.args.get("group"), select.args.get("having")
        if having is None or not reading.clear_keys(select):
            continue
        parts = conjuncts(having.this)
        moved = [part for part in parts if _on_keys(reading, part, group)]
        if moved:
            text = condition(reading, moved)
            left = [part for part in parts if all(part is not each for each in moved)]
            yield Candidate(
                "HAVING_TO_WHERE",
                "A condition on group keys moves from HAVING to WHERE",
                "Rows are dropped before they are grouped, not after.",
                [clause(reading, having, left), added(reading, select, text)],
            )


def _on_keys(reading: Reading, part: Any, group: Any) -> bool:
    columns = reading.columns(part)
    keys = [key for key in group.expressions if isinstance(key, exp.Column) and reading.bound(key) is not None]
    plain = columns and simple_condition(part, grouped_in=reading.dialect)
    return bool(plain) and all(any(reading.same(column, key) for key in keys) for column in columns)


_SIMPLE = (
    *(exp.Column, exp.Identifier, exp.Literal, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In),
    *(exp.Between, exp.Like, exp.Is, exp.Null, exp.Not, exp.And, exp.Or, exp.Paren, exp.Boolean),
)


# Where texts that differ in trailing blanks or case are equal for GROUP BY and DISTINCT, but not for LIKE.
_LOOSE_TEXTS = frozenset({"mssql", "teradata"})


def simple_condition(node: Any, grouped_in: str = "") -> bool:
    """Comparisons of columns with literals: no call, cast or arithmetic that could fail on rows it did not see before.

    `grouped_in`: the dialect, where the condition would move below a grouping.
    """
    if grouped_in in _LOOSE_TEXTS and node.find(exp.Like):
        return False
    return all(isinstance(each, _SIMPLE) for each in node.walk())


def count_to_exists(reading: Reading) -> Iterator[Candidate]:
    """(SELECT COUNT(*) …) > 0 → EXISTS (…): a count is never null."""
    for node in reading.tree.find_all(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE):
        if not isinstance(node.parent, exp.And | exp.Where | exp.Having | exp.Paren):
            continue
        query, literal = node.this, node.expression
        kind: type[exp.Expr] = type(node)
        if isinstance(node.expression, exp.Subquery):
            kind, query, literal = _MIRRORED.get(kind, kind), node.expression, node.this
        word = _existence(kind, literal)
        select: Any = query.this if isinstance(query, exp.Subquery) and present(query) == {"this"} else None
        if word and _counts_rows(select) and select.expressions:
            first = reading.span(select.expressions[0])
            text, start = reading.text(query), reading.span(query).start
            changed = text[: first.start - start] + "1" + text[first.end - start :]
            title = "Counting rows only to see whether there are any becomes EXISTS"
            impact = "EXISTS stops at the first row; the count reads them all."
            yield Candidate("COUNT_TO_EXISTS", title, impact, [replaced(reading, node, f"{word} {changed}")])


def _existence(kind: type[exp.Expr], literal: Any) -> str:
    if not isinstance(literal, exp.Literal) or literal.is_string:
        return ""
    return _EXISTENCE.get(f"{kind.__name__} {literal.name}", "")


def _counts_rows(select: Any) -> bool:
    if not isinstance(select, exp.Select) or not present(select) <= {"expressions", "from_", "joins", "where"}:
        return False
    if len(select.expressions) != 1 or select.args.get("from_") is None:
        return False
    output = select.expressions[0]
    plain = call_name(output) == "count" and len(output.expressions) == 1
    return plain and isinstance(output.expressions[0], exp.Star)
