"""What differs between dialects: case, units, aliases, system objects, functions nobody has a full list of."""

from __future__ import annotations

import csv
import json

import pytest

from services.copilot.sql.schema_index import SchemaIndex, TableInfo
from services.copilot.sql.validate import validate
from tests.copilot.sql import defog

TABLES = [
    TableInfo("orders", columns=(("id", "int"), ("total", "decimal"), ("made", "date"), ("note", "varchar(20)"))),
    TableInfo("CUSTOMERS", columns=(("ID", "int"), ("NAME", "varchar"), ("lower", "int"))),
]


@pytest.mark.parametrize(
    ("dialect", "sql", "codes"),
    [
        ("snowflake", "SELECT id, Total FROM ORDERS", []),
        ("snowflake", 'SELECT "id" FROM orders', ["UNKNOWN_COLUMN"]),
        ("snowflake", "SELECT name FROM customers", []),
        ("snowflake", "SELECT total * 2 AS double, double + 1 AS more FROM orders WHERE double > 3", []),
        ("snowflake", "SELECT id FROM orders QUALIFY ROW_NUMBER() OVER (PARTITION BY note ORDER BY id) = 1", []),
        ("snowflake", "SELECT DATEADD(day, 1, made), DATEDIFF(month, made, made) FROM orders", []),
        ("snowflake", "SELECT COUNT(*) FROM orders GROUP BY DATEDIFF(month, made, made)", []),
        ("snowflake", "SELECT f.value FROM orders, LATERAL FLATTEN(input => note) f", []),
        ("snowflake", "SELECT note, SUM(total) FROM orders GROUP BY ALL", []),
        ("snowflake", "SELECT note, SUM(total) FROM orders", ["MISSING_GROUP_BY"]),
        ("mssql", "SELECT ID, [Total] FROM dbo.Orders", []),
        ("mssql", "SELECT DATEADD(day, 1, made) FROM orders GROUP BY DATEADD(day, 1, made)", []),
        (
            "mssql",
            "SELECT o.id, x.n FROM orders o CROSS APPLY (SELECT COUNT(*) AS n FROM customers c WHERE c.id = o.id) x",
            [],
        ),
        ("mssql", "UPDATE o SET total = 1 FROM orders AS o WHERE o.id = 2", []),
        ("mssql", "SELECT name FROM sys.objects", []),
        ("mssql", "SELECT number FROM master..spt_values", []),
        ("mssql", "SELECT TOP 3 id FROM orders ORDER BY id", []),
        ("mssql", "SELECT ord.id FROM orders", ["UNKNOWN_ALIAS"]),
        ("teradata", "SEL Id FROM ORDERS QUALIFY RANK() OVER (ORDER BY id) = 1", []),
        ("teradata", "SELECT idd FROM orders", ["UNKNOWN_COLUMN"]),
        ("teradata", "SELECT DATE, id FROM orders", []),
        ("sap_hana", "SELECT ADD_DAYS(made, 1) FROM orders", []),
        ("sap_hana", "SELECT CURRENT_DATE FROM DUMMY", []),
        ("sap_hana", "SELECT totl FROM orders", ["UNKNOWN_COLUMN"]),
        ("sap_hana", "SELECT id FROM orders WHERE SUM(total) > 1", ["AGGREGATE_IN_WHERE"]),
        ("sap_hana", "SELECT id FROM orders UNION SELECT id, name FROM customers", ["SET_OPERATION_ARITY"]),
    ],
)
def test_errors_are_the_dialects(dialect, sql, codes):
    assert [error.code for error in validate(sql, dialect, SchemaIndex(dialect, TABLES)).errors] == codes


def test_a_function_outside_an_incomplete_list_is_a_warning():
    found = validate("SELECT no_such_thing(id) FROM orders", "snowflake", SchemaIndex("snowflake", TABLES))
    assert found.errors == []
    assert [warning.code for warning in found.warnings] == ["UNKNOWN_FUNCTION"]


@pytest.mark.parametrize(("dialect", "fix"), [("mssql", "TOP (5)"), ("teradata", "TOP 5")])
def test_limit_comes_with_what_to_write(dialect, fix):
    (error,) = validate("SELECT id FROM orders LIMIT 5", dialect, None).errors
    assert error.code == "DIALECT_LIMIT"
    assert fix in error.fix


def test_a_table_without_columns_is_not_faulted_for_them():
    index = SchemaIndex("postgresql", [TableInfo("orders")])
    assert validate("SELECT anything FROM orders", "postgresql", index).errors == []


def test_nearest_names_come_from_thousands_of_tables():
    index = SchemaIndex("postgresql", [TableInfo(f"table_{at}") for at in range(5000)] + [TableInfo("invoices")])
    (error,) = validate("SELECT 1 FROM invoces", "postgresql", index).errors
    assert error.nearest[0] == "invoices"


@pytest.mark.skipif(not defog.FOLDER.is_dir(), reason="the defog set is not beside the checkout")
@pytest.mark.parametrize("name", ["questions_gen_tsql", "instruct_basic_tsql", "instruct_advanced_tsql"])
def test_gold_of_another_dialect_raises_no_alarm(name):
    indexes: dict[str, SchemaIndex] = {}
    with (defog.FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            index = indexes.setdefault(row["db_name"], described(row["db_name"]))
            for sql in filter(str.strip, row["query"].split(";")):
                assert validate(sql, "mssql", index).errors == []


def described(database: str) -> SchemaIndex:
    text = (defog.FOLDER / "databases" / f"{database}.json").read_text(encoding="utf-8")
    tables = []
    for name, columns in json.loads(text)["table_metadata"].items():
        schema, _, table = name.rpartition(".")
        listed = tuple((column["column_name"], column["data_type"]) for column in columns)
        tables.append(TableInfo(table, schema, columns=listed))
    return SchemaIndex("mssql", tables)


@pytest.mark.parametrize(
    ("dialect", "call"),
    [
        ("sap_hana", "ADD_WORKDAYS('PL', d, 1)"),
        ("sap_hana", "ABAP_UPPER(a)"),
        ("teradata", "TD_MONTH_BEGIN(d)"),
        ("teradata", "OREPLACE(a, 'x', 'y')"),
        ("snowflake", "ARRAY_SORT(a)"),
        ("snowflake", "OBJECT_PICK(o, 'a')"),
    ],
)
def test_functions_of_a_dialects_manual_are_known_and_others_are_warned_of(dialect, call):
    def unknown(sql):
        return [each.code for each in validate(sql, dialect, None).warnings if each.code == "UNKNOWN_FUNCTION"]

    assert unknown(f"SELECT {call} FROM t") == []
    assert unknown("SELECT made_up(a) FROM t") == ["UNKNOWN_FUNCTION"]
