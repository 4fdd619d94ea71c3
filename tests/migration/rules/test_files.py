"""Files, documents and tables whose names hold parameters, as sources and sinks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.migration.ast import MappingAST, Role, TransformationField
from tests.migration.rules.build import convert, group, inp, mapping, node, port, source, step, target

FILE: dict[str, Any] = {"database_type": "Flat File", "file_format": {"DELIMITED": "YES", "DELIMITERS": ";"}}
FIXED: dict[str, Any] = {"database_type": "Flat File", "file_format": {"DELIMITED": "NO", "NULL_CHARACTER": "*"}}


def through(given: Any, taken: Any, *fields: TransformationField, **more: Any) -> MappingAST:
    names = " ".join(item.name for item in fields)
    return mapping(
        given,
        step("SQ", "Source Qualifier", *fields),
        taken,
        links=f"SRC → SQ: {names}\nSQ → TGT: {names}",
        **more,
    )


@pytest.mark.parametrize(
    ("attributes", "mode", "options"),
    [
        ({}, "overwrite", {"delimiter": ";", "quote": ""}),
        ({"Append if Exists": "YES"}, "append", {"delimiter": ";", "quote": ""}),
        ({"Header Options": "Output Field Names"}, "overwrite", {"delimiter": ";", "quote": "", "header": True}),
        ({"Header Options": "No Header"}, "overwrite", {"delimiter": ";", "quote": ""}),
    ],
)
def test_a_file_is_written_anew_unless_it_is_added_to(
    attributes: dict[str, str], mode: str, options: dict[str, object]
) -> None:
    sink = target("TGT", port("A"), **FILE, attributes=attributes)
    document, _ = convert(through(source("SRC", port("A")), sink, port("A")))
    config = node(document, "tgt")["config"]
    assert (config["mode"], config["options"]) == (mode, options)


def test_columns_of_a_fixed_width_file_have_their_places() -> None:
    first = port("A", attributes={"PHYSICALOFFSET": "0", "PHYSICALLENGTH": "8"})
    second = port("B", attributes={"PHYSICALOFFSET": "8", "PHYSICALLENGTH": "4"})
    document, _ = convert(
        through(source("SRC", first, second, **FIXED), target("TGT", first, second, **FIXED), first, second)
    )
    for name, columns in (
        ("src", node(document, "src")["columns"]),
        ("tgt", node(document, "tgt")["config"]["columns"]),
    ):
        assert [(column["start"], column["length"]) for column in columns] == [(1, 8), (9, 4)], name
        assert node(document, name)["connector"] == "fixed_width"
    assert node(document, "src")["config"]["options"] == {"null_value": "*"}


@pytest.mark.parametrize(
    ("stated", "written", "declared"),
    [
        ("T_$$REGION", "T_${REGION}", ["REGION"]),
        ("$ParamTable", "${ParamTable}", ["ParamTable"]),
        ("V$SESSION", "V$SESSION", []),
        ("PLAIN", "PLAIN", []),
    ],
)
def test_parameters_in_the_names_of_tables(stated: str, written: str, declared: list[str]) -> None:
    item = replace(source("SRC", port("A")), attributes={"Source Table Name": stated})
    document, _ = convert(through(item, target("TGT", port("A")), port("A")))
    assert node(document, "src")["config"]["table"] == written
    assert [parameter["name"] for parameter in document.get("parameters", ())] == declared


def test_a_field_that_occurs_is_a_column_for_each_occurrence() -> None:
    record = source(
        "SRC",
        port("SHOP", attributes={"LEVEL": "5"}),
        port("SALES", attributes={"LEVEL": "5", "OCCURS": "2", "FIELDTYPE": "GRPITEM"}),
        port("AMOUNT", "n", attributes={"LEVEL": "10", "OCCURS": "3"}),
        port("NOTE", attributes={"LEVEL": "5"}),
        database_type="VSAM",
    )
    document, _ = convert(through(record, target("TGT", port("SHOP")), port("SHOP")))
    names = [column["name"] for column in node(document, "src")["columns"]]
    assert names == ["SHOP", *(f"AMOUNT_{number}" for number in range(1, 7)), "NOTE"]


@pytest.mark.parametrize(
    ("read", "kind", "said"),
    [
        (["ID"], "source_connector_sql_pushdown", "one row for each occurrence of group X_ORDER"),
        (["SKU"], "source_connector_sql_pushdown", "one row for each occurrence of group X_LINE"),
        (["ID", "SKU"], "manual", "rows of several groups (X_ORDER, X_LINE)"),
        ([], "manual", "nothing reads its ports"),
    ],
)
def test_a_document_is_a_table_where_one_group_is_read(read: list[str], kind: str, said: str) -> None:
    qualifier = step(
        "SQ",
        "XML Source Qualifier",
        port("XPK", "b", Role.GENERATED_KEY, group="X_ORDER"),
        port("ID", group="X_ORDER"),
        port("SKU", group="X_LINE"),
        groups=(group("X_ORDER", "output", 1), group("X_LINE", "output", 2)),
    )
    targets = [target(f"T_{name}", port(name)) for name in read]
    links = "\n".join(f"SQ → T_{name}: {name}" for name in read)
    item = source("SRC", port("XPK", "b"), port("ID"), port("SKU"), database_type="XML")
    _, walked = convert(mapping(item, qualifier, *targets, links=f"SRC → SQ: XPK ID SKU\n{links}"))
    outcome = next(item for item in walked.objects if item.object == "SQ")
    assert outcome.target_type == kind
    assert said in " ".join(outcome.warnings)


@pytest.mark.parametrize(
    ("attributes", "connected", "said"),
    [
        (
            {"Stored Procedure Type": "Source Pre Load", "Call Text": "P(1)"},
            False,
            "once, before the source is read (P(1))",
        ),
        ({"Stored Procedure Type": "Target Post Load"}, False, "once, after the target is written"),
        ({"Stored Procedure Type": "Normal"}, False, "where an expression names it (:SP.SP)"),
        ({"Stored Procedure Type": "Normal"}, True, "for each row, whose body the export does not hold"),
    ],
)
def test_the_reason_says_when_a_procedure_is_called(attributes: dict[str, str], connected: bool, said: str) -> None:
    procedure = step("SP", "Stored Procedure", inp("IN"), port("RESULT", "n", Role.OUTPUT), attributes=attributes)
    links = "SRC → SQ: A\nSQ → TGT: A" + ("\nSQ → SP: A>IN" if connected else "")
    objects = (source("SRC", port("A")), step("SQ", "Source Qualifier", port("A")), procedure, target("TGT", port("A")))
    document, _ = convert(mapping(*objects, links=links))
    assert said in node(document, "sp")["config"]["reason"]


def test_a_field_that_occurs_too_often_is_one_column_and_named() -> None:
    record = source("SRC", port("A", attributes={"OCCURS": "999999999"}), database_type="VSAM")
    document, walked = convert(through(record, target("TGT", port("A")), port("A")))
    assert len(node(document, "src")["columns"]) == 1
    outcome = next(item for item in walked.objects if item.object == "SRC")
    assert outcome.confidence == 0.79
    assert "occurs 999999999 times" in outcome.warnings[0]


@pytest.mark.parametrize(
    ("second", "kind", "said"),
    [
        (["P2", "Q2"], "sql_union_all", "they are matched in order"),
        (["P2"], "manual", "which of the 1 ports of TWO fills which of the 2 output ports"),
    ],
)
def test_a_union_without_dependencies_goes_by_place(second: list[str], kind: str, said: str) -> None:
    ports = [
        inp("X1", "n", group="ONE"),
        inp("Y1", "n", group="ONE"),
        *(inp(name, "n", group="TWO") for name in second),
        port("N", "n", Role.OUTPUT, group="OUT"),
        port("M", "n", Role.OUTPUT, group="OUT"),
    ]
    groups = (group("OUT", "output", 1), group("ONE", "input", 2), group("TWO", "input", 3))
    item = mapping(
        source("S", port("A", "n"), port("B", "n")),
        step("SQ", "Source Qualifier", port("A", "n"), port("B", "n")),
        step("X", "Union Transformation", *ports, groups=groups),
        target("TGT", port("N", "n"), port("M", "n")),
        links="S → SQ: A B\nSQ → X: A>X1 B>Y1\n"
        + "\n".join(f"SQ → X: {given}>{name}" for given, name in zip(("B", "A"), second, strict=False))
        + "\nX → TGT: N M",
    )
    document, walked = convert(item)
    outcome = next(found for found in walked.objects if found.object == "X")
    assert outcome.target_type == kind
    assert said in " ".join(outcome.warnings)
    if kind == "sql_union_all":
        inputs = node(document, "x")["config"]["inputs"]
        assert [entry["columns"] for entry in inputs] == [["A", "B"], ["B", "A"]]


@pytest.mark.parametrize(("name", "kind"), [("A2", "conditional_branch"), ("OTHER", "manual")])
def test_a_routers_ports_go_by_name_where_no_reference_is_given(name: str, kind: str) -> None:
    router = step(
        "R",
        "Router",
        inp("A", "n", group="INPUT"),
        port(name, "n", Role.OUTPUT, group="BIG"),
        groups=(group("INPUT", "input", 1), group("BIG", "output", 2, "A > 1"), group("D", "default", 3)),
    )
    objects = (source("S", port("A", "n")), step("SQ", "Source Qualifier", port("A", "n")), router)
    links = f"S → SQ: A\nSQ → R: A\nR → TGT: {name}>A"
    document, walked = convert(mapping(*objects, target("TGT", port("A", "n")), links=links))
    outcome = next(found for found in walked.objects if found.object == "R")
    assert outcome.target_type == kind
    if kind == "manual":
        assert "does not say which input port OTHER repeats" in outcome.warnings[0]
    else:
        assert node(document, "tgt")["config"]["columns"][0]["from"] == "A"


@pytest.mark.parametrize(("role", "told"), [(Role.OUTPUT, True), (Role.INPUT_OUTPUT, False)])
def test_a_connected_port_that_no_column_reaches_is_named(role: Role, told: bool) -> None:
    """An object that gives nothing for a port that is read: named, unless it is null for want of an input."""
    passing = step("F", "Filter", port("A", "n"), port("Z", "n", role), attributes={"Filter Condition": "A > 1"})
    objects = (source("S", port("A", "n")), step("SQ", "Source Qualifier", port("A", "n")), passing)
    sink = target("TGT", port("A", "n"), port("Z", "n"))
    _, walked = convert(mapping(*objects, sink, links="S → SQ: A\nSQ → F: A\nF → TGT: A Z"))
    outcome = next(found for found in walked.objects if found.object == "TGT")
    assert outcome.confidence == (0.5 if told else 1.0)
    assert ("Port Z is connected to F.Z, which gives no such column here" in " ".join(outcome.warnings)) is told


def test_a_target_that_is_refused_draws_its_numbers_once() -> None:
    sequence = step("SEQ", "Sequence", port("NEXTVAL", "b", Role.OUTPUT), attributes={"Start Value": "1"})
    sink = target("TGT", port("A", "n"), port("K", "b"), attributes={"Update Override": "UPDATE T SET A = :TU.A"})
    objects = (source("S", port("A", "n")), step("SQ", "Source Qualifier", port("A", "n")), sequence, sink)
    document, _ = convert(mapping(*objects, links="S → SQ: A\nSQ → TGT: A\nSEQ → TGT: NEXTVAL>K"))
    made = [item["id"] for item in document["nodes"] if item.get("transform") == "sequence_generator"]
    assert made == ["seq"]


@pytest.mark.parametrize(
    ("codepage", "encoding"),
    [("MS1251", "windows-1251"), ("Latin9", "iso-8859-15"), ("Latin2", "iso-8859-2"), ("JapanEUC", "japaneuc")],
)
def test_code_pages_by_the_names_that_readers_know(codepage: str, encoding: str) -> None:
    item = source("SRC", port("A"), **{**FILE, "file_format": {"CODEPAGE": codepage}})
    document, _ = convert(through(item, target("TGT", port("A")), port("A")))
    assert node(document, "src")["config"]["options"]["encoding"] == encoding
