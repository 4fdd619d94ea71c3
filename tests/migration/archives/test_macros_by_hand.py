"""Macros that stay by hand, with the reason; bounds; damaged macros; secrets."""

from __future__ import annotations

import pytest

from benchmarks.alteryx_workflow import formulas, rows, tool, workflow
from tests.migration.archives.macros import (
    ACTION,
    SIMPLE,
    asking,
    caller,
    objects,
    played,
    split,
)
from tests.migration.archives.packed import (
    action,
    call,
    codes,
    macro,
    macro_input,
    macro_output,
    migrated,
    question,
    runtime,
    surface,
    with_wires,
)

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
