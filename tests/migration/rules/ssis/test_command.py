"""Statements that OLE DB Command runs for each row: what they write, or why they can't be a load of all rows."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.ssis_package import Out, Package, Use
from services.migration.conversion import NodeConversion
from services.migration.pipeline import migrate

COLUMNS = "ID:i4 NAME:wstr(20) AMOUNT:numeric(18,2)"
IS_THERE = "IF EXISTS (SELECT 1 FROM T WHERE id = ?) "
MERGE = "MERGE T USING (SELECT ? AS i, ? AS n) s ON T.id = s.i "


def command(text: str, *names: str) -> NodeConversion:
    package = Package()
    flow = package.read("src", COLUMNS)
    uses = [Use(name, {}, f"Param_{place}") for place, name in enumerate(names)]
    (flow,) = package.component("cmd", "OLEDBCommand", {"SqlCommand": text}, [(flow, uses)], [Out("o", sync=True)])
    package.write(flow, "after")
    migration = migrate(package.text(), "pkg.dtsx", dialect="duckdb")
    assert [one.message for one in migration.structure.findings if one.severity == "error"] == []
    found = next(one for one in migration.result.mappings[0].objects if one.object == "cmd")
    assert migration.structure.executed == (found.target_type != "manual")
    return found


def written(config: dict[str, Any]) -> str:
    """`update dbo.T: a = NAME, id* = ID`, keys with a star."""
    table = ".".join(config[part] for part in ("database", "schema", "table") if part in config)
    columns = [
        f"{one['name']}{'*' if one['name'] in config.get('keys', ()) else ''} = {one.get('from', one['name'])}"
        for one in config["columns"]
    ]
    return f"{config['mode']} {table}: {', '.join(columns)}"


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("UPDATE [d].[dbo].[T] SET [a] = ? WHERE [id] = ?", "NAME ID", "update d.dbo.T: a = NAME, id* = ID"),
        ("update dbo.T set a=? where id=? and c=?", "NAME ID ID", "update dbo.T: a = NAME, id* = ID, c* = ID"),
        ("UPDATE T SET a = ? WHERE (? = id)", "NAME ID", "update T: a = NAME, id* = ID"),
        ("UPDATE t SET t.a = ? FROM dbo.T AS t WHERE t.id = ?", "NAME ID", "update dbo.T: a = NAME, id* = ID"),
        ("UPDATE T WITH (ROWLOCK) SET a = ? WHERE id = ?;", "NAME ID", "update T: a = NAME, id* = ID"),
        ("-- why? \nUPDATE T /* ? */ SET a = ? WHERE id = ?", "NAME ID", "update T: a = NAME, id* = ID"),
        ("UPDATE T SET a = ? WHERE id = ? AND k = 'x?'", "NAME ID", "update T: a = NAME, id* = ID, k* = set_k"),
        ("DELETE FROM dbo.T WHERE id = ?", "ID", "delete dbo.T: id* = ID"),
        ("DELETE dbo.T WHERE id = ?", "ID", "delete dbo.T: id* = ID"),
        ("DELETE t FROM dbo.T t WHERE t.id = ?", "ID", "delete dbo.T: id* = ID"),
        ("INSERT INTO T (a, b) SELECT ?, ?", "ID NAME", "append T: a = ID, b = NAME"),
        ("INSERT T (a, b) VALUES (?, GETDATE())", "ID", "append T: a = ID, b = set_b"),
        (
            "MERGE dbo.T AS t USING (SELECT ? AS i, ? AS n) AS s ON t.id = s.i WHEN MATCHED THEN UPDATE SET a = s.n "
            "WHEN NOT MATCHED THEN INSERT (id, a) VALUES (s.i, s.n);",
            "ID NAME",
            "upsert dbo.T: id* = ID, a = NAME",
        ),
        (
            "MERGE T USING (VALUES (?, ?)) s (i, n) ON T.id = s.i WHEN MATCHED THEN UPDATE SET T.a = s.n;",
            "ID NAME",
            "update T: id* = ID, a = NAME",
        ),
        (IS_THERE + "UPDATE T SET a = ? WHERE id = ?", "ID NAME ID", "update T: a = NAME, id* = ID"),
        (IS_THERE + "DELETE FROM T WHERE id = ?", "ID ID", "delete T: id* = ID"),
        (
            IS_THERE + "BEGIN UPDATE T SET a = ? WHERE id = ?; END ELSE BEGIN INSERT INTO T (a, id) VALUES (?, ?) END",
            "ID NAME ID NAME ID",
            "upsert T: a = NAME, id* = ID",
        ),
        (
            "IF NOT EXISTS (SELECT * FROM dbo.T t WHERE t.id = ?) INSERT dbo.T (id, a) SELECT ?, ? "
            "ELSE UPDATE dbo.T SET a = ? WHERE id = ?",
            "ID ID NAME NAME ID",
            "upsert dbo.T: a = NAME, id* = ID",
        ),
        (MERGE + "WHEN MATCHED THEN DELETE;", "ID NAME", "delete T: id* = ID"),
    ],
)  # fmt: skip  # a table
def test_a_statement_is_a_load(text: str, names: str, expected: str) -> None:
    assert written(command(text, *names.split()).nodes[-1]["config"]) == expected


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("UPDATE T SET a = UPPER(LTRIM(RTRIM(?))) WHERE id = ?", "UPPER(LTRIM(RTRIM(NAME)))"),
        ("UPDATE T SET a = ISNULL(?, 'none') WHERE id = ?", "COALESCE(NAME, 'none')"),
        ("UPDATE T SET c = ?, a = CAST('9999-12-31' AS datetime) WHERE id = ?", "CAST('9999-12-31' AS TIMESTAMP)"),
        ("UPDATE T SET c = ?, a = NULL WHERE id = ?", "NULL"),
        ("UPDATE T SET c = ?, a = N'é' WHERE id = ?", "'é'"),
    ],
)
def test_a_value_is_computed_before_the_load(text: str, expression: str) -> None:
    columns = command(text, "NAME", "ID").nodes[0]["config"]["columns"]
    assert [(one["name"], one["expression"]) for one in columns] == [("set_a", expression)]


def test_several_statements_are_loads_in_their_order() -> None:
    found = command("SET NOCOUNT ON; UPDATE T SET a = ? WHERE id = ?; DELETE FROM U WHERE id = ?", "NAME", "ID", "ID")
    configs = [node["config"] for node in found.nodes]
    assert [written(one) for one in configs] == ["update T: a = NAME, id* = ID", "delete U: id* = ID"]
    assert [one["load_order"] for one in configs] == [1, 2]


def test_a_row_is_written_before_it_goes_on() -> None:
    assert command("UPDATE T SET a = ? WHERE id = ?", "NAME", "ID").nodes[-1]["config"]["load_order"] == 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("UPDATE T SET a = ? WHERE code = ?", "ID NAME"),
        ("UPDATE T SET a = ? WHERE id = ? AND a = N'x'", "NAME ID"),
        ("UPDATE T SET a = ? WHERE id = ? AND b = 'x'", "NAME ID"),
        ("IF NOT EXISTS (SELECT 1 FROM T WHERE n = ?) INSERT INTO T (n) VALUES (?)", "NAME NAME"),
    ],
)
def test_texts_that_find_the_row_are_named(text: str, names: str) -> None:
    found = command(text, *names.split())
    assert found.confidence < 0.8
    assert any("collation" in text for text in found.warnings)


def test_a_row_that_is_chosen_by_what_changes_is_changed_by_another_row_of_its_key() -> None:
    found = command("UPDATE T SET a = ? WHERE id = ? AND a IS NULL", "NAME", "ID")
    assert found.confidence < 0.85
    assert any("of several rows of one key the first counts in SSIS" in text for text in found.warnings)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("UPDATE T SET a = a + ? WHERE id = ?", "computes a value from the row that it changes"),
        ("UPDATE T SET a += ? WHERE id = ?", "computes a value from the row that it changes"),
        ("UPDATE T SET a = ? WHERE id = ? OR b = 1", "more than equal columns"),
        ("UPDATE T SET a = ? WHERE id = ? AND b IS NOT NULL", "(NOT b IS NULL), so which rows change depends"),
        ("UPDATE T SET a = ? WHERE a = ?", "changes a, by which it finds the row"),
        ("DELETE FROM T WHERE ended IS NULL", "the same rows of the table for every row"),
        ("UPDATE T SET a = ? WHERE id >= ?", "(id >= ?)"),
        ("UPDATE T SET a = ?, a = ?", "names the column a twice"),
        ("UPDATE T SET a = 1 WHERE b = 2", "the same rows of the table for every row"),
        ("UPDATE T SET a = ?", "the same rows of the table for every row"),
        ("UPDATE T SET a = (SELECT MAX(x) FROM U) WHERE id = ?", "reads other tables"),
        ("UPDATE T SET a = ? FROM T JOIN U ON T.id = U.id WHERE U.k = ?", "reads other tables"),
        ("UPDATE T SET a = CONVERT(varchar(10), ?) WHERE id = ?", "the database's own language (CONVERT("),
        ("UPDATE T SET a = @x WHERE id = ?", "a variable of the database"),
        ("UPDATE T SET a = ? OUTPUT inserted.id WHERE id = ?", "a clause that a load does not have (OUTPUT)"),
        ("UPDATE [s].[d].[dbo].[T] SET a = ? WHERE id = ?", "another server"),
        ("INSERT INTO T VALUES (?, ?)", "does not insert one row of named columns"),
        ("INSERT INTO T (a, b) VALUES (?, ?), (?, ?)", "does not insert one row of named columns"),
        ("UPDATE T SET a = ? WHERE id = ?; UPDATE T SET b = ? WHERE id = ?", "one table several times"),
        (IS_THERE + "INSERT INTO T (id) VALUES (?)", "statements depend on each other"),
        (IS_THERE + "UPDATE T SET a = ? WHERE code = ?", "statements depend on each other"),
        (IS_THERE + "UPDATE U SET a = ? WHERE id = ?", "statements depend on each other"),
        (IS_THERE + "BEGIN UPDATE T SET a = ? WHERE id = ? DELETE FROM U WHERE id = ? END", "could not be read"),
        ("IF NOT EXISTS (SELECT 1 FROM T JOIN U ON 1 = 1 WHERE T.id = ?) INSERT T (id) VALUES (?)", "of one table"),
        ("IF NOT EXISTS (SELECT 1 FROM T WHERE id = ?) INSERT INTO U (id) VALUES (?)", "in another table"),
        ("IF NOT EXISTS (SELECT 1 FROM T WHERE n = UPPER(?)) INSERT INTO T (n) VALUES (?)", "value that is computed"),
        ("IF NOT EXISTS (SELECT COUNT(*) FROM T WHERE id = ?) INSERT INTO T (id) VALUES (?)", "a row of one table"),
        ("UPDATE T SET a = ? WHERE id = ? AND a = 'x' AND a = 'y'", "says twice what a must be"),
        ("IF @x = 1 DELETE FROM T WHERE id = ?", "a batch for each row"),
        ("DECLARE @x int = ?; UPDATE T SET a = @x WHERE id = ?", "a batch for each row"),
        ("EXEC [dbo].[Touch] ?, ?", "calls the procedure [dbo].[Touch]"),
        ("/* ? */ { ? = call dbo.Touch(?) }", "calls the procedure dbo.Touch"),
        (MERGE + "WHEN MATCHED AND T.x = 1 THEN UPDATE SET a = s.n;", "more conditions"),
        (MERGE + "WHEN MATCHED THEN UPDATE SET a = s.n WHEN MATCHED THEN DELETE;", "more than update the row"),
        (MERGE + "WHEN MATCHED THEN UPDATE SET a = T.n;", "computes a value from the row that it changes"),
        (MERGE + "WHEN NOT MATCHED THEN INSERT (id) VALUES (s.i, s.n);", "add one row of named columns"),
        ("IF EXISTS (SELECT 1; SELECT 2) DELETE FROM T WHERE id = ?", "more than a row of one table"),
        ("TRUNCATE TABLE T", "no INSERT, UPDATE, DELETE or MERGE"),
        (" ", "is empty"),
    ],
)  # fmt: skip  # a table
def test_a_statement_that_is_no_load_says_why(text: str, reason: str) -> None:
    found = command(text, "ID", "NAME", "ID", "NAME")
    assert found.target_type == "manual"
    assert reason in found.warnings[0]


def test_a_parameter_without_a_column_is_named() -> None:
    assert "parameter 2 has no column" in command("UPDATE T SET a = ? WHERE id = ?", "NAME").warnings[0]
