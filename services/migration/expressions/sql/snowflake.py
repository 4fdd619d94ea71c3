"""Snowflake, by its documentation; nothing here has been executed by this project."""

from __future__ import annotations

_PREFIX = r"^\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)"
_FLOAT = r"^\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?"


def _number(pattern: str, target: str) -> str:
    digits = f"TRIM(REGEXP_SUBSTR({{s}}, '{pattern}'))"
    return f"CAST(COALESCE({digits}, CASE WHEN {{s}} IS NULL THEN NULL ELSE '0' END) AS {target})"


OPERATIONS: dict[str, str] = {
    # text
    "length": "LENGTH({s})",
    "ascii": "UNICODE({s})",
    "chr": "CHR({n})",
    "reverse": "REVERSE({s})",
    "soundex": "SOUNDEX({s})",
    "position": "CHARINDEX({x}, {s})",
    "position_from": "CHARINDEX({x}, {s}, {n})",
    "substring_anywhere": (
        "CASE WHEN {n} >= 0 THEN SUBSTRING({s}, CASE WHEN {n} = 0 THEN 1 ELSE {n} END, {m}) "
        "ELSE LEFT(RIGHT({s}, -{n}), {m}) END"
    ),
    "substring_anywhere_rest": (
        "CASE WHEN {n} >= 0 THEN SUBSTRING({s}, CASE WHEN {n} = 0 THEN 1 ELSE {n} END) ELSE RIGHT({s}, -{n}) END"
    ),
    "translate": "TRANSLATE({s}, {x}, {y})",
    "to_position": "CAST(ROUND({n}) AS INTEGER)",
    "narrow": "CAST({n} AS INTEGER)",
    # numbers
    "exact": "CAST({n} AS DECIMAL(38, 12))",
    "exact_double": "CAST({n} AS DOUBLE)",
    "trunc_number": "TRUNC({n}, {m})",
    "round_to_integer": "CAST(ROUND({n}) AS BIGINT)",
    "truncate_to_integer": "CAST(TRUNC({n}) AS BIGINT)",
    "log_base": "LOG({m}, {n})",
    "cosh": "COSH({n})",
    "sinh": "SINH({n})",
    "tanh": "TANH({n})",
    # conversions
    "integer_to_text": "CAST({n} AS VARCHAR)",
    "any_to_text": "CAST({n} AS VARCHAR)",
    "decimal_to_text": "REGEXP_REPLACE(CAST({n} AS VARCHAR), '(\\\\.[0-9]*[1-9])0+$|\\\\.0+$', '\\\\1')",
    "string_to_double": _number(_FLOAT, "DOUBLE"),
    "string_to_exact": _number(_PREFIX, "DECIMAL(38, 12)"),
    "string_to_decimal": _number(_PREFIX, "DECIMAL(DIGITS, SCALE)"),
    "is_number": "REGEXP_LIKE({s}, '\\\\s*[+-]?([0-9]+\\\\.?[0-9]*|\\\\.[0-9]+)([eE][+-]?[0-9]+)?\\\\s*')",
    "is_spaces": "REGEXP_LIKE({s}, '\\\\s+')",
    "is_date": "CASE WHEN {s} IS NOT NULL THEN TRY_TO_TIMESTAMP_NTZ(REGEXP_SUBSTR({s}, {p}), {f}) IS NOT NULL END",
    "read_date": "TO_TIMESTAMP_NTZ({s}, {f})",
    "read_day": "TO_TIMESTAMP_NTZ({s}, {f})",
    "read_own": "TO_TIMESTAMP_NTZ({s}, {f})",
    "date_to_default_text": "TO_CHAR({d}, 'MM/DD/YYYY HH24:MI:SS.FF6')",
    "write_date": "TO_CHAR({d}, {f})",
    "write_D": "CAST(MOD(DAYOFWEEKISO({d}), 7) + 1 AS VARCHAR)",
    "write_Q": "CAST(QUARTER({d}) AS VARCHAR)",
    "write_DDD": "LPAD(CAST(DAYOFYEAR({d}) AS VARCHAR), 3, '0')",
    # dates
    "now": "CAST(CURRENT_TIMESTAMP AS TIMESTAMP_NTZ)",
    "to_timestamp_type": "CAST({d} AS TIMESTAMP_NTZ)",
    **{
        f"add_{u}s": f"DATEADD({u}, {{n}}, {{d}})"
        for u in ("year", "month", "day", "hour", "minute", "second", "millisecond", "microsecond", "nanosecond")
    },
    **{
        f"truncate_{u}": f"DATE_TRUNC('{u}', {{d}})"
        for u in ("year", "month", "day", "hour", "minute", "second", "millisecond", "microsecond", "nanosecond")
    },
    "round_year": "DATE_TRUNC('year', DATEADD(month, 6, {d}))",
    "round_month": "DATE_TRUNC('month', CASE WHEN DAY({d}) >= 16 THEN DATEADD(day, 16, {d}) ELSE {d} END)",
    "round_day": "DATE_TRUNC('day', DATEADD(hour, 12, {d}))",
    "round_hour": "DATE_TRUNC('hour', DATEADD(minute, 30, {d}))",
    "round_minute": "DATE_TRUNC('minute', DATEADD(second, 30, {d}))",
    "round_second": "DATE_TRUNC('second', DATEADD(millisecond, 500, {d}))",
    **{f"get_{u}": f"{u.upper()}({{d}})" for u in ("year", "month", "day", "hour", "minute", "second")},
    "seconds_between": "DATEDIFF(microsecond, {e}, {d}) / 1000000.0",
    "whole_days_between": "DATEDIFF(day, {e}, {d})",
    "make_timestamp": "TIMESTAMP_NTZ_FROM_PARTS({y}, {m}, {d}, {h}, {i}, {s})",
    "last_day": "CAST(LAST_DAY({d}) AS TIMESTAMP_NTZ)",
    # the rest
    "md5": "MD5({s})",
    "encode_base64": "BASE64_ENCODE({s})",
    "decode_base64": "BASE64_DECODE_STRING({s})",
    "stddev": "STDDEV_SAMP({n})",
    "variance": "VAR_SAMP({n})",
    "median": "MEDIAN({n})",
}

WRITE_FORMATS = {
    "YYYY": "YYYY", "YY": "YY", "RR": "YY", "MM": "MM", "MON": "MON", "DD": "DD", "DY": "DY", "HH24": "HH24",
    "HH12": "HH12", "HH": "HH12", "MI": "MI", "SS": "SS", "AM": "AM", "PM": "AM", "MS": "FF3", "US": "FF6", "NS": "FF9",
}  # fmt: skip
READ_FORMATS = {field: written for field, written in WRITE_FORMATS.items() if field not in ("YY", "RR", "DY")}


def format_literal(text: str) -> str:
    return f'"{text}"' if any(c.isalnum() for c in text) else text
