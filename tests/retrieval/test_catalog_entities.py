"""What becomes of a table of the catalog."""

import pytest

from services.catalog.table import NoTableError
from services.retrieval.catalog_entities import table_entities
from services.retrieval.catalog_text import TABLE_CHARS, column_text, plain, table_text, words
from services.retrieval.validation import refusal
from tests.catalog.scripted_catalog import table


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("customer_address", "customer address"),
        ("CustomerAddress", "customer address"),
        ("FCT_CLAIM", "fct claim"),
        ("XMLFeedURL", "xml feed url"),
        ("/BIC/AZSALES", "bic azsales"),
        ("kwota-brutto zł", "kwota brutto zł"),
        ("__x__", "x"),
    ],
)
def test_words(name: str, expected: str) -> None:
    assert words(name) == expected


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("**Bills** of a [month](http://x/y)", "Bills of a month"),
        ("<p>Calls<br/>made</p>", "Calls made"),
        ("# Usage\n\n* one\n* two", "Usage one two"),
        ("see `cdr_voice` and _this_", "see cdr_voice and this"),
        ("a" * 390 + " bbbbbbbbbbbbbbb", "a" * 390),
    ],
)
def test_descriptions_lose_their_markup(description: str, expected: str) -> None:
    assert plain(description) == expected


def test_text_of_a_table_and_a_column() -> None:
    columns = [("msisdn", "Phone number"), ("statusCode", "")]
    assert table_text("cdr_voice", "Calls.", columns) == "cdr voice. Calls. msisdn (Phone number), status code"
    assert table_text("cdr_voice", "", []) == "cdr voice"
    assert column_text("cdr_voice", "msisdn", "Phone number") == "cdr voice msisdn Phone number"


def test_a_wide_table_lists_names_only() -> None:
    columns = [(f"column_number_{number}", "a description of some length") for number in range(40)]
    text = table_text("wide", "", columns)
    assert len(text) <= TABLE_CHARS
    assert "column number 30" in text
    assert "description" not in text


def test_a_table_with_all_its_facts() -> None:
    given = table(
        "sap-hana",
        "invoice",
        {"invoice_id": "Key", "customer_id": "Who pays"},
        displayName="Invoices",
        description="Monthly <b>bills</b>",
        owners=[{"name": "billing-team", "type": "team"}],
        tags=[{"tagFQN": "PII.None"}],
        tableConstraints=[
            {"constraintType": "PRIMARY_KEY", "columns": ["invoice_id"]},
            {
                "constraintType": "FOREIGN_KEY",
                "columns": ["customer_id"],
                "referredColumns": ["sap-hana.db.core.customer.id"],
            },
        ],
    )
    own, first, second = table_entities("sap-hana", given)
    assert (own.entity_type, own.entity_id, own.entity_name) == ("table", "sap-hana.db.core.invoice", "invoice")
    assert own.content == "invoice. Invoices Monthly bills. invoice id (Key), customer id (Who pays)"
    assert own.metadata == {
        "service": "sap-hana",
        "database": "db",
        "schema": "core",
        "table_type": "Regular",
        "description": "Monthly bills",
        "owners": ["billing-team"],
        "tags": ["PII.None"],
        "primary_key": ["invoice_id"],
        "foreign_keys": [
            {"columns": ["customer_id"], "references": "sap-hana.db.core.customer", "referenced_columns": ["id"]}
        ],
    }
    assert (first.entity_type, first.entity_id) == ("column", "sap-hana.db.core.invoice.invoice_id")
    assert first.entity_name == "invoice.invoice_id"
    assert second.content == "invoice customer id Who pays"
    assert second.metadata == {
        "service": "sap-hana",
        "schema": "core",
        "table": own.entity_id,
        "table_name": "invoice",
        "data_type": "varchar(20)",
    }


@pytest.mark.parametrize("columns", [None, [], "no list", [None, 3, {}, {"name": 7}]])
def test_a_table_without_usable_columns_is_a_table(columns) -> None:
    (own,) = table_entities("s", {"name": "lonely", "columns": columns})
    assert own.entity_id == "s.lonely"
    assert refusal(own) is None


def test_nested_columns_have_paths() -> None:
    nested = {
        "name": "address",
        "dataType": "STRUCT",
        "children": [{"name": "city"}, {"name": "geo", "children": [{"name": "lat"}]}],
    }
    given = {"name": "person", "columns": [nested]}
    paths = [entity.entity_name for entity in table_entities("s", given)[1:]]
    assert paths == ["person.address", "person.address.city", "person.address.geo", "person.address.geo.lat"]


def test_a_quoted_name_is_one_part() -> None:
    constraint = {"constraintType": "FOREIGN_KEY", "columns": ["a"], "referredColumns": ['s.d."x.y"."c.d"']}
    own, *_ = table_entities("s", {"name": "t", "tableConstraints": [constraint, {"constraintType": "FOREIGN_KEY"}]})
    assert own.metadata["foreign_keys"] == [
        {"columns": ["a"], "references": 's.d."x.y"', "referenced_columns": ["c.d"]}
    ]


@pytest.mark.parametrize("given", [None, 3, "table", [], {}, {"name": ""}, {"name": 5}, {"fullyQualifiedName": "a.b"}])
def test_what_is_no_table_is_said(given) -> None:
    with pytest.raises(NoTableError):
        table_entities("s", given)
