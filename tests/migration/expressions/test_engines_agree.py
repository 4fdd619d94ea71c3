"""Random expressions over random rows: what DuckDB and PostgreSQL give for the same text has to be the same.

One of two that differ is silently wrong. An error on one side is none of that: it is seen.
"""

import pytest

from services.migration.ast import Tool
from services.migration.expressions.conformance import Execute
from services.migration.expressions.engines import duckdb_engine, postgresql_engine
from tests.migration.expressions.alteryx import shapes as alteryx
from tests.migration.expressions.datastage import shapes as datastage
from tests.migration.expressions.made_up import Made, differences
from tests.migration.expressions.ssis import shapes as ssis

FIELDS: dict[str, tuple[str, list[object]]] = {
    "I": ("integer", [0, 1, -1, 2, 7, -13, 100, 40000, None]),
    "B": ("bigint", [0, 5, -5, 9007199254740993, None]),
    "X": ("decimal", ["0", "1.5", "-2.25", "0.005", "12345.678", "-0.5", "2.675", None]),
    "F": ("double", ["0", "1.5", "-2.5", "0.1", "3.14159", "-7.25", "1e6", "0.3", None]),
    "S": ("string", ["", "a", "Abc", "abcabc", "  pad ", "12", "-3.5", "1e3", "12abc", "zażółć", "2001-02-03", "it's",
                     "\u00a0x\t", None]),
    "T": ("string", ["a", "b", "", "bc", "A", ".", " ", "x", None]),
    "D": ("date", ["2000-02-29 10:11:12", "1999-12-31 23:59:59.999999", "1998-01-31", "1970-01-01 00:00:00.5", None]),
    "E": ("date", ["2000-03-31", "1999-02-28 12:34:56", "2023-11-30 00:00:01", None]),
}  # fmt: skip

# What an expression of a kind may be: holes are n(umber), s(tring), d(ate), c(ondition), l(iteral string), p(art of a
# date), f(ormat), i (small integer), and upper-case letters are fields.
SHAPES: dict[str, list[str]] = {
    "n": [
        "I", "B", "X", "F", "0", "1", "-1", "2.5", "0.01", "({n} + {n})", "({n} - {n})", "({n} * {n})", "({n} / {n})",
        "MOD(I, 7)", "ROUND({n}, {i})", "ROUND({n}, I)", "TRUNC({n}, {i})", "TRUNC({n})", "CEIL({n})", "FLOOR({n})",
        "ABS({n})", "SIGN({n})", "-({n})", "LENGTH({s})", "INSTR({s}, {s})", "INSTR({s}, {s}, {i}, 2)",
        "INSTR({s}, {s}, I)", "ASCII({s})", "TO_INTEGER({s})", "TO_INTEGER({n}, TRUE)", "TO_DECIMAL({s}, {i})",
        "TO_DECIMAL({n}, 1)", "TO_DECIMAL({s})", "TO_FLOAT({s})", "TO_BIGINT({s})", "GET_DATE_PART({d}, {p})",
        "DATE_DIFF({d}, {d}, {p})", "DATE_COMPARE({d}, {d})", "IIF({c}, {n}, {n})", "IIF({c}, {n})",
        "DECODE({n}, {n}, {n}, {n})", "GREATEST({n}, {n})", "LEAST({n}, {n}, {n})", "POWER({n}, 2)", "POWER({n}, 0.5)",
        "SQRT(ABS({n}))", "CRC32({s})", "INDEXOF({s}, {s}, {s})", "CHOOSE(I, {n}, {n})",
    ],
    "s": [
        "S", "T", "'a'", "''", "{l}", "{s} || {s}", "CONCAT({s}, {n})", "SUBSTR({s}, {i}, {i})", "SUBSTR({s}, I, I)",
        "SUBSTR({s}, {i})", "UPPER({s})", "INITCAP({s})", "LTRIM({s})", "RTRIM({s})", "RTRIM({s}, {s})",
        "LTRIM({s}, {s})", "LPAD({s}, 5)", "RPAD({s}, 4, 'xy')", "REPLACECHR(0, {s}, {s}, {s})",
        "REPLACECHR(1, {s}, {l}, NULL)", "REPLACESTR(1, {s}, {l}, {l}, {l})", "REPLACESTR(0, {s}, {l}, {l})",
        "REVERSE({s})", "TO_CHAR({n})", "TO_CHAR({d}, {f})", "TO_CHAR({d})", "IIF({c}, {s}, {s})", "IIF({c}, {s})",
        "DECODE({s}, {s}, {s}, {s})", "MD5({s})", "SOUNDEX({s})", "REG_REPLACE({s}, '[0-9]+', '-')",
        "REG_EXTRACT({s}, '([a-z]+)([0-9]*).*', 1)", "GREATEST({s}, {s})", "ENC_BASE64({s})",
        "CONVERT_BASE(ABS(I), 10, 16)", "CONVERT_BASE(ABS(I), 10, 36)",
    ],
    "d": [
        "D", "E", "ADD_TO_DATE({d}, {p}, {i})", "TRUNC({d}, {p})", "ROUND({d}, {p})", "TRUNC({d})", "LAST_DAY({d})",
        "SET_DATE_PART({d}, {p}, 12)", "TO_DATE(TO_CHAR({d}, 'YYYYMMDDHH24MISS'), 'YYYYMMDDHH24MISS')",
        "IIF({c}, {d}, {d})", "IIF({c}, {d})", "MAKE_DATE_TIME(2001, 2, 28, 23)", "GREATEST({d}, {d})",
    ],
    "c": [
        "I = 1", "X > 0", "S = T", "D > E", "I", "NULL", "{n} < {n}", "{n} = {n}", "{s} <= {s}", "{s} != {s}",
        "{d} >= {d}", "({c} AND {c})", "({c} OR {c})", "NOT ({c})", "ISNULL({n})", "ISNULL({s})", "IS_NUMBER({s})",
        "IS_SPACES({s})", "IS_DATE({s}, 'YYYY-MM-DD')", "IN({s}, {s}, {s})", "IN({n}, {n}, {n})",
        "REG_MATCH({s}, '[a-c]+')",
    ],
    "l": ["'a'", "'b'", "'ab'", "' '", "'12'", "'.'"],
    "p": ["'YYYY'", "'MM'", "'DD'", "'HH'", "'MI'", "'SS'", "'MS'", "'US'"],
    "f": ["'YYYY-MM-DD'", "'DD-MON-YYYY'", "'HH12:MI AM'", "'Q'", "'D'", "'DDD'", "'WW'", "'J'", "'SSSSS'", "'MONTH'",
          "'YYYYMMDDHH24MISS.US'"],
    "i": ["0", "1", "2", "-1", "-2", "5"],
}  # fmt: skip
BATCHES = range(8)
EXPRESSIONS, ROWS = 120, 3
LANGUAGES = [
    Made(Tool.POWERCENTER, FIELDS, SHAPES, "nsdc"),
    *(
        Made(tool, module.FIELDS, module.SHAPES, module.KINDS)
        for tool, module in ((Tool.ALTERYX, alteryx), (Tool.SSIS, ssis), (Tool.DATASTAGE, datastage))
    ),
]


@pytest.fixture(scope="module")
def engines(postgres_url: str) -> object:
    with duckdb_engine() as duckdb, postgresql_engine(postgres_url) as postgresql:
        yield {"duckdb": duckdb, "postgresql": postgresql}


@pytest.mark.slow
@pytest.mark.parametrize("made", LANGUAGES, ids=lambda made: made.tool.value)
@pytest.mark.parametrize("seed", BATCHES)
def test_the_engines_agree(made: Made, seed: int, engines: dict[str, Execute]) -> None:
    different, compared = differences(made, engines, seed, EXPRESSIONS, ROWS)
    assert different == []
    assert compared > EXPRESSIONS  # most of what is made up has a value on both
