"""SQL of numbers and raw texts, for DuckDB and PostgreSQL; see `sql.py`."""

from __future__ import annotations

from collections.abc import Mapping

from services.migration.expressions.sql.thousands import BY_THOUSANDS

NUMBERS: Mapping[str, str | Mapping[str, str]] = {
    "as_double": "CAST({n} AS DOUBLE PRECISION)",
    "ceil": "CAST(CEIL({n}) AS BIGINT)",
    "floor": "CAST(FLOOR({n}) AS BIGINT)",
    "whole_part": {
        "duckdb": "CAST(TRUNC({n} / {m}) AS BIGINT)",
        "postgresql": "CAST(TRUNC(CAST({n} AS DECIMAL) / CAST({m} AS DECIMAL)) AS BIGINT)",
    },
    "cut": "TRUNC({n}, {m})",
    "rounded": "ROUND({n}, {m})",
    "up": "CASE WHEN TRUNC({n}, {m}) < {n} THEN TRUNC({n}, {m}) + {u} ELSE TRUNC({n}, {m}) END",
    "down": "CASE WHEN TRUNC({n}, {m}) > {n} THEN TRUNC({n}, {m}) - {u} ELSE TRUNC({n}, {m}) END",
    "acos": "ACOS({n})",
    "asin": "ASIN({n})",
    "atan": "ATAN({n})",
    "atan_of_two": "ATAN2({n}, {m})",
    "log_ten": {
        "duckdb": "CASE WHEN {n} <= 0 THEN ERROR('LOG10 of a number that is not positive') ELSE LOG10({n}) END",
        "postgresql": "LOG({n})",
    },
    "load_exponent": "{n} * POWER(2.0, {m})",
    "greatest": "CASE WHEN {n} >= {m} THEN {n} WHEN {n} < {m} THEN {m} END",
    "least": "CASE WHEN {n} <= {m} THEN {n} WHEN {n} > {m} THEN {m} END",
    "bit_and": "{n} & {m}",
    "bit_or": "{n} | {m}",
    "bit_xor": {
        "duckdb": "XOR({n}, {m})",
        "postgresql": "{n} # {m}",
    },
    "bit_clear": "{n} & (-{m} - 1)",
    "from_bits": {
        "duckdb": (
            "CAST(LIST_SUM(LIST_TRANSFORM(RANGE(LENGTH({s})), LAMBDA _i : CASE WHEN {s}[_i + 1] = '1' THEN "
            "CAST(POWER(2, LENGTH({s}) - 1 - _i) AS HUGEINT) ELSE 0 END)) AS HUGEINT)"
        ),
        "postgresql": (
            "(SELECT CAST(SUM(CASE WHEN SUBSTRING({s}, _i, 1) = '1' THEN POWER(CAST(2 AS DECIMAL), LENGTH({s}) "
            "- _i) ELSE 0 END) AS BIGINT) FROM GENERATE_SERIES(1, LENGTH({s})) AS _g(_i))"
        ),
    },
    "to_bits": {
        "duckdb": "TO_BASE({n}, 2)",
        "postgresql": "TO_BIN({n})",
    },
    "text_is_number": {
        "duckdb": "REGEXP_MATCHES({s}, '^\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\s*$')",
        "postgresql": "{s} ~ '^\\s*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?\\s*$'",
    },
    "plain_number_text": {
        "duckdb": (
            "REGEXP_REPLACE(CAST(CAST({n} AS DECIMAL(38, 15)) AS VARCHAR), '(\\.[0-9]*[1-9])0+$|\\.0+$', '\\1')"
        ),
        "postgresql": "CAST(TRIM_SCALE(CAST({n} AS DECIMAL)) AS TEXT)",
    },
    "any_number_text": {
        "duckdb": "CAST({n} AS VARCHAR)",
        "postgresql": "CAST({n} AS TEXT)",
    },
    "number_by_thousands": "FORMAT({f}, CAST({n} AS DOUBLE))",
    "text_by_thousands": BY_THOUSANDS,
    "raw_length": "OCTET_LENGTH({s})",
    "to_raw": {
        "duckdb": "ENCODE({s})",
        "postgresql": "CONVERT_TO({s}, 'UTF8')",
    },
    "from_raw": {
        "duckdb": "DECODE({s})",
        "postgresql": "CONVERT_FROM({s}, 'UTF8')",
    },
    "random_below": "FLOOR(RANDOM() * {n})",
}
