"""What a field of a type holds of a value, worked out by hand from the vendor's own conversions of fields.

Sources: OpenYXDB (RecordLib: `FieldNum.h`, `FieldFloat.h`, `FieldBool.cpp`, `FieldString.h`); Designer Help, "Data
Types", "Select", "Transpose", "Cross Tab", "Union", "Summarize".
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.migration.flows.alteryx.build import converted, fields, formulas, meta, played, rows, selected, summary, tool

SHOW = tool(99, "BrowseV2")
TEXTS = rows(1, "t", *[(text,) for text in ("12abc", "2.7", "-3.9", "abc", " 8", "Yes", "true", "0", "5%")])
MIXED = rows(1, "k n d t f", ("a", "5", "2.5", "x", "True"), ("b", "7", "3", "y", "False"))


def through(kind: str, config: str, given: str, saved: str = "") -> list[tuple[Any, ...]]:
    (found,) = played([given, tool(2, kind, config, meta=saved), SHOW], ["1>2", "2>99"]).values()
    return found


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Int32", [12, 2, -3, None, 8, None, None, 0, 5]),
        ("Double", [12.0, 2.7, -3.9, None, 8.0, None, None, 0.0, 5.0]),
        ("Bool", [True, True, False, False, False, False, True, False, True]),
        ("String:3", ["12a", "2.7", "-3.", "abc", " 8", "Yes", "tru", "0", "5%"]),
    ],
)
def test_of_a_text_its_beginning_counts(kind: str, expected: list[Any]) -> None:
    found = through("AlteryxSelect", selected(f"t=t:{kind}"), TEXTS)
    assert [row[0] for row in found] == expected


@pytest.mark.parametrize(
    ("given", "line", "expected"),
    [
        (("n", ["2.5", "-2.5", "0.4"]), "n=n:Int32", [3, -3, 0]),
        (("n", ["2.5", "3.0", "-0.25"]), "n=n:V_String:254", ["2.5", "3", "-0.25"]),
        (("b", ["True", "False", None]), "b=b:V_String:254", ["True", "False", None]),
        (("d", ["2024-02-03", None, "2023-12-31"]), "d=d:String:7", ["2024-02", None, "2023-12"]),
    ],
)
def test_select_changes_a_value_as_its_field_does(
    given: tuple[str, list[str | None]], line: str, expected: list[Any]
) -> None:
    source = rows(1, given[0], *[(value,) for value in given[1]])
    assert [row[0] for row in through("AlteryxSelect", selected(line), source)] == expected


@pytest.mark.parametrize(
    ("kind", "size", "text", "expected"),
    [
        ("String", 5, "[t]+[t]", "abcde"),
        ("V_WString", 1073741823, "[t]+[t]", "abcdefghabcdefgh"),
        ("String", 3, "IF [t]='x' THEN 'yes' ELSE 'no' ENDIF", "no"),
        ("String", 2, "Uppercase([t])", "AB"),
    ],
)
def test_a_text_is_cut_to_its_field(kind: str, size: int, text: str, expected: str) -> None:
    config = (
        f'<FormulaFields><FormulaField field="s" type="{kind}" size="{size}" expression="{text}" /></FormulaFields>'
    )
    assert [row[1] for row in through("Formula", config, rows(1, "t", ("abcdefgh",)))] == [expected]


@pytest.mark.parametrize(
    ("kind", "size", "text"),
    [
        ("String", 3, "IIF([t]='x','yes','no')"),
        ("String", 10, "Left([t],10)"),
        ("String", 7, "DateTimeFormat(DateTimeToday(),'%Y-%m')"),
        ("V_String", 254, "[t]+[t]"),
        ("String", 8, "Trim(Uppercase([t]))"),
    ],
)
def test_what_fits_is_not_cut(kind: str, size: int, text: str) -> None:
    config = (
        f'<FormulaFields><FormulaField field="s" type="{kind}" size="{size}" expression="{text}" /></FormulaFields>'
    )
    made = converted([rows(1, "t", ("abcdefgh",)), tool(2, "Formula", config), SHOW], ["1>2", "2>99"])
    assert "SUBSTRING" not in made.text.replace("SUBSTRING(t, 1, 10)", "")


def test_turned_values_are_the_texts_of_their_fields() -> None:
    config = fields("KeyFields", "k") + fields("DataFields", "n", "d", "t", "f")
    found = through("Transpose", config, MIXED)
    assert sorted(found) == [
        ("a", "d", "2.5"), ("a", "f", "True"), ("a", "n", "5"), ("a", "t", "x"),
        ("b", "d", "3"), ("b", "f", "False"), ("b", "n", "7"), ("b", "t", "y"),
    ]  # fmt: skip  # a table


def test_a_union_of_numbers_and_texts_holds_the_numbers_texts() -> None:
    flow = [rows(1, "a", ("2.5",), ("3",)), rows(2, "a", ("x",)), tool(3, "Union", "<Mode>ByName</Mode>"), SHOW]
    (found,) = played(flow, ["1>3#1", "2>3#2", "3>99"]).values()
    assert sorted(found) == [("2.5",), ("3",), ("x",)]


def test_joined_numbers_and_dates_are_their_texts() -> None:
    given = rows(1, "g n d", ("a", "2.5", "2024-01-05"), ("a", "3", None), ("a", None, "2024-02-01"))
    found = through("Summarize", summary("GroupBy:g", "Concat:n", "Concat:d:days"), given)
    assert found == [("a", "2.5,3", "2024-01-05,2024-02-01")]


def test_a_number_is_the_name_of_its_column() -> None:
    given = rows(1, "g y v", ("a", "2020", "1"), ("a", "2021.5", "2"), ("b", "2020", "3"))
    config = fields("GroupFields", "g") + (
        '<HeaderField field="y" /><DataField field="v" /><Methods><Method method="Sum" /></Methods>'
    )
    found = through("CrossTab", config, given, meta("g:V_String 2020:Double 2021_5:Double"))
    assert sorted(found) == [("a", 1, 2), ("b", 3, None)]


SIMPLE = (
    "<Mode>Simple</Mode><Simple><Operator>{operator}</Operator><Field>{field}</Field><Operands>"
    "<IgnoreTimeInDateTime>{day}</IgnoreTimeInDateTime><DateType>{kind}</DateType><Operand>{operand}</Operand>"
    "<StartDate>2022-02-01 00:00:00</StartDate><EndDate>2022-02-01 00:00:00</EndDate></Operands></Simple>"
)
MOMENTS = rows(
    1, "id m d", ("1", "2022-01-31 23:30:00", "2022-01-31"), ("2", "2022-02-01 00:00:00", "2022-02-01"),
    ("3", "2022-02-01 10:00:00", "2999-01-01"), ("4", None, None),
)  # fmt: skip  # a table


@pytest.mark.parametrize(
    ("operator", "field", "day", "kind", "expected"),
    [
        ("=", "m", True, "fixed", [2, 3]),
        ("&gt;", "m", True, "fixed", []),
        ("&lt;", "m", True, "fixed", [1]),
        ("DateRange", "m", True, "fixed", [2, 3]),
        ("DateRange", "m", False, "fixed", [2]),
        ("&gt;=", "d", True, "fixed", [2, 3]),
        ("&lt;=", "d", True, "today", [1, 2]),
        ("&gt;", "d", True, "tomorrow", [3]),
        ("&lt;", "d", True, "yesterday", [1, 2]),
    ],
)
def test_a_simple_filter_by_days(operator: str, field: str, day: bool, kind: str, expected: list[int]) -> None:
    """Beside a day told by the day of the run stands the day on which the workflow was saved: it is not read."""
    operand = "2022-02-01" if kind == "fixed" else "2999-12-31"
    config = SIMPLE.format(operator=operator, field=field, day=day, kind=kind, operand=operand)
    flow = [MOMENTS, tool(2, "Filter", config), SHOW]
    (found,) = played(flow, ["1>2", "2.True>99"]).values()
    assert [row[0] for row in found] == expected


def test_a_formula_rounds_what_it_puts_into_a_whole_number() -> None:
    found = through("Formula", formulas(("i", "Int32", "[n] / 2")), rows(1, "n", ("7",), ("-7",), ("4",)))
    assert [row[1] for row in found] == [4, -4, 2]


def test_a_date_stays_a_date() -> None:
    found = through("AlteryxSelect", selected("t=t:Date"), rows(1, "t", ("2024-02-30",), ("2024-02-29",), ("x",)))
    assert [row[0] for row in found] == [None, date(2024, 2, 29), None]
