"""Values in columns that hold less of them: a parallel job cuts texts on the right and drops decimals.

Server jobs do not hold texts to the lengths of their columns. The types of the pipeline language let longer texts pass,
so what is cut is cut here. Source: Parallel Job Developer's Guide, "Default and explicit type conversions"; Advanced
Developer's Guide, "String conversions".
"""

from __future__ import annotations

from collections.abc import Mapping

from services.migration.expressions import ExpressionError
from services.migration.expressions.datastage.grammar import parse
from services.migration.expressions.nodes import Call, Name, Node, Number, Operation, Text
from services.migration.rules import lengths, sql
from services.migration.rules.context import Scope
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

__all__ = ["cut", "narrowed"]

Length = int | None
VALUE = "given.value"
SAME = frozenset({
    "TRIM", "TRIMB", "TRIMF", "TRIML", "TRIMR", "TRIMLEADINGTRAILING", "UPCASE", "DOWNCASE", "CONVERT", "FIELD",
    "NULLTOEMPTY", "COMPACTWHITESPACE", "STRIPWHITESPACE",
})  # fmt: skip
"""Functions whose result is at most as long as their first argument."""
PARTS = frozenset({"[]", "LEFT", "RIGHT", "SUBSTRINGS"})
"""Functions whose last argument says how many characters they give."""
MOST_DIGITS = 40
MOMENTS = {"date": len("2024-01-31"), "time": len("23:59:59.999999"), "timestamp": len("2024-01-31 23:59:59.999999")}
"""Characters of dates and times as the tool writes them."""


def narrowed(context: StepContext, text: str, given: str, wanted: str, place: str) -> str:
    """SQL of a value of type `given` as a column of type `wanted` holds it, where both are texts or both numbers."""
    kinds = {types.kind(given), types.kind(wanted)}
    if kinds not in ({"string"}, {"number"}) or not types.narrows(given, wanted):
        return text
    if kinds == {"string"}:
        return _left(context, text, wanted)
    return context.expression(VALUE, place, Scope({VALUE: text}, {VALUE: given}), target=wanted).sql


def cut(context: StepContext, made: str, expression: str, field_types: Mapping[str, str], wanted: str) -> str:
    """SQL of an expression, cut where its longest text may be longer than the column it goes to."""
    limit = types.text_length(wanted) if types.kind(wanted) == "string" else 0
    if not made or not limit:
        return made
    longest = _longest(expression, {name.upper(): kind for name, kind in field_types.items()})
    return _left(context, made, wanted) if longest is None or longest > limit else made


def _left(context: StepContext, text: str, wanted: str) -> str:
    if context.mapping.session_attributes.get("job_type") != "parallel":
        return text
    return sql.left(text, types.text_length(wanted), context.dialect)


def _longest(expression: str, field_types: Mapping[str, str]) -> Length:
    try:
        return _of(parse(expression), field_types)
    except (ExpressionError, RecursionError):
        return None


def _of(node: Node, field_types: Mapping[str, str]) -> Length:
    match node:
        case Text(value=value) | Number(value=value):
            return len(value)
        case Name(value=name):
            kind = field_types.get(name.upper(), "")
            return 0 if name.upper() == "@NULL" else MOMENTS.get(kind) or (lengths.of_type(kind) if kind else None)
        case Operation(operators=operators, operands=operands):
            if set(operators) != {":"}:
                return MOST_DIGITS
            return _sum([_of(one, field_types) for one in operands])
        case Call(name=name, arguments=arguments):
            return _of_call(name, arguments, field_types)
    return None


def _of_call(name: str, arguments: tuple[Node, ...], field_types: Mapping[str, str]) -> Length:
    if name == "SETNULL":
        return 0
    if name == "IF" or name == "NULLTOVALUE":
        return _most([_of(one, field_types) for one in arguments[1 if name == "IF" else 0 :]])
    if name in SAME and arguments:
        return _of(arguments[0], field_types)
    if name in PARTS and arguments and isinstance(arguments[-1], Number) and arguments[-1].value.isdigit():
        whole, part = _of(arguments[0], field_types), int(arguments[-1].value)
        return part if whole is None else min(whole, part)
    return None


def _sum(found: list[Length]) -> Length:
    known = [one for one in found if one is not None]
    return sum(known) if len(known) == len(found) else None


def _most(found: list[Length]) -> Length:
    known = [one for one in found if one is not None]
    return max(known) if known and len(known) == len(found) else None
