"""Fields that have to be numbers, by the expressions that read them: the tool rejects a text where a number is due."""

from __future__ import annotations

from collections.abc import Iterator

from services.migration.expressions.alteryx.grammar import NEGATIONS, parse
from services.migration.expressions.errors import ExpressionError
from services.migration.expressions.nodes import Name, Node, Number, Operation, Unary, walk

COMPARES = frozenset({"=", "==", "!=", "<>", "<", ">", "<=", ">="})
ARITHMETIC = frozenset({"+", "-", "*", "/", "%"})
ALWAYS = ARITHMETIC - {"+"}
"""Operators that take numbers alone; `+` joins texts too."""


def numbers(text: str) -> set[str]:
    """The fields of an expression, in lower case, that it compares or computes with a number. None where it is none."""
    try:
        tree = parse(text)
    except ExpressionError:
        return set()
    return {name.lower() for node in walk(tree) for name in _numbers(node)}


def _numbers(node: Node) -> Iterator[str]:
    if not isinstance(node, Operation):
        return
    used = set(node.operators)
    is_compared = used <= COMPARES and any(_is_number(each) for each in node.operands)
    is_computed = bool(used & ALWAYS) and used <= ARITHMETIC
    if is_compared or is_computed:
        for each in node.operands:
            yield from _terms(each)


def _is_number(node: Node) -> bool:
    return isinstance(node, Number) or (isinstance(node, Unary) and isinstance(node.operand, Number))


def _terms(node: Node) -> Iterator[str]:
    """The fields that a sum or product is made of; those within a call may be anything."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, Name):
            yield current.value
        elif isinstance(current, Unary) and current.operator not in NEGATIONS:
            waiting.append(current.operand)
        elif isinstance(current, Operation) and set(current.operators) <= ARITHMETIC:
            waiting.extend(current.operands)
