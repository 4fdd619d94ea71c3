"""Bundled Alteryx macros: inlined with their caller's answers, and run; or by hand, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks.alteryx_workflow import formulas, meta, rows, selected, summary, tool, workflow
from services.migration.parsers.alteryx.kinds import STANDARD
from services.migration.pipeline import Migration
from services.migration.rules.alteryx import RULES
from services.pipelines.dsl.document import load_all
from services.pipelines.runner import run
from tests.migration.archives.packed import (
    action,
    call,
    codes,
    constant,
    macro,
    macro_input,
    macro_output,
    migrated,
    question,
    runtime,
    surface,
    with_wires,
)

ABOVE = "<Mode>Custom</Mode><Expression>[a] &gt; 3</Expression>"
SIMPLE = "<Mode>Simple</Mode><Variable />"
NUMBER = "Questions.NumericUpDown.NumericUpDown"
BOX = "Questions.TextBox.QuestionTextBox"
ACTION = "Action.Action"


def played(files: Mapping[str, bytes]) -> dict[str, list[tuple[Any, ...]]]:
    """Sink → its rows, of the one pipeline that the archive gives."""
    made = migrated(files)
    assert [item.warnings for item in objects(made) if item.target_type == "manual"] == []
    assert [str(finding) for finding in made.structure.errors] == []
    (document,) = load_all(made.documents[0].yaml)
    return {sink: [tuple(row.values()) for row in found] for sink, found in run(document, {}).items()}


def objects(made: Migration) -> tuple[Any, ...]:
    return made.result.mappings[0].objects


def caller(path: str, answers: Mapping[str, str] | None = None, *, into: str = "In", out: str = "Out") -> bytes:
    """Rows 1, 5, 9 of `a` through a macro to a Browse."""
    return workflow(
        [rows(1, "a", ["1"], ["5"], ["9"]), call(2, path, answers), tool(3, "BrowseV2")], [f"1>2.{into}", f"2.{out}>3"]
    )


def split(*more: str, wires: tuple[str, ...] = (), properties: str = "") -> bytes:
    """A macro that splits rows at 3: outputs Out and Rest."""
    return macro(
        [macro_input(1, "In", "a"), tool(2, "Filter", ABOVE), macro_output(3, "Out"), macro_output(4, "Rest"), *more],
        ["1>2", "2.True>3", "2.False>4", *wires],
        properties,
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


ASKED = (surface(11, NUMBER), surface(12, ACTION))
LIMIT = question("NumericUpDown", "Limit", 11, '<Default value="3" />')
REPLACED = f'{SIMPLE}<Replace value="True" /><ReplaceText>3</ReplaceText>'


def asking(actions: str, *tools: str, questions: str = LIMIT, wires: tuple[tuple[str, str, str], ...] = ()) -> bytes:
    made = split(*(tools or ASKED), properties=runtime(questions, actions))
    return with_wires(made, *(wires or (("#1", "11", "12"),)))


ANSWERS = {
    "replaced": (action("UpdateValue", "2/Expression", 12, REPLACED), "6", [9]),
    "whole": (action("UpdateValue", "2/Expression", 12, f'{SIMPLE}<Replace value="False" />'), "[a] = 5", [5]),
    "by-name": (
        action("UpdateValue", "2/Expression", 12, "<Mode>Simple</Mode><Variable>Limit</Variable>"),
        "[a] < 2",
        [1],
    ),
    "formula": (
        action("UpdateValueFormula", "2/Expression", 12, '<Expression>"[a] &gt;= " + [#1]</Expression>'), "9", [9],
    ),
    "formula-of-the-old": (
        action("UpdateValueFormula", "2/Expression", 12, "<Expression>Replace([Destination], '3', [#1])</Expression>"),
        "8", [9],
    ),
    "one-after-the-other": (
        action("UpdateValueFormula", "2/Expression", 12, "<Expression>Replace([Destination], '3', [#1])</Expression>")
        + action(
            "UpdateValueFormula", "2/Expression", 12, "<Expression>Replace([Destination], '&gt;', '&lt;')</Expression>"
        ),
        "8",
        [1, 5],
    ),
    "dynamic": (action("Dynamic", "2/Expression", 12, "<Expression>{{INPUT}}</Expression>"), "[a] != 5", [1, 9]),
    "computed": (
        action(
            "UpdateValueFormula", "2/Expression", 12,
            "<Expression>'[a] &gt; ' + ToString(IIF(ToNumber([#1]) * 2 == 8, 4, 100))</Expression>",
        ),
        "4", [5, 9],
    ),
    "raw-xml": (
        action(
            "UpdateRawXml", "2/Expression", 12,
            "<Expression>'&lt;Expression&gt;[a] = ' + [#1] + '&lt;/Expression&gt;'</Expression>"
            '<OuterXml value="True" />',
        ),
        "1", [1],
    ),
}  # fmt: skip  # a table


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_change_the_tools(name: str) -> None:
    actions, answer, kept = ANSWERS[name]
    files = {"flow.yxmd": caller("m.yxmc", {"Limit": answer}), "m.yxmc": asking(actions)}
    assert played(files) == {"browsev2_3": [(value,) for value in kept]}


def test_a_question_without_an_answer_has_its_default() -> None:
    actions = action("UpdateValue", "2/Expression", 12, REPLACED)
    default = question("NumericUpDown", "Limit", 11, '<Default value="7" />')
    files = {"flow.yxmd": caller("m.yxmc"), "m.yxmc": asking(actions, questions=default)}
    assert played(files) == {"browsev2_3": [(9,)]}


def test_an_action_of_a_tool_that_is_gone_does_nothing() -> None:
    actions = action("UpdateValue", "99/Expression", 12, SIMPLE)
    files = {"flow.yxmd": caller("m.yxmc", {"Limit": "7"}), "m.yxmc": asking(actions)}
    assert played(files) == {"browsev2_3": [(5,), (9,)]}


@pytest.mark.parametrize(("answer", "kept"), [("True", [9]), ("False", [5, 9])])
def test_a_condition_chooses_the_actions(answer: str, kept: list[int]) -> None:
    inner = action("UpdateValue", "2/Expression", 12, "<Mode>Expression</Mode><Expression>'[a] > 6'</Expression>")
    condition = (
        '<Condition><Type>Condition</Type><ToolId value="13" /><Expression>[#1]</Expression>'
        f"<True>{inner.replace('> 6', '&gt; 6')}</True><False /></Condition>"
    )
    properties = runtime(question("BooleanGroup", "High", 11, '<Default value="False" />')).replace(
        "</Actions>", f"{condition}</Actions>"
    )
    made = with_wires(
        split(surface(11, "Questions.CheckBoxGroup.CheckBoxGroup"), properties=properties), ("#1", "11", "13")
    )
    files = {"flow.yxmd": caller("m.yxmc", {"High": answer}), "m.yxmc": made}
    assert played(files) == {"browsev2_3": [(value,) for value in kept]}


def test_a_container_is_switched_off_by_an_answer() -> None:
    box = tool(
        8, "ToolContainer", '<Caption>Extra</Caption><Disabled value="False" />',
        inner=tool(5, "Formula", formulas(("b", "Int32", "1"))),
    )  # fmt: skip  # a node
    made = macro(
        [
            macro_input(1, "In", "a"),
            box,
            tool(6, "Union", "<Mode>ByName</Mode>"),
            macro_output(3, "Out"),
            surface(11, BOX),
        ],
        ["1>5", "1>6#1", "5>6#2", "6>3"],
        runtime(
            question("BooleanGroup", "Off", 11),
            action("UpdateValueFormula", "8/Disabled/@value", 12, "<Expression>[#1]</Expression>"),
        ),
    )
    made = with_wires(made, ("#1", "11", "12"))
    on, off = (
        migrated({"flow.yxmd": caller("m.yxmc", {"Off": answer}), "m.yxmc": made}) for answer in ("False", "True")
    )
    assert "Formula (2.5)" in [item.object for item in objects(on)]
    assert "Formula (2.5)" not in [item.object for item in objects(off)]


def test_constants_of_the_macro_have_their_values() -> None:
    made = macro(
        [
            macro_input(1, "In", "a"),
            tool(
                2,
                "Formula",
                formulas(
                    ("n", "Int32", "[a] * [Question.Factor]"),
                    ("t", "String", "[User.Label] + '%Question.Word%'"),
                    ("w", "String", "[#1]"),
                ),
            ),
            macro_output(3, "Out"),
            surface(11, BOX),
        ],
        ["1>2", "2>3"],
        runtime(
            question("NumericUpDown", "Factor", 10) + question("TextBox", "Word", 11, "<Default>w</Default>"),
            constants=constant("Question", "Factor", "1", number=True)
            + constant("Question", "Word", "x")
            + constant("User", "Label", "it's "),
        ),
    )
    made = with_wires(made, ("#1", "11", "2"))
    files = {"flow.yxmd": caller("m.yxmc", {"Factor": "10", "Word": "so"}), "m.yxmc": made}
    assert played(files)["browsev2_3"] == [(1, 10, "it's so", "so"), (5, 50, "it's so", "so"), (9, 90, "it's so", "so")]


def test_an_older_macro_lists_its_inputs_and_outputs() -> None:
    made = macro(
        [
            rows(11, "a", ["77"]),
            tool(2, "Filter", ABOVE),
            tool(29, "DbFileOutput", '<File FileFormat="19">.\\MacroOut.yxdb</File><FormatSpecificOptions />'),
        ],
        ["11>2", "2.True>29"],
        runtime(
            more='<MacroInputs><Tool ToolId="11" Selected="True"><Name>Input11</Name></Tool></MacroInputs>'
            '<MacroOutputs><Tool ToolId="29" Selected="True"><Name>Output29</Name></Tool></MacroOutputs>'
        ),
    )
    files = {"flow.yxmd": caller("m.yxmc", into="Input11", out="Output29"), "m.yxmc": made}
    assert played(files) == {"browsev2_3": [(5,), (9,)]}


ITERATIVE = runtime(more="<IterativeMacro><Input>In</Input><Output>Rest</Output></IterativeMacro>")
BATCH = runtime(more="<BatchMacro><OutputMode>AllSame</OutputMode></BatchMacro>")
CONTROL = runtime(question("ControlParam", "Day", 11))
REFUSED = {
    "iterative": (split(properties=ITERATIVE), "iterative macro", "loop"),
    "batch": (split(properties=BATCH), "batch macro", "loop"),
    "control-parameter": (split(properties=CONTROL), "batch macro", "loop"),
    "unknown-action": (asking(action("UpdateSpaceship", "2/Expression", 12)), "UpdateSpaceship", "place"),
    "unknown-place": (asking(action("UpdateValue", "2/Nothing/Here", 12, SIMPLE)), "2/Nothing/Here", "place"),
    "unknown-function": (
        asking(action("UpdateValueFormula", "2/Expression", 12, "<Expression>MD5_ASCII([#1])</Expression>")),
        "MD5_ASCII",
        "place",
    ),
    "broken-expression": (
        asking(action("UpdateValueFormula", "2/Expression", 12, "<Expression>([#1]</Expression>")),
        "not evaluated",
        "place",
    ),
    "division-by-zero": (
        asking(action("UpdateValueFormula", "2/Expression", 12, "<Expression>1 / 0</Expression>")),
        "not evaluated",
        "place",
    ),
    "no-xml": (
        asking(action("UpdateRawXml", "2/Expression", 12, "<Expression>'&lt;a'</Expression>")),
        "no XML",
        "place",
    ),
    "itself": (
        macro([macro_input(1, "In", "a"), call(2, "m.yxmc"), macro_output(3, "Out")], ["1>2.In", "2.Out>3"]),
        "stands in itself",
        "place",
    ),
}  # fmt: skip  # a table


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_inlined_says_why_and_holds_the_macro(name: str) -> None:
    text, why, todo = REFUSED[name]
    made = migrated({"flow.yxmd": caller("m.yxmc", {"Limit": "4"}), "m.yxmc": text})
    document = next(each for each in made.result.mappings if each.mapping == "flow")
    (by_hand,) = [item for item in document.objects if item.target_type == "manual"]
    config = by_hand.nodes[0]["config"]
    assert why in config["reason"]
    assert "m.yxmc" in config["reason"]
    assert todo in config["todo"]
    assert "MacroInput" in config["original"]
    assert made.release.outcome.value == "failed"


def test_a_macro_that_is_not_there_is_said_to_be_missing() -> None:
    made = migrated({"flow.yxmd": caller("gone.yxmc"), "other.yxmc": split()})
    flow = next(each for each in made.result.mappings if each.mapping == "flow")
    (by_hand,) = [item for item in flow.objects if item.target_type == "manual"]
    assert "the macro's file is not in the upload" in by_hand.nodes[0]["config"]["reason"]


def test_macros_that_multiply_are_bounded() -> None:
    """Ten uses of a macro that uses another ten times, and so on: 10^7 tools from a few kilobytes."""
    files: dict[str, bytes] = {}
    for level in range(7):
        inner = [call(number, f"m{level + 1}.yxmc") for number in range(10, 20)]
        wires = ["1>10.In", *(f"{n}.Out>{n + 1}.In" for n in range(10, 19)), "19.Out>3"]
        files[f"m{level}.yxmc"] = macro([macro_input(1, "In", "a"), *inner, macro_output(3, "Out")], wires)
    files["m7.yxmc"] = split()
    made = migrated({"flow.yxmd": caller("m0.yxmc"), **files})
    reasons = [item.warnings[0] for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert any("more than" in reason for reason in reasons)


GROWING = {
    "replaced": action(
        "UpdateValue", "2/Expression", 12, f'{SIMPLE}<Replace value="True" /><ReplaceText>3</ReplaceText>'
    ),
    "doubled": action(
        "UpdateValueFormula", "2/Expression", 12, "<Expression>[Destination] + [Destination]</Expression>"
    ),
    "in-the-expression": action(
        "UpdateValueFormula",
        "2/Expression",
        12,
        "<Expression>Replace(Replace([#1], '3', [#1]), '3', [#1])</Expression>",
    ),
}


@pytest.mark.parametrize("name", GROWING)
def test_answers_that_grow_without_end_are_bounded(name: str) -> None:
    """Each action multiplies what the one before it put in."""
    files = {"flow.yxmd": caller("m.yxmc", {"Limit": "3" * 2000}), "m.yxmc": asking(GROWING[name] * 40)}
    (flow, *_) = migrated(files).result.mappings
    reasons = [item.warnings[0] for item in flow.objects if item.target_type == "manual"]
    assert any("characters" in reason for reason in reasons)


def test_constants_do_not_take_quadratic_time() -> None:
    made = split(
        tool(5, "Formula", formulas(("b", "String", "'" + "[Question." * 20_000 + " " * 200_000 + "'"))),
        wires=("2.False>5",),
    )
    assert migrated({"flow.yxmd": caller("m.yxmc"), "m.yxmc": made}).result.mappings


def test_fields_that_a_user_chooses_are_written_as_xml() -> None:
    """A list box whose choices are put together as XML, as macros have that work on any fields."""
    fields = '<UniqueFields><Field field="x" /><Field field="y" /></UniqueFields>'
    made = macro(
        [
            macro_input(1, "In", "x", "y"), tool(2, "Unique", fields), macro_output(3, "Out"),
            surface(11, "Questions.DropDownListBox.ListBox"), surface(12, ACTION),
        ],
        ["1>2", "2.Unique>3"],
        runtime(
            question("ListBox", "Chosen", 11),
            action(
                "UpdateRawXml", "2/UniqueFields", 12,
                '<Expression>[Unique Fields]</Expression><OuterXml value="False" />',
            ),
        ),
    )  # fmt: skip  # a document
    made = with_wires(made, ("Unique Fields", "11", "12"))
    flow = workflow(
        [
            rows(1, "a b", ["1", "p"], ["1", "q"], ["2", "r"]),
            call(2, "m.yxmc", {"Chosen": '<Field field="a"/>'}),
            tool(3, "BrowseV2"),
        ],
        ["1>2.In", "2.Out>3"],
    )
    assert played({"flow.yxmd": flow, "m.yxmc": made}) == {"browsev2_3": [(1, "p"), (2, "r")]}


def test_a_damaged_macro_is_named() -> None:
    made = migrated({"flow.yxmd": caller("m.yxmc"), "m.yxmc": split()[:-60]})
    assert "UNREADABLE_COMPANION" in codes(made)
    assert made.release.outcome.value == "failed"


def test_a_macro_in_another_encoding_than_it_says() -> None:
    broken = b'<?xml version="1.0" encoding="UTF-8"?>' + split().partition(b"?>")[2].replace(b"Out", b"\xff")
    made = migrated({"flow.yxmd": caller("m.yxmc"), "m.yxmc": broken})
    assert "UNREADABLE_COMPANION" in codes(made)
    assert [each.mapping for each in made.result.mappings] == ["flow"]


def test_an_anchor_that_the_macro_does_not_have() -> None:
    made = migrated({"flow.yxmd": caller("m.yxmc", out="Nowhere"), "m.yxmc": split()})
    (issue,) = [each for each in made.result.issues if each.code == "DANGLING_CONNECTOR"]
    assert "'Nowhere' of the macro m.yxmc" in issue.message


def test_a_macro_that_repeats_a_tool_id_loses_no_tool() -> None:
    text = split(tool(2, "Formula", formulas(("b", "Int32", "1"))))
    made = migrated({"flow.yxmd": caller("m.yxmc"), "m.yxmc": text})
    assert [item.source_type for item in objects(made)].count("Formula") == 1
    assert "REPEATED_TOOL" in codes(made)


def test_a_password_is_not_put_into_the_tools() -> None:
    secret = question("TextBox", "Key", 11, '<Password value="True" />')
    actions = action("UpdateValue", "2/Expression", 12, f'{SIMPLE}<Replace value="True" /><ReplaceText>3</ReplaceText>')
    files = {"flow.yxmd": caller("m.yxmc", {"Key": "hunter2"}), "m.yxmc": asking(actions, questions=secret)}
    assert "hunter2" not in migrated(files).text


def test_what_is_cut_off_of_a_long_macro_leaves_no_half_of_a_secret() -> None:
    """The place of the cut is moved over a password, character by character."""
    for length in range(0, 60, 3):
        tools = [tool(5, "X", f"<Note>{'n' * (39_000 + length)}</Note>" + "<Password>hunter2hunter2</Password>" * 40)]
        text = macro([macro_input(1, "In", "a"), *tools, macro_output(3, "Out")], ["1>3"], BATCH)
        made = migrated({"flow.yxmd": caller("m.yxmc"), "m.yxmc": text})
        flow = next(each for each in made.result.mappings if each.mapping == "flow")
        (by_hand,) = [item for item in flow.objects if item.target_type == "manual"]
        assert "<Password>" in by_hand.nodes[0]["config"]["original"]
        assert "hunter" not in by_hand.nodes[0]["config"]["original"]


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
