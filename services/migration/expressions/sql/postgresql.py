"""PostgreSQL 16 and later: every template here is executed by the conformance rows."""

from __future__ import annotations

from services.migration.expressions.sql.soundex import soundex_template

_PREFIX = r"^\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)"
# a minus before the exponent mark is passed over: the tool reads 18-e-3abc as 0.018
_FLOAT = r"^\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:-?[eE][+-]?[0-9]+)?"
_NUMBER = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$"
_DEFAULT_DATE = r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}( [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]{1,9})?)?$"
_POSITIONS = "(SELECT _i FROM GENERATE_SERIES(1, LENGTH({s})) AS _g(_i) WHERE SUBSTRING({s}, _i, LENGTH({x})) = {x}"


def _number(pattern: str, target: str, mended: str = "{}") -> str:
    digits = mended.format(f"SUBSTRING({{s}}, '{pattern}')")
    return f"CAST(COALESCE({digits}, CASE WHEN {{s}} IS NULL THEN NULL ELSE '0' END) AS {target})"


def _fail(target: str) -> str:
    """A cast that fails at run time with the text in its message; CONCAT keeps the planner from evaluating it early."""
    return f"CAST(CONCAT('not a date: ', {{s}}) AS {target})"


_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _months(later: str, earlier: str) -> str:
    """Whole months, a month's last day standing for days that it lacks, and the rest in days of the later month."""
    turns = (
        f"(12 * (EXTRACT(YEAR FROM {later}) - EXTRACT(YEAR FROM {earlier})) "
        f"+ EXTRACT(MONTH FROM {later}) - EXTRACT(MONTH FROM {earlier}))"
    )
    whole = f"({turns} - CASE WHEN {earlier} + {turns} * INTERVAL '1 MONTH' > {later} THEN 1 ELSE 0 END)"
    days = f"EXTRACT(DAY FROM DATE_TRUNC('month', {later}) + INTERVAL '1 MONTH' - INTERVAL '1 DAY')"
    return f"{whole} + EXTRACT(EPOCH FROM {later} - ({earlier} + {whole} * INTERVAL '1 MONTH')) / 86400 / {days}"


_SORTED = "(ARRAY_AGG({n} ORDER BY {n}) FILTER (WHERE NOT {n} IS NULL))"
_PLACE = "CAST(FLOOR({i}) AS INT)"

# Names inside of subqueries start with an underscore, for a field of the same name would be taken for them.
OPERATIONS: dict[str, str] = {
    # text
    "length": "LENGTH({s})",
    "ascii": "ASCII({s})",
    "chr": "CHR({n})",
    "reverse": "REVERSE({s})",
    "initcap": "INITCAP({s})",
    "position": "STRPOS({s}, {x})",
    "position_from": (
        "CASE WHEN STRPOS(SUBSTRING({s}, {n}), {x}) = 0 THEN 0 ELSE STRPOS(SUBSTRING({s}, {n}), {x}) + {n} - 1 END"
    ),
    "position_nth": (
        f"CASE WHEN {{s}} IS NULL OR {{x}} IS NULL OR {{k}} IS NULL THEN NULL "
        f"ELSE COALESCE({_POSITIONS} AND _i >= {{n}} ORDER BY _i LIMIT 1 OFFSET {{k}} - 1), 0) END"
    ),
    "position_backwards": (
        f"CASE WHEN {{s}} IS NULL OR {{x}} IS NULL OR {{k}} IS NULL THEN NULL "
        f"ELSE COALESCE({_POSITIONS} AND _i <= LENGTH({{s}}) + {{n}} + 1 ORDER BY _i DESC LIMIT 1 OFFSET {{k}} "
        f"- 1), 0) END"
    ),
    "position_anywhere": (
        f"CASE WHEN {{s}} IS NULL OR {{x}} IS NULL OR {{n}} IS NULL OR {{k}} IS NULL THEN NULL "
        f"WHEN {{n}} < 0 THEN COALESCE({_POSITIONS} AND _i <= LENGTH({{s}}) + {{n}} + 1 ORDER BY _i DESC LIMIT "
        f"1 OFFSET {{k}} - 1), 0) "
        f"ELSE COALESCE({_POSITIONS} AND _i >= {{n}} ORDER BY _i LIMIT 1 OFFSET {{k}} - 1), 0) END"
    ),
    "substring": "SUBSTRING({s}, {n}, {m})",
    "substring_anywhere": (
        "CASE WHEN {n} >= 0 THEN SUBSTRING({s}, CASE WHEN {n} = 0 THEN 1 ELSE {n} END, {m}) "
        "ELSE LEFT(RIGHT({s}, -{n}), {m}) END"
    ),
    "substring_anywhere_rest": (
        "CASE WHEN {n} >= 0 THEN SUBSTRING({s}, CASE WHEN {n} = 0 THEN 1 ELSE {n} END) ELSE RIGHT({s}, -{n}) END"
    ),
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
    "regex_matches": "REGEXP_LIKE({s}, {x})",
    "regex_extract": "REGEXP_SUBSTR({s}, {x}, 1, 1, 'c', {n})",
    "soundex": soundex_template(),
    # numbers
    "exact": "CAST({n} AS DECIMAL)",
    "exact_double": "CAST({n} AS DOUBLE PRECISION)",
    "modulo": "MOD(CAST({n} AS DECIMAL), CAST({m} AS DECIMAL))",
    "round_number": "ROUND({n}, {m})",
    "trunc_number": "TRUNC({n}, {m})",
    "narrow": "CAST({n} AS INT)",
    "to_position": "CAST(ROUND(CAST({n} AS DECIMAL)) AS INT)",
    "round_to_integer": "CAST(ROUND(CAST({n} AS DECIMAL)) AS BIGINT)",
    "truncate_to_integer": "CAST(TRUNC({n}) AS BIGINT)",
    "power_any": "POWER({n}, CASE WHEN {n} < 0 THEN ROUND(CAST({m} AS DECIMAL)) ELSE {m} END)",
    "log_base": "LOG(CAST({m} AS DECIMAL), CAST({n} AS DECIMAL))",
    "cosh": "COSH({n})",
    "sinh": "SINH({n})",
    "tanh": "TANH({n})",
    "sign": "CAST(SIGN({n}) AS INT)",
    "random": "RANDOM()",
    "binary_digits": "TO_BIN({n})",
    "octal_digits": "TO_OCT({n})",
    "hexadecimal_digits": "UPPER(TO_HEX({n}))",
    "any_digits": (
        f"COALESCE(NULLIF(LTRIM((SELECT STRING_AGG(SUBSTRING('{_DIGITS}', "  # noqa: S608 - a template, no user's text
        "CAST(MOD(DIV({n}, POWER(CAST({m} AS DECIMAL), _i)), {m}) AS INT) + 1, 1), '' ORDER BY _i DESC) "
        "FROM GENERATE_SERIES(0, 62) AS _g(_i)), '0'), ''), CASE WHEN {n} = 0 THEN '0' END)"
    ),
    "digits_to_integer": (
        f"(SELECT CAST(SUM(CASE WHEN STRPOS(LEFT('{_DIGITS}', "  # noqa: S608 - a template, no user's text
        "{m}), UPPER(SUBSTRING({s}, _i, 1))) = 0 THEN CAST(CONCAT('no digit of the base: ', {s}) AS INT) "
        f"ELSE (STRPOS('{_DIGITS}', UPPER(SUBSTRING({{s}}, _i, 1))) - 1) "
        "* POWER(CAST({m} AS DECIMAL), LENGTH({s}) - _i) END) AS BIGINT) "
        "FROM GENERATE_SERIES(1, LENGTH({s})) AS _g(_i))"
    ),
    "text_to_integer": "CAST({s} AS BIGINT)",
    # conversions
    "integer_to_text": "CAST({n} AS TEXT)",
    "decimal_to_text": "CAST(TRIM_SCALE({n}) AS TEXT)",
    # 15 significant digits; an exponent has three
    "number_to_text": (
        "CASE WHEN {n} = 0 THEN '0' WHEN ABS({n}) >= 1e15 OR ABS({n}) < 1e-16 THEN "
        "LTRIM(REGEXP_REPLACE(REGEXP_REPLACE(TO_CHAR({n}, '9.99999999999999EEEE'), '\\.?0+e', 'e'), "
        "'e([+-])([0-9]{2})$', 'e\\10\\2')) "
        "ELSE CAST(TRIM_SCALE(ROUND(CAST(CAST({n} AS TEXT) AS DECIMAL), "
        "14 - CAST(FLOOR(LOG(ABS({n}))) AS INT))) AS TEXT) END"
    ),
    "any_to_text": "CAST({n} AS TEXT)",
    "string_to_double": _number(_FLOAT, "DOUBLE PRECISION", "REGEXP_REPLACE({}, '-([eE])', '\\1')"),
    "string_to_exact": _number(_PREFIX, "DECIMAL"),
    "string_to_decimal": _number(_PREFIX, "DECIMAL(DIGITS, SCALE)"),
    "is_number": f"{{s}} ~ '{_NUMBER}'",
    "is_spaces": "{s} ~ '^[ \\t\\n\\v\\f\\r]+$'",
    "is_date": (
        "CASE WHEN {s} ~ {p} THEN PG_INPUT_IS_VALID(REGEXP_REPLACE({s}, {p}, {r}), 'timestamp') "
        "WHEN {s} IS NOT NULL THEN FALSE END"
    ),
    "is_date_century": (
        "CASE WHEN {s} ~ {p} THEN PG_INPUT_IS_VALID(REGEXP_REPLACE({s}, {p}, CASE "
        "WHEN REGEXP_REPLACE({s}, {p}, {y}) < '50' THEN {r} ELSE {e} END), 'timestamp') "
        "WHEN {s} IS NOT NULL THEN FALSE END"
    ),
    "is_julian": "{s} ~ {p}",
    "read_date": (
        f"CASE WHEN {{s}} ~ {{p}} THEN CAST(TO_TIMESTAMP({{s}}, {{f}}) AS TIMESTAMP) WHEN {{s}} IS NOT NULL "
        f"THEN {_fail('TIMESTAMP')} END"
    ),
    "read_day": (
        f"CASE WHEN {{s}} ~ {{p}} THEN CAST(TO_DATE({{s}}, {{f}}) AS TIMESTAMP) WHEN {{s}} IS NOT NULL THEN "
        f"{_fail('TIMESTAMP')} END"
    ),
    "read_own": "CAST(TO_TIMESTAMP({s}, {f}) AS TIMESTAMP)",
    "read_julian": "CAST(DATE '1999-12-31' + (CAST({s} AS INT) - 2451544) AS TIMESTAMP)",
    "century_at_50": (
        "CASE WHEN EXTRACT(YEAR FROM {d}) BETWEEN 2050 AND 2069 THEN {d} - INTERVAL '100 YEAR' ELSE {d} END"
    ),
    "date_to_default_text": "TO_CHAR({d}, 'MM/DD/YYYY HH24:MI:SS.US')",
    "default_text_to_date": (
        f"CASE WHEN {{s}} ~ '{_DEFAULT_DATE}' THEN CAST(TO_TIMESTAMP({{s}}, 'MM/DD/YYYY HH24:MI:SS.US') AS TIMESTAMP) "
        f"WHEN {{s}} IS NOT NULL THEN {_fail('TIMESTAMP')} END"
    ),
    "write_date": "TO_CHAR({d}, {f})",
    "write_SSSSS": "LPAD(TO_CHAR({d}, 'SSSSS'), 5, '0')",
    "write_NS": "TO_CHAR({d}, 'US') || '000'",
    # dates
    "now": "LOCALTIMESTAMP",
    "add_years": "{d} + {n} * INTERVAL '1 YEAR'",
    "add_months": "{d} + {n} * INTERVAL '1 MONTH'",
    "add_days": "{d} + {n} * INTERVAL '1 DAY'",
    "add_hours": "{d} + {n} * INTERVAL '1 HOUR'",
    "add_minutes": "{d} + {n} * INTERVAL '1 MINUTE'",
    "add_seconds": "{d} + {n} * INTERVAL '1 SECOND'",
    "add_milliseconds": "{d} + {n} * INTERVAL '1 MILLISECOND'",
    "add_microseconds": "{d} + {n} * INTERVAL '1 MICROSECOND'",
    "add_nanoseconds": "{d} + TRUNC({n} / 1000.0) * INTERVAL '1 MICROSECOND'",
    **{
        f"truncate_{u}": f"DATE_TRUNC('{u}', {{d}})"
        for u in ("year", "month", "day", "hour", "minute", "second", "milliseconds")
    },
    "truncate_millisecond": "DATE_TRUNC('milliseconds', {d})",
    "truncate_microsecond": "{d}",
    "truncate_nanosecond": "{d}",
    "round_year": "DATE_TRUNC('year', {d} + INTERVAL '6 MONTH')",
    "round_month": (
        "DATE_TRUNC('month', CASE WHEN EXTRACT(DAY FROM {d}) >= 16 THEN {d} + INTERVAL '16 DAY' ELSE {d} END)"
    ),
    "round_day": "DATE_TRUNC('day', {d} + INTERVAL '12 HOUR')",
    "round_hour": "DATE_TRUNC('hour', {d} + INTERVAL '30 MINUTE')",
    "round_minute": "DATE_TRUNC('minute', {d} + INTERVAL '30 SECOND')",
    "round_second": "DATE_TRUNC('second', {d} + INTERVAL '500 MILLISECOND')",
    "round_millisecond": "DATE_TRUNC('milliseconds', {d} + INTERVAL '500 MICROSECOND')",
    "round_microsecond": "{d}",
    "round_nanosecond": "{d}",
    **{f"get_{u}": f"CAST(EXTRACT({u} FROM {{d}}) AS INT)" for u in ("year", "month", "day", "hour", "minute")},
    "get_second": "CAST(FLOOR(EXTRACT(SECOND FROM {d})) AS INT)",
    "get_millisecond": "CAST(TO_CHAR({d}, 'MS') AS INT)",
    "get_microsecond": "CAST(TO_CHAR({d}, 'US') AS INT)",
    "get_nanosecond": "CAST(TO_CHAR({d}, 'US') AS INT) * 1000",
    "seconds_between": "EXTRACT(EPOCH FROM {d} - {e})",
    "whole_days_between": "CAST({d} AS DATE) - CAST({e} AS DATE)",
    "months_between": f"CASE WHEN {{d}} >= {{e}} THEN {_months('{d}', '{e}')} ELSE -({_months('{e}', '{d}')}) END",
    "make_timestamp": (
        "MAKE_TIMESTAMP(CAST({y} AS INT), CAST({m} AS INT), CAST({d} AS INT), CAST({h} AS INT), CAST({i} AS INT), {s})"
    ),
    "last_day": "DATE_TRUNC('month', {d}) + INTERVAL '1 MONTH' - INTERVAL '1 DAY'",
    "last_day_with_time": (
        "DATE_TRUNC('month', {d}) + INTERVAL '1 MONTH' - INTERVAL '1 DAY' + ({d} - DATE_TRUNC('day', {d}))"
    ),
    # the rest
    "md5": "MD5({s})",
    "crc32": "CRC32(CONVERT_TO({s}, 'UTF8'))",
    "encode_base64": "REPLACE(ENCODE(CONVERT_TO({s}, 'UTF8'), 'base64'), CHR(10), '')",
    "decode_base64": "CONVERT_FROM(DECODE({s}, 'base64'), 'UTF8')",
    "uuid": "CAST(GEN_RANDOM_UUID() AS TEXT)",
    "fail_string": "CAST(CAST(CONCAT('failed: ', {s}) AS INT) AS TEXT)",
    "fail_number": "CAST(CONCAT('failed: ', {s}) AS INT)",
    "fail_date": "CAST(CONCAT('failed: ', {s}) AS TIMESTAMP)",
    "stddev": "STDDEV_SAMP({n})",
    "variance": "VAR_SAMP({n})",
    "median": "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {n})",
    "percentile_place": "(COUNT({n}) + 1) * {p} / 100.0",
    "percentile_at": (
        f"CASE WHEN {{i}} < 1 THEN {_SORTED}[1] WHEN {{i}} >= COUNT({{n}}) THEN {_SORTED}[COUNT({{n}})] "
        f"ELSE {_SORTED}[{_PLACE}] + ({{i}} - FLOOR({{i}})) * ({_SORTED}[{_PLACE} + 1] - {_SORTED}[{_PLACE}]) END"
    ),
    "first": "(ARRAY_AGG({n}))[1]",
    "last": "(ARRAY_AGG({n}))[COUNT(*)]",
}

WRITE_FORMATS = {
    "YYYY": "YYYY", "YYY": "YYY", "YY": "YY", "Y": "Y", "RR": "YY", "MM": "MM", "MON": "Mon", "MONTH": "FMMonth",
    "D": "D", "DD": "DD", "DDD": "DDD", "DAY": "FMDay", "DY": "Dy", "HH24": "HH24", "HH12": "HH12", "HH": "HH12",
    "MI": "MI", "SS": "SS", "AM": "AM", "PM": "AM", "A.M.": "AM", "P.M.": "AM", "US": "US", "MS": "MS",
    "J": "J", "Q": "Q", "W": "W", "WW": "WW",
}  # fmt: skip
READ_FORMATS = {
    "YYYY": "YYYY", "YY": "YY", "RR": "YY", "MM": "MM", "MON": "MON", "MONTH": "MONTH", "DD": "DD", "DDD": "DDD",
    "DAY": "DAY", "DY": "DY", "HH24": "HH24", "HH12": "HH12", "HH": "HH12", "MI": "MI", "SS": "SS", "AM": "AM",
    "PM": "AM", "A.M.": "A.M.", "P.M.": "A.M.", "US": "US", "MS": "MS", "J": "J", "SSSSS": "SSSSS",
}  # fmt: skip


def format_literal(text: str) -> str:
    """Letters and quotes are quoted, for TO_CHAR would read them as fields."""
    if not any(c.isalpha() or c in '"\\' for c in text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
