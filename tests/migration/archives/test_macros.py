"""Bundled Alteryx macros take their place in the flow, and run."""

from __future__ import annotations

import pytest

from benchmarks.alteryx_workflow import formulas, meta, rows, selected, summary, tool, workflow
from services.migration.parsers.alteryx.kinds import STANDARD
from services.migration.rules.alteryx import RULES
from services.pipelines.dsl.document import load_all
from services.pipelines.runner import run
from tests.migration.archives.macros import (
    ABOVE,
    caller,
    objects,
    played,
    split,
)
from tests.migration.archives.packed import (
    call,
    macro,
    macro_input,
    macro_output,
    migrated,
    surface,
)


def test_a_macro_takes_its_place_in_the_flow() -> None:
    made = migrated({"flow.yxmd": caller("split.yxmc"), "split.yxmc": split()})
    assert [item.object for item in objects(made)] == ["TextInput (1)", "Filter (2.2)", "BrowseV2 (3)"]
    assert str(objects(made)[1].origin) == "split.yxmc:5 Node 2"
    assert played({"flow.yxmd": caller("split.yxmc"), "split.yxmc": split()}) == {"browsev2_3": [(5,), (9,)]}


def test_each_output_has_its_rows() -> None:
    flow = workflow(
        [rows(1, "a", ["1"], ["5"]), call(2, "split.yxmc"), tool(3, "BrowseV2"), tool(4, "BrowseV2")],
        ["1>2.In", "2.Out>3", "2.Rest>4"],
    )
    assert played({"flow.yxmd": flow, "split.yxmc": split()}) == {"browsev2_3": [(5,)], "browsev2_4": [(1,)]}


def test_a_macro_at_the_end_keeps_its_outputs() -> None:
    flow = workflow([rows(1, "a", ["1"], ["5"]), call(2, "split.yxmc")], ["1>2.In"])
    assert sorted(played({"flow.yxmd": flow, "split.yxmc": split()}).values()) == [[(1,)], [(5,)]]


def test_two_uses_are_two_sets_of_tools() -> None:
    flow = workflow(
        [rows(1, "a", ["1"], ["5"]), call(2, "split.yxmc"), call(3, "split.yxmc"), tool(4, "BrowseV2")],
        ["1>2.In", "2.Rest>3.In", "3.Rest>4"],
    )
    files = {"flow.yxmd": flow, "split.yxmc": split()}
    assert played(files) == {"browsev2_4": [(1,)]}
    assert [item.object for item in objects(migrated(files))][1:3] == ["Filter (2.2)", "Filter (3.2)"]


def test_macros_in_macros() -> None:
    outer = macro(
        [macro_input(1, "X", "a"), call(7, r"..\inner\split.yxmc"), macro_output(3, "Y")], ["1>7.In", "7.Rest>3"]
    )
    files = {
        "w/flow.yxmd": caller(r".\macros\outer.yxmc", into="X", out="Y"),
        "w/macros/outer.yxmc": outer,
        "w/inner/split.yxmc": split(),
    }
    assert played(files) == {"browsev2_3": [(1,)]}
    assert objects(migrated(files))[1].object == "Filter (2.7.2)"


@pytest.mark.parametrize(
    ("written", "path"),
    [
        (r"split.yxmc", "split.yxmc"),
        (r"SPLIT.YXMC", "split.yxmc"),
        (r".\macros\split.yxmc", "macros/split.yxmc"),
        (r"_externals\1\split.yxmc", "_externals/1/split.yxmc"),
        (r"C:\Users\me\macros\split.yxmc", "macros/split.yxmc"),
        ("../shared/split.yxmc", "shared/split.yxmc"),
        (r"\\server\share\split.yxmc", "lib/split.yxmc"),
    ],
)
def test_a_macro_is_found_by_the_path_that_the_tool_names(written: str, path: str) -> None:
    assert played({"flow.yxmd": caller(written), path: split()}) == {"browsev2_3": [(5,), (9,)]}


def test_of_two_of_one_name_the_one_that_is_meant() -> None:
    other = macro([macro_input(1, "In", "a"), macro_output(3, "Out")], ["1>3"])
    files = {"flow.yxmd": caller(r"D:\x\b\m.yxmc"), "a/m.yxmc": other, "b/m.yxmc": split()}
    assert played(files) == {"browsev2_3": [(5,), (9,)]}


def test_a_macro_that_changes_nothing_is_a_wire() -> None:
    straight = macro([macro_input(1, "In", "a"), macro_output(3, "Out")], ["1>3"])
    assert played({"flow.yxmd": caller("m.yxmc"), "m.yxmc": straight}) == {"browsev2_3": [(1,), (5,), (9,)]}


def test_what_the_caller_does_not_read_is_left_out() -> None:
    summed = split(
        tool(5, "Summarize", summary("Sum:a:total")), macro_output(6, "Total"), tool(9, "BrowseV2"),
        wires=("2.False>5", "5>6", "5>9"),
    )  # fmt: skip  # a list of names
    made = migrated({"flow.yxmd": caller("m.yxmc"), "m.yxmc": summed})
    assert [item.object for item in objects(made)] == ["TextInput (1)", "Filter (2.2)", "BrowseV2 (3)"]


def test_a_tool_of_the_macro_that_writes_stays() -> None:
    written = split(
        tool(5, "DbFileOutput", '<File FileFormat="0">out.csv</File><FormatSpecificOptions />'), wires=("2.False>5",)
    )
    made = migrated({"flow.yxmd": caller("m.yxmc"), "m.yxmc": written})
    assert "DbFileOutput (2.5)" in [item.object for item in objects(made)]


def test_columns_of_the_template_are_not_the_callers() -> None:
    """What a macro's tools last gave is of its template: an R tool's outline must not name the template's columns."""
    coded = macro(
        [
            macro_input(1, "In", "template_only"),
            tool(2, "Unheard", "<X />", meta=meta("template_only:String")),
            macro_output(3, "Out"),
        ],
        ["1>2", "2>3"],
    )
    made = migrated({"flow.yxmd": caller("m.yxmc"), "m.yxmc": coded})
    (by_hand,) = [item for item in objects(made) if item.target_type == "manual"]
    assert [column["name"] for column in by_hand.nodes[0]["config"]["columns"]] == ["a"]


def test_fields_are_mapped_and_named_back() -> None:
    doubled = macro(
        [
            macro_input(1, "In", "amount", mapped=True),
            tool(2, "Formula", formulas(("twice", "Int32", "[amount] * 2"))),
            macro_output(3, "Out"),
        ],
        ["1>2", "2>3"],
    )
    files = {"flow.yxmd": caller("m.yxmc", {"Input.In": "amount=a\n"}), "m.yxmc": doubled}
    (document,) = load_all(migrated(files).documents[0].yaml)
    assert run(document, {})["browsev2_3"] == [{"a": 1, "twice": 2}, {"a": 5, "twice": 10}, {"a": 9, "twice": 18}]


def test_macros_with_a_rule_are_those_whose_files_are_not_looked_into() -> None:
    assert {kind for kind in RULES if kind.endswith(".yxmc")} <= STANDARD


def test_a_known_macro_stays_a_tool() -> None:
    counting = macro([macro_input(1, "In", "a"), macro_output(3, "Out")], ["1>3"])
    files = {"flow.yxmd": caller("CountRecords.yxmc"), "CountRecords.yxmc": counting}
    made = migrated(files)
    assert "CountRecords (2)" in [item.object for item in made.result.mappings[0].objects]


def test_a_macro_of_a_switched_off_container_is_none_of_its_own() -> None:
    box = tool(
        8, "ToolContainer", '<Caption>Off</Caption><Disabled value="True" />', inner=call(5, "split.yxmc")
    )  # fmt: skip  # a node
    flow = workflow([rows(1, "a", ["1"]), tool(2, "BrowseV2"), box], ["1>2", "1>5.In"])
    made = migrated({"flow.yxmd": flow, "split.yxmc": split()})
    assert [each.mapping for each in made.result.mappings] == ["flow"]
    assert made.release.outcome.value == "completed"


def test_a_macro_without_inputs_is_a_source() -> None:
    held = macro(
        [
            rows(1, "a", ["1"], ["5"]),
            tool(2, "Filter", ABOVE),
            macro_output(3, "Out"),
            tool(6, "Summarize", summary("GroupBy:a")),
            surface(9, "Questions.DropDownListBox.ListBox"),
        ],
        ["1>2", "2.True>3", "1>6", "6>9.Question Input"],
    )
    flow = workflow([call(2, "m.yxmc"), tool(3, "BrowseV2")], ["2.Out>3"])
    files = {"flow.yxmd": flow, "m.yxmc": held}
    assert played(files) == {"browsev2_3": [(5,)]}
    assert [item.object for item in objects(migrated(files))] == ["TextInput (2.1)", "Filter (2.2)", "BrowseV2 (3)"]


def test_a_macro_in_a_macro_that_nothing_reads_is_left_out() -> None:
    outer = macro(
        [macro_input(1, "In", "a"), call(7, "split.yxmc"), macro_output(3, "Out")], ["1>7.In", "1>3"]
    )  # fmt: skip  # a document
    files = {"flow.yxmd": caller("outer.yxmc"), "outer.yxmc": outer, "split.yxmc": split()}
    assert played(files) == {"browsev2_3": [(1,), (5,), (9,)]}


def test_two_inputs_two_outputs() -> None:
    joined = macro(
        [
            macro_input(1, "Orders", "id"),
            macro_input(2, "Clients", "id"),
            tool(3, "Join", '<JoinInfo connection="Left"><Field field="id" /></JoinInfo>'
                 '<JoinInfo connection="Right"><Field field="id" /></JoinInfo>'
                 "<SelectConfiguration><Configuration outputConnection=\"Join\"><SelectFields>"
                 '<SelectField field="Right_id" selected="False" /><SelectField field="*Unknown" selected="True" />'
                 "</SelectFields></Configuration></SelectConfiguration>"),
            macro_output(4, "Both"),
            macro_output(5, "Alone"),
        ],
        ["1>3.Left", "2>3.Right", "3.Join>4", "3.Left>5"],
    )  # fmt: skip  # a document
    flow = workflow(
        [
            rows(1, "id what", ["1", "x"], ["2", "y"]), rows(2, "id name", ["2", "Eve"]),
            call(3, "m.yxmc"), tool(4, "BrowseV2"), tool(5, "BrowseV2"),
        ],
        ["1>3.Orders", "2>3.Clients", "3.Both>4", "3.Alone>5"],
    )  # fmt: skip  # a document
    assert played({"flow.yxmd": flow, "m.yxmc": joined}) == {
        "browsev2_4": [(2, "y", "Eve")],
        "browsev2_5": [(1, "x")],
    }


def test_macros_alone_are_each_a_pipeline() -> None:
    kept = macro(
        [macro_input(1, "In", "a"), tool(2, "AlteryxSelect", selected("a=b")), macro_output(3, "Out")], ["1>2", "2>3"]
    )
    made = migrated({"a.yxmc": split(), "b.yxmc": kept})
    assert [each.mapping for each in made.result.mappings] == ["a", "b"]
