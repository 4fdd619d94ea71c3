"""The values of a JSON text, as DuckDB and PostgreSQL (16 and later) find them."""

from __future__ import annotations

from typing import NamedTuple

from sqlglot import exp

from services.pipelines.runner.structured import read, template

TEXT = {"duckdb": "(w.__value ->> '$')", "postgresql": "(w.__value #>> '{}')"}
KIND = {"duckdb": "JSON_TYPE(w.__value)", "postgresql": "JSON_TYPEOF(w.__value)"}
KINDS = {
    "duckdb": {
        "number": "('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE')",
        "string": "('VARCHAR')",
        "boolean": "('BOOLEAN')",
    },
    "postgresql": {"number": "('number')", "string": "('string')", "boolean": "('boolean')"},
}
NESTED = {"duckdb": "('OBJECT', 'ARRAY')", "postgresql": "('object', 'array')"}
VALID = {
    "duckdb": r"""(JSON_VALID(s.__text) AND NOT REGEXP_MATCHES(
        REGEXP_REPLACE(s.__text, '"(?:[^"\\]|\\.)*"', '""', 'g'), ',\s*[\]}]|nan|inf', 'i'))""",
    "postgresql": "(s.__text IS JSON)",
}
"""DuckDB also takes a comma after the last member, and the numbers NaN and Infinity, which JSON does not have."""
WHOLE = {"duckdb": "REGEXP_MATCHES({text}, '^-?[0-9]+$')", "postgresql": "({text} ~ '^-?[0-9]+$')"}
INTEGER = {
    "duckdb": "TRY_CAST({text} AS BIGINT)",
    "postgresql": """CASE WHEN CAST({text} AS DECIMAL) BETWEEN -9223372036854775808 AND 9223372036854775807
        THEN CAST({text} AS BIGINT) END""",
}
"""A whole number, null where 64 bits do not hold it."""
FRACTION = {
    "duckdb": r"REGEXP_REPLACE(CAST(CAST({text} AS DOUBLE) AS TEXT), '\.0$', '')",
    "postgresql": "CAST(CAST({text} AS DOUBLE PRECISION) AS TEXT)",
}
"""A number that is written with a fraction or an exponent, as text."""
DIALECTS = frozenset(TEXT)


class Parts(NamedTuple):
    """`walk` is the recursive part that gives all values, `leaf` which of them are rows, `values` what columns may
    hold, `broken` which texts are not JSON.
    """

    walk: exp.Query
    leaf: exp.Expr
    values: dict[str, exp.Expr]
    broken: exp.Expr


def parts(dialect: str) -> Parts:
    walk = read(template(f"json_{dialect}.sql").substitute(valid=VALID[dialect]), dialect)
    assert isinstance(walk, exp.Query)
    leaf = read(f"{KIND[dialect]} NOT IN {NESTED[dialect]}", dialect)
    broken = read(f"TRIM(s.__text) <> '' AND NOT {VALID[dialect]}", dialect)
    return Parts(walk, leaf, {holds: read(text, dialect) for holds, text in _values(dialect).items()}, broken)


def _values(dialect: str) -> dict[str, str]:
    text, kind, kinds = TEXT[dialect], KIND[dialect], KINDS[dialect]
    whole, fraction = WHOLE[dialect].format(text=text), FRACTION[dialect].format(text=text)
    is_number = f"{kind} IN {kinds['number']}"
    integer = f"CASE WHEN {whole} THEN {INTEGER[dialect].format(text=text)} END"
    return {
        "name": "w.__name",
        "value": f"CASE WHEN {is_number} AND NOT {whole} THEN {fraction} ELSE {text} END",
        "string": f"CASE WHEN {kind} IN {kinds['string']} THEN {text} END",
        "integer": f"CASE WHEN {is_number} THEN {integer} END",
        "float": f"CASE WHEN {is_number} AND ({integer}) IS NULL THEN CAST({text} AS DOUBLE PRECISION) END",
        "boolean": f"CASE WHEN {kind} IN {kinds['boolean']} THEN CAST({text} AS BOOLEAN) END",
    }
