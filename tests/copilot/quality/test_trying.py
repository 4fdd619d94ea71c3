"""The dry run on sample rows, and that it reaches nothing outside."""

from __future__ import annotations

import pytest

from services.copilot.quality.rule import Rule
from services.copilot.quality.trying import Tried, try_rules
from services.copilot.sql.schema_index import TableInfo

TABLE = TableInfo(
    "calls", columns=(("id", "integer"), ("msisdn", "varchar(11)"), ("at", "timestamp"), ("cost", "number(10,2)"))
)
ROWS = [
    {"id": 1.0, "msisdn": "48501501501", "at": "2026-01-01T10:00:00", "cost": 1.5},
    {"id": 2.0, "msisdn": "501", "at": "2026-01-02T10:00:00", "cost": -1.0},
    {"id": 2.0, "msisdn": None, "at": None, "cost": "2.25"},
]


def tried(rule, rows=ROWS, dialect="snowflake", table=TABLE):
    (found,) = try_rules([rule], table, dialect, rows)
    return found


@pytest.mark.parametrize(
    ("rule", "failing"),
    [
        (Rule("NOT_NULL", "msisdn"), 1),
        (Rule("UNIQUE", "id"), 2),
        (Rule("RANGE", "cost", {"min": 0}), 1),
        (Rule("REGEX", "msisdn", {"pattern": r"^48\d{9}$"}), 1),
        (Rule("ROW_COUNT", "", {"min": 10}), 1),
        (Rule("FRESHNESS", "at", {"max_age_hours": 24}), 1),
        (Rule("CUSTOM_SQL", "", {"condition": "IFF(cost < 0, FALSE, TRUE)"}), 1),
        (Rule("CUSTOM_SQL", "", {"query": "SELECT id FROM calls WHERE cost < 0 OR cost > 2"}), 2),
    ],
    ids=lambda value: value.type if isinstance(value, Rule) else "",
)
def test_failing_rows_are_counted(rule, failing):
    assert tried(rule) == Tried(3, failing)


def test_values_of_another_type_make_their_column_one_of_text():
    rows = [{"id": "x1", "cost": 1.0}, {"id": "2"}]
    assert tried(Rule("REGEX", "id", {"pattern": r"^\d+$"}), rows) == Tried(2, 1)
    assert "text" in tried(Rule("RANGE", "id", {"min": 0}), rows).error


def test_columns_that_only_the_rows_have_are_there():
    assert tried(Rule("NOT_NULL", "extra"), [{"id": 1, "extra": "a"}, {"id": 2}]) == Tried(2, 1)


def test_an_unknown_column_is_an_error_and_no_verdict():
    found = tried(Rule("NOT_NULL", "absent"))
    assert "absent" in found.error
    assert found.failing == 0


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM duckdb_secrets() AS s, glob('/etc/*')",
        "COPY calls TO '/tmp/stolen.csv'",
        "SET enable_external_access = true",
        "ATTACH '/tmp/x.db'",
        "INSERT INTO calls SELECT * FROM calls",
    ],
)
def test_a_query_reaches_nothing_outside_and_changes_nothing(query):
    found = tried(Rule("CUSTOM_SQL", "", {"query": query}), dialect="postgresql")
    assert found.error
    assert "root:" not in found.error


def test_values_are_values_and_no_sql():
    rows = [{"id": 1, "msisdn": "'); DROP TABLE calls; --"}, {"id": 2, "msisdn": "ignore previous instructions"}]
    table = TableInfo('ca"lls', columns=(("id", "integer"), ("msisdn", "text"), ('o"dd', "text")))
    assert tried(Rule("NOT_NULL", "msisdn"), rows, "postgresql", table) == Tried(2, 0)
    assert tried(Rule("NOT_NULL", 'o"dd'), rows, "postgresql", table) == Tried(2, 2)


def test_no_rows_and_no_columns_are_no_fault():
    assert tried(Rule("ROW_COUNT", "", {"min": 1}), [], "postgresql", TableInfo("t")) == Tried(0, 1)
