"""SQL of operations on numbers and dates that this language alone has: by operation, by dialect."""

from __future__ import annotations

from collections.abc import Mapping

from services.migration.expressions.sql.thousands import BY_THOUSANDS

_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?)?$"
_FLOAT = r"^\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_CHARACTER = "CASE WHEN {n} BETWEEN 1 AND 55295 OR {n} BETWEEN 57344 AND 1114111 THEN CHR(CAST({n} AS INT)) END"

_MONTHS = "-jan-feb-mar-apr-may-jun-jul-aug-sep-oct-nov-dec"
_NUMBERS = "01  02  03  04  05  06  07  08  09  10  11  12"
_NAMED = (
    f"CONCAT(REGEXP_REPLACE({{s}}, {{p}}, {{h}}, 'i'), SUBSTRING('{_NUMBERS}', "
    f"STRPOS('{_MONTHS}', CONCAT('-', LOWER(REGEXP_REPLACE({{s}}, {{p}}, {{m}}, 'i')))), 2), "
    "REGEXP_REPLACE({s}, {p}, {t}, 'i'))"
)
"""A date of a pattern as ISO text: `h` before the month, `m` the first letters of its name, `t` after it."""

TEMPLATES: Mapping[str, Mapping[str, str]] = {
    # numbers
    "bit_and": {**dict.fromkeys(("snowflake", "teradata", "sap_hana"), "BITAND({n}, {m})"), "": "{n} & {m}"},
    "bit_or": {**dict.fromkeys(("snowflake", "teradata", "sap_hana"), "BITOR({n}, {m})"), "": "{n} | {m}"},
    "bit_xor": {
        "duckdb": "XOR({n}, {m})",
        "postgresql": "{n} # {m}",
        "mssql": "{n} ^ {m}",
        "": "BITXOR({n}, {m})",
    },
    "bit_not": {"": "-{n} - 1"},
    "shift_left": {
        "duckdb": "{n} * (CAST(1 AS BIGINT) << {m})",
        "postgresql": "{n} * (CAST(1 AS BIGINT) << {m})",
        "snowflake": "BITSHIFTLEFT({n}, {m})",
    },
    "shift_right": {"duckdb": "{n} >> {m}", "postgresql": "{n} >> {m}", "snowflake": "BITSHIFTRIGHT({n}, {m})"},
    "as_big": {"mssql": "CAST({n} AS BIGINT)", "": "CAST({n} AS BIGINT)"},
    "narrowed": {"": "CAST({n} AS INT)"},
    "truncated": {
        "duckdb": "CAST(TRUNC({n}) AS BIGINT)",
        "postgresql": "CAST(TRUNC({n}) AS BIGINT)",
        "snowflake": "TRUNC({n})",
        "teradata": "TRUNC({n})",
    },
    # how many times a multiple stands in a number: to the nearest, at least, at most
    "to_multiple": {"": "SIGN({n}) * FLOOR(ABS({n}) + 0.5)"},
    "up_to_multiple": {"": "CEIL({n})", "mssql": "CEILING({n})"},
    "down_to_multiple": {"": "FLOOR({n})"},
    "factorial": {
        "duckdb": "CAST(FACTORIAL(CAST({n} AS INT)) AS DOUBLE)",
        "postgresql": "CAST(FACTORIAL(CAST({n} AS BIGINT)) AS DOUBLE PRECISION)",
    },
    "whole_random": {
        "duckdb": "CAST(FLOOR(RANDOM() * ({n} + 1)) AS BIGINT)",
        "postgresql": "CAST(FLOOR(RANDOM() * ({n} + 1)) AS BIGINT)",
    },
    "miles": {
        "": (
            "2 * 3956.5625 * ASIN(SQRT(POWER(SIN(RADIANS({c} - {a}) / 2), 2) "
            "+ COS(RADIANS({a})) * COS(RADIANS({c})) * POWER(SIN(RADIANS({d} - {b}) / 2), 2)))"
        )
    },
    "character": {"duckdb": _CHARACTER, "postgresql": _CHARACTER},
    "code_point": {"duckdb": "UNICODE({s})", "postgresql": "ASCII({s})", "snowflake": "UNICODE({s})"},
    "integer_text": {
        "duckdb": r"REGEXP_FULL_MATCH({s}, '\s*[+-]?[0-9]+\s*')",
        "postgresql": r"{s} ~ '^\s*[+-]?[0-9]+\s*$'",
    },
    "from_binary": {
        "duckdb": "CAST(LPAD({s}, 64, '0') AS BIT)::BIGINT",
        "postgresql": "CAST(CAST(LPAD({s}, 64, '0') AS BIT(64)) AS BIGINT)",
    },
    "from_hexadecimal": {
        "duckdb": "CAST(CAST(UNHEX(LPAD({s}, 16, '0')) AS BIT) AS BIGINT)",
        "postgresql": "CAST(CAST('x' || LPAD({s}, 16, '0') AS BIT(64)) AS BIGINT)",
    },
    "digits_of": {
        "duckdb": "REGEXP_FULL_MATCH({s}, {x})",
        "postgresql": "REGEXP_LIKE({s}, {x})",
    },
    "prefix_to_double": {
        "duckdb": rf"CAST(NULLIF(REGEXP_EXTRACT({{s}}, '{_FLOAT}'), '') AS DOUBLE)",
        "postgresql": rf"CAST(SUBSTRING({{s}}, '{_FLOAT}') AS DOUBLE PRECISION)",
    },
    "prefix_to_integer": {
        "duckdb": r"CAST(NULLIF(REGEXP_EXTRACT({s}, '^\s*[+-]?[0-9]+'), '') AS BIGINT)",
        "postgresql": r"CAST(SUBSTRING({s}, '^\s*[+-]?[0-9]+') AS BIGINT)",
    },
    "numeric_text": {
        "duckdb": r"REGEXP_FULL_MATCH({s}, '\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*')",
        "postgresql": r"{s} ~ '^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$'",
    },
    "grouped_text": {"postgresql": BY_THOUSANDS},
    "fixed_text": {
        "postgresql": "CAST(ROUND(CAST({n} AS DECIMAL(38, 12)), {k}) AS TEXT)",
    },
    # dates
    "day_text": {
        "duckdb": "STRFTIME({d}, '%Y-%m-%d')",
        "mssql": "CONVERT(VARCHAR(10), {d}, 23)",
        "": "TO_CHAR({d}, 'YYYY-MM-DD')",
    },
    "timestamp_text": {
        "duckdb": "STRFTIME({d}, '%Y-%m-%d %H:%M:%S')",
        "mssql": "CONVERT(VARCHAR(19), {d}, 120)",
        "": "TO_CHAR({d}, 'YYYY-MM-DD HH24:MI:SS')",
    },
    "text_date": {
        "duckdb": f"CASE WHEN REGEXP_MATCHES({{s}}, '{_ISO}') THEN TRY_CAST({{s}} AS TIMESTAMP) END",
        "postgresql": (
            f"CASE WHEN {{s}} ~ '{_ISO}' AND PG_INPUT_IS_VALID({{s}}, 'timestamp') THEN CAST({{s}} AS TIMESTAMP) END"
        ),
        "snowflake": "TRY_TO_TIMESTAMP({s})",
        "mssql": "TRY_CAST({s} AS DATETIME2)",
    },
    "to_day": {"": "CAST({d} AS DATE)"},
    "serial_date": {
        "duckdb": "TIMESTAMP '1899-12-30 00:00:00' + TO_SECONDS(ROUND({n} * 86400))",
        "postgresql": "TIMESTAMP '1899-12-30 00:00:00' + ROUND(CAST({n} * 86400 AS DECIMAL)) * INTERVAL '1 SECOND'",
    },
    "today": {"mssql": "CAST(SYSDATETIME() AS DATE)", "": "CURRENT_DATE"},
    "month_end": {
        "duckdb": "LAST_DAY({d}) + INTERVAL '86399' SECOND",
        "postgresql": "DATE_TRUNC('month', {d}) + INTERVAL '1 MONTH' - INTERVAL '1 SECOND'",
    },
    "weekday": {  # 0 is Sunday
        "duckdb": "CAST(DAYOFWEEK({d}) AS VARCHAR)",
        "postgresql": "CAST(EXTRACT(DOW FROM {d}) AS VARCHAR)",
    },
    "iso_weekday": {
        "duckdb": "CAST(ISODOW({d}) AS VARCHAR)",
        "postgresql": "CAST(EXTRACT(ISODOW FROM {d}) AS VARCHAR)",
    },
    **{  # weeks before the first Sunday or Monday of the year are week 00
        f"{day}_week": {
            "duckdb": f"STRFTIME({{d}}, '%{letter}')",
            "postgresql": (
                f"LPAD(CAST(CAST(FLOOR((EXTRACT(DOY FROM {{d}}) + 6 - {weekday}) / 7.0) AS INT) AS VARCHAR(2)), 2, '0')"
            ),
        }
        for day, letter, weekday in (
            ("sunday", "U", "EXTRACT(DOW FROM {d})"),
            ("monday", "W", "(EXTRACT(ISODOW FROM {d}) - 1)"),
        )
    },
    "century": {"": "LPAD(CAST(CAST(FLOOR(EXTRACT(YEAR FROM {d}) / 100) AS INT) AS VARCHAR(2)), 2, '0')"},
    "microseconds_between": {
        "duckdb": "DATE_DIFF('microsecond', {e}, {d})",
        "postgresql": "ROUND(EXTRACT(EPOCH FROM {d} - {e}) * 1000000)",
    },
    "day_number": {
        "duckdb": "DATE_DIFF('day', DATE '1900-01-01', CAST({d} AS DATE))",
        "postgresql": "(CAST({d} AS DATE) - DATE '1900-01-01')",
        "snowflake": "DATEDIFF(DAY, DATE '1900-01-01', {d})",
        "mssql": "DATEDIFF(DAY, '1900-01-01', {d})",
    },
    "is_month_end": {
        "duckdb": "DAY({d}) = DAY(LAST_DAY({d}))",
        "postgresql": "EXTRACT(DAY FROM {d} + INTERVAL '1 DAY') = 1",
    },
    "year_day": {"duckdb": "DAYOFYEAR({d})", "postgresql": "CAST(EXTRACT(DOY FROM {d}) AS INT)"},
    # years of two digits reach from 66 years before this one to 33 after it
    "in_window": {
        "duckdb": "CASE WHEN YEAR({d}) > YEAR(CURRENT_DATE) + 33 THEN {d} - INTERVAL '100' YEAR ELSE {d} END",
        "postgresql": (
            "CASE WHEN EXTRACT(YEAR FROM {d}) > EXTRACT(YEAR FROM CURRENT_DATE) + 33 "
            "THEN {d} - INTERVAL '100 YEAR' ELSE {d} END"
        ),
    },
    "has_four_digits": {"duckdb": "REGEXP_MATCHES({s}, '[0-9]{4}')", "postgresql": "{s} ~ '[0-9]{4}'"},
    "read_pattern": {
        "duckdb": (
            "CASE WHEN REGEXP_MATCHES({s}, {p}, 'i') THEN TRY_STRPTIME(REGEXP_REPLACE({s}, {p}, {r}, 'i'), {f}) END"
        ),
        "postgresql": (
            "CASE WHEN {s} ~* {p} AND PG_INPUT_IS_VALID(REGEXP_REPLACE({s}, {p}, {r}, 'i'), 'timestamp') "
            "THEN CAST(REGEXP_REPLACE({s}, {p}, {r}, 'i') AS TIMESTAMP) END"
        ),
    },
    "to_24_hours": {
        "postgresql": (
            "CASE WHEN EXTRACT(HOUR FROM {d}) BETWEEN 1 AND 12 THEN {d} "
            "- CASE WHEN EXTRACT(HOUR FROM {d}) = 12 THEN INTERVAL '12 HOUR' ELSE INTERVAL '0 HOUR' END "
            "+ CASE WHEN LOWER(REGEXP_REPLACE({s}, {p}, {h}, 'i')) = 'pm' THEN INTERVAL '12 HOUR' "
            "ELSE INTERVAL '0 HOUR' END END"
        ),
    },
    "read_named_month": {  # as a number: of what else runs this SQL, not all know the names of months
        "postgresql": (
            f"CASE WHEN {{s}} ~* {{p}} AND PG_INPUT_IS_VALID({_NAMED}, 'timestamp') "
            f"THEN CAST({_NAMED} AS TIMESTAMP) END"
        ),
    },
}
