"""What a caller answers changes the tools of its macro."""

from __future__ import annotations

import pytest

from benchmarks.alteryx_workflow import formulas, rows, tool
from tests.migration.archives.macros import (
    ABOVE,
    BOX,
    REPLACED,
    SIMPLE,
    asking,
    caller,
    objects,
    played,
    split,
)
from tests.migration.archives.packed import (
    action,
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
