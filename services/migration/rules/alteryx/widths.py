"""How long the text of an expression may be: what may be longer than its field is cut, as the tool does.

Source: Designer Help, "Data Types" (a text longer than its field is truncated), "Functions".
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from services.migration.expressions.alteryx.grammar import parse
from services.migration.expressions.errors import ExpressionError
from services.migration.expressions.nodes import Call, Name, Node, Number, Operation, Text, Unary
from services.migration.rules import sql
from services.migration.rules.context import Scope
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

ROOMY = 254
"""Length of the fields that the tool makes unasked: they are taken to be long enough."""
WIDTHS = {"integer": 11, "bigint": 20, "date": 10, "time": 8, "timestamp": 19, "boolean": 5}
"""Characters of the values of a type; those of all other numbers have up to `OF_NUMBER`."""
OF_NUMBER = 25
SAME = frozenset({"TRIM", "TRIMLEFT", "TRIMRIGHT", "UPPERCASE", "LOWERCASE", "TITLECASE", "REVERSESTRING", "TOSTRING"})
"""Functions whose text is no longer than that of their first argument."""
PARTS = {"%Y": 4, "%B": 9, "%A": 9, "%b": 3, "%a": 3}
"""Specifiers of dates by their longest text; all others are taken to have two characters."""
SPECIFIER = re.compile(r"%.")


def fitted(context: StepContext, value: str, text: str, scope: Scope, kind: str) -> str:
    """SQL of an expression `text`, cut to the length of the field where it may be longer."""
    length = types.text_length(kind) if types.kind(kind) == "string" else 0
    if not value or not 0 < length < ROOMY:
        return value
    try:
        longest = _longest(parse(text), {name.lower(): of_type(each) for name, each in scope.types.items()})
    except ExpressionError:
        longest = math.inf
    return value if longest <= length else sql.left(value, length, context.dialect)


def of_type(kind: str) -> float:
    """The longest text of a type's values."""
    if types.kind(kind) == "string":
        return types.text_length(kind) or math.inf
    return WIDTHS.get(kind, OF_NUMBER if types.kind(kind) == "number" else math.inf)


def _longest(node: Node, known: Mapping[str, float]) -> float:
    match node:
        case Text(value=value) | Number(value=value):
            return len(value)
        case Name(value=name):
            return known.get(name.lower(), math.inf)
        case Call():
            return _of_call(node, known)
        case Operation(operators=operators, operands=operands):
            return sum(_longest(each, known) for each in operands) if set(operators) == {"+"} else OF_NUMBER
        case Unary(operand=operand):
            return _longest(operand, known) + 1
    return math.inf


def _of_call(call: Call, known: Mapping[str, float]) -> float:
    given = call.arguments
    if call.name == "DATETIMEFORMAT" and len(given) == 2 and isinstance(given[1], Text):
        return len(SPECIFIER.sub(lambda part: " " * PARTS.get(part[0], 2), given[1].value))
    if call.name in ("LEFT", "RIGHT", "SUBSTRING") and isinstance(given[-1], Number):
        cut = float(given[-1].value) if call.name != "SUBSTRING" or len(given) == 3 else math.inf
        return min(_longest(given[0], known), cut)
    results = {
        "IF": (*given[1::2], *given[-1:]),
        "IIF": given[1:],
        "SWITCH": (*given[1:2], *given[3::2]),
        "COALESCE": given,
    }.get(call.name, given[:1] if call.name in SAME and len(given) == 1 else ())
    if call.name == "NULL":
        return 0
    return max((_longest(each, known) for each in results), default=math.inf)
