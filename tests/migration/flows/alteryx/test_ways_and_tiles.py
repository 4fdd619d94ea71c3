"""Detours, tiles, cleansing and replacement by rows, worked out by hand from the tools' documentation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.migration.flows.alteryx.build import converted, fields, formulas, played, rows, summary, tool

SHOW = tool(99, "BrowseV2")
NUMBERS = rows(1, "n t", ("1", "a"), ("2", "b"), ("3", "c"), ("4", "d"), ("5", "e"))


def shown(flow: list[str], wires: list[str]) -> list[tuple[Any, ...]]:
    (found,) = played([*flow, SHOW], wires).values()
    return sorted(found, key=str)


def switch(number: int, *, right: bool) -> str:
    return tool(number, "Detour", f'<DetourRight value="{right}" />')


@pytest.mark.parametrize(
    ("right", "expected"), [(False, [("n", "Int32"), ("t", "V_WString")]), (True, [(1, "a"), (2, "b")])]
)
def test_what_stands_on_the_other_way_of_a_detour_does_not_run(right: bool, expected: list[tuple[Any, ...]]) -> None:
    """Field Info gives rows even where none arrive; the two ways have other columns."""
    given = rows(1, "n t", ("1", "a"), ("2", "b"))
    told = tool(3, "FieldInfo")
    flow = [given, switch(2, right=right), told, tool(4, "DetourEnd")]
    found = shown(flow, ["1>2", "2.Left>3", "3>4.Left", "2.Right>4.Right", "4>99"])
    assert [row[:2] for row in found] == expected


def test_a_count_on_the_other_way_gives_no_row() -> None:
    flow = [NUMBERS, switch(2, right=True), tool(3, "CountRecords.yxmc"), tool(5, "CountRecords.yxmc")]
    wires = ["1>2", "2.Left>3.Input8", "2.Right>5.Input8", "3.Output9>4.Left", "5.Output9>4.Right", "4>99"]
    assert shown([*flow, tool(4, "DetourEnd")], wires) == [(5,)]


def test_a_detour_within_the_other_way_of_a_detour_is_idle_too() -> None:
    inner = [switch(5, right=False), tool(6, "CountRecords.yxmc"), tool(7, "DetourEnd")]
    flow = [NUMBERS, switch(2, right=True), *inner, tool(4, "DetourEnd")]
    wires = ["1>2", "2.Left>5", "5.Left>6.Input8", "6.Output9>7.Left", "5.Right>7.Right", "7>4.Left", "2.Right>4.Right"]
    assert shown(flow, [*wires, "4>99"])[0] == (1, "a")


def test_a_detour_tells_what_it_would_empty() -> None:
    out = tool(3, "DbFileOutput", '<File FileFormat="0">out.csv</File>')
    made = converted([NUMBERS, switch(2, right=True), out, SHOW], ["1>2", "2.Left>3", "2.Right>99"])
    (found,) = [item for item in made.result.mappings[0].objects if item.source_type == "Detour"]
    assert "may empty its target" in found.warnings[0]
    assert found.confidence < 0.8


def tiles(method: str, inner: str, groups: str = "") -> str:
    listed = fields("GroupFields", *groups.split(), attribute="name")
    return tool(2, "Tile", f"{listed}<Method>{method}</Method><{method}>{inner}</{method}>")


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        # numbers are sorted from the highest down before they are shared out
        (
            tiles("EqualRecords", "<EqualRecordsSortField>n</EqualRecordsSortField><NumTiles value='5' />"),
            [5, 4, 3, 2, 1],
        ),
        (
            tiles("EqualRecords", "<EqualRecordsSortField>t</EqualRecordsSortField><NumTiles value='5' />"),
            [1, 2, 3, 4, 5],
        ),
        (tiles("EqualRecords", "<NumTiles value='5' />"), [1, 2, 3, 4, 5]),
        (tiles("Manual", "<Field>n</Field><Cutoffs>1\n3.5</Cutoffs>"), [1, 2, 2, 3, 3]),
        # mean 3, standard deviation 1.58: tile 1 begins at 3.79, tile -1 ends at 2.21
        (tiles("SmartTile", "<Field>n</Field><NameField>None</NameField>"), [-1, -1, 0, 1, 1]),
        (tiles("UniqueValue", fields("UniqueFields", "t")), [1, 2, 3, 4, 5]),
    ],
)
def test_tiles(how: str, expected: list[int]) -> None:
    assert [row[2] for row in shown([NUMBERS, how], ["1>2", "2>99"])] == expected


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (tiles("Other", "<SumField>n</SumField>"), "tiles by the method 'Other' have no rule"),
        (tiles("SmartTile", "<Field>t</Field>"), "its field t is no number here"),
        (tiles("SmartTile", "<Field>n</Field><NameField>Verbose</NameField>"), "names its tiles in words"),
        (tiles("Manual", "<Field>n</Field><Cutoffs>one</Cutoffs>"), "its limit 'one' is no number"),
    ],
)
def test_tiles_that_are_refused(how: str, reason: str) -> None:
    made = converted([NUMBERS, how, SHOW], ["1>2", "2>99"])
    (found,) = [item.warnings for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert reason in found[0]


def cleansed(**switches: object) -> str:
    inner = "".join(f'<{name} value="{value}" />' for name, value in switches.items() if name != "ModifyCase")
    inner += f"<ModifyCase>{switches.get('ModifyCase', '')}</ModifyCase>"
    ticked = "".join(f'<Field value="{name}" selected="{name != "*Unknown"}" />' for name in ("t", "n", "*Unknown"))
    return tool(2, "DataCleansePro", f"<Fields>{ticked}</Fields>{inner}")


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (cleansed(RemoveLeadingAndTrailingWhitespace=True), [(0, "a  b", " k "), (None, None, None)]),
        (
            cleansed(
                RemoveTabsLineBreaksAndDuplicates=True,
                RemoveLeadingAndTrailingWhitespace=True,
                CheckBox_ModifyCase=True,
                ModifyCase="upper",
            ),
            [(0, "A B", " k "), (None, None, None)],
        ),
        (
            cleansed(
                Checkbox_ReplaceStringColumns=True,
                radioButton_ReplaceNullwithBlanks=True,
                Checkbox_ReplaceNumericColumns=True,
                radioButton_ReplaceNullwithZero=True,
            ),
            [(0, " a  b", " k "), (0, "", None)],
        ),
        (
            cleansed(Checkbox_ReplaceNumericColumns=True, radioButton_ReplaceZerowithNulls=True, RemoveNullRows=True),
            [(None, " a  b", " k ")],
        ),
    ],
)
def test_data_cleanse_pro(how: str, expected: list[tuple[Any, ...]]) -> None:
    given = rows(1, "n t k", ("0", " a  b", " k "), (None, None, None))
    assert shown([given, how], ["1>2", "2>99"]) == expected


def replaced(*lines: tuple[str, str, str], formula: bool = False, mode: str = "Autofield") -> list[str]:
    settings = (
        "<Field_FieldName>F</Field_FieldName><Field_Expression>E</Field_Expression>"
        f"<Field_OutputValue>V</Field_OutputValue><ValueIsExpression value='{formula}' />"
        f"<Unmatched_Behavior>Warn</Unmatched_Behavior><FieldTypeMode>{mode}</FieldTypeMode>"
        "<OutputFieldType type='Double' size='8' scale='1' />"
    )
    return [rows(3, "F E V", *lines), tool(2, "DynamicReplace", settings)]


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        (
            replaced(
                ("n", "[_CurrentField_] < 3", "low"), ("n", "[_CurrentField_] < 5", "mid"), ("t", "[t] = 'a'", "A")
            ),
            [("low", "A"), ("low", None), ("mid", None), ("mid", None), (None, None)],
        ),
        (
            replaced(("n", "[n] > 2", "[n] * 1.5"), ("n", "1", "0"), formula=True, mode="Manual"),
            [(0.0, "a"), (0.0, "b"), (4.5, "c"), (6.0, "d"), (7.5, "e")],
        ),
    ],
)
def test_fields_are_replaced_by_the_first_condition_that_holds(
    flow: list[str], expected: list[tuple[Any, ...]]
) -> None:
    assert shown([NUMBERS, *flow], ["1>2.Input", "3>2.Expressions", "2.Output>99"]) == expected


def test_conditions_that_stand_in_computed_rows_are_refused_by_the_name_of_their_step() -> None:
    source, tool_ = replaced(("n", "1", "2"))
    between = tool(4, "Formula", formulas(("E", "V_String", '"1"')))
    wires = ["1>2.Input", "3>4", "4>2.Expressions", "2.Output>99"]
    made = converted([NUMBERS, source, between, tool_, SHOW], wires)
    (found,) = [item.warnings for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert found == ("its expressions stand in the rows of Formula (4), which the workflow does not hold",)


def test_throttled_rows_pass() -> None:
    flow = [NUMBERS, tool(2, "Throttle", "<RecordsPerMinute value='60' />"), tool(3, "Summarize", summary("Sum:n:s"))]
    assert shown(flow, ["1>2", "2>3", "3>99"]) == [(15,)]


def test_a_profile_has_a_row_for_each_statistic_of_each_field() -> None:
    given = rows(1, "n t", ("1", "ab"), ("2", None), ("6", "abcd"))
    found = {
        (field, name): value for field, name, value in shown([given, tool(2, "BasicDataProfile")], ["1>2", "2>99"])
    }
    assert {name: value for (field, name), value in found.items() if field == "n"} == {
        "Nulls": "0", "Non-Nulls": "3", "Uniques": "3", "Minimum": "1", "Maximum": "6", "Average": "3", "Sum": "9",
        "Standard Deviation": found["n", "Standard Deviation"], "Variance": "7",
        "25th Percentile": "1.5", "50th Percentile": "2", "75th Percentile": "4",
    }  # fmt: skip  # a table
    assert found["n", "Standard Deviation"].startswith("2.645751")
    assert {name: value for (field, name), value in found.items() if field == "t"} == {
        "Nulls": "1", "Non-Nulls": "2", "Uniques": "2", "Blanks": "0", "Average Length": "3", "Longest Length": "4",
        "Shortest (Non Blank) Length": "2", "Minimum": "ab", "Maximum": "abcd",
    }  # fmt: skip  # a table
