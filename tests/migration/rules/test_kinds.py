"""One row per kind and variation: the node that it becomes."""

from __future__ import annotations

from typing import Any

import pytest

from services.migration.ast import MappingAST, Role
from services.pipelines.dsl.document import dump
from services.pipelines.structure import validate_structure
from tests.migration.rules.build import (
    convert,
    flow,
    group,
    inp,
    mapping,
    node,
    out,
    port,
    source,
    step,
    target,
)

GROUPED = {"expression_kind": "GROUPBY"}
KEY = {"attributes": {"ISSORTKEY": "YES", "SORTDIRECTION": "ASCENDING"}}
DOWN = {"attributes": {"ISSORTKEY": "YES", "SORTDIRECTION": "DESCENDING"}}


def single(
    item: Any, gives: str = "A:n", columns: str = "A:n B:s C:m", reads: str = "A B C", **more: Any
) -> MappingAST:
    """SRC(A, B, C) → SQ → the object → TGT."""
    names = " ".join(entry.split(":")[0] for entry in gives.split())
    links = f"SQ → {item.name}: {reads}\n{item.name} → TGT: {names}"
    return flow(item, columns=columns, gives=gives, links=links, **more)


def filtered(condition: str) -> MappingAST:
    ports = (port("A", "n"), port("B"), port("C", "m"))
    return single(step("X", "Filter", *ports, attributes={"Filter Condition": condition}))


def sorted_by(*ports: Any, **attributes: str) -> MappingAST:
    names = {key.replace("_", " "): value for key, value in attributes.items()}
    return single(
        step("X", "Sorter", *ports, attributes=names),
        gives=" ".join(f"{p.name}:s" for p in ports),
        reads=" ".join(p.name for p in ports),
    )


def looked_up(condition: str = "ID = A", **attributes: str) -> MappingAST:
    names = {
        "Lookup table name": "DIM.REF",
        "Lookup condition": condition,
        "Lookup policy on multiple match": "Use First Value",
    }
    names |= {key.replace("_", " "): value for key, value in attributes.items()}
    ports = (inp("A", "n"), port("ID", "n", Role.LOOKUP), port("NAME", "s", Role.LOOKUP_OUTPUT))
    return single(step("X", "Lookup Procedure", *ports, attributes=names), gives="NAME:s", reads="A")


def strategy(expression: str, **more: str) -> MappingAST:
    ports = (port("A", "n", key="PRIMARY KEY"), port("B"))
    attributes = {"Update Strategy Expression": expression, **more}
    return mapping(
        source("SRC", *ports),
        step("SQ", "Source Qualifier", *ports),
        step("X", "Update Strategy", *ports, attributes=attributes),
        target("TGT", *ports),
        links="SRC → SQ: A B\nSQ → X: A B\nX → TGT: A B",
    )


TEXT_OF_A = "CAST(A AS TEXT)"
ROWS = [
    pytest.param(filtered("A > 1 AND B = 'x'"), {"condition": "A > 1 AND B = 'x'"}, "sql_where", 0.98, id="filter"),
    pytest.param(filtered("A"), {"condition": "A <> 0"}, "sql_where", 0.98, id="filter-by-a-number"),
    pytest.param(filtered(""), {"condition": "TRUE"}, "sql_where", 0.98, id="filter-without-condition"),
    pytest.param(
        sorted_by(port("A", "n", **KEY), port("B", **DOWN)),
        {
            "order_by": [
                {"column": "A", "direction": "asc", "nulls": "last"},
                {"column": "B", "direction": "desc", "nulls": "first"},
            ]
        },
        "sql_order_by",
        0.98,
        id="sorter-null-is-highest",
    ),
    pytest.param(
        sorted_by(port("B", **KEY), Null_Treated_Low="YES", Case_Sensitive="NO"),
        {"order_by": [{"column": "B", "direction": "asc", "nulls": "first", "case_sensitive": False}]},
        "sql_order_by",
        0.98,
        id="sorter-null-low-case-insensitive",
    ),
    pytest.param(
        single(
            step("X", "Aggregator", port("B", **GROUPED), inp("C", "m"), out("T", "m", "SUM(C)")),
            gives="B:s T:m",
            reads="B C",
        ),
        {
            "group_by": ["B"],
            "columns": [
                {"name": "B", "expression": "B", "type": "varchar(20)"},
                {"name": "T", "expression": "SUM(C)", "type": "decimal(12,2)"},
            ],
        },
        "sql_group_by",
        0.95,
        id="aggregator",
    ),
    pytest.param(
        single(step("X", "Aggregator", inp("C", "m"), out("T", "m", "MAX(C)")), gives="T:m", reads="C"),
        {"columns": [{"name": "T", "expression": "MAX(C)", "type": "decimal(12,2)"}], "having": "COUNT(*) > 0"},
        "sql_group_by",
        0.95,
        id="aggregator-without-group",
    ),
    pytest.param(
        single(
            step("X", "Expression", port("A", "n"), inp("B"), out("U", "s", "UPPER(B)")), gives="A:n U:s", reads="A B"
        ),
        {"columns": [{"name": "U", "expression": "UPPER(B)", "type": "varchar(20)"}], "passthrough": ["A"]},
        "sql_expression",
        0.85,
        id="expression",
    ),
    pytest.param(
        single(step("X", "Expression", inp("B", default="'none'"), out("U", "s", "B")), gives="U:s", reads="B"),
        {"columns": [{"name": "U", "expression": "COALESCE(B, 'none')", "type": "varchar(20)"}]},
        "sql_expression",
        0.85,
        id="expression-input-default-replaces-null",
    ),
    pytest.param(
        single(step("X", "Expression", inp("B"), inp("Z", "n"), out("U", "n", "Z")), gives="U:n", reads="B"),
        {"columns": [{"name": "U", "expression": "CAST(NULL AS DECIMAL(10, 0))", "type": "decimal(10,0)"}]},
        "sql_expression",
        0.85,
        id="expression-unconnected-input-is-null",
    ),
    pytest.param(
        single(
            step("X", "Expression", port("C", "n"), inp("A", "s"), out("U", "s", "A")), gives="C:n U:s", reads="A C"
        ),
        {
            "columns": [
                {"name": "C", "expression": "C", "type": "decimal(10,0)"},
                {"name": "U", "expression": TEXT_OF_A, "type": "varchar(20)"},
            ]
        },
        "sql_expression",
        0.84,
        id="expression-narrower-port-and-implicit-conversion",
    ),
    pytest.param(
        looked_up(),
        {
            "left": "sq",
            "right": "x_table",
            "condition": "r.ID IS NOT DISTINCT FROM l.A",
            "policy": "first",
            "order_by": [{"column": "ID"}, {"column": "NAME"}],
            "columns": [{"name": "NAME", "expression": "r.NAME", "type": "varchar(20)"}],
        },
        "sql_join_pushdown",
        0.85,
        id="lookup-null-matches-null",
    ),
    pytest.param(
        looked_up("ID >= A", Lookup_caching_enabled="NO", Lookup_policy_on_multiple_match="Report Error"),
        {
            "left": "sq",
            "right": "x_table",
            "condition": "r.ID >= l.A",
            "policy": "error",
            "columns": [{"name": "NAME", "expression": "r.NAME", "type": "varchar(20)"}],
        },
        "sql_join_pushdown",
        0.85,
        id="lookup-uncached-comparison",
    ),
    pytest.param(
        strategy("DD_UPDATE"),
        {"strategy": "update", "column": "dataflow_action", "forward_rejected": True},
        "upsert_strategy",
        0.80,
        id="update-strategy-fixed",
    ),
    pytest.param(
        strategy("IIF(A > 1, DD_UPDATE, DD_INSERT)", **{"Forward Rejected Rows": "NO"}),
        {
            "strategy": "CASE WHEN A > 1 THEN 'update' ELSE 'insert' END",
            "column": "dataflow_action",
            "forward_rejected": False,
        },
        "upsert_strategy",
        0.80,
        id="update-strategy-by-row",
    ),
    pytest.param(
        single(
            step(
                "X",
                "Rank",
                port("B", expression_kind="GROUPBY"),
                port("C", "m", expression_kind="RANKPORT"),
                out("RANKINDEX", "i", ""),
                attributes={"Number Of Ranks": "3", "Top/Bottom": "Bottom"},
            ),
            gives="B:s RANKINDEX:i",
            reads="B C",
        ),
        {
            "partition_by": ["B"],
            "order_by": [{"column": "C", "direction": "asc", "nulls": "last"}],
            "method": "rank",
            "rank_column": "RANKINDEX",
            "rank_type": "integer",
        },
        "sql_rank",
        0.85,
        id="rank",
    ),
]


@pytest.mark.parametrize(("given", "config", "kind", "confidence"), ROWS)
def test_kind(given: MappingAST, config: dict[str, Any], kind: str, confidence: float) -> None:
    document, walked = convert(given)
    found = node(document, "x")
    assert found["transform"] == kind
    assert found["config"] == config
    assert found["confidence"] == confidence
    assert next(item for item in walked.objects if item.object == "X").target_type == kind
    assert not validate_structure(dump(document)).errors


def joined(kind: str, **attributes: str) -> MappingAST:
    left, right = (port("A", "n"), port("B")), (port("K", "n"), port("V"))
    attributes = {
        "Join Type": kind,
        "Join Condition": "B1 = V1 AND A1 = K1",
        **{k.replace("_", " "): v for k, v in attributes.items()},
    }
    ports = [port("A1", "n"), port("B1"), port("K1", "n", master=True), port("V1", master=True)]
    return mapping(
        source("S1", *left),
        step("SQ1", "Source Qualifier", *left),
        source("S2", *right),
        step("SQ2", "Source Qualifier", *right),
        step("X", "Joiner", *ports, attributes=attributes),
        target("TGT", *ports),
        links="S1 → SQ1: A B\nS2 → SQ2: K V\nSQ1 → X: A>A1 B>B1\nSQ2 → X: K>K1 V>V1\nX → TGT: A1 B1 K1 V1",
    )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Normal Join", "inner"),
        ("Master Outer Join", "left"),
        ("Detail Outer Join", "right"),
        ("Full Outer Join", "full"),
    ],
)
def test_joiner(kind: str, expected: str) -> None:
    document, _ = convert(joined(kind))
    config = node(document, "x")["config"]
    assert (config["type"], config["left"], config["right"]) == (expected, "sq1", "sq2")
    assert config["condition"] == "l.B = r.V AND l.A = r.K"
    assert [column["expression"] for column in config["columns"]] == ["l.A", "l.B", "r.K", "r.V"]
    assert {"from": "sq2", "to": "x", "to_port": "right"} in document["edges"]


def test_joiner_ignoring_case_folds_texts_alone() -> None:
    document, _ = convert(joined("Normal Join", Case_Sensitive_String_Comparison="NO"))
    assert node(document, "x")["config"]["condition"] == "UPPER(l.B) = UPPER(r.V) AND l.A = r.K"


def test_router_sends_to_every_group_and_the_default() -> None:
    ports = [inp("A", "n", group="INPUT"), inp("B", group="INPUT")]
    outputs = [
        port(f"{name}{number}", kind, Role.OUTPUT, group=where, ref_field=name)
        for number, where in ((1, "BIG"), (2, "REST OF IT"), (3, "SMALL"))
        for name, kind in (("A", "n"), ("B", "s"))
    ]
    groups = (
        group("INPUT", "input", 1),
        group("SMALL", "output", 3, "A < 3"),
        group("BIG", "output", 2, "A > 1"),
        group("REST OF IT", "default", 5),
    )
    router = step("X", "Router", *ports, *outputs, groups=groups)
    targets = [target(f"T{number}", port("A", "n"), port("B")) for number in (1, 2, 3)]
    given = (port("A", "n"), port("B"))
    document, _ = convert(
        mapping(
            source("SRC", *given),
            step("SQ", "Source Qualifier", *given),
            router,
            *targets,
            links="SRC → SQ: A B\nSQ → X: A B\n" + "\n".join(f"X → T{n}: A{n}>A B{n}>B" for n in (1, 2, 3)),
        )
    )
    config = node(document, "x")["config"]
    assert config == {
        "match": "all",
        "branches": [{"port": "BIG", "condition": "A > 1"}, {"port": "SMALL", "condition": "A < 3"}],
        "default": "REST_OF_IT",
    }
    assert {"from": "x", "to": "t2", "from_port": "REST_OF_IT"} in document["edges"]
    assert node(document, "t3")["config"]["columns"][0] == {"name": "A", "from": "A", "type": "decimal(10,0)"}


def test_union_follows_field_dependencies() -> None:
    ports = [
        port("X1", "n", Role.INPUT, group="ONE"),
        port("Y1", "s", Role.INPUT, group="ONE"),
        port("P2", "s", Role.INPUT, group="TWO"),
        port("Q2", "n", Role.INPUT, group="TWO"),
        port("N", "n", Role.OUTPUT, group="OUT"),
        port("S", "s", Role.OUTPUT, group="OUT"),
    ]
    groups = (group("OUT", "output", 1), group("ONE", "input", 2), group("TWO", "input", 3))
    dependencies = (("X1", "N"), ("Q2", "N"), ("Y1", "S"), ("P2", "S"))
    union = step("X", "Union Transformation", *ports, groups=groups, field_dependencies=dependencies)
    given = (port("A", "n"), port("B"))
    document, _ = convert(
        mapping(
            source("S1", *given),
            step("SQ1", "Source Qualifier", *given),
            source("S2", *given),
            step("SQ2", "Source Qualifier", *given),
            union,
            target("TGT", port("N", "n"), port("S")),
            links="S1 → SQ1: A B\nS2 → SQ2: A B\nSQ1 → X: A>X1 B>Y1\nSQ2 → X: B>P2 A>Q2\nX → TGT: N S",
        )
    )
    assert node(document, "x")["config"]["inputs"] == [
        {"ref": "sq1", "columns": ["A", "B"]},
        {"ref": "sq2", "columns": ["A", "B"]},
    ]


def test_sequence_numbers_the_rows_of_its_reader_in_their_order() -> None:
    sequence = step(
        "SEQ",
        "Sequence",
        port("NEXTVAL", "b", Role.OUTPUT),
        port("CURRVAL", "b", Role.OUTPUT),
        attributes={
            "Start Value": "10",
            "Increment By": "5",
            "Current Value": "30",
            "End Value": "1000",
            "Reset": "YES",
        },
    )
    sorter = step("SRT", "Sorter", port("A", "n", **DOWN))
    document, walked = convert(
        flow(
            sequence,
            sorter,
            columns="A:n",
            gives="A:n K:b",
            links="SQ → SRT: A\nSRT → TGT: A\nSEQ → TGT: NEXTVAL>K",
        )
    )
    found = node(document, "seq")
    assert found["depends_on"] == ["srt"]
    assert found["config"] == {
        "columns": [{"name": "NEXTVAL", "property": "nextval", "type": "bigint"}],
        "start": 10,
        "increment": 5,
        "end": 1000,
        "order_by": [{"column": "A", "direction": "desc", "nulls": "first"}],
    }
    outcome = next(item for item in walked.objects if item.object == "SEQ")
    assert outcome.confidence == 0.84
    assert "earlier releases began at the Current Value, here 30" in outcome.warnings[0]


@pytest.mark.parametrize(
    ("kind", "reported", "said"),
    [
        ("Java Transformation", "llm_unavailable", "holds Java code"),
        ("Http Transformation", "unsupported", "calls a web service"),
        ("Quantum Sorter", "llm_unavailable", "type 'Quantum Sorter' is not known"),
    ],
)
def test_without_a_rule_it_is_manual_and_the_pipeline_goes_on(kind: str, reported: str, said: str) -> None:
    custom = step("X", kind, port("A", "n"), out("NEW", "s", ""))
    after = step("Y", "Filter", port("NEW"), attributes={"Filter Condition": "NEW = 'x'"})
    document, walked = convert(
        flow(custom, after, columns="A:n", gives="NEW:s", links="SQ → X: A\nX → Y: NEW\nY → TGT: NEW")
    )
    config = node(document, "x")["config"]
    assert config["original"] == f"<{kind} X>"
    assert said in config["reason"]
    assert config["todo"]
    assert config["columns"] == [{"name": "A", "type": "decimal(10,0)"}, {"name": "NEW", "type": "varchar(20)"}]
    outcome = next(item for item in walked.objects if item.object == "X")
    assert (outcome.source, outcome.confidence, outcome.requires_manual_review) == (reported, 0.0, True)
    assert node(document, "y")["config"]["condition"] == "NEW = 'x'"
    assert not validate_structure(dump(document)).errors


def test_a_refused_expression_names_port_and_reason() -> None:
    document, walked = convert(
        single(step("X", "Expression", port("A", "n"), out("U", "s", "NO_SUCH(A)")), gives="U:s", reads="A")
    )
    config = node(document, "x")["config"]
    assert config["reason"].startswith("Port U: NO_SUCH is no function of the language")
    assert next(item for item in walked.objects if item.object == "X").source == "llm_unavailable"


def test_only_the_refused_port_is_left_to_a_person() -> None:
    ports = (port("A", "n"), inp("B"), out("GOOD", "s", "UPPER(B)"), out("BAD", "n", "NO_SUCH(C)"), inp("C", "m"))
    document, walked = convert(single(step("X", "Expression", *ports), gives="A:n GOOD:s BAD:n"))
    assert node(document, "x")["config"]["columns"] == [
        {"name": "GOOD", "expression": "UPPER(B)", "type": "varchar(20)"}
    ]
    assert node(document, "x")["config"]["passthrough"] == ["A", "C"]
    left = node(document, "x_by_hand")["config"]
    assert left["original"] == "BAD = NO_SUCH(C)"
    assert [column["name"] for column in left["columns"]] == ["A", "GOOD", "C", "BAD"]
    assert node(document, "tgt")["depends_on"] == ["x_by_hand"]
    outcome = next(item for item in walked.objects if item.object == "X")
    assert (outcome.target_type, outcome.confidence, outcome.requires_manual_review) == ("manual", 0.0, True)
    assert not validate_structure(dump(document)).errors
