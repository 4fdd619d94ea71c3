"""The longest text an expression can give, read off its syntax: what a port of a given precision would have to cut.

PowerCenter cuts a string to the precision of the port that takes it; SQL types of the pipeline language let it pass.
Source: Designer Guide, "Working with Ports": the precision of a string port is the characters it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from services.migration.expressions import ExpressionError, parse
from services.migration.expressions.nodes import Call, Name, Node, Number, Operation, Parameter, Star, Text
from services.pipelines import types

Length = int | None
Rule = Callable[[Sequence[Node], "_Measure"], Length]
NUMBER_LENGTH = 40
DATE_LENGTH = 29
LONGEST_DATE_PART = 9
"""Letters of the longest word a date format can give for two letters: WEDNESDAY, SEPTEMBER."""


def longest(text: str, field_types: Mapping[str, str]) -> Length:
    """Characters of the longest value of an expression, or None where its syntax does not say."""
    try:
        return _Measure({name.upper(): kind for name, kind in field_types.items()}).of(parse(text))
    except (ExpressionError, RecursionError):
        return None


def of_type(canonical_type: str) -> Length:
    """Characters of the longest text that a value of a type can become; None where there is no limit."""
    kind = types.kind(canonical_type)
    if kind == "string":
        return types.text_length(canonical_type) or None
    if kind == "number":
        return min(NUMBER_LENGTH, types.digits(canonical_type) + 2)  # a sign and a point
    return {"date": DATE_LENGTH, "boolean": 1}.get(kind)


class _Measure:
    def __init__(self, field_types: Mapping[str, str]) -> None:
        self.field_types = field_types

    def of(self, node: Node) -> Length:
        match node:
            case Text(value=value):
                return len(value)
            case Number():
                return NUMBER_LENGTH
            case Name(value=value):
                return self._name(value.upper())
            case Operation(operators=operators, operands=operands):
                return self.total(operands) if set(operators) == {"||"} else NUMBER_LENGTH
            case Call(name=name, arguments=arguments, prefix=""):
                rule = RULES.get(name.upper())
                return rule(arguments, self) if rule else None
            case Parameter() | Star() | Call():
                return None
        return NUMBER_LENGTH

    def _name(self, name: str) -> Length:
        if name == "NULL":
            return 0
        kind = self.field_types.get(name)
        return of_type(kind) if kind else None

    def total(self, nodes: Sequence[Node]) -> Length:
        found = [self.of(node) for node in nodes]
        return None if None in found else sum(length for length in found if length is not None)

    def most(self, nodes: Sequence[Node]) -> Length:
        found = [self.of(node) for node in nodes]
        return None if None in found else max((length for length in found if length is not None), default=0)


def _first(arguments: Sequence[Node], measure: _Measure) -> Length:
    return measure.of(arguments[0]) if arguments else None


def _substring(arguments: Sequence[Node], measure: _Measure) -> Length:
    whole = _first(arguments, measure)
    if len(arguments) < 3 or not isinstance(arguments[2], Number) or not arguments[2].value.isdigit():
        return whole
    return min(int(arguments[2].value), whole if whole is not None else int(arguments[2].value))


def _padded(arguments: Sequence[Node], _measure: _Measure) -> Length:
    wanted = arguments[1] if len(arguments) > 1 else None
    return int(wanted.value) if isinstance(wanted, Number) and wanted.value.isdigit() else None


def _branches(arguments: Sequence[Node], measure: _Measure) -> Length:
    return measure.most(arguments[1:])


def _decoded(arguments: Sequence[Node], measure: _Measure) -> Length:
    results = [item for index, item in enumerate(arguments) if index and index % 2 == 0]
    return measure.most([*results, *(arguments[-1:] if len(arguments) % 2 == 0 else ())])


def _written(arguments: Sequence[Node], _measure: _Measure) -> Length:
    """TO_CHAR: a number as it is, a date by its format."""
    if len(arguments) < 2:
        return NUMBER_LENGTH
    pattern = arguments[1]
    if not isinstance(pattern, Text):
        return None
    words = sum(pattern.value.upper().count(word) for word in ("MONTH", "DAY"))
    return len(pattern.value) + LONGEST_DATE_PART * words


RULES: dict[str, Rule] = {
    **dict.fromkeys(("UPPER", "LOWER", "INITCAP", "LTRIM", "RTRIM", "REVERSE", "MAX", "MIN", "FIRST", "LAST"), _first),
    **dict.fromkeys(("LPAD", "RPAD"), _padded),
    "SUBSTR": _substring,
    "CONCAT": lambda arguments, measure: measure.total(arguments),
    "IIF": _branches,
    "DECODE": _decoded,
    "TO_CHAR": _written,
    "CHR": lambda _arguments, _measure: 1,
    "MD5": lambda _arguments, _measure: 32,
}
