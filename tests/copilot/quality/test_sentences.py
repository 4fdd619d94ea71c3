"""Sentences in two languages, and the rules they mean."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
import yaml

from services.copilot.confidence import total
from services.copilot.quality.job import Job, read_description
from services.copilot.quality.wording.mentions import Described
from services.copilot.sql.schema_index import TableInfo

COLUMNS = (
    Described("customer_id", "integer", "Customer identifier"),
    Described("msisdn", "varchar(20)"),
    Described("pesel", "char(11)"),
    Described("email", "varchar(100)"),
    Described("first_name", "varchar(50)"),
    Described("last_name", "varchar(50)"),
    Described("amount", "decimal(10,2)", "Kwota faktury"),
    Described("revenue", "decimal(12,2)"),
    Described("age", "integer"),
    Described("status", "varchar(10)"),
    Described("start_date", "date"),
    Described("end_date", "date"),
    Described("created_at", "timestamp"),
    Described("net", "decimal(10,2)"),
    Described("tax", "decimal(10,2)"),
    Described("gross", "decimal(10,2)"),
    Described("active", "boolean"),
    Described("postal_code", "varchar(6)"),
)
TABLE = TableInfo("customers", columns=tuple((each.name, each.type) for each in COLUMNS))
ROWS = yaml.safe_load(Path(__file__).with_name("sentences.yaml").read_text("utf-8"))


def read(text, dialect="postgresql", columns=COLUMNS, table=TABLE):
    return read_description(Job(text, table, columns, dialect))


@pytest.mark.parametrize("row", ROWS, ids=[row["text"][:60] for row in ROWS])
def test_a_sentence_means_these_rules_and_says_what_it_leaves(row):
    found = read(row["text"])
    told = [*found.warnings, *found.unread.values()]
    if "rules" in row:
        assert [[rule.type, rule.column, dict(rule.parameters)] for rule in found.rules] == row["rules"], told
    if "types" in row:
        assert [rule.type for rule in found.rules] == row["types"], told
    if "checksum" in row:
        assert all("checksum" in rule.parameters for rule in found.rules)
    if "statements" in row:
        assert all(len(sqlglot.parse(rule.sql, read="postgres")) == row["statements"] for rule in found.rules)
    expected = row.get("warns") or row.get("unknown")
    assert any(expected in each for each in told) if expected else not told, told


BORN = (Described("client_id", "bigint"), Described("birth_date", "date"), Described("since", "date"))


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("clients must be at least 18 years old", {"max": {"now_minus_hours": 18 * 8766}}),
        ("client must be an adult", {"max": {"now_minus_hours": 18 * 8766}}),
        ("klient musi mieć ukończone 18 lat", {"max": {"now_minus_hours": 18 * 8766}}),
        (
            "client between 18 and 99 years old",
            {"max": {"now_minus_hours": 18 * 8766}, "min": {"now_minus_hours": 99 * 8766}},
        ),
    ],
)
def test_an_age_is_told_by_the_date_of_birth(text, limits):
    table = TableInfo("clients", columns=tuple((each.name, each.type) for each in BORN))
    (rule,) = read(text, columns=BORN, table=table).rules
    assert (rule.type, rule.column, dict(rule.parameters)) == ("RANGE", "birth_date", limits)


def test_an_age_that_no_column_tells_is_no_rule():
    columns = (Described("client_id", "bigint"), Described("since", "date"))
    table = TableInfo("clients", columns=tuple((each.name, each.type) for each in columns))
    found = read("clients must be at least 18 years old", columns=columns, table=table)
    assert found.rules == []
    assert any("date of birth" in each for each in found.warnings)


def test_there_are_enough_sentences_of_both_languages():
    assert len(ROWS) >= 80
    assert sum(1 for row in ROWS if set(row["text"]) & set("ąćęłńóśźż")) >= 20


@pytest.mark.parametrize("row", [row for row in ROWS if row.get("unknown")], ids=lambda row: row["text"])
def test_an_unknown_column_lowers_the_confidence_and_is_not_replaced(row):
    (rule,) = read(row["text"]).rules
    (known,) = read("age must not be null").rules
    assert total(rule.factors) < 0.5 < total(known.factors)
    assert rule.column in rule.sql


@pytest.mark.parametrize("dialect", ["postgresql", "snowflake", "teradata", "sap_hana", "mssql"])
@pytest.mark.parametrize("row", [row for row in ROWS if row.get("rules")], ids=lambda row: row["text"][:50])
def test_every_rule_has_a_statement_in_every_dialect(row, dialect):
    found = read(row["text"], dialect)
    assert len(found.rules) == len(row["rules"]), found.warnings
    assert all(rule.sql.startswith("SELECT") for rule in found.rules)


def test_without_columns_names_are_taken_as_they_are_written():
    text = "customer_id must be unique. email and phone are required. start_date before end_date"
    found = read(text, "postgresql", (), TableInfo("t"))
    shown = [(rule.type, rule.column) for rule in found.rules]
    assert shown == [("UNIQUE", "customer_id"), ("NOT_NULL", "email"), ("NOT_NULL", "phone"), ("CUSTOM_SQL", "")]
    assert not found.warnings


LONG = [
    "a " * 4000,
    "customer_id, " * 615,
    "email and " * 800,
    "between " * 1000,
    "(" * 8000,
    "be " * 2600,
    "1 " * 4000,
]


@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:12])
def test_a_sentence_without_end_is_left_to_the_model(text):
    found = read(text)
    assert not found.rules
    assert any("more than 500 characters" in each for each in found.unread.values())


@pytest.mark.parametrize(
    "text", ["\x00", "\ue000\uf8ff must be unique", "İ must be unique", "🙂", "'", "%", ". . .", "-1e999 < amount"]
)
def test_odd_characters_are_no_fault(text):
    found = read(text)
    assert isinstance(found.warnings, list)
