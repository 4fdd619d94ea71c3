"""Hostile input: refused or written, in bounded time, never raised."""

from __future__ import annotations

import time

import pytest
from sqlglot import exp

from services.sql_dialects import DIALECT_NAMES
from services.sql_dialects.transpile import Table, transpile
from services.sql_dialects.transpile.cautions import TEXTS
from services.sql_dialects.transpile.reading import calls
from services.sql_dialects.transpile.templates import filled

HOSTILE = {
    "brackets": "SELECT " + "(" * 3000 + "1" + ")" * 3000,
    "subqueries": "SELECT * FROM " + "(SELECT * FROM " * 200 + "t" + ") x" * 200,
    "cases": "SELECT " + "CASE WHEN a THEN " * 500 + "1" + " END" * 500,
    "nots": "SELECT " + "NOT " * 5000 + "a",
    "minus": "SELECT " + "- " * 5000 + "1",
    "sum": "SELECT " + "+".join(["a"] * 5000),
    "unions": " UNION ALL ".join(["SELECT 1"] * 3000),
    "long": "SELECT '" + "x" * 200_000 + "'",
    "words": "SELECT " + ",".join(["a"] * 30_000),
    "open string": "SELECT 'abc",
    "open comment": "SELECT /* abc",
    "open name": "SELECT [abc FROM t",
    "control": "SELECT \x00 FROM t",
    "nothing": "",
    "semicolons": ";;;",
    "prose": "please drop the table",
    "jinja": "SELECT {{ x }} FROM {% if y %} t {% endif %}",
    "functions": "SELECT " + "ABS(" * 300 + "1" + ")" * 300,
}
PAIRS = [(read, write) for read in sorted(DIALECT_NAMES) for write in sorted(DIALECT_NAMES)]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused(name: str) -> None:
    for read in sorted(DIALECT_NAMES):
        began = time.monotonic()
        made = transpile(HOSTILE[name], read, "postgresql" if read != "postgresql" else "mssql")
        assert bool(made.sql) != bool(made.refused)
        assert time.monotonic() - began < 20  # a bound against running away, no measurement


@pytest.mark.parametrize("depth", [5, 15, 30])
def test_what_is_nested_as_people_nest_is_written(depth: int) -> None:
    sql = "SELECT * FROM " + "(SELECT a FROM " * depth + "t" + ") x" * depth
    made = transpile(sql, "mssql", "postgresql")
    assert made.refused == ""


@pytest.mark.parametrize(("read", "write"), PAIRS)
def test_every_pair_writes_a_plain_query(read: str, write: str) -> None:
    made = transpile("SELECT a, SUM(b) AS total FROM t WHERE c > 1 GROUP BY a", read, write)
    assert (made.refused, made.warnings) == ("", ())
    assert made.sql.replace("\n", " ") == "SELECT a, SUM(b) AS total FROM t WHERE c > 1 GROUP BY a"


@pytest.mark.parametrize(("read", "write"), [("oracle", "postgresql"), ("mssql", "tsql"), ("", "mssql")])
def test_an_unknown_dialect_is_the_callers_error(read: str, write: str) -> None:
    with pytest.raises(ValueError, match="known are"):
        transpile("SELECT 1", read, write)


def test_types_may_be_of_either_dialect_or_unknown() -> None:
    tables = [Table("T", (("Flag", "bit"), ("Shape", "no_such_type(1, 2)"), ("n", "NUMBER(10)")), "dbo")]
    made = transpile("SELECT t.n FROM dbo.t WHERE t.flag = 1 AND t.shape = 1", "mssql", "postgresql", tables)
    assert made.sql == "SELECT t.n FROM t WHERE t.flag AND t.shape = 1"


def test_a_caution_is_given_once_with_its_places() -> None:
    made = transpile("SELECT a FROM t WHERE a LIKE 'x%' OR b LIKE 'y%'", "mssql", "postgresql")
    assert [warning.code for warning in made.warnings] == ["collation"]
    assert "a LIKE 'x%'" in made.warnings[0].message
    assert "b LIKE 'y%'" in made.warnings[0].message


@pytest.mark.parametrize(("key", "call"), calls().items(), ids=lambda each: "-".join(map(str, each[:3])))
def test_a_row_of_the_table_can_be_filled(key, call) -> None:
    assert not call.caution or call.caution in TEXTS
    for template in call.templates.values():
        if not template.isidentifier():
            assert filled(template, [exp.column(name) for name in "abcdefgh"]).sql("postgres")
