"""How texts write numbers and moments: tables of forms, and which of them a column is in.

The form is found on up to SAMPLED rows; a value that is not in it is compared as the text it is, so a wrong guess loses
no difference.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.parity.sources import Side
from services.parity.workbench import Workbench

SAMPLED = 20_000
SHARE = 0.5  # of the values that are not empty, more than which have to be in a form

NUMBERS: dict[str, tuple[str, str]] = {
    "plain": (r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?([iI]nf(inity)?|Infinity)|[nN]a[nN]", "{0}"),
    "thousands comma": (r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?|[+-]?\d{1,3}(\.\d*)?", "replace({0}, ',', '')"),
    "decimal comma": (
        r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?|[+-]?\d+(,\d*)?",
        "replace(replace({0}, '.', ''), ',', '.')",
    ),
}
"""Form → what values look like, and how they become plain; in the order of trust."""

_ZONE = "'[-+A-Za-z]'"
_DAY, _CLOCK = r"\d{4}-\d\d-\d\d", r"\d\d:\d\d(:\d\d([.]\d+)?)?"
MOMENTS: dict[str, tuple[str, str, str]] = {
    "date": ("date", _DAY, "TRY_CAST({0} AS DATE)"),
    "timestamp": (
        "timestamp",
        rf"{_DAY}([T ]{_CLOCK})?",
        f"CASE WHEN NOT regexp_matches({{0}}[12:], {_ZONE}) THEN TRY_CAST({{0}} AS TIMESTAMP) END",
    ),
    "timestamp with zone": (
        "timestamptz",
        rf"{_DAY}[T ]{_CLOCK} ?(Z|UTC|[+-]\d\d(:?\d\d)?)",
        f"CASE WHEN regexp_matches({{0}}[12:], {_ZONE}) THEN TRY_CAST({{0}} AS TIMESTAMPTZ) END",
    ),
    "day.month.year": (
        "timestamp",
        rf"\d\d?\.\d\d?\.\d{{4}}( {_CLOCK})?",
        "TRY_STRPTIME({0}, ['%d.%m.%Y', '%d.%m.%Y %H:%M', '%d.%m.%Y %H:%M:%S', '%d.%m.%Y %H:%M:%S.%f'])",
    ),
    "day-MON-year": (
        "timestamp",
        rf"\d\d?-[A-Za-z]{{3}}-(\d\d|\d{{4}})( {_CLOCK})?",
        "TRY_STRPTIME({0}, ['%d-%b-%y', '%d-%b-%Y', '%d-%b-%y %H:%M:%S', '%d-%b-%Y %H:%M:%S'])",
    ),
    "year/month/day": (
        "timestamp",
        rf"\d{{4}}/\d\d?/\d\d?( {_CLOCK})?",
        "TRY_STRPTIME({0}, ['%Y/%m/%d', '%Y/%m/%d %H:%M', '%Y/%m/%d %H:%M:%S', '%Y/%m/%d %H:%M:%S.%f'])",
    ),
    "day/month/year": (
        "timestamp",
        rf"(0?[1-9]|[12]\d|3[01])/(0?[1-9]|1[0-2])/\d{{4}}( {_CLOCK})?",
        "TRY_STRPTIME({0}, ['%d/%m/%Y', '%d/%m/%Y %H:%M', '%d/%m/%Y %H:%M:%S'])",
    ),
    "month/day/year": (
        "timestamp",
        rf"(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])/\d{{4}}( {_CLOCK})?",
        "TRY_STRPTIME({0}, ['%m/%d/%Y', '%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S'])",
    ),
}
"""Form → what its values are, what they look like, and how they are read."""
AMBIGUOUS = ("day/month/year", "month/day/year")
BOOLEANS = (
    "CASE WHEN lower({0}) IN ('true', 't', '1', 'y', 'yes') THEN true "
    "WHEN lower({0}) IN ('false', 'f', '0', 'n', 'no') THEN false END"
)
TRUTH_PATTERN = "(?i)true|false|t|f"
TRUTHS = "CASE WHEN lower({0}) IN ('true', 't') THEN true WHEN lower({0}) IN ('false', 'f') THEN false END"
"""Where no side has types: single letters such as Y and N may be codes of something else."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a text column holds: a form of numbers or moments, "" where neither.

    `truth`: true and false; `codes`: numbers begin with zeros, as keys and postal codes do; `unsure`: day and month
    cannot be told apart; `empty`: no value to tell by.
    """

    number: str = ""
    moment: str = ""
    codes: bool = False
    unsure: bool = False
    empty: bool = False
    truth: bool = False


def profiles(bench: Workbench, side: Side, refs: list[str]) -> dict[str, Profile]:
    """Of the text columns `refs`."""
    if not refs:
        return {}
    step = max(1, side.rows // SAMPLED)
    bench.run(
        f"CREATE OR REPLACE TEMP TABLE sampled AS SELECT {', '.join(refs)} FROM {side.table} WHERE rowid % {step} = 0"  # noqa: S608  # names of our own
    )
    return {ref: _profile(bench, side, ref) for ref in refs}


def _profile(bench: Workbench, side: Side, ref: str) -> Profile:
    forms = {"truth": TRUTH_PATTERN}
    forms |= {
        **{f"n:{name}": form[0] for name, form in NUMBERS.items()},
        **{f"m:{n}": f[1] for n, f in MOMENTS.items()},
    }
    counts = ", ".join(f"count(*) FILTER (regexp_full_match(v, '{pattern}'))" for pattern in forms.values())
    total, *found = bench.row(
        f"SELECT count(*), {counts} FROM (SELECT trim({ref}) AS v FROM sampled) WHERE v <> ''"  # noqa: S608  # names and patterns of our own
    )
    if not total:
        return Profile(empty=True)
    share = {name: count / total for name, count in zip(forms, found, strict=True)}
    if share["truth"] == 1:
        return Profile(truth=True)
    number = _best({name: share[f"n:{name}"] for name in NUMBERS})
    if number:
        return Profile(number=number, codes=_has_codes(bench, side, ref))
    moments = {name: share[f"m:{name}"] for name in MOMENTS}
    unsure = moments[AMBIGUOUS[0]] == moments[AMBIGUOUS[1]] > SHARE
    return Profile(moment=_best(moments), unsure=unsure)


def _best(shares: dict[str, float]) -> str:
    name = max(shares, key=lambda each: shares[each])  # the first of equals
    return name if shares[name] > SHARE else ""


def _has_codes(bench: Workbench, side: Side, ref: str) -> bool:
    found = bench.row(
        f"SELECT coalesce(bool_or({ref}[1] = '0' AND {ref}[2] BETWEEN '0' AND '9'), false) FROM {side.table}"  # noqa: S608  # names of our own
    )
    return bool(found[0])
