"""The OmniBus add-ins, by hand from their definitions, on both engines."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from tests.migration.flows.alteryx.addins import SHOW, settings, shown
from tests.migration.flows.alteryx.build import converted, played, rows, selected, tool
from tests.pipelines.runner.engines import ENGINES

GROUPED = rows(1, "g k v", ("b", "1", "x"), ("a", "2", "y"), ("a", "1", "z"), ("a", "2", "w"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("kind", "size", "groups", "sorting", "descending", "expected"),
    [
        ("Int32", "5", '"g"', '"k"', '""', {"x": 1, "z": 1, "y": 2, "w": 3}),
        ("Int32", "5", '"g"', '"k"', '"k"', {"x": 1, "y": 1, "w": 2, "z": 3}),
        ("Int64", "5", '""', '""', '""', {"x": 1, "y": 2, "z": 3, "w": 4}),
        ("String", "3", '"g","k"', '""', '""', {"x": "001", "y": "001", "z": "001", "w": "002"}),
        ("V_String", "3", '"g"', '""', '""', {"x": "1", "y": "1", "z": "2", "w": "3"}),
    ],
)
def test_rows_are_numbered_within_groups(
    engine: str, postgres_url: str, kind: str, size: str, groups: str, sorting: str, descending: str, expected: Any
) -> None:
    configuration = settings(
        FieldName="No", LastColumn="False", FieldType=kind, StringSize=size, StartingValue="1",
        GroupingFields=groups, SortingFields=sorting, DescendingFields=descending,
    )  # fmt: skip  # a table
    found = shown(engine, postgres_url, GROUPED, tool(2, "GroupedRecordID", configuration))
    assert {row[2]: row[3] for row in found} == expected


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_leave_in_the_order_of_their_groups(engine: str, postgres_url: str) -> None:
    configuration = settings(FieldName="No", FieldType="Int32", StartingValue="5", GroupingFields='"g"')
    number = tool(3, "RecordID", settings(StartValue="1", FieldName="Place", FieldType="Int32", Position="1"))
    found = shown(engine, postgres_url, GROUPED, tool(2, "GroupedRecordID", configuration), number)
    assert {row[2]: row[3:] for row in found} == {"y": (5, 1), "z": (6, 2), "w": (7, 3), "x": (5, 4)}


@pytest.mark.parametrize(("condition", "expected"), [("[n] > 2", []), ("[n] > 9", [(1,), (2,), (3,)])])
def test_a_breaker_lets_rows_pass_if_none_break_it(condition: str, expected: list[tuple[int]]) -> None:
    given = rows(1, "n", ("1",), ("2",), ("3",))
    test = tool(2, "Filter", f"<Expression>{condition.replace('>', '&gt;')}</Expression><Mode>Custom</Mode>")
    breaker = tool(3, "CircuitBreaker")
    found = played([given, test, breaker, SHOW], ["1>2", "2.True>3.Breaker", "1>3.Input", "3>99"])
    assert sorted(*found.values()) == expected


def random_rows(**bounds: str) -> list[float]:
    given = rows(1, "n", *((str(n),) for n in range(400)))
    configuration = settings(OutputType="Double", OutputFieldName="r", Seed="0", **bounds)
    (found,) = played([given, tool(2, "RandomNumber", configuration), SHOW], ["1>2", "2>99"]).values()
    assert {len(row) for row in found} == {2}
    return sorted(row[1] for row in found)


@pytest.mark.parametrize(
    ("bounds", "least", "most"),
    [
        ({"Distribution": "Uniform", "Minimum": "-2", "Maximum": "3"}, -2, 3),
        ({"Distribution": "Triangular", "Minimum": "1", "Maximum": "9", "Average": "2"}, 1, 9),
        ({"Distribution": "Normal", "Average": "100", "StandardDeviation": "0.5"}, 90, 110),
        ({"Distribution": "LogNormal", "Average": "1", "StandardDeviation": "0.1"}, 0.5, 15),
    ],
)
def test_random_numbers_stay_in_their_bounds(bounds: dict[str, str], least: float, most: float) -> None:
    found = random_rows(**bounds)
    assert len(set(found)) > 390
    assert least <= found[0] < found[-1] <= most


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("method", "digits"),
    [
        ("MD5", "900150983CD24FB0D6963F7D28E17F72"),
        ("SHA256", "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"),
    ],
)
def test_texts_are_hashed(engine: str, postgres_url: str, method: str, digits: str) -> None:
    hashing = settings(OutputFieldName="h", InputFieldName="s", HashAlgorithm=method)
    found = shown(engine, postgres_url, rows(1, "s", ("abc",)), tool(2, "HashCodeGenerator", hashing))
    assert found == [("abc", digits)]


@pytest.mark.parametrize("engine", ENGINES)
def test_points_fall_into_hexagons(engine: str, postgres_url: str) -> None:
    given = rows(1, "x y", ("1.4", "0.8"), ("0.1", "0.1"))
    bins = settings(OutputBinXFieldName="bx", InputPointXFieldName="x", InputPointYFieldName="y", Radius="1")
    found = shown(engine, postgres_url, given, tool(2, "HexBin", bins))
    assert {row[0]: row[2:] for row in found} == {1.4: (1.5, pytest.approx(0.8660254037844386)), 0.1: (0, 0)}


@pytest.mark.parametrize(
    ("chosen", "kind", "is_right"),
    [
        ("StartOfMonth", "Date", lambda day: day.day == 1),
        ("StartOfWeek", "Date", lambda day: day.isoweekday() == 7),
        ("StartOfYear", "DateTime", lambda day: (day.month, day.day, day.hour) == (1, 1, 0)),
        ("PreviousYearEnd", "Date", lambda day: (day.month, day.day) == (12, 31)),
        ("PreviousMonthEnd", "String", lambda text: text.endswith(" 00:00:00") and len(text) == 19),
        ("Yesterday", "Date", lambda day: isinstance(day, datetime.date)),
    ],
)
def test_a_date_of_the_day_is_one_row(chosen: str, kind: str, is_right: Any) -> None:
    configuration = settings(OutputType=kind, OutputFieldName="when", DateToReturn=chosen)
    (found,) = played([tool(1, "DateTimeInput", configuration), SHOW], ["1>99"]).values()
    ((value,),) = found
    assert is_right(value)


def test_a_sort_by_culture_is_one_by_characters() -> None:
    given = rows(1, "s", ("b",), ("a",))
    number = tool(3, "RecordID", settings(StartValue="1", FieldName="Place", FieldType="Int32", Position="1"))
    sort = tool(2, "SortWithCulture", settings(Culture="Current", IgnoreCase="true", SortField="s"))
    (found,) = played([given, sort, number, SHOW], ["1>2", "2>3", "3>99"]).values()
    assert sorted(found) == [("a", 1), ("b", 2)]


def test_an_attribute_holds_a_setting_as_a_text_does() -> None:
    given = rows(1, "n", ("7",))
    configuration = '<OutputFieldName value="f" /><InputFieldName value="n" /><FormatString>000</FormatString>'
    (found,) = played([given, tool(2, "StringFormatter", configuration), SHOW], ["1>2", "2>99"]).values()
    assert found == [(7, "007")]


def test_pictures_are_no_rows() -> None:
    made = converted([tool(1, "NewImage"), tool(2, "AlteryxSelect", selected()), SHOW], ["1>2", "2>99"])
    reasons = [item.warnings[0] for item in made.result.mappings[0].objects if item.source_type == "NewImage"]
    assert ["it makes a report" in reason for reason in reasons] == [True]
