"""SQL of operations that the functions of the add-on alone have: by operation, by dialect."""

from __future__ import annotations

from collections.abc import Mapping


def _both(template: str) -> Mapping[str, str]:
    return {"duckdb": template, "postgresql": template}


def _period(name: str, months: int) -> Mapping[str, Mapping[str, str]]:
    start = f"DATE_TRUNC('{name}', {{d}})"
    last = f"{start} + INTERVAL '{months}' MONTH - INTERVAL '1' DAY"
    return {f"first_of_{name}": _both(f"CAST({start} AS DATE)"), f"last_of_{name}": _both(f"CAST({last} AS DATE)")}


_EIGHT_DIGITS = "CAST({y} * 10000 + {m} * 100 + {d} AS VARCHAR(8))"
_IS_DATE = "{y} BETWEEN 1400 AND 9999 AND {m} BETWEEN 1 AND 12 AND {d} BETWEEN 1 AND 31"
_TWO = "LPAD(CAST({%s} AS VARCHAR(2)), 2, '0')"
_TIME = " || ':' || ".join(_TWO % letter for letter in "hms")
_PAIRS = {"CM": 200, "CD": 200, "XC": 20, "XL": 20, "IX": 2, "IV": 2}
_LETTERS = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}


def _counted(text: str, value: int) -> str:
    """How often a text stands in another, times a value: every letter of it counts a part of that."""
    found = f"(LENGTH({{s}}) - LENGTH(REPLACE({{s}}, '{text}', '')))"
    return f"{found} * {value // len(text)}"


def _digit(power: int, words: str) -> str:
    return f"SPLIT_PART('{words}', '|', CAST(MOD(({{n}} - MOD({{n}}, {power})) / {power}, 10) AS INT) + 1)"


_ROMAN = " || ".join(
    [
        "REPEAT('M', CAST(({n} - MOD({n}, 1000)) / 1000 AS INT))",
        _digit(100, "|C|CC|CCC|CD|D|DC|DCC|DCCC|CM"),
        _digit(10, "|X|XX|XXX|XL|L|LX|LXX|LXXX|XC"),
        _digit(1, "|I|II|III|IV|V|VI|VII|VIII|IX"),
    ]
)
_ROMAN_VALUE = " + ".join(_counted(*each) for each in _LETTERS.items())
_ROMAN_LESS = " + ".join(_counted(*each) for each in _PAIRS.items())
_ROMAN_FORM = "^M*(CM)*D*(CD)*C*(XC)*L*(XL)*X*(IX)*V*(IV)*I*$"
_MASKED = "TRANSLATE({s}, {x}, REPEAT(LEFT({x}, 1), LENGTH({x})))"
_PART = "CASE WHEN {n} < 1 THEN {s} WHEN {s} = '' THEN '' WHEN {x} = '' THEN CASE WHEN {n} = 1 THEN {s} END ELSE %s END"

TEMPLATES: Mapping[str, Mapping[str, str]] = {
    # dates
    "weekday_number": {  # 0 is Sunday
        "duckdb": "DAYOFWEEK({d})",
        "postgresql": "CAST(EXTRACT(DOW FROM {d}) AS INT)",
    },
    **_period("month", 1),
    **_period("quarter", 3),
    **_period("year", 12),
    "days_of_work": _both(
        "CASE WHEN {s} > {e} THEN NULL ELSE CAST(TRUNC(1 + ({n} * 5 - ({a} - {z}) * 2) / 7 "
        "- CASE WHEN {z} = 6 THEN 1 ELSE 0 END - CASE WHEN {a} = 0 THEN 1 ELSE 0 END) AS BIGINT) END"
    ),
    "week_of_year": _both("CAST(FLOOR(({n} + {m} - 1) / 7.0) AS BIGINT) + 1"),
    # from a weekday {w} on, {n} days of work further: whole weeks, off the week's end, the rest, over the week's end
    "days_to_workday": _both(
        "CAST(TRUNC(({n} - MOD({n}, 5)) / 5 * 7 "
        "+ CASE WHEN {n} = 0 THEN 0 WHEN {w} = 0 THEN CASE WHEN {n} > 0 THEN -2 ELSE 1 END "
        "WHEN {w} = 6 THEN CASE WHEN {n} > 0 THEN -1 ELSE 2 END ELSE 0 END "
        "+ CASE WHEN MOD({n}, 5) = 0 THEN 0 "
        "WHEN {n} > 0 AND CASE WHEN {w} = 0 THEN 7 ELSE {w} END + MOD({n}, 5) > 5 THEN MOD({n}, 5) + 2 "
        "WHEN {n} < 0 AND ({w} IN (0, 6) OR {w} + MOD({n}, 5) < 1) THEN MOD({n}, 5) - 2 "
        "ELSE MOD({n}, 5) END) AS BIGINT)"
    ),
    "made_date": {
        "duckdb": f"CASE WHEN {_IS_DATE} THEN CAST(TRY_STRPTIME({_EIGHT_DIGITS}, '%Y%m%d') AS DATE) END",
        "postgresql": (
            f"CASE WHEN {_IS_DATE} AND PG_INPUT_IS_VALID(CAST({{y}} AS TEXT) || '-' || CAST({{m}} AS TEXT) || '-' "
            "|| CAST({d} AS TEXT), 'date') THEN CAST(CAST({y} AS TEXT) || '-' || CAST({m} AS TEXT) || '-' "
            "|| CAST({d} AS TEXT) AS DATE) END"
        ),
    },
    "made_time": _both(
        f"CASE WHEN {{h}} BETWEEN 0 AND 23 AND {{m}} BETWEEN 0 AND 59 AND {{s}} BETWEEN 0 AND 59 THEN {_TIME} END"
    ),
    "made_moment": _both(
        "CASE WHEN {h} BETWEEN 0 AND 23 AND {m} BETWEEN 0 AND 59 AND {s} BETWEEN 0 AND 59 "
        "THEN CAST({d} AS TIMESTAMP) + {h} * INTERVAL '1' HOUR + {m} * INTERVAL '1' MINUTE "
        "+ {s} * INTERVAL '1' SECOND END"
    ),
    # text
    "roman": _both(f"CASE WHEN {{n}} BETWEEN 0 AND 5000 THEN {_ROMAN} END"),
    "from_roman": {
        "duckdb": f"CASE WHEN REGEXP_MATCHES({{s}}, '{_ROMAN_FORM}') THEN {_ROMAN_VALUE} - ({_ROMAN_LESS}) END",
        "postgresql": f"CASE WHEN {{s}} ~ '{_ROMAN_FORM}' THEN {_ROMAN_VALUE} - ({_ROMAN_LESS}) END",
    },
    "left_part": _both("CASE WHEN STRPOS({s}, {x}) > 0 THEN LEFT({s}, STRPOS({s}, {x}) - 1) ELSE {s} END"),
    "right_part": _both(
        "CASE WHEN STRPOS({s}, {x}) > 0 THEN SUBSTRING({s}, STRPOS({s}, {x}) + LENGTH({x})) ELSE {s} END"
    ),
    "nth_part": {
        "duckdb": _PART % f"LIST_EXTRACT(STRING_SPLIT({_MASKED}, LEFT({{x}}, 1)), {{n}})",
        "postgresql": _PART % f"(STRING_TO_ARRAY({_MASKED}, LEFT({{x}}, 1)))[{{n}} - 1 + 1]",
    },
}
