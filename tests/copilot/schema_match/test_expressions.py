"""Expressions: what is made of two columns, and what is refused. PostgreSQL itself computes them over sample values."""

from __future__ import annotations

import asyncpg
import pytest

from services.copilot.schema_match.checking import problem_of
from services.copilot.schema_match.column import Column, Table
from services.copilot.schema_match.expression import name_sql, sql_type
from services.copilot.schema_match.kinds import family, loses
from services.copilot.schema_match.matching import classified
from services.copilot.schema_match.transform import made_for

# (source name, type, values), (target name, type, values), tier, what PostgreSQL must make of the values
MADE = [
    (("ur", "varchar(10)", ["31.12.1990"]), ("birth_date", "date", []), "TRANSFORM_NEEDED", ["1990-12-31"]),
    (("d", "text", ["12/31/1990", "01/02/1991"]), ("d", "date", []), "TRANSFORM_NEEDED", ["1990-12-31", "1991-01-02"]),
    (("d", "varchar(10)", ["2024-02-29"]), ("d", "date", []), "TYPE_COERCE", ["2024-02-29"]),
    (("d", "integer", ["20240229"]), ("d", "date", []), "TRANSFORM_NEEDED", ["2024-02-29"]),
    (("d", "varchar", ["20240229"]), ("d", "date", []), "TRANSFORM_NEEDED", ["2024-02-29"]),
    (
        ("at", "varchar(19)", ["05.01.2024 13:30:00"]),
        ("at", "timestamp", []),
        "TRANSFORM_NEEDED",
        ["2024-01-05 13:30:00"],
    ),
    (("e", "bigint", ["1700000000"]), ("at", "timestamp", []), "TRANSFORM_NEEDED", ["2023-11-14 22:13:20"]),
    (("e", "bigint", ["1700000000000"]), ("at", "timestamp", []), "TRANSFORM_NEEDED", ["2023-11-14 22:13:20"]),
    (("birth_dt", "date", ["1990-12-31"]), ("year_of_birth", "integer", []), "TRANSFORM_NEEDED", ["1990"]),
    (("d", "date", ["2024-02-29"]), ("d", "varchar(10)", ["01.02.2023"]), "TRANSFORM_NEEDED", ["29.02.2024"]),
    (("ts", "timestamp", ["2024-02-29 10:00:00"]), ("d", "date", []), "TYPE_COERCE", ["2024-02-29"]),
    (
        ("k", "varchar", ["1 234,50", "-12,00"]),
        ("amount", "decimal(10,2)", []),
        "TRANSFORM_NEEDED",
        ["1234.50", "-12.00"],
    ),
    (("k", "varchar", ["1,234.50"]), ("amount", "decimal(10,2)", []), "TRANSFORM_NEEDED", ["1234.50"]),
    (("k", "varchar", ["12", "7.5"]), ("amount", "decimal(10,2)", []), "TYPE_COERCE", ["12.00", "7.50"]),
    (("usage_kb", "bigint", ["2048"]), ("usage_mb", "decimal(18,3)", []), "TRANSFORM_NEEDED", ["2.000"]),
    (("dur_min", "integer", ["3"]), ("dur_sec", "integer", []), "TRANSFORM_NEEDED", ["180"]),
    (("czy", "char(1)", ["T", "N"]), ("is_x", "boolean", []), "TRANSFORM_NEEDED", ["true", "false"]),
    (("czy", "smallint", ["1", "0"]), ("is_x", "boolean", []), "TRANSFORM_NEEDED", ["true", "false"]),
    (
        ("plec", "char(1)", ["K", "M"]),
        ("gender", "varchar(6)", ["FEMALE", "MALE"]),
        "TRANSFORM_NEEDED",
        ["FEMALE", "MALE"],
    ),
    (("imie_nazwisko", "text", ["Jan Maria Nowak"]), ("first_name", "text", []), "TRANSFORM_NEEDED", ["Jan"]),
    (("full_name", "text", ["Jan Nowak-Lis"]), ("nazwisko", "text", []), "TRANSFORM_NEEDED", ["Nowak-Lis"]),
    (
        ("tel", "text", ["+48 601 234 567"]),
        ("msisdn", "varchar(11)", ["48602000111"]),
        "TRANSFORM_NEEDED",
        ["48601234567"],
    ),
    (("tel", "text", ["601-234-567"]), ("msisdn", "varchar(11)", ["48602000111"]), "TRANSFORM_NEEDED", ["48601234567"]),
    (("c", "text", [" ab "]), ("c", "text", ["cd"]), "TRANSFORM_NEEDED", ["ab"]),
    (("c", "text", ["ab", "Cd"]), ("c", "text", ["XY", "ZW"]), "TRANSFORM_NEEDED", ["AB", "CD"]),
    (("n", "bigint", ["5"]), ("n", "varchar(10)", []), "TYPE_COERCE", ["5"]),
    (("order", "varchar(3)", ["7"]), ("select", "integer", []), "TYPE_COERCE", ["7"]),
    (("n", "varchar(5)", ["a"]), ("n", "varchar(20)", []), "EXACT", None),
    (("n", "integer", ["1"]), ("N", "integer", []), "EXACT", None),
    (("klient", "integer", []), ("customer", "integer", []), "SEMANTIC", None),
    (("t", "text", ["a"]), ("t", "varchar", []), "EXACT", None),
    (("t", "decimal(10,2)", ["1.5"]), ("t", "decimal(12,2)", []), "EXACT", None),
    (("t", "smallint", ["1"]), ("t", "integer", []), "TYPE_COERCE", ["1"]),
    (("t", "text", ["abcd"]), ("t", "varchar(2)", []), "TYPE_COERCE", ["ab"]),
    (("t", "timestamptz", ["2024-02-29 10:00:00+00"]), ("t", "timestamp", []), "TYPE_COERCE", ["2024-02-29 10:00:00"]),
]


def columns(mine, theirs):
    return Column(mine[0], mine[1], samples=tuple(mine[2])), Column(theirs[0], theirs[1], samples=tuple(theirs[2]))


@pytest.mark.parametrize(("mine", "theirs", "tier", "values"), MADE)
def test_an_expression_has_its_tier_and_passes_its_own_check(mine, theirs, tier, values):
    source, target = columns(mine, theirs)
    made = made_for(source, target)
    assert classified(source, target, made) == tier
    assert bool(made.sql) == (values is not None)
    if made.sql:
        assert problem_of(made.sql, Table("t", (source,)), target) == ""
        assert made.why


@pytest.mark.slow
async def test_postgresql_computes_what_was_meant(postgres_database):
    connection = await asyncpg.connect(postgres_database)
    try:
        for mine, theirs, _, values in MADE:
            source, target = columns(mine, theirs)
            made = made_for(source, target)
            if not made.sql:
                continue
            rows = " UNION ALL ".join(
                f"SELECT CAST('{value}' AS {sql_type(source.type)}) AS {name_sql(source.name)}"
                for value in source.samples
            )
            await connection.execute("SET timezone TO 'UTC'")
            found = await connection.fetch(f"SELECT CAST({made.sql} AS VARCHAR) AS v FROM ({rows}) AS source_table")
            assert [row["v"] for row in found] == values, (mine, theirs, made.sql)
    finally:
        await connection.close()


def test_a_date_that_may_be_read_two_ways_says_so():
    made = made_for(*columns(("d", "text", ["11/12/1990"]), ("d", "date", [])))
    assert "MM/DD/YYYY" in made.why
    assert made.doubt > 0


def test_a_value_that_is_no_number_is_told():
    made = made_for(*columns(("d", "text", ["12", "n/a"]), ("n", "integer", [])))
    assert "'n/a'" in made.why
    assert made.doubt > 0


@pytest.mark.parametrize(
    ("given", "wanted", "lost"),
    [
        ("char(3)", "varchar(3)", False),
        ("text", "varchar(10)", True),
        ("smallint", "integer", False),
        ("bigint", "smallint", True),
        ("timestamp_tz", "date", True),
        ("timestamp(3)", "timestamp", False),
    ],
)
def test_what_a_type_loses_in_another(given, wanted, lost):
    assert loses(given, wanted) is lost


SOURCE = Table("s", (Column("A", "varchar(10)"), Column("b", "integer"), Column("Mixed Case", "date"), Column("u")))


@pytest.mark.parametrize(
    ("expression", "target", "said"),
    [
        ("UPPER(a)", None, ""),
        ('"Mixed Case"', "date", ""),
        ("a::date", "date", ""),
        ("u", "integer", ""),
        ("UPPER(a)", "date", "date"),
        ("b", "date", "date"),
        ("nope", None, "nope"),
        ("nofunc(a)", None, "nofunc"),
        ("a + 1", None, "varchar|character varying"),
        ("a FROM pg_user", None, "alone"),
        ("a; DROP TABLE x", None, "one expression"),
        ("a, b", None, "one expression"),
        ("(SELECT 1)", None, "no query"),
        ("SUM(b)", None, "aggregate"),
        ("ROW_NUMBER() OVER ()", None, "window"),
        ("a AS b", None, "alias"),
        ("*", None, "star"),
        ("a -- x", None, "comment"),
        ("a /* ignore the rules */", None, "comment"),
        ("pg_read_file('/etc/passwd')", None, "server|outside"),
        ("pg_sleep(10)", None, "server"),
        ("current_setting('x')", None, "server"),
        ("set_config('a', 'b', false)", None, "server"),
        ("((", None, "parse"),
        ("'abc", None, "parse"),
        ("", None, "one expression"),
        ("a" * 5_000, None, "at most 4,000"),
        ("(" * 1_900 + "b" + ")" * 1_900, None, "nested|deep"),
    ],
)
def test_an_expression_is_one_value_of_the_sources_columns(expression, target, said):
    problem = problem_of(expression, SOURCE, Column("x", target) if target else None)
    assert bool(problem) == bool(said), problem
    assert any(word in problem for word in said.split("|")), problem


@pytest.mark.parametrize(
    ("type_", "family_"),
    [
        ("varchar(3)", "string"),
        ("decimal(1,0)", "number"),
        ("timestamp_tz", "time"),
        ("unknown", ""),
        ("json", "string"),
    ],
)
def test_types_have_families(type_, family_):
    assert family(type_) == family_
