"""Orders of rows that an export states elsewhere than in a Sorter, and what stands on them."""

from __future__ import annotations

from typing import Any

import pytest

from services.migration.ast import Role, Transformation
from services.migration.rules import raw_sql
from services.migration.rules.lookup_table import POLICY
from tests.migration.rules.build import convert, flow, inp, mapping, node, out, port, source, step, target, var

RUNNING = step(
    "EXP",
    "Expression",
    port("K"),
    inp("V", "n"),
    var("v_total", "n", "v_total + V"),
    out("TOTAL", "n", "v_total"),
)


def over_query(query: str) -> Any:
    columns = [port("K"), port("V", "n")]
    return mapping(
        source("SRC", *columns),
        step("SQ", "Source Qualifier", *columns, attributes={"Sql Query": query}),
        RUNNING,
        target("TGT", port("TOTAL", "n")),
        links="SRC → SQ: K V\nSQ → EXP: K V\nEXP → TGT: TOTAL",
    )


@pytest.mark.parametrize(
    ("query", "ordered"),
    [
        ("SELECT K, V FROM SRC ORDER BY V DESC", "ORDER BY V DESC NULLS FIRST"),
        ("SELECT K, V FROM SRC ORDER BY 2, K", "ORDER BY V NULLS LAST, K NULLS LAST"),
        ("SELECT S.K AS NAME, S.V FROM SRC S ORDER BY S.K", "ORDER BY K NULLS LAST"),
        ("SELECT K, V FROM SRC", ""),
        ("SELECT S.K, S.V FROM SRC S JOIN T ON T.K = S.K ORDER BY T.V", ""),
        ("SELECT K, V FROM SRC ORDER BY UPPER(K)", ""),
    ],
)
def test_a_querys_own_order_fixes_the_order_of_rows(query: str, ordered: str) -> None:
    document, walked = convert(over_query(query))
    expression = next(item for item in walked.objects if item.object == "EXP")
    if not ordered:
        assert expression.target_type == "manual"
        assert "fixes the order of rows" in expression.warnings[0]
        return
    assert f"({ordered} ROWS" in str(node(document, "exp")["config"]["variables"])


def grouped(sorted_input: str) -> tuple[Transformation, Transformation]:
    sorter = step(
        "SRT",
        "Sorter",
        port("K", attributes={"ISSORTKEY": "YES", "SORTDIRECTION": "ASCENDING"}),
        port("V", "n"),
    )
    aggregator = step(
        "AGG",
        "Aggregator",
        port("K", expression_kind="GROUPBY"),
        inp("IN_V", "n"),
        out("V", "n", "SUM(IN_V)"),
        attributes={"Sorted Input": sorted_input},
    )
    return sorter, aggregator


@pytest.mark.parametrize(("sorted_input", "kind"), [("YES", "sql_expression"), ("NO", "manual")])
def test_groups_of_sorted_input_leave_in_its_order(sorted_input: str, kind: str) -> None:
    links = "SQ → SRT: K V\nSRT → AGG: K V>IN_V\nAGG → EXP: K V\nEXP → TGT: TOTAL"
    _, walked = convert(flow(*grouped(sorted_input), RUNNING, columns="K:s V:n", gives="TOTAL:n", links=links))
    assert next(item for item in walked.objects if item.object == "EXP").target_type == kind


@pytest.mark.parametrize(
    ("sorted_input", "links", "named"),
    [
        ("YES", "SQ → SRT: K V\nSRT → AGG: K V>IN_V\nAGG → TGT: V>TOTAL", False),
        ("YES", "SQ → AGG: K V>IN_V\nAGG → TGT: V>TOTAL", True),
        ("NO", "SQ → AGG: K V>IN_V\nAGG → TGT: V>TOTAL", False),
    ],
)
def test_sorted_input_that_nothing_proves_is_named(sorted_input: str, links: str, named: bool) -> None:
    steps = grouped(sorted_input) if "SRT" in links else grouped(sorted_input)[1:]
    _, walked = convert(flow(*steps, columns="K:s V:n", gives="TOTAL:n", links=links))
    found = next(item for item in walked.objects if item.object == "AGG")
    assert any("nothing before it proves that rows are sorted by K" in text for text in found.warnings) is named


def looked_up(**attributes: str) -> Any:
    lookup = step(
        "LKP",
        "Lookup Procedure",
        inp("IN_ID", "n"),
        port("ID", "n", Role.LOOKUP),
        port("NAME", "s", Role.LOOKUP_OUTPUT),
        attributes={
            "Lookup table name": "REF",
            "Lookup condition": "ID = IN_ID",
            "Lookup policy on multiple match": "Use First Value",
            **{key.replace("_", " "): value for key, value in attributes.items()},
        },
    )
    return flow(lookup, columns="A:n", gives="NAME:s", links="SQ → LKP: A>IN_ID\nLKP → TGT: NAME")


@pytest.mark.parametrize(
    ("override", "columns", "confidence"),
    [
        ("SELECT R.NAME AS NAME, R.ID AS ID FROM REF R ORDER BY ID, NAME --", ["NAME", "ID"], 0.85),
        ("SELECT R.ID, R.NAME FROM REF R", ["ID", "NAME"], 0.85),
        ("SELECT R.NAME AS NAME, R.ID AS ID FROM REF R ORDER BY ID --", ["NAME", "ID"], 0.84),
        ("SELECT R.X, R.Y FROM REF R", ["ID", "NAME"], 0.79),
        ("SELECT * FROM REF", ["ID", "NAME"], 0.79),
    ],
)
def test_a_lookups_query_gives_its_columns_by_the_ports_names(
    override: str, columns: list[str], confidence: float
) -> None:
    document, walked = convert(looked_up(Lookup_Sql_Override=override))
    assert [column["name"] for column in node(document, "lkp_table")["columns"]] == columns
    assert next(item for item in walked.objects if item.object == "LKP").confidence == confidence


@pytest.mark.parametrize(
    ("attribute", "value", "said"),
    [
        ("Source_Type", "Source Qualifier", "the rows of another part of the mapping"),
        ("Dynamic_Lookup_Cache", "YES", "takes in rows while they pass"),
        ("Lookup_policy_on_multiple_match", "Use Median", "policy 'Use Median' is unknown"),
        ("Lookup_condition", "", "no lookup condition"),
    ],
)
def test_lookups_that_are_no_table_are_refused(attribute: str, value: str, said: str) -> None:
    _, walked = convert(looked_up(**{attribute: value}))
    outcome = next(item for item in walked.objects if item.object == "LKP")
    assert outcome.target_type == "manual"
    assert said in " ".join(outcome.warnings)


def test_without_a_cache_the_database_decides_which_row_is_first() -> None:
    _, walked = convert(looked_up(Lookup_caching_enabled="NO"))
    outcome = next(item for item in walked.objects if item.object == "LKP")
    assert outcome.confidence == 0.84
    assert "whatever the database returns first" in outcome.warnings[0]


def test_keys_of_an_order_are_columns_of_the_result() -> None:
    found = raw_sql.order_of("SELECT B.ID FROM B, A ORDER BY A.ID, B.ID DESC, 1", "oracle")
    assert [(key.column, key.descending) for key in found] == [("", False), ("ID", True), ("ID", False)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT A FROM $$OWNER.T WHERE B = '$$DAY'", ["OWNER"]),
        ("SELECT A FROM S.$$TABLE T JOIN $ParamOther O ON O.A = T.A", ["TABLE", "ParamOther"]),
        ("SELECT A FROM T WHERE B > $$DAY AND C = '$PMFolderName'", []),
        ("TRUNCATE TABLE $$STAGE", ["STAGE"]),
        ("SELECT * FROM STG_$$SUFFIX", ["SUFFIX"]),
        ("SELECT T.$$COLUMN, T.B FROM [$$BASE].dbo.T T, R@$$LINK", ["COLUMN", "BASE", "LINK"]),
        ('DROP TABLE IF EXISTS "$$OWNER"."T"; UPDATE $$OTHER.L SET D = 1', ["OTHER", "OWNER"]),
        ("SELECT 'a.$$X', B -- T.$$Y\nFROM T WHERE N = -$$N AND B || $$C = 'x' AND D IN ($$L)", []),
    ],
)
def test_parameters_that_stand_for_names_in_a_query(query: str, expected: list[str]) -> None:
    assert raw_sql.pieces(query) == expected


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("$$FILTER", "takes a condition from the parameter FILTER"),
        ("SRC.K = 'a' AND ($ParamMore)", "takes a condition from the parameter ParamMore"),
        ("SRC.K = '$$KEY'", ""),
    ],
)
def test_a_filter_that_a_parameter_writes_is_refused(condition: str, said: str) -> None:
    columns = [port("K"), port("V", "n")]
    qualifier = step("SQ", "Source Qualifier", *columns, attributes={"Source Filter": condition})
    _, walked = convert(
        mapping(source("SRC", *columns), qualifier, target("TGT", *columns), links="SRC → SQ: K V\nSQ → TGT: K V")
    )
    outcome = next(item for item in walked.objects if item.object == "SQ")
    assert outcome.target_type == ("manual" if said else "source_connector_sql_pushdown")
    assert said in " ".join(outcome.warnings)


def test_a_lookup_called_by_name_neither_counts_nor_marks_matches() -> None:
    lookup = step(
        "LKP",
        "Lookup Procedure",
        inp("IN_ID", "n"),
        port("ID", "n", Role.LOOKUP),
        port("NAME", "s", Role.LOOKUP_RETURN, default="'none'"),
        attributes={
            "Lookup table name": "REF",
            "Lookup condition": "ID = IN_ID",
            "Lookup policy on multiple match": "Report Error",
        },
    )
    caller = step("EXP", "Expression", inp("A", "n"), out("NAME", "s", ":LKP.LKP(A)"))
    document, _ = convert(flow(lookup, caller, columns="A:n", gives="NAME:s", links="SQ → EXP: A\nEXP → TGT: NAME"))
    join = node(document, "lkp")
    assert join["depends_on"] == ["sq", "lkp_table"]
    assert join["config"]["policy"] == "error"
    assert join["config"]["columns"][-1]["expression"] == "r.NAME"


NAMED = "SQL names tables, schemas or columns by parameters (OWNER); write their names into it."


@pytest.mark.parametrize(
    ("attributes", "lookup"),
    [
        ({"Sql Query": "SELECT A FROM $$OWNER.SRC"}, {}),
        ({"Pre SQL": "DELETE FROM $$OWNER.LOG"}, {}),
        ({"User Defined Join": "{SRC LEFT OUTER JOIN $$OWNER.B ON SRC.A = B.A}"}, {}),
        ({}, {"Lookup table name": "$$OWNER.REF", "Lookup Source Filter": "REF.X = 1"}),
        ({}, {"Lookup Sql Override": "SELECT ID, NAME FROM $$OWNER.REF"}),
    ],
)
def test_names_that_parameters_give_have_to_be_written_in(attributes: dict[str, str], lookup: dict[str, str]) -> None:
    ports = (inp("IN_ID", "n"), port("ID", "n", Role.LOOKUP), port("NAME", "s", Role.LOOKUP_OUTPUT))
    values = {"Lookup table name": "REF", "Lookup condition": "ID = IN_ID", POLICY: "Use First Value", **lookup}
    given = mapping(
        source("SRC", port("A", "n")),
        step("SQ", "Source Qualifier", port("A", "n"), attributes=attributes),
        step("LKP", "Lookup Procedure", *ports, attributes=values),
        target("TGT", port("A", "n"), port("NAME")),
        links="SRC → SQ: A\nSQ → LKP: A>IN_ID\nSQ → TGT: A\nLKP → TGT: NAME",
    )
    _, walked = convert(given)
    told = {item.object: item.confidence for item in walked.objects if NAMED in item.warnings}
    assert told == {"LKP" if lookup else "SQ": 0.79}


def test_a_targets_statements_may_name_tables_by_parameters_too() -> None:
    given = mapping(
        source("SRC", port("A", "n")),
        step("SQ", "Source Qualifier", port("A", "n")),
        target("TGT", port("A", "n"), attributes={"Post SQL": "UPDATE $$OWNER.LOG SET D = $$DAY WHERE K = 1"}),
        links="SRC → SQ: A\nSQ → TGT: A",
    )
    _, walked = convert(given)
    (found,) = [item for item in walked.objects if item.object == "TGT"]
    assert (found.confidence, found.warnings) == (0.79, (NAMED,))
