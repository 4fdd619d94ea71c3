"""What validation makes of schemas as people describe them: in any case, without keys."""

from __future__ import annotations

import pytest

from services.copilot.sql.schema_index import SchemaIndex, TableInfo
from services.copilot.sql.validate import validate

MIXED = TableInfo("Claim", columns=(("Claim_Identifier", "int"), ("CLOSED", "date"), ("opened", "date")))


@pytest.mark.parametrize("dialect", ["snowflake", "sap_hana"])
@pytest.mark.parametrize(
    ("sql", "codes"),
    [
        ("SELECT Claim_Identifier, closed, Opened FROM Claim", []),
        ("SELECT c.claim_identifier FROM CLAIM AS c", []),
        ('SELECT "Claim_Identifier", "CLOSED" FROM "Claim"', []),
        ("SELECT Claim_Identifer FROM Claim", ["UNKNOWN_COLUMN"]),
        ('SELECT "closed" FROM Claim', ["UNKNOWN_COLUMN"]),
        ("SELECT 1 FROM Claims", ["UNKNOWN_TABLE"]),
    ],
)
def test_where_names_fold_to_upper_case_a_description_may_be_in_any_case(dialect, sql, codes):
    assert [each.code for each in validate(sql, dialect, SchemaIndex(dialect, [MIXED])).errors] == codes


GROUPED = "SELECT c.customer_id, c.name, COUNT(*) FROM customers c JOIN orders o USING (customer_id) GROUP BY {by}"
ORDERS = TableInfo("orders", columns=(("order_id", "int"), ("customer_id", "int")))


@pytest.mark.parametrize(
    ("key", "by", "errors", "warnings"),
    [
        (("customer_id",), "c.customer_id", [], []),
        (("name",), "c.customer_id", ["MISSING_GROUP_BY"], []),
        ((), "c.customer_id", [], ["MISSING_GROUP_BY"]),  # nobody said that it is no key
        ((), "c.name", ["MISSING_GROUP_BY"], []),
    ],
)
def test_a_schema_without_keys_leaves_open_what_a_grouped_column_covers(key, by, errors, warnings):
    customers = TableInfo("customers", columns=(("customer_id", "int"), ("name", "text")), primary_key=key)
    found = validate(GROUPED.format(by=by), "postgresql", SchemaIndex("postgresql", [customers, ORDERS]))
    assert [each.code for each in found.errors] == errors
    assert [each.code for each in found.warnings] == warnings
