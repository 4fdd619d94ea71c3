"""Flows whose columns or rows follow from names, loops and patterns; worked out by hand from Designer's Help."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.pipelines.dsl.document import load_all
from services.pipelines.runner import run
from tests.migration.flows.alteryx.build import converted, fields, formulas, meta, played, rows, selected, tool

SHOW = tool(99, "BrowseV2")
SALES = rows(1, "id Amount_19 Amount_20 note", ("1", "5", "1.5", "a"), ("2", "6", "2.5", "b"))


def through(kind: str, config: str, given: str = SALES) -> list[tuple[Any, ...]]:
    (found,) = played([given, tool(2, kind, config), SHOW], ["1>2", "2>99"]).values()
    return found


def refused(kind: str, config: str, given: str = "") -> str:
    tools = ([given] if given else []) + [tool(2, kind, config), SHOW]
    made = converted(tools, (["1>2"] if given else []) + ["2>99"])
    return "; ".join(item.warnings[0] for item in made.result.mappings[0].objects if item.target_type == "manual")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("StartsWith([Name], &quot;amount&quot;)", [(5, 1.5), (6, 2.5)]),
        ("regex_match([Name], '.*_\\d+') AND [Name] != 'Amount_19'", [(1.5,), (2.5,)]),
        ("!(Contains([NAME], 'Amount') OR [Name] = 'note')", [(1,), (2,)]),
        ("Right([Name], 2) = '19' OR Length([Name]) &lt; 3", [(1, 5), (2, 6)]),
    ],
)
def test_fields_are_chosen_by_an_expression_over_their_names(condition: str, expected: list[tuple[Any, ...]]) -> None:
    found = through("DynamicSelect", f"<Mode>Formula</Mode><Expression>{condition}</Expression>")
    assert [tuple(map(float, row)) for row in found] == [tuple(map(float, row)) for row in expected]


def test_fields_are_chosen_by_their_types() -> None:
    found = through(
        "DynamicSelect", "<Mode>FieldTypes</Mode><FieldTypes>V_String,V_WString,String,WString</FieldTypes>"
    )
    assert found == [("a",), ("b",)]


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ("<Mode>Formula</Mode><Expression>[Size] > 4</Expression>", "[Size] is not known before it runs"),
        ("<Mode>Formula</Mode><Expression>REGEX_Match([Name], '(a+)+b')</Expression>", "not a simple one"),
        ("<Mode>Formula</Mode><Expression>REGEX_Match([Name], 'a**')</Expression>", "cannot be read"),
        ("<Mode>FieldTypes</Mode><FieldTypes>SpatialObj</FieldTypes>", "none of the fields that are known to arrive"),
    ],
)
def test_a_choice_that_needs_more_is_refused(config: str, reason: str) -> None:
    assert reason in refused("DynamicSelect", config, SALES)


def test_fields_are_renamed_by_an_expression_over_their_names() -> None:
    config = (
        '<RenameMode>Formula</RenameMode><Fields><Field name="id" selected="False" /><Field name="*Unknown" /></Fields>'
        "<Expression>IF Contains([_CurrentField_], '_') THEN "
        "Right([_CurrentField_], Length([_CurrentField_]) - FindString([_CurrentField_], '_') - 1) "
        "ELSE Uppercase([_CurrentField_]) ENDIF</Expression>"
    )
    (found,) = run(
        load_all(converted([SALES, tool(2, "DynamicRename", config), SHOW], ["1>2", "2>99"]).text)[0]
    ).values()
    assert [list(row) for row in found] == [["id", "19", "20", "NOTE"]] * 2


def loop(kind: str, first: str, condition: str, step: str) -> str:
    return (
        '<UpdateField value="False" /><CreateField_Name>x</CreateField_Name>'
        f"<CreateField_Type>{kind}</CreateField_Type><Expression_Init>{first}</Expression_Init>"
        f"<Expression_Cond>{condition}</Expression_Cond><Expression_Loop>{step}</Expression_Loop>"
    )


def test_days_are_generated_without_an_input() -> None:
    config = loop("Date", "'2024-02-27'", "[x] &lt;= DateTimeAdd('2024-02-27', 3, 'days')", "DateTimeAdd([x],1,'days')")
    (found,) = played([tool(1, "GenerateRows", config), SHOW], ["1>99"]).values()
    assert sorted(found) == [(date(2024, 2, day),) for day in (27, 28, 29)] + [(date(2024, 3, 1),)]


def test_days_are_generated_between_two_fields_backwards() -> None:
    given = rows(1, "id a b", ("1", "2024-03-05", "2024-03-01"), ("2", "2024-03-01", "2024-03-02"))
    found = through("GenerateRows", loop("Date", "[a]", "[x] >= [b]", 'DateTimeAdd([x], -2, "day")'), given)
    assert sorted(row[3] for row in found if row[0] == 1) == [date(2024, 3, day) for day in (1, 3, 5)]
    assert [row for row in found if row[0] == 2] == []


def test_numbers_are_generated_from_a_field_on() -> None:
    given = rows(1, "n", ("1",), ("4",))
    found = through("GenerateRows", loop("Int32", "[n] * 2", "[x] &lt; 12", "[x] + 3"), given)
    assert sorted(found) == [(1, 2), (1, 5), (1, 8), (1, 11), (4, 8), (4, 11)]


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (loop("Int32", "1", "[x] &lt; 100", "Pow([x], 2) + 1"), "does not add the same each time"),
        (loop("Int32", "1", "Mod([x], 7) != 0", "[x] + 1"), "no bound that the loop comes to"),
        (loop("Int32", "1", "[x] > 0", "[x] + 1"), "no bound that the loop comes to"),
        (loop("Int32", "1", "[x] &lt; [x] + 1", "[x] + 1"), "no bound that the loop comes to"),
        (loop("Date", "'2024-01-31'", "[x] &lt; '2025-01-01'", "DateTimeAdd([x],1,'months')"), "does not add the same"),
        (loop("Date", "'2024-01-31'", "[x] &lt; '2025-01-01'", "DateTimeAdd([x],1,'hours')"), "smaller than its type"),
    ],
)
def test_a_loop_that_is_no_count_is_refused(config: str, reason: str) -> None:
    assert reason in refused("GenerateRows", config)


def pattern(text: str, blind: bool = True) -> str:
    return (
        f'<Field>t</Field><RegExExpression value="{text}" /><CaseInsensitve value="{blind}" />'
        '<Method>ParseSimple</Method><ParseSimple><SplitToRows value="True" /></ParseSimple>'
    )


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (pattern(r"\d+"), [("1", "12"), ("1", "7"), ("2", "3")]),
        (pattern("[a-c]"), [("1", "a"), ("1", "B"), ("2", "c")]),
        (pattern("[a-c]", blind=False), [("1", "a"), ("2", "c")]),
        (pattern(r"([a-z])\d"), [("1", "a"), ("1", "B"), ("2", "c")]),
    ],
)
def test_every_match_of_a_pattern_is_a_row(config: str, expected: list[tuple[str, str]]) -> None:
    given = rows(1, "id t", ("1", "a12, B7"), ("2", "c3"), ("3", "-"))
    found = through("RegEx", config, given)
    assert sorted((str(number), part) for number, part in found) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"id" * 10 + 1', [11, 21]),
        ("CASE WHEN note = 'a' THEN 1 ELSE COALESCE(NULL, ID) END", [1, 2]),
    ],
)
def test_sql_of_a_database_that_all_read_alike_is_taken_over(text: str, expected: list[int]) -> None:
    found = through("LockInFormula", formulas(("y", "Int32", text)))
    assert [row[-1] for row in found] == expected


def test_the_true_rows_of_a_condition_in_sql() -> None:
    config = "<Mode>Custom</Mode><Expression>id BETWEEN 2 AND 5 AND note IS NOT NULL</Expression>"
    (found,) = played([SALES, tool(2, "LockInFilter", config), SHOW], ["1>2", "2.True>99"]).values()
    assert [row[0] for row in found] == [2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("id / 2", "DIV is the database's own"),
        ("GETDATE()", "is the database's own"),
        ("(SELECT 1)", "is the database's own"),
        ("id, note", "not one value"),
        ("1 FROM secret", "not one value"),
        ("nothing + 1", "does not arrive"),
        ("id +", "no SQL that is read"),
    ],
)
def test_sql_that_databases_read_each_in_its_own_way_is_refused(text: str, reason: str) -> None:
    assert reason in refused("LockInFormula", formulas(("y", "Int32", text)), SALES)


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ([tool(2, "Filter", "<Expression>[kind] = 0</Expression>", meta=meta("kind:Int32", "True"))], "integer"),
        ([tool(2, "AlteryxSelect", selected("kind=kind:Int32"), meta=meta("kind:Int32"))], "varchar"),
        ([tool(2, "Formula", formulas(("kind", "Int32", "1")), meta=meta("kind:Int32"))], ""),
        ([tool(2, "AutoField", '<Fields><Field name="kind" /></Fields>', meta=meta("kind:Int32"))], "varchar"),
    ],
)
def test_an_input_without_columns_has_the_types_that_a_later_tool_met(between: list[str], expected: str) -> None:
    source = tool(1, "MongoInput", "<Database>d</Database><Collection>c</Collection>")
    last = tool(9, "Unique", fields("UniqueFields", "kind", "other"))
    wires = ["1>2", "2.True>9" if "Filter" in between[0] else "2>9", "9.Unique>99"]
    made = converted([source, *between, last, tool(99, "BrowseV2")], wires)
    (document,) = load_all(made.documents[0].yaml)
    columns = {column["name"]: column["type"] for column in document.data["nodes"][0]["columns"]}
    assert columns == {**({"kind": expected} if expected else {}), "other": "varchar"}
