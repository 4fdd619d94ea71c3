"""Why two values differ, or are equal though they are written otherwise: codes, and the SQL that gives them."""

from __future__ import annotations

from services.parity.plan import NUMERIC, Plan, Rules

EQUAL = 0
WRITTEN, TOLERATED = 100, 101
REASONS = {
    1: "value",
    2: "null_vs_empty",
    3: "null",
    4: "trailing_blanks",
    5: "unicode_normalisation",
    6: "letter_case",
    7: "number",
    8: "moment",
    9: "time_zone",
}
"""Code of a difference → its name in reports. `time_zone`: moments that lie a multiple of 15 minutes, at most 14 hours,
apart."""
DIFFERENT = max(REASONS)
_OF_TEXT = (
    "WHEN {l} IS NULL AND {r} = '' OR {r} IS NULL AND {l} = '' THEN 2 "
    "WHEN {l} IS NULL OR {r} IS NULL THEN 3 "
    "WHEN rtrim({l}, ' ') = rtrim({r}, ' ') THEN 4 "
    "WHEN nfc_normalize({l}) = nfc_normalize({r}) THEN 5 "
    "WHEN lower({l}) = lower({r}) THEN 6 "
    "ELSE 1"
)
_MOMENTS = (
    "CASE WHEN NOT isfinite(l.{v}) OR NOT isfinite(r.{v}) THEN 8 "
    "WHEN epoch_us(l.{v}) % 900000000 = epoch_us(r.{v}) % 900000000 "
    "AND abs(epoch_us(l.{v}) - epoch_us(r.{v})) <= 50400000000 THEN 9 ELSE 8 END"
)


def code(plan: Plan, at: int, rules: Rules) -> str:
    """The code of column `at` over rows l and r, which have v<at> and t<at>."""
    left, right = f"l.t{at}", f"r.t{at}"
    of_text = _OF_TEXT.format(l=left, r=right)
    if plan.values is None:
        return f"CASE WHEN {left} IS NOT DISTINCT FROM {right} THEN 0 {of_text} END"
    same = f"l.v{at} = r.v{at}"
    cases = [f"WHEN {same} THEN {_written(plan, at)}"]
    if plan.kind in NUMERIC and (within := _within(plan, at, rules)):
        cases.append(f"WHEN {within} THEN {TOLERATED}")
    cases.append(f"WHEN l.v{at} IS NOT NULL AND r.v{at} IS NOT NULL THEN {_of_value(plan, at)}")
    cases.append(f"WHEN {left} IS NOT DISTINCT FROM {right} THEN 0")
    return f"CASE {' '.join(cases)} {of_text} END"


def _written(plan: Plan, at: int) -> str:
    return f"CASE WHEN l.t{at} = r.t{at} THEN 0 ELSE {WRITTEN} END" if plan.unwritten else "0"


def _of_value(plan: Plan, at: int) -> str:
    if plan.kind in NUMERIC:
        return "7"
    return _MOMENTS.format(v=f"v{at}") if plan.kind.startswith("timestamp") else "1"


def _within(plan: Plan, at: int, rules: Rules) -> str:
    left, right = f"l.v{at}", f"r.v{at}"
    if wider := {"BIGINT": "HUGEINT", "HUGEINT": "DOUBLE"}.get(plan.sql_type):
        left, right = f"CAST({left} AS {wider})", f"CAST({right} AS {wider})"
    apart = f"CAST(abs({left} - {right}) AS DOUBLE)"
    finite = f"isfinite(CAST({left} AS DOUBLE)) AND isfinite(CAST({right} AS DOUBLE))"
    limits = []
    if rules.tolerance > 0:
        limits.append(f"{apart} <= {rules.tolerance!r}::DOUBLE")
    if rules.relative > 0:
        limits.append(f"{apart} <= {rules.relative!r}::DOUBLE * CAST(greatest(abs({left}), abs({right})) AS DOUBLE)")
    return f"{finite} AND ({' OR '.join(limits)})" if limits else ""
