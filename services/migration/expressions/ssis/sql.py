"""SQL that this language alone needs, by operation and dialect; "" holds for every dialect that has none of its own.

What `sql/` has already is used from there.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.kinds import Kind, Value
from services.migration.expressions.operations import of_table

_WEEKDAY = {  # 0 is Sunday
    "duckdb": "DAYOFWEEK({d})",
    "postgresql": "CAST(EXTRACT(DOW FROM {d}) AS INT)",
    "snowflake": "DAYOFWEEK_ISO({d}) % 7",
    "mssql": "(DATEPART(WEEKDAY, {d}) + @@DATEFIRST - 1) % 7",
    "teradata": "TD_DAY_OF_WEEK({d}) - 1",
    "sap_hana": "MOD(WEEKDAY({d}) + 1, 7)",
}
_DAY_NUMBER = {  # days since a Sunday
    "duckdb": "DATE_DIFF('day', DATE '1753-01-07', CAST({d} AS DATE))",
    "postgresql": "(CAST({d} AS DATE) - DATE '1753-01-07')",
    "snowflake": "DATEDIFF(DAY, DATE '1753-01-07', {d})",
    "mssql": "DATEDIFF(DAY, '1753-01-07', {d})",
    "teradata": "(CAST({d} AS DATE) - DATE '1753-01-07')",
    "sap_hana": "DAYS_BETWEEN(DATE '1753-01-07', TO_DATE({d}))",
}
_YEAR_DAY = {
    "duckdb": "DAYOFYEAR({d})",
    "postgresql": "CAST(EXTRACT(DOY FROM {d}) AS INT)",
    "snowflake": "DAYOFYEAR({d})",
    "mssql": "DATEPART(DAYOFYEAR, {d})",
    "teradata": "TD_DAY_OF_YEAR({d})",
    "sap_hana": "DAYOFYEAR({d})",
}
_TOKENS = {
    "duckdb": "LIST_FILTER(REGEXP_SPLIT_TO_ARRAY({s}, {x}), LAMBDA _t : _t <> '')",
    "postgresql": "ARRAY_REMOVE(REGEXP_SPLIT_TO_ARRAY({s}, {x}), '')",
}

_UNSIGNED = "CASE WHEN {n} BETWEEN -2147483648 AND -1 THEN CAST({n} AS BIGINT) + 4294967296 ELSE {n} END"

_IS_TRUE = "LOWER(TRIM({s})) IN ('true', '1')"

TEMPLATES: Mapping[str, Mapping[str, str]] = {
    # of a type: functions of DuckDB give NULL for what has none, and never come to the error
    **{
        f"fail_{kind}": {"duckdb": f"CAST(ERROR({{s}}) AS {name})"}
        for kind, name in (("string", "VARCHAR"), ("number", "BIGINT"), ("date", "TIMESTAMP"))
    },
    "fail_boolean": {
        "duckdb": "CAST(ERROR({s}) AS BOOLEAN)",
        "postgresql": "CAST(CONCAT('failed: ', {s}) AS BOOLEAN)",
    },
    "whole_division": {
        "duckdb": "{n} // {m}",
        "postgresql": "{n} / {m}",
        "mssql": "{n} / {m}",
        "teradata": "{n} / {m}",
        "": "TRUNC({n} / {m})",
    },
    "exact_quotient": {"duckdb": "CAST({n} AS DOUBLE) / {m}", "": "{n} / {m}"},
    "bit_and": {
        "snowflake": "BITAND({n}, {m})",
        "teradata": "BITAND({n}, {m})",
        "sap_hana": "BITAND({n}, {m})",
        "": "{n} & {m}",
    },
    "bit_or": {
        "snowflake": "BITOR({n}, {m})",
        "teradata": "BITOR({n}, {m})",
        "sap_hana": "BITOR({n}, {m})",
        "": "{n} | {m}",
    },
    "bit_xor": {
        "duckdb": "XOR({n}, {m})",
        "postgresql": "{n} # {m}",
        "mssql": "{n} ^ {m}",
        "snowflake": "BITXOR({n}, {m})",
        "teradata": "BITXOR({n}, {m})",
        "sap_hana": "BITXOR({n}, {m})",
    },
    "bit_not": {"": "-{n} - 1"},
    "code_point": {
        "duckdb": "CASE WHEN {s} <> '' THEN UNICODE({s}) END",
        "postgresql": "CASE WHEN {s} <> '' THEN ASCII({s}) END",
        "": "CASE WHEN {s} <> '' THEN UNICODE({s}) END",
    },
    "repeat": {"mssql": "REPLICATE({s}, {n})", "sap_hana": "RPAD('', LENGTH({s}) * {n}, {s})", "": "REPEAT({s}, {n})"},
    "trim": {"duckdb": "TRIM({s}, ' ')", "": "TRIM({s})"},
    "length": {"mssql": "LEN({s} + 'x') - 1"},
    # of a text that does not overlap itself: the length of what stands before it
    "place_of_nth": {
        "postgresql": (
            "CASE WHEN {s} IS NULL OR {k} IS NULL THEN NULL WHEN CARDINALITY(STRING_TO_ARRAY({s}, {x})) > {k} "
            "THEN LENGTH(ARRAY_TO_STRING((STRING_TO_ARRAY({s}, {x}))[1 : {k}], {x})) + 1 ELSE 0 END"
        ),
    },
    "occurrence": {"teradata": "INSTR({s}, {x}, 1, {k})"},
    "token": {  # + 0, for sqlglot moves a bare place in an array
        "duckdb": "CASE WHEN NOT {s} IS NULL AND NOT {k} IS NULL THEN COALESCE(LIST_EXTRACT("
        + _TOKENS["duckdb"]
        + ", {k}), '') END",
        "postgresql": (
            "CASE WHEN NOT {s} IS NULL AND NOT {k} IS NULL "
            f"THEN COALESCE(({_TOKENS['postgresql']})[{{k}} + 0], '') END"
        ),
    },
    "token_count": {
        "duckdb": "COALESCE(LENGTH(" + _TOKENS["duckdb"] + "), 0)",
        "postgresql": "COALESCE(CARDINALITY(" + _TOKENS["postgresql"] + "), 0)",
    },
    "log_ten": {
        "duckdb": "LOG10({n})",
        "mssql": "LOG10({n})",
        "snowflake": "LOG(10, {n})",
        "sap_hana": "LOG(10, {n})",
        "": "LOG({n})",
    },
    "hexadecimal": {
        "duckdb": f"PRINTF('%X', {_UNSIGNED})",
        "postgresql": f"UPPER(TO_HEX({_UNSIGNED}))",
        "snowflake": "TRIM(TO_CHAR({n}, 'XXXXXXXXXXXXXXXX'))",
        "mssql": "FORMAT({n}, 'X')",
        "teradata": "TRIM(TO_CHAR({n}, 'XXXXXXXXXXXXXXXX'))",
    },
    "utc_now": {
        "duckdb": "CAST(NOW() AT TIME ZONE 'UTC' AS TIMESTAMP)",
        "postgresql": "CAST(NOW() AT TIME ZONE 'UTC' AS TIMESTAMP)",
        "snowflake": "SYSDATE()",
        "mssql": "SYSUTCDATETIME()",
        "teradata": "CAST(CURRENT_TIMESTAMP AT TIME ZONE 'GMT' AS TIMESTAMP)",
        "sap_hana": "CURRENT_UTCTIMESTAMP",
    },
    "weekday": {dialect: f"{text} + 1" for dialect, text in _WEEKDAY.items()},
    "year_day": _YEAR_DAY,
    "quarter": {
        "teradata": "TD_QUARTER_OF_YEAR({d})",
        "mssql": "DATEPART(QUARTER, {d})",
        "": "EXTRACT(QUARTER FROM {d})",
        "sap_hana": "CAST(SUBSTRING(QUARTER({d}), 7, 1) AS INTEGER)",
    },
    "week": {
        # week 1 holds the first of January, weeks begin on Sunday
        dialect: f"FLOOR(({_YEAR_DAY[dialect]} - {_WEEKDAY[dialect]} + 12) / 7.0)"
        for dialect in _WEEKDAY
    },
    "day_number": _DAY_NUMBER,
    "week_number": {dialect: f"FLOOR({text} / 7.0)" for dialect, text in _DAY_NUMBER.items()},
    "boolean_text": {
        "mssql": "CASE WHEN {n} <> 0 THEN 'True' WHEN {n} = 0 THEN 'False' END",
        "": "CASE WHEN {n} THEN 'True' WHEN NOT {n} THEN 'False' END",
    },
    "text_boolean": {
        **{
            dialect: (
                f"CASE WHEN {_IS_TRUE} THEN TRUE WHEN LOWER(TRIM({{s}})) IN ('false', '0') THEN FALSE "
                f"WHEN NOT {{s}} IS NULL THEN {failure} END"
            )
            for dialect, failure in (
                ("duckdb", "CAST(ERROR({s} || ' is no DT_BOOL') AS BOOLEAN)"),
                ("postgresql", "CAST(CONCAT('no DT_BOOL: ', {s}) AS BOOLEAN)"),
            )
        },
        "snowflake": "CAST({s} AS BOOLEAN)",
        "": _IS_TRUE,
    },
    "whole_text": {
        "duckdb": (
            "CASE WHEN REGEXP_FULL_MATCH({s}, '\\s*[+-]?[0-9]+\\s*') THEN CAST({s} AS BIGINT) "
            "WHEN NOT {s} IS NULL THEN ERROR({s} || ' is no whole number') END"
        ),
        "postgresql": (
            "CASE WHEN {s} ~ '^\\s*[+-]?[0-9]+\\s*$' THEN CAST({s} AS BIGINT) "
            "WHEN NOT {s} IS NULL THEN CAST(CONCAT('no whole number: ', {s}) AS BIGINT) END"
        ),
        "": "CAST({s} AS BIGINT)",
    },
    "date_text": {
        "duckdb": "STRFTIME({d}, '%Y-%m-%d')",
        "mssql": "CONVERT(VARCHAR(10), {d}, 23)",
        "": "TO_CHAR({d}, 'YYYY-MM-DD')",
    },
    "time_text": {
        **dict.fromkeys(("duckdb", "postgresql"), "LEFT(CAST({d} AS VARCHAR), 8)"),
        "mssql": "CONVERT(VARCHAR(8), {d}, 108)",
        "": "TO_CHAR({d}, 'HH24:MI:SS')",
    },
    "timestamp_text": {
        "duckdb": "STRFTIME({d}, '%Y-%m-%d %H:%M:%S.%g')",
        "postgresql": "TO_CHAR({d}, 'YYYY-MM-DD HH24:MI:SS.MS')",
        "mssql": "CONVERT(VARCHAR(23), {d}, 121)",
        "": "TO_CHAR({d}, 'YYYY-MM-DD HH24:MI:SS.FF3')",
    },
    "text_date": {
        "duckdb": (
            "COALESCE(TRY_CAST({s} AS TIMESTAMP), "
            "STRPTIME({s}, ['%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M', '%m/%d/%Y', '%Y%m%d']))"
        ),
        "": "CAST({s} AS TIMESTAMP)",
        "mssql": "CAST({s} AS DATETIME2)",
    },
}


def own(b: SqlBuilder, operation: str, kind: Kind, /, **values: Value) -> Value:
    """An operation of this language's table, else of the dialect's. Raises Refused where the dialect has neither."""
    return of_table(TEMPLATES, b, operation, kind, **values)
