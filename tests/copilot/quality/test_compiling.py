"""Rules compiled to SQL: right rows on DuckDB, statements that qualify in five dialects, refusals with reasons."""

from __future__ import annotations

import duckdb
import pytest

from services.copilot.quality.compiling.compile import compiled
from services.copilot.quality.compiling.distributions import critical
from services.copilot.quality.compiling.likes import _Reader
from services.copilot.quality.rule import RefusedRuleError, Rule
from services.copilot.quality.wording.words import domains
from services.copilot.sql.schema_index import SchemaIndex, TableInfo
from services.copilot.sql.validate import validate

DIALECTS = ("postgresql", "snowflake", "teradata", "sap_hana", "mssql")
TABLE = TableInfo(
    "t",
    columns=(
        ("id", "integer"),
        ("code", "varchar(50)"),
        ("amount", "decimal(10,2)"),
        ("other", "decimal(10,2)"),
        ("at", "timestamp"),
        ("day", "date"),
        ("order", "integer"),
        ("flag", "boolean"),
    ),
)
ROWS = [
    (1, "A1", 10, 10, "2026-01-01 00:00:00", "2026-01-01", 1, True),
    (2, "B2", 20, 15, "2026-01-02 00:00:00", "2026-01-02", 2, False),
    (2, None, None, 5, "2026-01-03 00:00:00", None, 3, None),
    (4, "", -5, -5, None, "2026-01-04", 4, True),
]
RULES = [
    (Rule("NOT_NULL", "code"), 1),
    (Rule("NOT_NULL", "code", {"blank": True}), 2),
    (Rule("NOT_NULL", "code", {"mostly": 0.7}), 0),
    (Rule("NOT_NULL", "code", {"mostly": 0.8}), 1),
    (Rule("UNIQUE", "id"), 2),
    (Rule("UNIQUE", "", {"columns": ["id", "code"]}), 0),
    (Rule("UNIQUE", "", {"columns": ["amount", "other"], "within_row": True}), 2),
    (Rule("RANGE", "amount", {"min": 0}), 1),
    (Rule("RANGE", "amount", {"min": 10, "strict_min": True}), 2),
    (Rule("RANGE", "amount", {"min": 0, "where": "flag"}), 1),
    (Rule("RANGE", "code", {"values": ["A1", "B2"]}), 1),
    (Rule("RANGE", "code", {"not_values": ["A1"]}), 1),
    (Rule("RANGE", "code", {"min": 2, "max": 2, "measure": "length"}), 1),
    (Rule("RANGE", "day", {"min": "2026-01-02"}), 1),
    (Rule("RANGE", "day", {"max": {"now_minus_hours": 0}}), 0),
    (Rule("REGEX", "code", {"pattern": r"^[A-Z]\d$"}), 1),
    (Rule("REGEX", "code", {"pattern": "A", "negate": True}), 1),
    (Rule("REGEX", "id", {"pattern": r"^[12]$"}), 1),
    (Rule("REGEX", "code", {"like": "A%"}), 2),
    (Rule("ROW_COUNT", "", {"min": 1, "max": 4}), 0),
    (Rule("ROW_COUNT", "", {"min": 5}), 1),
    (Rule("FRESHNESS", "at", {"max_age_hours": 1}), 1),
    (Rule("FRESHNESS", "at", {"max_age_hours": 24 * 365 * 20}), 0),
    (Rule("COMPLETENESS", "code", {"min": 0.75}), 0),
    (Rule("COMPLETENESS", "code", {"min": 0.76}), 1),
    (Rule("SCHEMA_MATCH", "", {"columns": ["id", "code"]}), 0),
    (Rule("SCHEMA_MATCH", "", {"columns": ["id", "code"], "exact": True}), 1),
    (Rule("SCHEMA_MATCH", "", {"types": {"id": "integer", "code": "text", "amount": "decimal"}}), 0),
    (Rule("SCHEMA_MATCH", "", {"types": {"id": "date"}}), 1),
    (Rule("STATISTICAL", "amount", {"measure": "mean", "min": 8, "max": 9}), 0),
    (Rule("STATISTICAL", "amount", {"measure": "median", "min": 11}), 1),
    (Rule("STATISTICAL", "amount", {"measure": "quantile", "quantile": 0.9, "max": 100}), 0),
    (Rule("STATISTICAL", "amount", {"measure": "stddev", "max": 1}), 1),
    (Rule("STATISTICAL", "id", {"measure": "distinct_count", "min": 3, "max": 3}), 0),
    (Rule("STATISTICAL", "amount", {"measure": "z_score", "threshold": 1}), 1),
    (Rule("STATISTICAL", "id", {"measure": "most_common", "values": [2]}), 0),
    (Rule("STATISTICAL", "id", {"measure": "value_set", "values": [1, 2, 4], "others": False}), 0),
    (Rule("STATISTICAL", "id", {"measure": "value_set", "values": [1, 9]}), 1),
    (
        Rule(
            "STATISTICAL",
            "id",
            {"measure": "kl_divergence", "values": [1, 2, 4], "weights": [0.25, 0.5, 0.25], "max": 0},
        ),
        0,
    ),
    (Rule("STATISTICAL", "id", {"measure": "kl_divergence", "values": [1, 2], "weights": [0.5, 0.5], "max": 9}), 1),
    (Rule("STATISTICAL", "id", {"measure": "chi_square", "values": [1, 2, 4], "weights": [0.3, 0.4, 0.3]}), 0),
    (Rule("CUSTOM_SQL", "", {"left": "other", "operator": "<=", "right": "amount"}), 0),
    (Rule("CUSTOM_SQL", "", {"left": "other", "operator": "<", "right": "amount", "where": "id = 1"}), 1),
    (Rule("CUSTOM_SQL", "", {"columns": ["amount", "other"], "sum": 20}), 3),
    (Rule("CUSTOM_SQL", "", {"columns": ["id", "code"], "pairs": [[1, "A1"], [2, "B2"]]}), 1),
    (Rule("CUSTOM_SQL", "amount", {"order": "increasing", "order_by": "order"}), 1),
    (Rule("CUSTOM_SQL", "amount", {"requires": "code"}), 0),
    (Rule("CUSTOM_SQL", "order", {"requires": "code"}), 1),
    (Rule("CUSTOM_SQL", "order", {"references": {"table": "t", "column": "id"}}), 1),
    (Rule("CUSTOM_SQL", "", {"condition": "amount >= 0 OR flag"}), 0),
    (Rule("CUSTOM_SQL", "", {"query": "SELECT id FROM t WHERE amount < 0"}), 1),
]


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in TABLE.columns)
        connection.execute(f"CREATE TABLE t ({columns})")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ROWS)
        yield connection


def shown(rule):
    return f"{rule.type} {rule.column} {dict(rule.parameters)}"[:70]


@pytest.mark.parametrize(("rule", "failing"), RULES, ids=[shown(rule) for rule, _ in RULES])
def test_a_statement_returns_the_rows_that_fail(database, rule, failing):
    assert len(database.execute(compiled(rule, TABLE, "duckdb").sql).fetchall()) == failing


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("rule", [rule for rule, _ in RULES], ids=shown)
def test_a_statement_holds_against_the_schema_in_every_dialect(rule, dialect):
    if rule.parameters.get("where") == "flag" and dialect == "mssql":
        pytest.skip("SQL Server has no boolean column as a condition")
    found = validate(compiled(rule, TABLE, dialect).sql, dialect, SchemaIndex(dialect, [TABLE]))
    assert not found.errors
    assert found.is_read_only


REFUSED = [
    (Rule("RANGE", "amount", {"min": 5, "max": 1}), "greater than max"),
    (Rule("RANGE", "amount", {}), "give `min`"),
    (Rule("RANGE", "code", {"min": 5}), "as: number"),
    (Rule("RANGE", "amount", {"min": "x"}), "differ in type"),
    (Rule("RANGE", "amount", {"min": 0, "mostly": 2}), "no share"),
    (Rule("RANGE", "amount", {"minimum": 0}), "knows no minimum"),
    (Rule("RANGE", "day", {"min": "soon"}), "no date"),
    (Rule("REGEX", "code", {"pattern": "("}), "no regular expression"),
    (Rule("REGEX", "code", {"format": "%Q"}), "no code"),
    (Rule("ROW_COUNT", "", {"min": 1.5}), "whole"),
    (Rule("FRESHNESS", "amount", {"max_age_hours": 1}), "holds no dates"),
    (Rule("STATISTICAL", "code", {"measure": "mean"}), "numbers alone"),
    (Rule("STATISTICAL", "amount", {"measure": "sparkle"}), "none of"),
    (Rule("STATISTICAL", "id", {"measure": "chi_square", "values": [1], "weights": [0.5]}), "add up"),
    (Rule("CUSTOM_SQL", "", {}), "give one of"),
    (Rule("CUSTOM_SQL", "", {"condition": "1 = 1; DROP TABLE t"}), "not one expression"),
    (Rule("CUSTOM_SQL", "", {"condition": "id IN (SELECT 1)"}), "more than a condition"),
    (Rule("CUSTOM_SQL", "", {"condition": "1 = 1 LIMIT 1"}), "more than a condition"),
    (Rule("CUSTOM_SQL", "", {"query": "DELETE FROM t"}), "only read"),
    (Rule("CUSTOM_SQL", "", {"query": "SELECT 1; DROP TABLE t"}), "not one expression"),
    (Rule("CUSTOM_SQL", "", {"query": "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x"}), "only read"),
    (Rule("CUSTOM_SQL", "", {"query": "SELECT pg_read_file('/etc/passwd')"}), "only read"),
    (Rule("CUSTOM_SQL", "id", {"order": "increasing"}), "no order"),
    (Rule("SPARKLE", "id", {}), "none of"),
]


@pytest.mark.parametrize(("rule", "reason"), REFUSED, ids=[shown(rule) for rule, _ in REFUSED])
def test_what_cannot_be_compiled_is_refused_with_its_reason(rule, reason):
    with pytest.raises(RefusedRuleError, match=".*".join(reason.split(" "))):
        compiled(rule, TABLE, "postgresql")


# SQL Server: LIKE in the place of a pattern. There is no engine to run it on, so the text itself is looked at.
LIKES = [
    (r"^\d{3}$", "[0-9][0-9][0-9]"),
    (r"^48\d{2}", "48[0-9][0-9]%"),
    (r"foo", "%foo%"),
    (r"^a.*z$", "a%z"),
    (r"^[A-Z]+$", "NOT LIKE '%[^A-Z]%'"),
    (r"^50%$", "50[%]"),
]


@pytest.mark.parametrize(("pattern", "like"), LIKES)
def test_a_pattern_is_like_in_sql_server(pattern, like):
    assert like in compiled(Rule("REGEX", "code", {"pattern": pattern}), TABLE, "mssql").sql


@pytest.mark.parametrize("pattern", [r"(ab)+", r"\d+x", r"\bword\b", r"(?=a)b", r"[a-z]*@[a-z]+"])
def test_a_pattern_that_like_cannot_say_is_refused(pattern):
    with pytest.raises(RefusedRuleError, match="mssql"):
        compiled(Rule("REGEX", "code", {"pattern": pattern}), TABLE, "mssql")


def test_the_number_of_forms_is_bounded():
    with pytest.raises(RefusedRuleError, match="too many forms"):
        _Reader("(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)").alternatives()


def test_snowflake_texts_keep_their_backslashes():
    sql = compiled(Rule("REGEX", "code", {"pattern": r"^\d{11}$"}), TABLE, "snowflake").sql
    assert r"'\\d{11}'" in sql


# Valid and invalid numbers; made up by the published check digit rules, none is anybody's.
CHECKS = [
    ("pesel", ["44051401359", "02070803628"], ["44051401358", "4405140135"]),
    ("nip", ["5260250274", "1234563218"], ["1234563217"]),
    ("regon", ["123456785"], ["123456784"]),
    ("imei", ["490154203237518"], ["490154203237519"]),
    ("nrb", ["61109010140000071219812874"], ["61109010140000071219812875"]),
]


@pytest.mark.parametrize(("name", "good", "bad"), CHECKS, ids=[name for name, _, _ in CHECKS])
def test_check_digits_tell_right_from_wrong(name, good, bad):
    domain = next(row for row in domains() if row["name"] == name)
    rule = Rule("REGEX", "code", {"pattern": domain["pattern"], "checksum": domain["checksum"]})
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (code VARCHAR)")
        connection.executemany("INSERT INTO t VALUES (?)", [[each] for each in good + bad])
        failing = connection.execute(compiled(rule, TableInfo("t", columns=(("code", "varchar"),)), "duckdb").sql)
        assert [row[0] for row in failing.fetchall()] == bad


@pytest.mark.parametrize("domain", domains(), ids=lambda row: row["name"])
def test_every_domain_says_where_it_comes_from_and_compiles(domain):
    assert domain["origin"] in ("reference", "project")
    told = {key: domain[key] for key in ("pattern", "format", "checksum") if key in domain}
    if told:
        assert compiled(Rule("REGEX", "code", told), TABLE, "postgresql").sql


@pytest.mark.parametrize(
    ("degrees", "p", "value"),
    [(1, 0.05, 3.841459), (2, 0.05, 5.991465), (10, 0.01, 23.209251), (100, 0.05, 124.342113)],
)
def test_critical_values_are_those_of_the_tables(degrees, p, value):
    assert critical(degrees, p) == pytest.approx(value, abs=1e-5)
