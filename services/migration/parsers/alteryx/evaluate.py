"""Expressions of a macro's answers or of a field's name: their value, without rows or a database.

Source: Designer Help, "Functions", "Operators". What is not in the table is not evaluated.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from services.migration.expressions.alteryx.grammar import NEGATIONS, parse
from services.migration.expressions.errors import ExpressionError
from services.migration.expressions.nodes import Call, Membership, Name, Node, Number, Operation, Parameter, Text, Unary

Value = str | float | bool | None
LONGEST = 1_000_000  # characters of a text


class NotEvaluated(Exception):  # noqa: N818 - a decision, not an error
    """The expression needs what is not known here."""


def evaluate(text: str, names: Mapping[str, Value]) -> str:
    """An expression's value as text. `names`: values by name, in lower case. Raises NotEvaluated."""
    try:
        return shown(_value(parse(text.strip()), names))
    except (ExpressionError, ArithmeticError, LookupError, ValueError, TypeError) as error:
        raise NotEvaluated(str(error)) from error


def is_true(text: str, names: Mapping[str, Value]) -> bool:
    """Whether a condition holds. Raises NotEvaluated."""
    value = evaluate(text, names)
    return value.strip().lower() not in ("", "0", "false")


def shown(value: Value) -> str:
    """A value as configurations hold it: `True`, `768`, `0.5`."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _value(node: Node, names: Mapping[str, Value]) -> Value:
    match node:
        case Text(value=value):
            return value
        case Number(value=value):
            return float(value)
        case Name(value=value) | Parameter(value=value):
            return _named(value, names)
        case Unary(operator=sign, operand=operand):
            return _signed(sign, _value(operand, names))
        case Operation(operators=operators, operands=operands):
            return _run(operators, operands, names)
        case Membership(operand=operand, values=values, negated=negated):
            wanted = _value(operand, names)
            return negated != any(_equal(wanted, _value(each, names)) for each in values)
        case Call(name=name, arguments=arguments):
            return _call(name, arguments, names)
    raise NotEvaluated("a part of it is not known here")


def _signed(sign: str, inner: Value) -> Value:
    if sign not in NEGATIONS:
        return -_number(inner) if sign == "-" else _number(inner)
    if sign == "NOT?" and not isinstance(inner, bool):
        raise NotEvaluated("what its NOT before an = negates is not known; put it in parentheses")
    return not _truth(inner)


def _named(name: str, names: Mapping[str, Value]) -> Value:
    lowered = name.lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    if lowered.startswith("input_"):
        lowered = f"#{lowered.removeprefix('input_')}"
    if lowered not in names:
        raise NotEvaluated(f"[{name}] is not known before it runs")
    given = names[lowered]
    return given.lower() == "true" if isinstance(given, str) and given.lower() in ("true", "false") else given


def _run(operators: tuple[str, ...], operands: tuple[Node, ...], names: Mapping[str, Value]) -> Value:
    left = _value(operands[0], names)
    for sign, operand in zip(operators, operands[1:], strict=True):
        left = _OPERATORS[sign](left, _value(operand, names))
    return left


def _call(name: str, arguments: tuple[Node, ...], names: Mapping[str, Value]) -> Value:
    if name in ("IF", "IIF"):
        for condition, then in zip(arguments[:-1:2], arguments[1::2], strict=False):
            if _truth(_value(condition, names)):
                return _value(then, names)
        return _value(arguments[-1], names)
    function = _FUNCTIONS.get(name)
    if function is None:
        raise NotEvaluated(f"{name} is not evaluated here")
    return function(*(_value(each, names) for each in arguments))


def _truth(value: Value) -> bool:
    return value.strip().lower() == "true" if isinstance(value, str) else bool(value)


def _number(value: Value) -> float:
    return float(value.strip()) if isinstance(value, str) else float(value or 0)


def _plus(left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str):
        _bounded(len(left) + len(right))
        return left + right
    if isinstance(left, str) or isinstance(right, str):
        raise NotEvaluated("it adds a text and a number")
    return _number(left) + _number(right)


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return _truth(left) == _truth(right)
    return _number(left) == _number(right)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], Value]:
    def compared(left: Value, right: Value) -> Value:
        if isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
        return compare(_number(left), _number(right))

    return compared


def _bounded(length: int) -> None:
    if length > LONGEST:
        raise NotEvaluated(f"it makes a text of more than {LONGEST} characters")


def _replaced(text: Value, old: Value, new: Value) -> Value:
    held, gone, put = shown(text), shown(old), shown(new)
    if gone:
        _bounded(len(held) + held.count(gone) * len(put))
    return held.replace(gone, put) if gone else held


def _matches(text: Value, pattern: Value, blind: Value = True) -> Value:
    """The whole text. A pattern whose search may take long, or that another engine reads otherwise, is not tried."""
    return _compiled(text, pattern, blind).fullmatch(shown(text)) is not None


def _rewritten(text: Value, pattern: Value, new: Value, blind: Value = True) -> Value:
    """Every match replaced; `$1` is what the first group holds."""
    template = _GROUP.sub(r"\\g<\1>", shown(new).replace("\\", "\\\\"))
    try:
        return _compiled(text, pattern, blind).sub(template, shown(text))
    except re.error as error:
        raise NotEvaluated(f"its replacement cannot be read: {error}") from error


def _compiled(text: Value, pattern: Value, blind: Value) -> re.Pattern[str]:
    written = shown(pattern)
    plain = _PART.sub(r"\1", written)
    if not _PLAIN_PATTERN.fullmatch(plain) or len(_REPEATS.findall(plain)) > MOST_REPEATS:
        raise NotEvaluated("its pattern is not a simple one")
    if len(shown(text)) > MOST_READ:
        raise NotEvaluated(f"a text of {len(shown(text))} characters is matched")
    flags = re.IGNORECASE | re.ASCII if _truth(blind) else re.ASCII
    try:
        return re.compile(written, flags)
    except re.error as error:
        raise NotEvaluated(f"its pattern cannot be read: {error}") from error


_GROUP = re.compile(r"\$([0-9])")
_PART = re.compile(r"\(((?:[^()\\]|\\.)*)\)(?![*+?{])")
"""A group that is not repeated."""
_PLAIN_PATTERN = re.compile(r"(?:[\w\s\-.:,;/%#&@!^$=<>*+?|]|\\[dwsDWS.\-/]|\[\^?[\w\s.\-]+\])*")
_WORD = re.compile(r"[A-Za-z0-9']+")
_REPEATS = re.compile(r"[*+?]")
MOST_REPEATS = 3
MOST_READ = 500


def _swapped(text: Value, old: Value, new: Value) -> Value:
    """Every character that is one of `old`'s becomes `new`."""
    put = shown(new)
    if len(put) > 1:
        raise NotEvaluated("a character is replaced by several")
    return "".join(put if each in shown(old) else each for each in shown(text))


def _to_number(value: Value, *_options: Value) -> Value:
    try:
        return _number(value)
    except ValueError:
        return 0.0


def _to_string(value: Value, decimals: Value = None, *_options: Value) -> Value:
    return (
        shown(value) if decimals is None or isinstance(value, str) else f"{_number(value):.{int(_number(decimals))}f}"
    )


def _place(value: Value) -> int:
    """A position or a length; a negative one is not evaluated."""
    if _number(value) < 0:
        raise NotEvaluated("a position in a text is negative")
    return int(_number(value))


def _round(value: Value, multiple: Value) -> Value:
    step = _number(multiple)
    return math.floor(_number(value) / step + 0.5) * step


_OPERATORS: Mapping[str, Callable[[Value, Value], Value]] = {
    "+": _plus,
    "-": lambda left, right: _number(left) - _number(right),
    "*": lambda left, right: _number(left) * _number(right),
    "/": lambda left, right: _number(left) / _number(right),
    "=": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "<": _ordered(operator.lt),
    "<=": _ordered(operator.le),
    ">": _ordered(operator.gt),
    ">=": _ordered(operator.ge),
    "AND": lambda left, right: _truth(left) and _truth(right),
    "OR": lambda left, right: _truth(left) or _truth(right),
}
_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "TOSTRING": _to_string,
    "TONUMBER": _to_number,
    "REPLACE": _replaced,
    "ISEMPTY": lambda text: text in (None, ""),
    "ISNULL": lambda text: text is None,
    "NULL": lambda: None,
    "CONTAINS": lambda text, part, *_: shown(part).lower() in shown(text).lower(),
    "STARTSWITH": lambda text, part, *_: shown(text).lower().startswith(shown(part).lower()),
    "ENDSWITH": lambda text, part, *_: shown(text).lower().endswith(shown(part).lower()),
    "REGEX_MATCH": _matches,
    "REGEX_REPLACE": _rewritten,
    "REPLACEFIRST": lambda text, old, new: shown(text).replace(shown(old), shown(new), 1),
    "REPLACECHAR": _swapped,
    "FINDSTRING": lambda text, part: float(shown(text).find(shown(part))),
    "SUBSTRING": lambda text, start, count: shown(text)[_place(start) : _place(start) + _place(count)],
    "LEFT": lambda text, count: shown(text)[: max(int(_number(count)), 0)],
    "RIGHT": lambda text, count: shown(text)[max(len(shown(text)) - int(_number(count)), 0) :],
    "LENGTH": lambda text: float(len(shown(text))),
    "TRIM": lambda text, of=" ": shown(text).strip(shown(of)),
    "TRIMLEFT": lambda text, of=" ": shown(text).lstrip(shown(of)),
    "TRIMRIGHT": lambda text, of=" ": shown(text).rstrip(shown(of)),
    "TITLECASE": lambda text: _WORD.sub(lambda word: word[0].capitalize(), shown(text)),
    "UPPERCASE": lambda text: shown(text).upper(),
    "LOWERCASE": lambda text: shown(text).lower(),
    "ROUND": _round,
    "CEIL": lambda value: float(math.ceil(_number(value))),
    "FLOOR": lambda value: float(math.floor(_number(value))),
    "ABS": lambda value: abs(_number(value)),
    "MIN": lambda *values: min(map(_number, values)),
    "MAX": lambda *values: max(map(_number, values)),
}
