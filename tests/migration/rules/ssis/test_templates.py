"""Texts that are computed from variables, as paths and statements with parameters."""

from __future__ import annotations

from html import escape

import pytest

from benchmarks.ssis_package import Made, Out, Package
from services.migration.pipeline import migrate
from services.migration.rules.ssis.templates import path, statement

KNOWN = {"Day": "timestamp", "N": "integer", "S": "varchar", "B": "boolean"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('"a = \'" + @[User::S] + "\'"', "a = :S"),
        ('"n > " + (DT_WSTR, 12) @[User::N]', "n > :N"),
        ('"n IN (" + (DT_STR,9,1252)@N + ") AND 1 = 1"', "n IN (:N) AND 1 = 1"),
        ('"d >= \'" + (DT_WSTR,20)@[User::Day] + "\' AND n = " + ((DT_WSTR,4)@[User::N])', "d >= :Day AND n = :N"),
        ('"x = \\"q\\" AND a = \'" + @[User::S] + "\'"', 'x = "q" AND a = :S'),
        ('"d = \'" + (DT_WSTR,10)@[User::Day] + "\'"', None),  # the time is cut
        ('"b = \'" + (DT_WSTR,5)@[User::B] + "\'"', None),  # True and False as words
        ('"SELECT * FROM " + @[User::S]', None),
        ('"a LIKE \'%" + @[User::S] + "%\'"', None),
        ('"a = \'x" + @[User::S] + "\'"', None),
        ('"a = \'" + @[User::S] + @[User::S] + "\'"', None),
        ('"x" + LOWER(@[User::S])', None),
        ('"n = " + @[User::Unknown]', None),
        ('"no variable"', None),
        ("@[User::S]", None),
        ('"a" +', None),
    ],
)
def test_a_statement_has_parameters_where_variables_are_whole_values(expression: str, expected: str | None) -> None:
    found = statement(expression, KNOWN)
    assert (found and found[0]) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('@[User::S] + "\\\\in_" + (DT_WSTR,4)@[User::N] + ".csv"', "${S}\\in_${N}.csv"),
        ('"C:\\\\in.csv"', "C:\\in.csv"),
        ('@[User::S] + "\\\\" + (DT_WSTR,20)@[User::Day]', None),
        ('@[User::S] + REPLACE("a", "b", "c")', None),
    ],
)
def test_a_path_holds_its_variables(expression: str, expected: str | None) -> None:
    assert path(expression, KNOWN) == expected


@pytest.mark.parametrize(
    ("expression", "query", "confidence"),
    [
        ("\"SELECT ID FROM T WHERE K = '\" + @[User::Kind] + \"'\"", "SELECT ID FROM T WHERE K = :Kind", 1.0),
        ('"SELECT ID FROM " + @[User::Kind]', "SELECT ID FROM A", 0.79),
    ],
)  # fmt: skip  # a table
def test_a_source_by_a_computed_statement(expression: str, query: str, confidence: float) -> None:
    package = Package()
    package.variable("Kind", "A")
    package.variable("Sql", "SELECT ID FROM A")
    computed = f'<DTS:Variable DTS:EvaluateAsExpression="True" DTS:Expression="{escape(expression)}"'
    package.variables[-1] = package.variables[-1].replace("<DTS:Variable", computed, 1)
    properties = {"AccessMode": "3", "SqlCommandVariable": "User::Sql"}
    (flow,) = package.component("src", "OLEDBSource", properties, outputs=[Out("o", [Made("ID", "i4")])])
    package.write(flow, "target")
    migration = migrate(package.text(), "pkg.dtsx", dialect="duckdb")
    assert migration.structure.executed == 1
    (mapping,) = migration.result.mappings
    source = next(item for item in mapping.objects if item.object == "src")
    assert source.nodes[0]["config"]["query"] == query
    assert source.confidence == confidence
    assert [one["name"] for one in mapping.pipeline.get("parameters", ())] == ["Kind"]


@pytest.mark.parametrize(
    ("held", "expression", "query", "confidence"),
    [
        ("SELECT ID FROM B", "", "SELECT ID FROM B", 1.0),
        ("x", '"SELECT ID FROM T WHERE K = \'" + @[User::Kind] + "\'"', "SELECT ID FROM T WHERE K = :Kind", 1.0),
        ("x", '"SELECT ID FROM " + @[User::Kind]', "SELECT ID FROM A", 0.7),
    ],
)
def test_a_statement_that_is_computed_as_the_task_starts(
    held: str, expression: str, query: str, confidence: float
) -> None:
    """An expression of the data flow task on a property of its component; a variable alone is what that holds."""
    package = Package()
    package.variable("Kind", "A")
    package.variable("Sql", held)
    if expression:
        stated = f'<DTS:Variable DTS:EvaluateAsExpression="True" DTS:Expression="{escape(expression)}"'
        package.variables[-1] = package.variables[-1].replace("<DTS:Variable", stated, 1)
    properties = {"AccessMode": "2", "SqlCommand": "SELECT ID FROM A"}
    (flow,) = package.component("src", "OLEDBSource", properties, outputs=[Out("o", [Made("ID", "i4")])])
    package.write(flow, "target")
    computed = b'<DTS:PropertyExpression DTS:Name="[src].[SqlCommand]">@[User::Sql]</DTS:PropertyExpression>'
    data = package.text().replace(b"<DTS:ObjectData><pipeline", computed + b"<DTS:ObjectData><pipeline")
    (mapping,) = migrate(data, "pkg.dtsx", dialect="duckdb").result.mappings
    source = next(item for item in mapping.objects if item.object == "src")
    assert (source.nodes[0]["config"]["query"], source.confidence) == (query, confidence)
