"""Teradata 16 and later, by its documentation; nothing here has been executed by this project."""

from __future__ import annotations

_PREFIX = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)"
_FLOAT = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"


def _number(pattern: str, target: str) -> str:
    digits = f"TRIM(REGEXP_SUBSTR({{s}}, '{pattern}'))"
    return f"CAST(COALESCE({digits}, CASE WHEN {{s}} IS NULL THEN NULL ELSE '0' END) AS {target})"


_POSITIONS = "INSTR({s}, {x}, {n}, {k})"

OPERATIONS: dict[str, str] = {
    # text
    "length": "CHARACTER_LENGTH({s})",
    "ascii": "ASCII({s})",
    "chr": "CHR({n})",
    "reverse": "REVERSE({s})",
    "initcap": "INITCAP({s})",
    "soundex": "SOUNDEX({s})",
    "position": "INSTR({s}, {x})",
    "position_from": "INSTR({s}, {x}, {n})",
    "position_nth": _POSITIONS,
    "position_backwards": _POSITIONS,
    "replace": "OREPLACE({s}, {x}, {y})",
    "substring": "SUBSTR({s}, {n}, {m})",
    "substring_rest": "SUBSTR({s}, {n})",
    "translate": "OTRANSLATE({s}, {x}, {y})",
    "to_position": "CAST(ROUND({n}, 0) AS INTEGER)",
    "narrow": "CAST({n} AS INTEGER)",
    # numbers
    "exact": "CAST({n} AS DECIMAL(38, 10))",
    "exact_double": "CAST({n} AS FLOAT)",
    "modulo": "{n} MOD {m}",
    "modulo_integer": "{n} MOD {m}",
    "trunc_number": "TRUNC({n}, {m})",
    "round_to_integer": "CAST(ROUND({n}, 0) AS BIGINT)",
    "truncate_to_integer": "CAST(TRUNC({n}, 0) AS BIGINT)",
    "cosh": "COSH({n})",
    "sinh": "SINH({n})",
    "tanh": "TANH({n})",
    # conversions
    "integer_to_text": "TRIM(CAST({n} AS VARCHAR(20)))",
    "any_to_text": "TRIM(CAST({n} AS VARCHAR(4000)))",
    "string_to_double": _number(_FLOAT, "FLOAT"),
    "string_to_exact": _number(_PREFIX, "DECIMAL(38, 12)"),
    "string_to_decimal": _number(_PREFIX, "DECIMAL(DIGITS, SCALE)"),
    "write_date": "TO_CHAR({d}, {f})",
    "date_to_default_text": "TO_CHAR({d}, 'MM/DD/YYYY HH24:MI:SS.FF6')",
    "read_date": "TO_TIMESTAMP({s}, {f})",
    "read_day": "CAST(TO_DATE({s}, {f}) AS TIMESTAMP(6))",
    "is_spaces": "REGEXP_SIMILAR({s}, '\\s+') = 1",
    "is_number": "REGEXP_SIMILAR({s}, '\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\s*') = 1",
    # dates
    "now": "CAST(CURRENT_TIMESTAMP AS TIMESTAMP(6))",
    "to_timestamp_type": "CAST({d} AS TIMESTAMP(6))",
    "add_months": "ADD_MONTHS({d}, {n})",
    "add_years": "ADD_MONTHS({d}, 12 * {n})",
    "add_days": "{d} + {n} * INTERVAL '1' DAY",
    "add_hours": "{d} + {n} * INTERVAL '1' HOUR",
    "add_minutes": "{d} + {n} * INTERVAL '1' MINUTE",
    "truncate_day": "CAST(CAST({d} AS DATE) AS TIMESTAMP(6))",
    "truncate_month": "CAST(TRUNC(CAST({d} AS DATE), 'MM') AS TIMESTAMP(6))",
    "truncate_year": "CAST(TRUNC(CAST({d} AS DATE), 'YYYY') AS TIMESTAMP(6))",
    **{f"get_{u}": f"EXTRACT({u.upper()} FROM {{d}})" for u in ("year", "month", "day", "hour", "minute")},
    "get_second": "CAST(EXTRACT(SECOND FROM {d}) AS INTEGER)",
    "whole_days_between": "CAST({d} AS DATE) - CAST({e} AS DATE)",
    "last_day": "CAST(LAST_DAY(CAST({d} AS DATE)) AS TIMESTAMP(6))",
    # the rest
    "avg": "AVG(CAST({n} AS FLOAT))",
    "stddev": "STDDEV_SAMP({n})",
    "variance": "VAR_SAMP({n})",
    "median": "MEDIAN({n})",
}

WRITE_FORMATS = {
    "YYYY": "YYYY", "YY": "YY", "RR": "YY", "MM": "MM", "MON": "Mon", "DD": "DD", "DDD": "DDD", "DY": "Dy", "D": "D",
    "HH24": "HH24", "HH12": "HH12", "HH": "HH12", "MI": "MI", "SS": "SS", "AM": "AM", "PM": "AM", "US": "FF6",
    "MS": "FF3", "J": "J", "Q": "Q", "SSSSS": "SSSSS",
}  # fmt: skip
READ_FORMATS = {
    "YYYY": "YYYY", "RR": "RR", "MM": "MM", "MON": "MON", "MONTH": "MONTH", "DD": "DD", "DDD": "DDD", "HH24": "HH24",
    "HH12": "HH12", "HH": "HH12", "MI": "MI", "SS": "SS", "AM": "AM", "PM": "AM", "US": "FF6", "MS": "FF3", "J": "J",
}  # fmt: skip


def format_literal(text: str) -> str:
    return f'"{text}"' if any(c.isalnum() for c in text) else text
