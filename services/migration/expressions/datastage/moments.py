"""Dates, times and timestamps written and read by the fields of a format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage.builder import TIME, Told, told
from services.migration.expressions.datastage.formats import Field
from services.migration.expressions.datastage.operators import concatenate
from services.migration.expressions.datastage.patterns import escaped
from services.migration.expressions.datastage.sql import own, typed
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import BOOLEAN, DAY, STRING, TIMESTAMP, Kind, Value

_WRITTEN: Mapping[str, Mapping[str, str]] = {
    "duckdb": {
        "yyyy": "%Y", "yy": "%y", "mm": "%m", "m": "%-m", "mmm": "%b", "mmmm": "%B", "dd": "%d", "d": "%-d",
        "ddd": "%j", "eee": "%a", "eeee": "%A", "hh": "%H", "h": "%-H", "HH": "%I", "H": "%-I", "nn": "%M",
        "n": "%-M", "ss": "%S", "s": "%-S", "SSSSSS": "%f", "aa": "%p",
    },
    "postgresql": {
        "yyyy": "YYYY", "yy": "YY", "mm": "MM", "m": "FMMM", "mmm": "Mon", "mmmm": "FMMonth", "dd": "DD", "d": "FMDD",
        "ddd": "DDD", "eee": "Dy", "eeee": "FMDay", "hh": "HH24", "h": "FMHH24", "HH": "HH12", "H": "FMHH12",
        "nn": "MI", "n": "FMMI", "ss": "SS", "s": "FMSS", "SSSSSS": "US", "aa": "AM",
    },
}  # fmt: skip
_NAMED = frozenset({"mmm", "mmmm", "eee", "eeee", "aa"})
_CASES = {"u": "upper", "w": "lower"}
_CALLS = {"duckdb": "STRFTIME({d}, {f})", "postgresql": "TO_CHAR({d}, {f})"}


def write(b: SqlBuilder, moment: Value, fields: tuple[Field, ...]) -> Value:
    """The text of a date, time or timestamp."""
    spelled = _WRITTEN.get(b.dialect.name)
    if spelled is None:
        raise Refused(f"{b.dialect.name} has no equal of this format of dates")
    at = own(b, "time_as_timestamp", TIMESTAMP, t=moment) if moment.kind == TIME else moment
    parts: list[Value] = []
    pending = ""
    for part in fields:
        if part.name in _NAMED:
            b.caution("NAMES_OF_DATES")
        text = spelled[_unpadded(part)] if part.name else b.dialect.format_literal(part.text)
        if part.digits:
            fraction = b.op("left", STRING, s=_formatted(b, at, spelled["SSSSSS"]), n=b.number(part.digits))
            parts += [_formatted(b, at, f"{pending}{text}."), fraction]
            pending = ""
        elif part.option in _CASES:
            parts += [_formatted(b, at, pending), b.op(_CASES[part.option], STRING, s=_formatted(b, at, text))]
            pending = ""
        else:
            pending += text
    if pending:
        parts.append(_formatted(b, at, pending))
    return concatenate(b, [part for part in parts if part.constant != ""] or [b.string("")])


def _formatted(b: SqlBuilder, moment: Value, text: str) -> Value:
    if not text:
        return b.string("")
    return b.sql(_CALLS[b.dialect.name], STRING, d=b.copy(moment), f=b.string(text)).unless_null(moment)


def _unpadded(part: Field) -> str:
    short = part.name[:1] if part.option == "s" and part.name in ("mm", "dd", "hh", "HH", "nn", "ss") else part.name
    if short != part.name and part.digits:
        raise Refused("a fraction of a second without leading zeros has no equal")
    return short


_PATTERNS = {
    "yyyy": "[0-9]{4}", "yy": "[0-9]{2}", "mm": "[0-9]{2}", "m": "[0-9]{1,2}", "mmm": "[A-Za-z]{3}",
    "mmmm": "[A-Za-z]+",
    "dd": "[0-9]{2}", "d": "[0-9]{1,2}", "ddd": "[0-9]{3}", "eee": "[A-Za-z]{3}", "eeee": "[A-Za-z]+",
    "hh": "(?:[01][0-9]|2[0-3])", "h": "(?:[01]?[0-9]|2[0-3])", "HH": "[0-9]{2}", "H": "[0-9]{1,2}",
    "nn": "[0-5][0-9]", "n": "[0-5]?[0-9]", "ss": "[0-5][0-9]", "s": "[0-5]?[0-9]", "SSSSSS": "[0-9]{6}",
    "aa": "[AaPp][Mm]",
}  # fmt: skip
_FIXED = {"yyyy": 4, "yy": 2, "mm": 2, "dd": 2, "ddd": 3, "hh": 2, "nn": 2, "ss": 2, "SSSSSS": 6}
_DEFAULT_CUTOFF = 1900


def width(fields: tuple[Field, ...]) -> int:
    """How many digits a format of digits alone takes. Raises Refused for others."""
    total = 0
    for part in fields:
        if (part.name and part.name not in _FIXED) or part.digits or (not part.name and not part.text.isdigit()):
            raise Refused("a decimal number takes a format of digits of a fixed number only")
        total += _FIXED[part.name] if part.name else len(part.text)
    return total


@dataclass
class _Reader:
    """A text by a format: `pattern` covers it, `places` are the numbers of its groups by field."""

    b: SqlBuilder
    text: Value
    pattern: str = ""
    places: dict[str, int] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)

    def prepare(self, fields: tuple[Field, ...]) -> None:
        for part in fields:
            if not part.name:
                self.pattern += escaped(part.text)
                continue
            if part.name in self.places:
                raise Refused(f"%{part.name} stands twice in the format")
            self.places[part.name], self.fields[part.name] = len(self.places) + 1, part
            fraction = rf"(?:\.[0-9]{{1,{part.digits}}})?" if part.digits else ""
            name = part.name[:1] if part.option == "s" else part.name
            self.pattern += f"({_PATTERNS[name]}{fraction})"
        self.pattern = f"^{self.pattern}$"

    def get(self, *names: str) -> Value | None:
        """The part of the text that one of these fields covers, in two digits where it may have one."""
        for name in names:
            if name in self.places:
                values = {"s": self.b.copy(self.text), "p": self.b.string(self.pattern)}
                found = own(self.b, "part", STRING, **values, r=self.b.string(f"\\{self.places[name]}"))
                short = len(name) == 1 or self.fields[name].option == "s"
                return self.b.op("lpad", STRING, s=found, n=self.b.number(2), x=self.b.string("0")) if short else found
        return None

    def date(self) -> Value:
        year, b = self._year(), self.b
        day_of_year = self.get("ddd")
        if day_of_year is not None:
            start = concatenate(b, [b.copy(year), b.string("-01-01")])
            template = "CAST(CAST({s} AS DATE) + CAST({n} AS INTEGER) - 1 AS VARCHAR(10))"
            counted = b.sql(template, STRING, s=start, n=day_of_year)
            is_of_year = b.compare("=", b.op("left", STRING, s=b.copy(counted), n=b.number(4)), year)
            return b.case([(is_of_year, counted)], b.string("no such day"), STRING)
        month = self.get("mm", "m") or self._named_month()
        day = self.get("dd", "d")
        if month is None or day is None:
            raise Refused("the format has no month or no day, which a date needs")
        return concatenate(b, [year, b.string("-"), month, b.string("-"), day])

    def _named_month(self) -> Value | None:
        name = self.get("mmm", "mmmm")
        if name is None:
            return None
        self.b.caution("NAMES_OF_DATES")
        return own(self.b, "month_of_name", STRING, s=name)

    def _year(self) -> Value:
        year = self.get("yyyy")
        if year is not None:
            return year
        short, b = self.get("yy"), self.b
        if short is None:
            raise Refused("the format has no year, which a date needs")
        cutoff = self.fields["yy"].cutoff
        if cutoff < 0:
            b.caution("YEAR_CUTOFF")
            cutoff = _DEFAULT_CUTOFF
        century, rest = divmod(cutoff, 100)
        this = concatenate(b, [b.string(f"{century:02d}"), short])
        if not rest:
            return this
        following = concatenate(b, [b.string(f"{century + 1:02d}"), b.copy(short)])
        from_cutoff = b.compare(">=", b.copy(short), b.string(f"{rest:02d}"))
        return b.case([(from_cutoff, this)], following, STRING)

    def time(self) -> Value:
        b = self.b
        hour = self.get("hh", "h") or self._hour_of_half() or b.string("00")
        minute, second = self.get("nn", "n") or b.string("00"), self.get("ss", "s") or b.string("00")
        parts = [hour, b.string(":"), minute, b.string(":"), second]
        fraction = self.get("SSSSSS")
        return concatenate(b, [*parts, b.string("."), fraction] if fraction is not None else parts)

    def _hour_of_half(self) -> Value | None:
        hour, half = self.get("HH", "H"), self.get("aa")
        if hour is None or half is None:
            if hour is not None:
                raise Refused("the format has an hour of 12 and no %aa")
            return None
        template = (
            "LPAD(CAST(CAST({n} AS INTEGER) % 12 + CASE WHEN UPPER({s}) = 'PM' THEN 12 ELSE 0 END AS VARCHAR(2)), "
            "2, '0')"
        )
        return self.b.sql(template, STRING, n=hour, s=half)


_KINDS: Mapping[str, tuple[Kind, str]] = {
    "date": (DAY, "DATE"),
    "time": (TIME, "TIME"),
    "timestamp": (TIMESTAMP, "TIMESTAMP"),
}


def read(b: SqlBuilder, text: Value, fields: tuple[Field, ...], name: str) -> Told:
    """The date, time or timestamp that a text is by a format; fails where it is none. It knows how to test it."""
    kind, type_name = _KINDS[name]
    iso, pattern = _iso(b, text, fields, name)
    value = b.sql(f"CAST({{s}} AS {type_name})", kind, s=iso)
    result = typed(b, "read", type_name, kind, s=b.copy(text), p=pattern, r=value)
    return told(result, check=is_readable(b, text, fields, name))


def is_readable(b: SqlBuilder, text: Value, fields: tuple[Field, ...], name: str) -> Value:
    """Whether a text is a date, time or timestamp by a format; null of null."""
    iso, pattern = _iso(b, text, fields, name)
    fits = own(b, "matches", BOOLEAN, s=b.copy(text), p=pattern)
    valid = own(b, f"is_{name}", BOOLEAN, r=iso)
    otherwise = b.negate(b.copy(fits))
    return b.case([(fits, valid), (otherwise, b.boolean(False))], None, BOOLEAN)


def _iso(b: SqlBuilder, text: Value, fields: tuple[Field, ...], name: str) -> tuple[Value, Value]:
    reader = _Reader(b, text)
    reader.prepare(fields)
    parts = []
    if name != "time":
        parts.append(reader.date())
    if name == "timestamp":
        parts.append(b.string(" "))
    if name != "date":
        parts.append(reader.time())
    return concatenate(b, parts), b.string(reader.pattern)
