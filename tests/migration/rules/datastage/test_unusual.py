"""Exports that are drawn seldom: what must be refused, named, or go on although nothing declares it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from benchmarks.datastage_dsx import Job, columns, export, packed
from benchmarks.datastage_flows import variable
from benchmarks.datastage_palette import FORMAT, of_text
from benchmarks.datastage_stages import ORDERS, through
from services.migration.rules.datastage.generated import values_of
from tests.migration.flows.datastage.designs import SAVING, sorted_on_the_link, transformed
from tests.migration.flows.datastage.sheet import converted, manual

BEYOND = ("cycle={init=999999999999}", "cycle={incr=9999999999999}", "cycle={init='9999-12-31', incr=86400}")


def of_server(kind: str, inputs: Sequence[str], **files: str) -> str:
    job = Job("j", "0")
    for link in inputs:
        job.read(f"src_{link}", link, ORDERS)
    pins = {link: {"FileName": name} for link, name in files.items()}
    job.stage("step", kind, list(inputs), {"out": columns(ORDERS)}, ole=kind, pins=pins)
    job.write("t", "out")
    return export(job.text())


def of_loop(*loop_variables: dict[str, str]) -> str:
    return transformed(
        "G:i! S:s! V:f!",
        {"out": ("B:f", {"B": "B"})},
        ordered=["G", "S"],
        variables=SAVING,
        loop="@ITERATION <= NumRows",
        loop_variables=loop_variables,
    )


def propagated(text: str) -> list[str]:
    """The columns of the last expression where every link propagates columns."""
    text = text.replace('Name "RTColumnProp"\n         Value "0"', 'Name "RTColumnProp"\n         Value "1"')
    nodes = converted(text).result.mappings[0].pipeline["nodes"]
    made = [one for one in nodes if one.get("transform") == "sql_expression"][-1]["config"]["columns"]
    return [one["name"] for one in made]


SAVED = variable("SavedRowIndex", "GetSavedInputRecord()")
SORTED = sorted_on_the_link("PxCopy")
REFUSED = {
    "a table that is written and read": (of_server("CODBCStage", ["a"]), "link out reads from it what is there"),
    "a file that two links write": (
        of_server("CHashedFileStage", ["a", "b"], a="H", b="H", out="H"),
        "reads a file that the links a, b write",
    ),
    "a loop that reads a row before it takes the saved one": (
        of_loop(variable("B", "in1.V", "8"), SAVED),
        "goes through rows that GetSavedInputRecord kept",
    ),
    "one column of a text twice": (of_text("PxColumnImport", FORMAT, "REC:s", "A:s A:s"), "the column a twice"),
    "a link sorted by EBCDIC": (SORTED.replace("-desc", "-desc -ebcdic"), "by V in the order of EBCDIC"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    text, reason = REFUSED[name]
    (said,) = manual(converted(text)).values()
    assert reason in said[0]


def test_a_loop_that_takes_the_saved_row_first_is_converted() -> None:
    assert manual(converted(of_loop(SAVED, variable("B", "in1.V", "8")))) == {}


def test_of_two_files_that_are_written_the_one_that_is_read_is_taken() -> None:
    mapping = converted(of_server("CSeqFileStage", ["a", "b"], a="A", b="B", out="B")).result.mappings[0]
    nodes = mapping.pipeline["nodes"]
    assert next(one for one in nodes if one["id"] == "t")["depends_on"] == ["src_b"]


def test_what_a_modify_makes_is_propagated() -> None:
    text = through("j", "PxModify", "ID:i", {"modifyspec": packed(("modifyspec", "B=AREA"))})
    assert propagated(text) == ["ID", "AMOUNT", "STATUS", "DAY", "B"]


@pytest.mark.parametrize(("keep", "kept"), [(" ", []), ("keepField", ["REC"])])
def test_a_text_that_is_taken_apart_is_propagated_where_the_stage_keeps_it(keep: str, kept: list[str]) -> None:
    text = of_text("PxColumnImport", "delim='|', quote=none", "ID:i! REC:s", "A:s B:s")
    stated = text.replace('Name "keepField"\n         Value " "', f'Name "keepField"\n         Value "{keep}"')
    assert propagated(stated) == ["A", "B", "ID", *kept]


def test_what_only_the_generated_code_says_is_to_be_reviewed() -> None:
    item = next(one for one in converted(SORTED).result.mappings[0].objects if one.object == "step")
    assert item.confidence == 0.84
    assert any("sorted by K, V as they arrive" in text for text in item.warnings)


def test_a_part_of_a_text_may_have_the_name_of_a_column_that_is_made() -> None:
    text = of_text("PxColumnImport", FORMAT, "ID:i! REC:s", "ID:i! part_1:s PART_2:s")
    done = converted(text)
    assert done.structure.executed == 1
    item = next(one for one in done.result.mappings[0].objects if one.object == "step")
    assert any("do not fit the record format go on" in said for said in item.warnings)


@pytest.mark.parametrize("stated", BEYOND)
@pytest.mark.parametrize("kind", ["date", "timestamp"])
def test_moments_beyond_the_calendar_are_not_counted(kind: str, stated: str) -> None:
    assert not values_of(kind, stated).is_known
    assert values_of(kind, stated).at(999)[:2] == "19"


def test_shares_that_add_up_to_all_but_for_rounding() -> None:
    job = Job("j")
    job.read("orders", "in1", ORDERS)
    stated = packed(*(("percent", share) for share in ("0.2", "0.4", "99.4")))
    outputs = {name: columns(ORDERS) for name in "abc"}
    job.stage("step", "PxSample", ["in1"], outputs, {"selection": "percent", "percent": stated})
    for name in outputs:
        job.write(f"out_{name}", name)
    done = converted(export(job.text()))
    assert manual(done) == {}
    nodes = done.result.mappings[0].pipeline["nodes"]
    assert [one["config"]["percent"] for one in nodes if one.get("transform") == "sample"][-1] == 100
