"""What converted mappings give, run on DuckDB, where plain SQL would give something else."""

from __future__ import annotations

import pytest

from services.migration.ast import Role, Transformation, UserFunction
from services.migration.rules import convert_mapping
from tests.migration.rules.build import HERE, convert, flow, inp, node, out, port, step, var
from tests.migration.rules.duck import run

UP = {"attributes": {"ISSORTKEY": "YES", "SORTDIRECTION": "ASCENDING"}}


def last_row(sorter: bool) -> dict[str, object]:
    ports = (port("K"), port("N", "n", **UP), port("V", "s"))
    steps = [
        step("SRT", "Sorter", *ports),
        step(
            "AGG",
            "Aggregator",
            port("K", expression_kind="GROUPBY"),
            port("V"),
            inp("N", "n"),
            out("TOTAL", "n", "SUM(N)"),
            out("MIX", "n", "SUM(N) + N"),
        ),
    ]
    links = "SQ → SRT: K N V\nSRT → AGG: K N V" if sorter else "SQ → AGG: K N V"
    document, walked = convert(
        flow(
            *(steps if sorter else steps[1:]),
            columns="K:s N:n V:s",
            gives="K:s V:s TOTAL:n MIX:n",
            links=f"{links}\nAGG → TGT: K V TOTAL MIX",
        )
    )
    return {"document": document, "confidence": next(o.confidence for o in walked.objects if o.object == "AGG")}


def test_a_port_outside_aggregates_gives_the_last_row() -> None:
    found = last_row(sorter=True)
    rows = run(found["document"], {"src": [["a", 3, "third"], ["a", 1, "first"], ["a", None, "null"], ["b", 2, None]]})
    assert sorted(rows["tgt"], key=lambda row: row["K"]) == [
        {"K": "a", "V": "null", "TOTAL": 4, "MIX": None},
        {"K": "b", "V": None, "TOTAL": 2, "MIX": 4},
    ]
    assert found["confidence"] == 0.95


def test_without_an_order_the_last_row_is_uncertain() -> None:
    found = last_row(sorter=False)
    assert found["confidence"] == 0.6
    rows = run(found["document"], {"src": [["a", 1, "x"], ["a", 2, "y"]]})["tgt"]
    assert (rows[0]["V"], rows[0]["MIX"]) in (("x", 4), ("y", 5))


def test_distinct_compares_the_sorters_ports_alone() -> None:
    document, _ = convert(
        flow(
            step("SRT", "Sorter", port("K", **UP), attributes={"Distinct": "YES", "Case Sensitive": "YES"}),
            columns="K:s N:n",
            gives="K:s",
            links="SQ → SRT: K\nSRT → TGT: K",
        )
    )
    assert run(document, {"src": [["a", 1], ["a", 2], ["b", 3]]})["tgt"] == [{"K": "a"}, {"K": "b"}]


def lookup_of_names(name: str, **more: object) -> Transformation:
    """An unconnected lookup, called with a number; it returns a text."""
    return step(
        name,
        "Lookup Procedure",
        inp("IN_ID", "n"),
        port("ID", "n", Role.LOOKUP),
        port("NAME", "s", Role.LOOKUP_RETURN),
        attributes={
            "Lookup table name": "REF",
            "Lookup condition": "ID = IN_ID",
            "Lookup policy on multiple match": "Use Last Value",
        },
        **more,
    )


def test_an_unconnected_lookup_is_joined_where_it_is_called() -> None:
    lookup = lookup_of_names("LKP_NAME")
    document, walked = convert(
        flow(
            lookup,
            step(
                "E",
                "Expression",
                port("A", "n"),
                out("ONE", "s", "IIF(A > 1, :LKP.LKP_NAME(A), 'none')"),
                out("NEXT", "s", "UPPER(:LKP.lkp_name(A + 1))"),
            ),
            columns="A:n",
            gives="A:n ONE:s NEXT:s",
            links="SQ → E: A\nE → TGT: A ONE NEXT",
        )
    )
    rows = run(
        document,
        {"src": [[1], [2], [3]], "lkp_name_table": [[2, "x"], [2, "y"]], "lkp_name_table_2": [[2, "x"], [2, "y"]]},
    )
    assert sorted(rows["tgt"], key=lambda row: row["A"]) == [
        {"A": 1, "ONE": "none", "NEXT": "Y"},
        {"A": 2, "ONE": "y", "NEXT": None},
        {"A": 3, "ONE": None, "NEXT": None},
    ]
    found = next(item for item in walked.objects if item.object == "LKP_NAME")
    assert [item["transform"] for item in found.nodes if "transform" in item] == ["sql_join_pushdown"] * 2


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (":LKP.GONE(A)", "calls the lookup GONE, which the mapping does not hold"),
        (":UDF.GONE(A)", "user-defined function GONE, which the export does not hold"),
        (":UDF.F(A, A)", "calls F with 2 values for 1"),
        (":UDF.SELF(A)", "SELF calls itself, or others more than 20 deep"),
    ],
)
def test_a_call_that_leads_nowhere_is_manual(call: str, reason: str) -> None:
    given = flow(
        step("E", "Expression", port("A", "n"), out("U", "n", call)),
        columns="A:n",
        gives="U:n",
        links="SQ → E: A\nE → TGT: U",
    )
    functions = (
        UserFunction("F", "FOLDER", HERE, "X * 2", (inp("X", "n"),), "decimal"),
        UserFunction("SELF", "FOLDER", HERE, ":UDF.SELF(X)", (inp("X", "n"),), "decimal"),
    )
    walked = convert_mapping(given, "duckdb", functions=functions)
    found = next(item for item in walked.objects if item.object == "E")
    assert found.target_type == "manual"
    assert reason in found.warnings[0]


def test_user_functions_are_replaced_by_what_they_compute() -> None:
    functions = (
        UserFunction("TWICE", "FOLDER", HERE, "X * 2 -- twice", (inp("X", "n"),), "decimal"),
        UserFunction("PLUS", "FOLDER", HERE, ":UDF.TWICE(A) + B", (inp("A", "n"), inp("B", "n")), "decimal"),
    )
    given = flow(
        step("E", "Expression", port("A", "n"), out("U", "n", ":UDF.PLUS(A + 1, 3)")),
        columns="A:n",
        gives="U:n",
        links="SQ → E: A\nE → TGT: U",
    )
    walked = convert_mapping(given, "postgresql", functions=functions)
    nodes = {n["id"]: n for item in walked.objects for n in item.nodes}
    assert "(A + 1)" in nodes["e"]["config"]["columns"][0]["expression"]
    assert nodes["e"]["confidence"] == 0.85


def test_normalizer_gives_a_row_for_each_occurrence() -> None:
    ports = [
        inp("SHOP_in"),
        inp("Q_in1", "i"),
        inp("Q_in2", "i"),
        port("SHOP", "s", Role.OUTPUT),
        port("Q", "i", Role.OUTPUT),
        port("GK_Q", "b", Role.GENERATED_KEY),
        port("GCID_Q", "i", Role.GENERATED_COLUMN_ID),
    ]
    document, walked = convert(
        flow(
            step("NRM", "Normalizer", *ports),
            columns="SHOP:s Q1:i Q2:i",
            gives="SHOP:s Q:i GK_Q:b GCID_Q:i",
            links="SQ → NRM: SHOP>SHOP_in Q1>Q_in1 Q2>Q_in2\nNRM → TGT: SHOP Q GK_Q GCID_Q",
        )
    )
    rows = run(document, {"src": [["x", 1, 2], ["y", 3, None]]})["tgt"]
    assert sorted([list(row.values()) for row in rows], key=str) == [
        ["x", 1, 1, 1],
        ["x", 2, 1, 2],
        ["y", 3, 2, 1],
        ["y", None, 2, 2],
    ]
    assert next(item.confidence for item in walked.objects if item.object == "NRM") == 0.70


def test_router_rows_go_to_every_matching_group_and_null_to_the_default() -> None:
    from tests.migration.rules.build import group, mapping, source, target

    given = (port("A", "n"),)
    router = step(
        "R",
        "Router",
        inp("A", "n", group="IN"),
        port("A1", "n", Role.OUTPUT, group="G1", ref_field="A"),
        port("A2", "n", Role.OUTPUT, group="G2", ref_field="A"),
        port("A3", "n", Role.OUTPUT, group="D", ref_field="A"),
        groups=(
            group("IN", "input", 1),
            group("G1", "output", 2, "A > 1"),
            group("G2", "output", 3, "A > 2"),
            group("D", "default", 4),
        ),
    )
    document, _ = convert(
        mapping(
            source("S", *given),
            step("SQ", "Source Qualifier", *given),
            router,
            *(target(f"T{n}", *given) for n in (1, 2, 3)),
            links="S → SQ: A\nSQ → R: A\nR → T1: A1>A\nR → T2: A2>A\nR → T3: A3>A",
        )
    )
    rows = run(document, {"s": [[1], [2], [3], [None]]})
    assert [[row["A"] for row in rows[name]] for name in ("t1", "t2", "t3")] == [[2, 3], [3], [1, None]]
    assert node(document, "r")["config"]["default"] == "D"


@pytest.mark.parametrize(
    ("override", "condition", "expected", "confidence"),
    [
        ("", "ID = IN_ID", [{"column": "ID"}, {"column": "AT"}], 0.85),
        (
            "SELECT AT, ID FROM REF ORDER BY AT DESC --",
            "ID = IN_ID",
            [{"column": "AT", "direction": "desc"}],
            0.85,
        ),
        ("SELECT AT, ID FROM REF ORDER BY UPPER(AT)", "ID = IN_ID", [{"column": "ID"}, {"column": "AT"}], 0.79),
        ("", "ID >= IN_ID", [{"column": "ID"}, {"column": "AT"}], 0.79),
    ],
)
def test_the_first_of_several_matches_follows_the_order_of_the_cache(
    override: str, condition: str, expected: list[dict[str, str]], confidence: float
) -> None:
    lookup = step(
        "LKP",
        "Lookup Procedure",
        inp("IN_ID", "n"),
        port("AT", "s", Role.LOOKUP_OUTPUT),
        port("ID", "n", Role.LOOKUP),
        attributes={
            "Lookup table name": "REF",
            "Lookup condition": condition,
            "Lookup Sql Override": override,
            "Lookup policy on multiple match": "Use First Value",
        },
    )
    document, _ = convert(flow(lookup, columns="A:n", gives="AT:s", links="SQ → LKP: A>IN_ID\nLKP → TGT: AT"))
    assert node(document, "lkp")["config"]["order_by"] == expected
    assert node(document, "lkp")["confidence"] == confidence


def test_a_lookup_whose_caller_is_refused_says_so() -> None:
    lookup = lookup_of_names("LKP_NAME")
    caller = step("E", "Expression", inp("A", "n"), var("V", "n", "V + A"), out("N", "s", ":lkp.lkp_name(V)"))
    document, walked = convert(flow(lookup, caller, columns="A:n", gives="N:s", links="SQ → E: A\nE → TGT: N"))
    found = {item.object: item.warnings[0] for item in walked.objects if item.target_type == "manual"}
    assert "asks a lookup for V" in found["E"]
    assert "what calls it was not converted (E)" in found["LKP_NAME"]
    assert node(document, "lkp_name")["config"]["todo"] == "Write E with this lookup."


@pytest.mark.parametrize(
    ("expression", "default", "told"),
    [
        ("10 / A", "0", True),
        ("A % 3", "-1", True),
        ("A + 1", "0", False),
        ("10 / A", "ERROR('transformation error')", False),
    ],
)
def test_a_value_for_failing_rows_is_told_where_rows_can_fail(expression: str, default: str, told: bool) -> None:
    item = step("E", "Expression", inp("A", "n"), out("V", "f", expression, default=default))
    _, walked = convert(flow(item, columns="A:n", gives="V:f", links="SQ → E: A\nE → TGT: V"))
    (found,) = [each for each in walked.objects if each.object == "E"]
    assert any("where its expression fails" in text for text in found.warnings) == told


def test_a_lookup_is_called_by_its_definitions_name_too() -> None:
    lookup = lookup_of_names("LKP_NAME1", definition_name="LKP_NAME")
    caller = step("E", "Expression", inp("A", "n"), out("N", "s", ":LKP.LKP_NAME(A)"))
    document, walked = convert(flow(lookup, caller, columns="A:n", gives="N:s", links="SQ → E: A\nE → TGT: N"))
    (found,) = [item for item in walked.objects if item.object == "LKP_NAME1"]
    assert found.target_type == "sql_join_pushdown"
    assert (
        {item["id"] for item in found.nodes}
        == {"lkp_name1_table", "lkp_name1"}
        <= {item["id"] for item in document["nodes"]}
    )
