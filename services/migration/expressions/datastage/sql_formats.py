"""SQL that reads texts by a format, for DuckDB and PostgreSQL; see `sql.py`.

`p` is the pattern of the text, `r` what it becomes.
"""

from __future__ import annotations

from collections.abc import Mapping

FORMATS: Mapping[str, str | Mapping[str, str]] = {
    "matches": {
        "duckdb": "REGEXP_MATCHES({s}, {p})",
        "postgresql": "{s} ~ {p}",
    },
    "part": "REGEXP_REPLACE({s}, {p}, {r})",
    "read": {
        "duckdb": (
            "CASE WHEN REGEXP_MATCHES({s}, {p}) THEN {r} WHEN NOT {s} IS NULL THEN CAST(ERROR('not of the "
            "format: ' || {s}) AS TYPE) END"
        ),
        "postgresql": (
            "CASE WHEN {s} ~ {p} THEN {r} WHEN NOT {s} IS NULL THEN CAST(CONCAT('not of the format: ', {s}) AS "
            "TYPE) END"
        ),
    },
    "is_date": {
        "duckdb": "TRY_CAST({r} AS DATE) IS NOT NULL",
        "postgresql": "PG_INPUT_IS_VALID({r}, 'date')",
    },
    "is_time": {
        "duckdb": "TRY_CAST({r} AS TIME) IS NOT NULL",
        "postgresql": "PG_INPUT_IS_VALID({r}, 'time')",
    },
    "is_timestamp": {
        "duckdb": "TRY_CAST({r} AS TIMESTAMP) IS NOT NULL",
        "postgresql": "PG_INPUT_IS_VALID({r}, 'timestamp')",
    },
    "month_of_name": (
        "LPAD(CAST(CAST(FLOOR((STRPOS('-JAN-FEB-MAR-APR-MAY-JUN-JUL-AUG-SEP-OCT-NOV-DEC', "
        "CONCAT('-', UPPER(LEFT({s}, 3)))) + 3) / 4.0) AS INTEGER) AS VARCHAR(2)), 2, '0')"
    ),
    "digits_of": {
        "duckdb": (
            "CASE WHEN {n} = TRUNC({n}) THEN LPAD(CAST(CAST(ABS({n}) AS BIGINT) AS VARCHAR), {m}, '0') ELSE "
            "RPAD(REGEXP_REPLACE(CAST({n} AS VARCHAR), '[^0-9]', '', 'g'), {m}, '0') END"
        ),
        "postgresql": (
            "CASE WHEN {n} = TRUNC({n}) THEN LPAD(CAST(CAST(ABS({n}) AS BIGINT) AS TEXT), {m}, '0') ELSE "
            "RPAD(REGEXP_REPLACE(CAST({n} AS TEXT), '[^0-9]', '', 'g'), {m}, '0') END"
        ),
    },
}
