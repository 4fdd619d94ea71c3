"""The decimals a value is known to have, read off an expression's syntax; None where the syntax does not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.migration.expressions import ExpressionError, parse
from services.migration.expressions.nodes import Call, Name, Node, Number, Operation, Unary
from services.pipelines import types

SAME = frozenset({"SUM", "MAX", "MIN", "FIRST", "LAST", "ABS"})
"""Functions whose result has the decimals of their first argument."""


def decimals(text: str, field_types: Mapping[str, str]) -> int | None:
    try:
        return _of(parse(text), {name.upper(): kind for name, kind in field_types.items()})
    except (ExpressionError, RecursionError):
        return None


def _of(node: Node, field_types: Mapping[str, str]) -> int | None:
    match node:
        case Number(value=value):
            return len(value.partition(".")[2])
        case Name(value=value):
            return types.scale(field_types.get(value.upper(), ""))
        case Unary(operator="-" | "+", operand=operand):
            return _of(operand, field_types)
        case Operation(operators=operators, operands=operands) if set(operators) <= {"+", "-"}:
            return _most(operands, field_types)
        case Operation(operators=operators, operands=operands) if set(operators) == {"*"}:
            found = [_of(operand, field_types) for operand in operands]
            return None if None in found else sum(scale for scale in found if scale is not None)
        case Call(name=name, arguments=(first, *rest), prefix=""):
            return _of_call(name.upper(), first, rest, field_types)
    return None


def _of_call(name: str, first: Node, rest: Sequence[Node], field_types: Mapping[str, str]) -> int | None:
    if name in SAME:
        return _of(first, field_types)
    return _most(rest, field_types) if name == "IIF" else None


def _most(nodes: Sequence[Node], field_types: Mapping[str, str]) -> int | None:
    """The most decimals of any; what is not known of one may not lessen what is known of another."""
    found = [scale for node in nodes if (scale := _of(node, field_types)) is not None]
    return max(found, default=None)
