"""Rules about duplicates that cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from services.copilot.sql.calls import call_name
from services.copilot.sql.optimize.facts import Reading, conjuncts, inner, is_star, present
from services.copilot.sql.optimize.rewrite import Candidate, Edit, replaced

# Types whose values differ where their literals do; 'true' and 't' are one boolean, 'now' and 'today' may be one date.
_TYPES = {
    True: re.compile(r"(n?var)?char|n?varchar2?|text|string|n?char|character"),
    False: re.compile(r"int|bigint|smallint|tinyint|byteint|numeric|decimal|number"),
}
_ONE_TABLE = frozenset({"expressions", "from_", "where", "distinct", "order", "limit", "with_"})
_LIMITS = frozenset({"limit", "offset", "sample", "qualify"})


def redundant_distinct(reading: Reading) -> Iterator[Candidate]:
    """DISTINCT of rows that are distinct already, or where duplicates make no difference."""
    for select in reading.selects():
        distinct = select.args.get("distinct")
        if distinct is None or distinct.args.get("on") is not None:
            continue
        why = _needless(reading, select)
        if why:
            word = _distinct_word(reading, select)
            yield Candidate(
                "REDUNDANT_DISTINCT",
                f"DISTINCT is left out: {why}",
                "No sorting or hashing to look for duplicates.",
                [Edit(word[0], word[1], "")],
            )


def _distinct_word(reading: Reading, select: Any) -> tuple[int, int]:
    first = reading.span(select.expressions[0]).start
    token = next(t for t in reversed(reading.tokens) if t.start < first and t.text.upper() in ("DISTINCT", "UNIQUE"))
    behind = token.end + 1
    while reading.sql[behind : behind + 1].isspace():
        behind += 1
    return token.start, behind


def _needless(reading: Reading, select: Any) -> str:
    above = select.parent
    plain = not present(select) & _LIMITS
    if plain and (isinstance(above, exp.Exists) or _is_in_query(select)):
        return "only whether a value is there counts"
    if plain and isinstance(above, exp.Union) and above.args.get("distinct"):
        return "UNION removes duplicates anyway"
    if by_groups(reading, select):
        return "GROUP BY makes these rows unique already"
    if by_key(reading, select):
        return "the primary key is among the columns"
    return ""


def _is_in_query(select: Any) -> bool:
    above = select.parent
    return isinstance(above, exp.In) or (isinstance(above, exp.Subquery) and isinstance(above.parent, exp.In))


def by_groups(reading: Reading, select: Any) -> bool:
    """Whether every group key is among the outputs."""
    group = select.args.get("group")
    if group is None or not reading.clear_keys(select):
        return False
    if not all(reading.calm(each) for each in select.expressions):
        return False
    return all(_is_output(reading, key, select) for key in group.expressions)


def _is_output(reading: Reading, key: Any, select: Any) -> bool:
    if isinstance(key, exp.Literal):
        position = int(key.name) if key.name.isdigit() else 0
        return 0 < position <= len(select.expressions) and not any(is_star(each) for each in select.expressions)
    return any(reading.same(key, inner(each)) for each in select.expressions)


def by_key(reading: Reading, select: Any) -> bool:
    """Whether it reads one table and returns its whole primary key."""
    sources = reading.sources(select)
    if len(sources) != 1 or not present(select) <= {
        "expressions",
        "from_",
        "where",
        "distinct",
        "order",
        "limit",
        "with_",
    }:
        return False
    key = reading.key(sources[0])
    if not key or not all(reading.calm(each) for each in select.expressions):
        return False
    if any(reading.aggregates(each) for each in select.expressions):
        return False
    bounds = [reading.bound(inner(each)) for each in select.expressions]
    named = {each.name for each in bounds if each is not None and each.relation is sources[0].relation}
    return key <= named or any(is_star(each) for each in select.expressions)


def union_all(reading: Reading) -> Iterator[Candidate]:
    """UNION → UNION ALL where each side has no duplicates and the sides can share no row."""
    for node in reading.tree.find_all(exp.Union):
        left, right = node.this, node.expression
        if not node.args.get("distinct") or not all(isinstance(each, exp.Select) for each in (left, right)):
            continue
        unique = all(_is_unique(reading, each) for each in (left, right))
        if unique and _are_disjoint(reading, left, right):
            start = reading.span(right).start
            word = next(t for t in reversed(reading.tokens) if t.start < start and t.text.upper().startswith("UNION"))
            end = word.start + len("UNION")
            behind = reading.sql[end:start]
            if behind.strip().upper() in ("", "DISTINCT"):
                yield Candidate(
                    "UNION_ALL",
                    "UNION becomes UNION ALL: its sides share no row and have no duplicates",
                    "No sorting or hashing to look for duplicates.",
                    [Edit(word.start, start, "UNION ALL ")],
                )


def _is_unique(reading: Reading, select: Any) -> bool:
    plain = select.args.get("distinct") is not None and select.args["distinct"].args.get("on") is None
    return plain or by_groups(reading, select) or by_key(reading, select)


def _are_disjoint(reading: Reading, left: Any, right: Any) -> bool:
    """Whether some column is one constant on one side and another on the other."""
    if len(left.expressions) != len(right.expressions) or any(is_star(e) for e in left.expressions + right.expressions):
        return False
    pairs = zip(left.expressions, right.expressions, strict=True)
    return any(_differ(_constant(reading, a, left), _constant(reading, b, right)) for a, b in pairs)


def _constant(reading: Reading, output: Any, select: Any) -> Any:
    """The literal that an output always is: written there, or asked for by WHERE."""
    value = inner(output)
    if isinstance(value, exp.Literal):
        return value
    where = select.args.get("where")
    for part in conjuncts(where.this) if where is not None and isinstance(value, exp.Column) else ():
        if isinstance(part, exp.EQ) and isinstance(part.expression, exp.Literal):
            known = isinstance(part.this, exp.Column) and reading.same(part.this, value)
            if known and _TYPES[bool(part.expression.is_string)].match(reading.type_of(value)):
                return part.expression
    return None


def _differ(one: Any, other: Any) -> bool:
    """Whether two literals differ however texts are compared, in any case and with blanks behind them or not.

    Texts that hold digits could be numbers or dates written in two ways.
    """
    if one is None or other is None or one.is_string != other.is_string:
        return False
    if not one.is_string:
        return one.name.isdigit() and other.name.isdigit() and int(one.name) != int(other.name)
    texts = [each.name.strip() for each in (one, other)]
    return all(each.isascii() and each.isalpha() for each in texts) and texts[0].lower() != texts[1].lower()


def count_distinct_key(reading: Reading) -> Iterator[Candidate]:
    """COUNT(DISTINCT key) over the rows of its own table → COUNT(*): keys are never null and never repeat."""
    for select in reading.selects():
        sources = reading.sources(select)
        if len(sources) != 1 or len(key := reading.key(sources[0])) != 1:
            continue
        for node in select.find_all(exp.Anonymous):
            argument = node.expressions[0] if len(node.expressions) == 1 else None
            if call_name(node) != "count" or not isinstance(argument, exp.Distinct) or len(argument.expressions) != 1:
                continue
            bound = reading.bound(argument.expressions[0])
            named = node.parent is not select or reading.dialect == "postgresql"
            if bound is None or bound.relation is not sources[0].relation or key != {bound.name} or not named:
                continue
            if node.find_ancestor(exp.Select) is select and not isinstance(node.parent, exp.Window):
                yield Candidate(
                    "COUNT_DISTINCT_KEY",
                    f"COUNT(DISTINCT {bound.name}) becomes COUNT(*): it is the primary key",
                    "Rows are counted without looking for duplicates. Rests on the declared primary key.",
                    [replaced(reading, node, f"{reading.text(node).split('(')[0]}(*)")],
                )
