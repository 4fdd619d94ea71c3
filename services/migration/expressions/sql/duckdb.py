"""DuckDB: every template here is executed by the conformance rows."""

from __future__ import annotations

from services.migration.expressions.sql.soundex import soundex_template
from services.sql_dialects.crc32 import CRC32

_PREFIX = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)"
# a minus before the exponent mark is passed over: the tool reads 18-e-3abc as 0.018
_FLOAT = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(-?[eE][+-]?[0-9]+)?"
_NUMBER = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"
_POSITIONS = "LIST_FILTER(RANGE(1, LENGTH({s}) + 1), LAMBDA _i : SUBSTRING({s}, _i, LENGTH({x})) = {x}"


def _number(pattern: str, target: str, mended: str = "{}") -> str:
    digits = mended.format(f"NULLIF(TRIM(REGEXP_EXTRACT({{s}}, '{pattern}')), '')")
    return f"CAST(COALESCE({digits}, CASE WHEN {{s}} IS NULL THEN NULL ELSE '0' END) AS {target})"


_LEAST, _MOST = -9, 12


def _by_digits(function: str) -> str:
    """ROUND and TRUNC to digits that are no constant, as DuckDB's own must be: one of all the results there can be."""
    every = ", ".join(f"CAST({function}({{n}}, {digits}) AS DECIMAL(38, 12))" for digits in range(_LEAST, _MOST + 1))
    return (
        f"CASE WHEN {{m}} > {_MOST} THEN CAST({{n}} AS DECIMAL(38, 12)) "
        f"WHEN {{m}} < {_LEAST} THEN CAST({{n}} * 0 AS DECIMAL(38, 12)) "
        f"ELSE LIST_EXTRACT([{every}], {{m}} + {1 - _LEAST}) END"
    )


_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FIFTEEN = "PRINTF('%.15g', CAST({n} AS DOUBLE) + 0)"
_SORTED = "(LIST({n} ORDER BY {n}) FILTER (WHERE NOT {n} IS NULL))"
_PLACE = "CAST(FLOOR({i}) AS BIGINT)"

# Parameters of lambdas start with an underscore, for a field of the same name would be taken for them.
OPERATIONS: dict[str, str] = {
    # text
    "length": "LENGTH({s})",
    "ascii": "ASCII({s})",
    "chr": "CHR({n})",
    "reverse": "REVERSE({s})",
    "initcap": (
        "ARRAY_TO_STRING(LIST_TRANSFORM(REGEXP_EXTRACT_ALL({s}, '[\\p{L}\\p{N}]+|[^\\p{L}\\p{N}]+'), "
        "LAMBDA _w : UPPER(_w[1]) || LOWER(_w[2:])), '')"
    ),
    "ltrim": "LTRIM({s}, ' ')",  # its own blanks are those of Unicode, no-break spaces included
    "rtrim": "RTRIM({s}, ' ')",
    "position": "STRPOS({s}, {x})",
    "position_from": (
        "CASE WHEN STRPOS(SUBSTRING({s}, {n}), {x}) = 0 THEN 0 ELSE STRPOS(SUBSTRING({s}, {n}), {x}) + {n} - 1 END"
    ),
    "position_nth": (
        f"CASE WHEN {{s}} IS NULL OR {{x}} IS NULL OR {{k}} IS NULL THEN NULL "
        f"ELSE COALESCE(LIST_EXTRACT({_POSITIONS} AND _i >= {{n}}), {{k}}), 0) END"
    ),
    "position_backwards": (
        f"CASE WHEN {{s}} IS NULL OR {{x}} IS NULL OR {{k}} IS NULL THEN NULL ELSE "
        f"COALESCE(LIST_EXTRACT(LIST_REVERSE({_POSITIONS} AND _i <= LENGTH({{s}}) + {{n}} + 1)), {{k}}), 0) END"
    ),
    "position_anywhere": (
        f"CASE WHEN {{s}} IS NULL OR {{x}} IS NULL OR {{n}} IS NULL OR {{k}} IS NULL THEN NULL "
        f"WHEN {{n}} < 0 THEN COALESCE(LIST_EXTRACT(LIST_REVERSE({_POSITIONS} AND _i <= LENGTH({{s}}) + {{n}} "
        f"+ 1)), {{k}}), 0) "
        f"ELSE COALESCE(LIST_EXTRACT({_POSITIONS} AND _i >= {{n}}), {{k}}), 0) END"
    ),
    "substring_anywhere": (
        "CASE WHEN {n} >= 0 THEN SUBSTRING({s}, CASE WHEN {n} = 0 THEN 1 ELSE {n} END, {m}) "
        "ELSE LEFT(RIGHT({s}, -{n}), {m}) END"
    ),
    "substring_anywhere_rest": (
        "CASE WHEN {n} >= 0 THEN SUBSTRING({s}, CASE WHEN {n} = 0 THEN 1 ELSE {n} END) ELSE RIGHT({s}, -{n}) END"
    ),
    "lpad": "LPAD({s}, {n}, {x})",
    "translate": "TRANSLATE({s}, {x}, {y})",
    "translate_any": (
        "CASE WHEN {x} IS NULL THEN {s} ELSE TRANSLATE({s}, {x}, REPEAT(LEFT(COALESCE({y}, ''), 1), LENGTH({x}))) END"
    ),
    "translate_any_case": (
        "CASE WHEN {x} IS NULL THEN {s} "
        "ELSE TRANSLATE({s}, UPPER({x}) || LOWER({x}), REPEAT(LEFT(COALESCE({y}, ''), 1), 2 * LENGTH({x}))) END"
    ),
    "regex_replace_all": "REGEXP_REPLACE({s}, {x}, {y}, 'g')",
    "regex_replace_all_any_case": "REGEXP_REPLACE({s}, {x}, {y}, 'gi')",
    "regex_replace_first": "REGEXP_REPLACE({s}, {x}, {y})",
    "regex_matches": "REGEXP_FULL_MATCH({s}, {x})",
    "regex_extract": "CASE WHEN REGEXP_FULL_MATCH({s}, {x}) THEN REGEXP_EXTRACT({s}, {x}, {n}) END",
    "soundex": soundex_template(),
    # numbers
    "exact": "CAST({n} AS DECIMAL(38, 12))",
    "exact_double": "CAST({n} AS DOUBLE)",
    "fail_on_zero_power": "CASE WHEN {n} = 0 AND {m} < 0 THEN ERROR('0 to a negative power') ELSE {r} END",
    "fail_on_zero": "CASE WHEN {n} = 0 THEN ERROR('division by zero') ELSE {r} END",
    "modulo": "{n} % {m}",
    "modulo_integer": "{n} % {m}",
    "round_number": "ROUND({n}, {m})",
    "trunc_number": "TRUNC({n}, {m})",
    **{f"{f}_number_any": _by_digits(f.upper()) for f in ("round", "trunc")},
    "round_to_integer": "CAST(ROUND({n}) AS BIGINT)",
    "narrow": "CAST({n} AS INTEGER)",
    "to_position": "CAST(ROUND({n}) AS INTEGER)",
    "truncate_to_integer": "CAST(TRUNC({n}) AS BIGINT)",
    "log_base": (
        "CASE WHEN {n} <= 0 OR {m} <= 0 OR {m} = 1 "
        "THEN ERROR('LOG of a number that is not positive, or to base 1') ELSE LOG({m}, {n}) END"
    ),
    "ln": "CASE WHEN {n} <= 0 THEN ERROR('LN of a number that is not positive') ELSE LN({n}) END",
    "sqrt": "CASE WHEN {n} < 0 THEN ERROR('SQRT of a negative number') ELSE SQRT({n}) END",
    "power_any": ("POWER({n}, CASE WHEN {n} < 0 THEN ROUND({m}) ELSE {m} END)"),
    "random": "RANDOM()",
    "any_digits": "TO_BASE({n}, {m})",
    "digits_to_integer": (
        "CAST(LIST_SUM(LIST_TRANSFORM(RANGE(LENGTH({s})), LAMBDA _i : CAST(CASE WHEN STRPOS(LEFT('"
        f"{_DIGITS}', {{m}}), UPPER({{s}}[_i + 1])) = 0 THEN ERROR('no digit of the base') "
        "ELSE (STRPOS('"
        f"{_DIGITS}', UPPER({{s}}[_i + 1])) - 1) * POWER({{m}}, LENGTH({{s}}) - 1 - _i) END AS BIGINT))) AS BIGINT)"
    ),
    "binary_digits": "TO_BASE({n}, 2)",
    "octal_digits": "TO_BASE({n}, 8)",
    "hexadecimal_digits": "TO_BASE({n}, 16)",
    "text_to_integer": "CAST({s} AS BIGINT)",
    # conversions
    "integer_to_text": "CAST({n} AS VARCHAR)",
    "decimal_to_text": "REGEXP_REPLACE(CAST({n} AS VARCHAR), '(\\.[0-9]*[1-9])0+$|\\.0+$', '\\1')",
    # 15 significant digits; an exponent has three
    "number_to_text": (
        "CASE WHEN ABS({n}) >= 1e15 OR ({n} <> 0 AND ABS({n}) < 1e-16) "
        f"THEN REGEXP_REPLACE({_FIFTEEN}, 'e([+-])([0-9]{{2}})$', 'e\\10\\2') "
        f"WHEN {{n}} <> 0 AND ABS({{n}}) < 1e-4 THEN RTRIM(CAST(CAST({_FIFTEEN} AS DECIMAL(38, 32)) AS TEXT), '0') "
        f"ELSE {_FIFTEEN} END"
    ),
    "any_to_text": "CAST({n} AS VARCHAR)",
    "string_to_double": _number(_FLOAT, "DOUBLE", "REGEXP_REPLACE({}, '-([eE])', '\\1')"),
    "string_to_exact": _number(_PREFIX, "DECIMAL(38, 12)"),
    "string_to_decimal": _number(_PREFIX, "DECIMAL(DIGITS, SCALE)"),
    "is_number": f"REGEXP_MATCHES({{s}}, '{_NUMBER}')",
    "is_spaces": "REGEXP_FULL_MATCH({s}, '[ \\t\\n\\v\\f\\r]+')",
    # YY is a year of the 1900s, the Transformation Language Reference says of IS_DATE, so that 02/29/00 is no day
    "is_date_yy": (
        "CASE WHEN {s} IS NOT NULL THEN COALESCE(CAST(TRY_STRPTIME(REGEXP_EXTRACT({s}, {p}), {f}) AS DATE) "
        "<> DATE '2000-02-29', FALSE) END"
    ),
    # the day of the year is read beyond the year's end
    "is_date_ddd": (
        "CASE WHEN {s} IS NOT NULL THEN COALESCE(DAYOFYEAR(TRY_STRPTIME(REGEXP_EXTRACT({s}, {p}), {f})) "
        "= CAST(REGEXP_EXTRACT({s}, {p}, {k}) AS INT), FALSE) END"
    ),
    "read_date_ddd": (
        "CASE WHEN DAYOFYEAR(STRPTIME(REGEXP_EXTRACT({s}, {p}), {f})) <> CAST(REGEXP_EXTRACT({s}, {p}, {k}) AS INT) "
        "THEN ERROR('not a date: ' || {s}) ELSE STRPTIME(REGEXP_EXTRACT({s}, {p}), {f}) END"
    ),
    "is_date": "CASE WHEN {s} IS NOT NULL THEN TRY_STRPTIME(REGEXP_EXTRACT({s}, {p}), {f}) IS NOT NULL END",
    "is_julian": "REGEXP_MATCHES({s}, {p})",
    # the pattern gives '' for a string of another format, which STRPTIME refuses
    "read_date": "STRPTIME(REGEXP_EXTRACT({s}, {p}), {f})",
    "read_day": "STRPTIME(REGEXP_EXTRACT({s}, {p}), {f})",
    "read_own": "STRPTIME({s}, {f})",
    "read_seconds": (
        "STRPTIME(REGEXP_REPLACE(REGEXP_EXTRACT({s}, {p}), '[0-9]+$', ''), {f}) "
        "+ TO_SECONDS(CAST(REGEXP_EXTRACT({s}, '[0-9]+$') AS BIGINT))"
    ),
    "read_julian": "CAST(DATE '1999-12-31' + (CAST({s} AS INTEGER) - 2451544) AS TIMESTAMP)",
    "century_at_50": "CASE WHEN YEAR({d}) BETWEEN 2050 AND 2068 THEN {d} - INTERVAL '100' YEAR ELSE {d} END",
    "date_to_default_text": "STRFTIME({d}, '%m/%d/%Y %H:%M:%S.%f')",
    "default_text_to_date": "STRPTIME({s}, ['%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M:%S.%f', '%m/%d/%Y'])",
    "write_date": "STRFTIME({d}, {f})",
    "write_J": "CAST(CAST(JULIAN(CAST({d} AS DATE)) AS BIGINT) AS VARCHAR)",
    "write_SSSSS": "LPAD(CAST(HOUR({d}) * 3600 + MINUTE({d}) * 60 + SECOND({d}) AS VARCHAR), 5, '0')",
    "write_D": "CAST(DAYOFWEEK({d}) + 1 AS VARCHAR)",
    "write_Q": "CAST(QUARTER({d}) AS VARCHAR)",
    "write_W": "CAST((DAY({d}) + 6) // 7 AS VARCHAR)",
    "write_WW": "LPAD(CAST((DAYOFYEAR({d}) + 6) // 7 AS VARCHAR), 2, '0')",
    "write_YYY": "RIGHT(STRFTIME({d}, '%Y'), 3)",
    "write_Y": "RIGHT(STRFTIME({d}, '%Y'), 1)",
    # dates
    "now": "LOCALTIMESTAMP",
    "add_years": "{d} + TO_YEARS({n})",
    "add_months": "{d} + TO_MONTHS({n})",
    "add_days": "{d} + TO_DAYS({n})",
    "add_hours": "{d} + TO_HOURS({n})",
    "add_minutes": "{d} + TO_MINUTES({n})",
    "add_seconds": "{d} + TO_SECONDS({n})",
    "add_milliseconds": "{d} + TO_MILLISECONDS({n})",
    "add_microseconds": "{d} + TO_MICROSECONDS({n})",
    "add_nanoseconds": "{d} + TO_MICROSECONDS({n} // 1000)",
    **{
        f"truncate_{u}": f"DATE_TRUNC('{u}', {{d}})"
        for u in ("year", "month", "hour", "minute", "second", "millisecond")
    },
    "truncate_day": "DATE_TRUNC('day', {d})",
    "truncate_microsecond": "{d}",
    "truncate_nanosecond": "{d}",
    "round_year": "DATE_TRUNC('year', {d} + TO_MONTHS(6))",
    "round_month": "DATE_TRUNC('month', CASE WHEN DAY({d}) >= 16 THEN {d} + TO_DAYS(16) ELSE {d} END)",
    "round_day": "DATE_TRUNC('day', {d} + TO_HOURS(12))",
    "round_hour": "DATE_TRUNC('hour', {d} + TO_MINUTES(30))",
    "round_minute": "DATE_TRUNC('minute', {d} + TO_SECONDS(30))",
    "round_second": "DATE_TRUNC('second', {d} + TO_MILLISECONDS(500))",
    "round_millisecond": "DATE_TRUNC('millisecond', {d} + TO_MICROSECONDS(500))",
    "round_microsecond": "{d}",
    "round_nanosecond": "{d}",
    **{f"get_{u}": f"DATE_PART('{u}', {{d}})" for u in ("year", "month", "day", "hour", "minute", "second")},
    "get_millisecond": "DATE_PART('millisecond', {d}) % 1000",
    "get_microsecond": "DATE_PART('microsecond', {d}) % 1000000",
    "get_nanosecond": "(DATE_PART('microsecond', {d}) % 1000000) * 1000",
    "seconds_between": "(EPOCH_US({d}) - EPOCH_US({e})) / 1000000.0",
    "whole_days_between": "DATE_DIFF('day', {e}, {d})",
    "months_between": (
        "CASE WHEN {d} >= {e} THEN DATE_SUB('month', {e}, {d}) + "
        "(EPOCH_US({d}) - EPOCH_US({e} + TO_MONTHS(CAST(DATE_SUB('month', {e}, {d}) AS INTEGER)))) "
        "/ 86400000000.0 / DAY(LAST_DAY({d})) "
        "ELSE -(DATE_SUB('month', {d}, {e}) + "
        "(EPOCH_US({e}) - EPOCH_US({d} + TO_MONTHS(CAST(DATE_SUB('month', {d}, {e}) AS INTEGER)))) "
        "/ 86400000000.0 / DAY(LAST_DAY({e}))) END"
    ),
    "make_timestamp": "MAKE_TIMESTAMP({y}, {m}, {d}, {h}, {i}, {s})",
    "last_day": "CAST(LAST_DAY({d}) AS TIMESTAMP)",
    "last_day_with_time": "LAST_DAY({d}) + ({d} - DATE_TRUNC('day', {d}))",
    # the rest
    "md5": "MD5({s})",
    "crc32": CRC32.format(bytes="ENCODE({s})"),
    "encode_base64": "TO_BASE64(ENCODE({s}))",
    "decode_base64": "DECODE(FROM_BASE64({s}))",
    "uuid": "CAST(UUID() AS VARCHAR)",
    "fail_string": "ERROR({s})",
    "fail_number": "ERROR({s})",
    "fail_date": "ERROR({s})",
    "stddev": "STDDEV_SAMP({n})",
    "variance": "VAR_SAMP({n})",
    "median": "MEDIAN({n})",
    "percentile_place": "(COUNT({n}) + 1) * {p} / 100.0",
    "percentile_at": (
        f"CASE WHEN {{i}} < 1 THEN {_SORTED}[1] WHEN {{i}} >= COUNT({{n}}) THEN {_SORTED}[COUNT({{n}})] "
        f"ELSE {_SORTED}[{_PLACE}] + ({{i}} - FLOOR({{i}})) * ({_SORTED}[{_PLACE} + 1] - {_SORTED}[{_PLACE}]) END"
    ),
    "first": "FIRST({n})",
    "last": "LAST({n})",
}

WRITE_FORMATS = {
    "YYYY": "%Y", "YY": "%y", "RR": "%y", "MM": "%m", "MON": "%b", "MONTH": "%B", "DD": "%d", "DDD": "%j",
    "DAY": "%A", "DY": "%a", "HH24": "%H", "HH12": "%I", "HH": "%I", "MI": "%M", "SS": "%S", "AM": "%p",
    "PM": "%p", "A.M.": "%p", "P.M.": "%p", "US": "%f", "MS": "%g", "NS": "%n",
}  # fmt: skip
READ_FORMATS = {k: v for k, v in WRITE_FORMATS.items() if k not in ("A.M.", "P.M.")}


def format_literal(text: str) -> str:
    return text.replace("%", "%%")
