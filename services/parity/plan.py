"""As what each column is compared, and the SQL that says so. Its names are of its own making (c0, v0, …)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from services.parity.families import digits
from services.parity.forms import BOOLEANS, MOMENTS, NUMBERS, TRUTHS, Profile
from services.parity.schema import Pair
from services.parity.sources import Column, Family, Side
from services.parity.workbench import Workbench

Kind = Literal["text", "number", "float", "boolean", "timestamp", "timestamptz"]
MOST_DIGITS = 37  # of DuckDB's DECIMAL, one kept for the difference of two
NUMERIC = ("number", "float")
_TOGETHER: dict[frozenset[Family], Kind] = {
    frozenset({"number"}): "number",
    frozenset({"float"}): "float",
    frozenset({"number", "float"}): "float",
    frozenset({"boolean"}): "boolean",
    frozenset({"boolean", "number"}): "boolean",
    frozenset({"date"}): "timestamp",
    frozenset({"timestamp"}): "timestamp",
    frozenset({"date", "timestamp"}): "timestamp",
    frozenset({"timestamptz"}): "timestamptz",
    frozenset({"timestamp", "timestamptz"}): "timestamptz",
    frozenset({"date", "timestamptz"}): "timestamptz",
}
"""Families of both sides → what they are compared as; what is not here is compared as text."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as equal. Tolerances are largest differences of two numbers: `tolerance` absolute, `relative` as a
    share of the larger."""

    tolerance: float = 0.0
    relative: float = 0.0
    trim: bool = False
    nulls_as_empty: bool = False
    as_written: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A pair of columns: for each side its typed value (None where it is compared as text) and its text."""

    pair: Pair
    kind: Kind
    sql_type: str
    values: tuple[str, str] | None
    texts: tuple[str, str]
    notes: tuple[str, ...] = ()
    alike: bool = False
    """Whether texts that are equal have equal values: both sides are read in the same way."""

    @property
    def native(self) -> bool:
        """Whether no value had to be read from text."""
        return self.values is not None and not (self.pair.left.as_text or self.pair.right.as_text)

    @property
    def unwritten(self) -> bool:
        """Whether neither side has types, so that how a value is written can differ where the value does not."""
        return not (self.pair.left.declared or self.pair.right.declared)

    def canonical(self, side: int) -> str:
        """One expression that is equal exactly where the values are; of one type on both sides."""
        if self.values is None:
            return self.texts[side]
        value = f"({self.values[side]} + 0)" if self.kind == "float" else self.values[side]
        return value if self.native else f"coalesce(CAST({value} AS VARCHAR), {self.texts[side]})"


def plan(bench: Workbench, sides: tuple[Side, Side], pair: Pair, found: tuple[Profile, Profile], rules: Rules) -> Plan:
    texts = (_text(pair.left, rules), _text(pair.right, rules))
    kind = "text" if rules.as_written else _kind(pair, found)
    if kind == "text":
        return Plan(pair, "text", "VARCHAR", None, texts, _unsure(pair, found))
    sql_type, notes = _type(bench, sides, pair, found, kind)
    if not sql_type:
        return Plan(pair, "text", "VARCHAR", None, texts, notes)
    left, right = (
        _value(column, profile, kind, sql_type) for column, profile in zip((pair.left, pair.right), found, strict=True)
    )
    here, there = (
        _value(replace(column, ref="c"), profile, kind, sql_type)
        for column, profile in zip((pair.left, pair.right), found, strict=True)
    )
    alike = here == there and pair.left.as_text and pair.right.as_text
    return Plan(pair, kind, sql_type, (left, right), texts, notes + _zones(pair, found, kind), alike)


def _text(column: Column, rules: Rules) -> str:
    text = column.ref if column.as_text else f"CAST({column.ref} AS VARCHAR)"
    text = f"rtrim({text}, ' ')" if rules.trim else text
    return f"coalesce({text}, '')" if rules.nulls_as_empty else text


def _kind(pair: Pair, found: tuple[Profile, Profile]) -> Kind:
    families = {pair.left.family, pair.right.family}
    if families == {"text"}:
        return "text" if pair.left.declared or pair.right.declared else _written(found)
    return _TOGETHER.get(frozenset(families - {"text"}), "text")


def _written(found: tuple[Profile, Profile]) -> Kind:
    """Of two columns without types."""
    known = [each for each in found if not each.empty]
    if not known or any(each.codes for each in known):
        return "text"
    if all(each.number for each in known):
        return "number"
    if all(each.truth for each in known):
        return "boolean"
    if not all(each.moment for each in known) or _day_in_doubt(found):
        return "text"
    return _TOGETHER[frozenset(MOMENTS[each.moment][0] for each in known)]  # type: ignore[misc]  # texts of the table


def _day_in_doubt(found: tuple[Profile, Profile]) -> bool:
    return any(each.unsure for each in found) and found[0].moment != found[1].moment


def _unsure(pair: Pair, found: tuple[Profile, Profile]) -> tuple[str, ...]:
    if not _day_in_doubt(found):
        return ()
    return (f"{pair.name}: day and month cannot be told apart on one side; dates are compared as they are written.",)


def _zones(pair: Pair, found: tuple[Profile, Profile], kind: Kind) -> tuple[str, ...]:
    if kind != "timestamptz":
        return ()
    zoned = [
        column.family == "timestamptz" or (column.family == "text" and MOMENTS.get(each.moment, [""])[0] == kind)
        for column, each in zip((pair.left, pair.right), found, strict=True)
    ]
    return () if all(zoned) else (f"{pair.name}: one side has no time zone; its times are taken as UTC.",)


def _type(
    bench: Workbench, sides: tuple[Side, Side], pair: Pair, found: tuple[Profile, Profile], kind: Kind
) -> tuple[str, tuple[str, ...]]:
    """The type that holds the values of both sides exactly, "" where none does, and what has to be said."""
    if kind != "number":
        return {"float": "DOUBLE", "timestamp": "TIMESTAMP", "timestamptz": "TIMESTAMPTZ"}.get(kind, "BOOLEAN"), ()
    texts = list(zip(sides, (pair.left, pair.right), found, strict=True))
    sizes = [_most_digits(bench, *each) for each in texts]
    before, after = _widest(sizes)
    if before + after > MOST_DIGITS or any(each[2] for each in sizes):
        sizes = [_digits(bench, *each) for each in texts]
        before, after = _widest(sizes)
    if after == 0 and before <= 18:
        return "BIGINT", ()
    if before + after <= MOST_DIGITS:
        return f"DECIMAL({before + after},{after})", ()
    if after == 0 and not (pair.left.as_text or pair.right.as_text):
        return "HUGEINT", ()
    if any(each[2] for each in sizes):
        return "DOUBLE", (f"{pair.name}: has powers of ten; compared as floating-point numbers of about 15 digits.",)
    return "", (f"{pair.name}: has over {MOST_DIGITS} digits; its numbers are compared as they are written.",)


def _widest(sizes: list[tuple[int, int, bool]]) -> tuple[int, int]:
    return max(each[0] for each in sizes), max(each[1] for each in sizes)


def _most_digits(bench: Workbench, side: Side, column: Column, profile: Profile) -> tuple[int, int, bool]:
    """At least as much as `_digits` gives, at a tenth of its cost: what is no number counts too."""
    if not column.as_text:
        return *digits(column.declared), False
    found = bench.row(
        f"""
        SELECT max(CASE WHEN point > 0 THEN point - 1 ELSE length(v) END), max(length(v) - point) FILTER (point > 0),
            coalesce(bool_or(contains(v, 'e') OR contains(v, 'E')), false)
        FROM (SELECT v, strpos(v, '.') AS point FROM (SELECT {_plain(column, profile)} AS v FROM {side.table}))
        """  # noqa: S608  # names of our own
    )
    return max(1, int(found[0] or 1)), int(found[1] or 0), bool(found[2])


def _digits(bench: Workbench, side: Side, column: Column, profile: Profile) -> tuple[int, int, bool]:
    """Most digits before and after the point, and whether a value is written with a power of ten."""
    if not column.as_text:
        return *digits(column.declared), False
    plain = _plain(column, profile)
    found = bench.row(
        f"""
        SELECT max(length(split_part(mantissa, '.', 1)) + power), max(length(split_part(mantissa, '.', 2)) - power),
            coalesce(bool_or(power <> 0), false)
        FROM (
            SELECT split_part(v, 'e', 1) AS mantissa, coalesce(TRY_CAST(split_part(v, 'e', 2) AS INTEGER), 0) AS power
            FROM (SELECT lower({plain}) AS v FROM {side.table})
            WHERE TRY_CAST(v AS DOUBLE) IS NOT NULL AND isfinite(TRY_CAST(v AS DOUBLE))
        )
        """  # noqa: S608  # names of our own
    )
    return max(1, int(found[0] or 1)), max(0, int(found[1] or 0)), bool(found[2])


def _plain(column: Column, profile: Profile) -> str:
    """The text of a number without grouping and with a point; null where it is not in the column's form."""
    pattern, made = NUMBERS[profile.number or "plain"]
    text = f"trim({column.ref})"
    if profile.number in ("", "plain"):
        return text
    return f"CASE WHEN regexp_full_match({text}, '{pattern}') THEN {made.format(text)} END"


_FORM_OF = {"date": "date", "timestamp": "timestamp", "timestamptz": "timestamp with zone"}
"""How PostgreSQL writes them."""


def _value(column: Column, profile: Profile, kind: Kind, sql_type: str) -> str:
    if not column.as_text:
        if kind == "boolean" and column.family == "number":
            return f"CASE {column.ref} WHEN 1 THEN true WHEN 0 THEN false END"
        return f"CAST({column.ref} AS {sql_type})"
    if kind in NUMERIC:
        return f"TRY_CAST({_plain(column, profile)} AS {sql_type})"
    text = f"trim({column.ref})"
    if kind == "boolean":
        return (TRUTHS if profile.truth else BOOLEANS).format(text)
    form = _FORM_OF.get(column.family) or profile.moment or "timestamp"
    return f"CAST({MOMENTS[form][2].format(text)} AS {sql_type})"
