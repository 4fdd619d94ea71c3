"""The dataflow of a mapping: order, row sources, chains, what is wrong with it."""

from __future__ import annotations

import pytest

from services.migration import graph
from services.migration.ast import MappingAST, Role
from tests.migration.rules.build import convert, flow, inp, mapping, node, out, port, source, step, target
from tests.migration.rules.duck import run


def two_expressions() -> MappingAST:
    """SQ → E1, SQ → E2, and the target takes ports of all three."""
    return flow(
        step("E1", "Expression", inp("A", "n"), out("X", "n", "A + 1")),
        step("E2", "Expression", inp("B"), inp("A", "n"), out("X", "s", "UPPER(B)")),
        columns="A:n B:s",
        gives="A:n X1:n X2:s",
        links="SQ → E1: A\nSQ → E2: A B\nSQ → TGT: A\nE1 → TGT: X>X1\nE2 → TGT: X>X2",
    )


def test_passive_branches_of_one_row_source_are_put_in_one_chain() -> None:
    found = graph.build(two_expressions())
    assert found.parents[("E1", "")] == ("SQ", "")
    assert found.parents[("E2", "")] == ("E1", "")
    assert found.parents[("TGT", "")] == ("E2", "")
    assert set(found.carried["E1"]) == {("SQ", "A"), ("SQ", "B")}
    assert set(found.carried["E2"]) == {("SQ", "A"), ("E1", "X")}
    assert not found.issues


def test_carried_columns_get_names_of_their_own() -> None:
    document, _ = convert(two_expressions())
    rows = run(document, {"src": [[1, "a"], [2, "b"]]})["tgt"]
    assert rows == [{"A": 1, "X1": 2, "X2": "A"}, {"A": 2, "X1": 3, "X2": "B"}]
    assert {c["from"] for c in node(document, "tgt")["config"]["columns"]} == {"A", "X", "X_2"}


def test_a_lookup_beside_an_expression_is_chained_too() -> None:
    lookup = step(
        "LKP",
        "Lookup Procedure",
        inp("IN_A", "n"),
        port("ID", "n", Role.LOOKUP),
        port("NAME", "s", Role.LOOKUP_OUTPUT),
        attributes={
            "Lookup table name": "REF",
            "Lookup condition": "ID = IN_A",
            "Lookup policy on multiple match": "Use First Value",
        },
    )
    document, _ = convert(
        flow(
            lookup,
            step("E", "Expression", inp("B"), out("U", "s", "UPPER(B)")),
            columns="A:n B:s",
            gives="A:n NAME:s U:s",
            links="SQ → LKP: A>IN_A\nSQ → E: B\nSQ → TGT: A\nLKP → TGT: NAME\nE → TGT: U",
        )
    )
    rows = run(
        document, {"src": [[1, "a"], [2, "b"], [None, "c"]], "lkp_table": [[1, "one"], [1, "uno"], [None, "nil"]]}
    )["tgt"]
    assert sorted(rows, key=str) == [
        {"A": 1, "NAME": "one", "U": "A"},
        {"A": 2, "NAME": None, "U": "B"},
        {"A": None, "NAME": "nil", "U": "C"},
    ]


def test_branches_of_different_row_sources_cannot_be_put_together() -> None:
    document, walked = convert(
        flow(
            step("F", "Filter", port("A", "n"), attributes={"Filter Condition": "A > 1"}),
            columns="A:n B:s",
            gives="A:n B:s",
            links="SQ → F: A\nF → TGT: A\nSQ → TGT: B",
        )
    )
    assert [issue.code for issue in walked.issues] == ["MIXED_ROW_SOURCES"]
    manual = node(document, "tgt_manual")
    assert "F, SQ" in manual["config"]["reason"]
    assert node(document, "tgt")["depends_on"] == ["tgt_manual"]


PROBLEMS = [
    pytest.param(
        flow(columns="A:n", gives="A:n", links="SQ → TGT: A\nSQ.Z → TGT.A"),
        [("DANGLING_CONNECTOR", "TGT")],
        id="dangling-port",
    ),
    pytest.param(
        flow(columns="A:n", gives="A:n", links="SQ → TGT: A\nGONE.Z → TGT.A"),
        [("DANGLING_CONNECTOR", "TGT")],
        id="dangling-instance",
    ),
    pytest.param(
        flow(columns="A:n B:n", gives="A:n", links="SQ → TGT: A\nSQ → TGT: B>A"),
        [("PORT_FED_TWICE", "TGT")],
        id="port-fed-twice",
    ),
    pytest.param(
        flow(
            step("F1", "Filter", port("A", "n"), port("B", "n")),
            step("F2", "Filter", port("B", "n")),
            columns="A:n",
            gives="A:n",
            links="SQ → F1: A\nF1 → F2: B\nF2 → F1: B\nF1 → TGT: A",
        ),
        [("CYCLE", "F1")],
        id="cycle",
    ),
    pytest.param(
        flow(step("F", "Filter", port("A", "n")), columns="A:n", gives="A:n", links="SQ → TGT: A\nSQ → F: A"),
        [("DEAD_BRANCH", "F")],
        id="dead-branch",
    ),
    pytest.param(
        flow(step("F", "Filter", port("A", "n")), columns="A:n", gives="A:n", links="SQ → TGT: A"),
        [("UNCONNECTED_OBJECT", "F")],
        id="unconnected",
    ),
]


@pytest.mark.parametrize(("given", "expected"), PROBLEMS)
def test_what_is_wrong_is_named_and_nothing_is_dropped(given: MappingAST, expected: list[tuple[str, str]]) -> None:
    document, walked = convert(given)
    assert [(issue.code, issue.object) for issue in walked.issues] == expected
    assert all(issue.remedy for issue in walked.issues)
    names = {item.name for item in (*given.sources, *given.transformations, *given.targets)}
    assert {item.object for item in walked.objects} == names
    assert {item["origin"]["object"] for item in document["nodes"]} == names


def test_order_is_branch_by_branch_in_load_order() -> None:
    given = (port("A", "n"),)
    found = graph.build(
        mapping(
            source("S1", *given),
            source("S2", *given),
            step("SQ1", "Source Qualifier", *given),
            step("SQ2", "Source Qualifier", *given),
            target("T1", *given),
            target("T2", *given),
            links="S1 → SQ1: A\nS2 → SQ2: A\nSQ1 → T1: A\nSQ2 → T2: A",
            load_order=("T2", "T1"),
        )
    )
    assert found.order == ("S2", "SQ2", "T2", "S1", "SQ1", "T1")


def test_a_chain_of_two_thousand_objects_is_no_matter() -> None:
    steps = [step(f"E{n}", "Expression", port("A", "n")) for n in range(2000)]
    links = ["SQ → E0: A", *(f"E{n} → E{n + 1}: A" for n in range(1999)), "E1999 → TGT: A"]
    found = graph.build(flow(*steps, columns="A:n", gives="A:n", links="\n".join(links)))
    assert found.order[0] == "SRC"
    assert len(found.order) == 2003
