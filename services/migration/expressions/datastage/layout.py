"""FMT: a value laid out by a format `[width][fill]justification[edit][mask]`. Source: "FMT function" of the BASIC
reference."""

from __future__ import annotations

import re

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage.conversions import exact, fixed_text
from services.migration.expressions.datastage.operators import concatenate
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Function, constant_text
from services.migration.expressions.kinds import INTEGER, STRING, Value

_FORMAT = re.compile(
    r"(?P<width>\d+)?(?P<fill>'[^']'|\"[^\"]\"|[^LRTUQlrtuq\d'\"])?(?P<side>[LRTU])(?P<digits>\d)?(?P<comma>,)?(?P<mask>.*)\Z",
    re.S,
)
_SLOT = re.compile(r"(?P<mark>[#%*])(?P<count>\d*)|(?P<text>[^#%*]+)")
_FILLS = {"#": " ", "%": "0", "*": "*"}
_LARGEST = 1000


def layout(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The value at its place in a field, or spread over the places of a mask."""
    text = constant_text(arguments[1], "the format of FMT")
    match = _FORMAT.match(text)
    if match is None:
        raise Refused(f"FMT has no equal of the format {text!r}")
    b.limit(0.88)
    value = _edited(b, arguments[0], match["digits"], bool(match["comma"]))
    is_right = match["side"] == "R"
    if match["mask"]:
        value = masked(b, value, match["mask"], is_right)
    elif match["digits"] is None and not match["width"] and not match["comma"]:
        raise Refused(f"the format {text!r} has neither a width nor a mask")
    if match["width"]:
        fill = (match["fill"] or " ").strip("'\"") or " "
        value = _padded(b, value, int(match["width"]), fill, is_right)
    return value


def _edited(b: SqlBuilder, value: Value, digits: str | None, comma: bool) -> Value:
    if digits is None and comma and (value.kind == INTEGER or _is_whole(value)):
        digits = "0"
    if digits is None:
        if comma:
            raise Refused("FMT with thousands separators takes a number of digits too")
        return b.as_text(value)
    if isinstance(value.constant, str) and not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", value.constant):
        return value
    return fixed_text(b, exact(b, value), int(digits), comma)


def _is_whole(value: Value) -> bool:
    return isinstance(value.constant, str) and re.fullmatch(r"[+-]?\d+", value.constant, re.ASCII) is not None


def _padded(b: SqlBuilder, value: Value, width: int, fill: str, is_right: bool) -> Value:
    if width > _LARGEST:
        raise Refused(f"FMT takes a width up to {_LARGEST}")
    if isinstance(value.constant, str) and len(value.constant) <= width:
        return b.string(value.constant.rjust(width, fill) if is_right else value.constant.ljust(width, fill))
    b.caution("FORMAT_TOO_SHORT")
    return b.op("lpad" if is_right else "rpad", STRING, s=value, n=b.number(width), x=b.string(fill))


def masked(b: SqlBuilder, value: Value, mask: str, is_right: bool) -> Value:
    """The characters of a text at the places of a mask such as `##-##`, `%5` or `(###) ####`."""
    marks: list[tuple[int, str]] = []  # so many places, and the text after them
    fills: set[str] = set()
    before = ""
    for piece in _SLOT.finditer(mask):
        if piece["mark"]:
            marks.append((int(piece["count"] or 1), ""))
            fills.add(_FILLS[piece["mark"]])
        elif marks:
            marks[-1] = (marks[-1][0], marks[-1][1] + piece["text"])
        else:
            before += piece["text"]
    if len(fills) != 1:
        raise Refused("a mask of FMT has to have places of one kind")
    total = sum(count for count, _ in marks)
    spread = _padded(b, value, total, fills.pop(), is_right)
    parts, place = [b.string(before)], 1
    for count, after in marks:
        parts += [_piece(b, spread, place, count), b.string(after)]
        place += count
    return concatenate(b, [part for part in parts if part.constant != ""])


def _piece(b: SqlBuilder, text: Value, place: int, count: int) -> Value:
    if isinstance(text.constant, str):
        return b.string(text.constant[place - 1 : place - 1 + count])
    return b.op("substring", STRING, s=b.copy(text), n=b.number(place), m=b.number(count))


FUNCTIONS = (Function("FMT", "string", 2, 2, layout),)
