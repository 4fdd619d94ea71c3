"""Make Columns, Arrange, DateTime, split fields and others, by hand from the documentation, on both engines."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from services.pipelines.dsl.document import load_all
from tests.migration.flows.alteryx.build import converted, fields, formulas, played, rows, tool
from tests.pipelines.runner.engines import ENGINES, rows_on

SHOW = tool(99, "BrowseV2")
GIVEN = rows(1, "id g ok", ("1", "a", "True"), ("2", "b", "False"), ("3", "a", "True"), ("4", "a", None))
NUMBER = "<StartValue>1</StartValue><FieldName>No</FieldName><FieldType>Int32</FieldType><Position>0</Position>"


def shown(engine: str, url: str, given: str, kind: str, configuration: str, *, numbered: bool = False) -> list[Any]:
    """The rows of a tool, in the order of their numbers where they are numbered."""
    tools = [given, tool(2, kind, configuration), tool(3, "RecordID", NUMBER), SHOW]
    wires = ["1>2", "2>3", "3>99"] if numbered else ["1>2", "2>99"]
    made = converted(tools if numbered else [*tools[:2], SHOW], wires)
    assert all(item.target_type != "manual" for item in made.result.mappings[0].objects)
    (document,) = load_all(made.documents[0].yaml)
    (found,) = rows_on(engine, url, document).values()
    return sorted(found, key=repr)


def make_columns(count: int, across: bool, *groups: str) -> str:
    return f'<NumColumns>{count}</NumColumns><IsHorizontal value="{across}" />{fields("GroupFields", *groups)}'


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        (make_columns(3, True), [(1, 1, "a", True, 2, "b", False, 3, "a", True), (2, 4, "a", *[None] * 7)]),
        (make_columns(2, False), [(1, 1, "a", True, 3, "a", True), (2, 2, "b", False, 4, "a", None)]),
        (
            make_columns(2, True, "g"),
            [(1, "a", 1, True, 3, True), (2, "a", 4, None, None, None), (3, "b", 2, False, None, None)],
        ),
        (
            make_columns(2, False, "g"),
            [(1, "a", 1, True, 4, None), (2, "a", 3, True, None, None), (3, "b", 2, False, None, None)],
        ),
    ],
)
def test_rows_are_laid_out_side_by_side(
    engine: str, postgres_url: str, configuration: str, expected: list[Any]
) -> None:
    assert shown(engine, postgres_url, GIVEN, "MakeColumns", configuration, numbered=True) == expected


ARRANGED = (
    '<KeyFields><Field field="id" /></KeyFields><OutputFields>'
    '<Columns><Column name="X" type="{kind}" /><Column name="Y" type="combobox" /></Columns>'
    "<Data><r><c>g</c><c>ok</c></r><r><c /><c>ok</c></r></Data></OutputFields>"
)


@pytest.mark.parametrize("engine", ENGINES)
def test_fields_are_laid_out_below_each_other_row_by_row(engine: str, postgres_url: str) -> None:
    found = shown(engine, postgres_url, GIVEN, "Arrange", ARRANGED.format(kind="combobox"), numbered=True)
    assert sorted(found)[:4] == [(1, 1, "a", True), (2, 1, None, True), (3, 2, "b", False), (4, 2, None, False)]
    assert len(found) == 8


@pytest.mark.parametrize(
    ("kind", "configuration", "reason"),
    [
        ("Arrange", ARRANGED.format(kind="text"), "holds something else than fields"),
        ("Arrange", "<KeyFields /><OutputFields />", "lays no field out"),
        ("MakeColumns", make_columns(0, True), "number of columns"),
        ("DateTime", '<IsFrom value="True" /><InputFieldName>g</InputFieldName><Format>YYYY</Format>', "'YYYY'"),
        ("DateTime", '<IsFrom value="False" /><InputFieldName>g</InputFieldName><Format>dd*yy</Format>', "'*'"),
        (
            "DateTime",
            '<IsFrom value="True" /><InputFieldName>g</InputFieldName><Format>day</Format><Language>Polish</Language>',
            "in Polish",
        ),
    ],
)
def test_what_has_no_equal_is_refused(kind: str, configuration: str, reason: str) -> None:
    made = converted([GIVEN, tool(2, kind, configuration), SHOW], ["1>2", "2>99"])
    (refused,) = [item for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert reason in refused.warnings[0]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ("", [(2.4,)]),
        ('"g"', [("a", 2.5), ("b", 2.0), ("c", None)]),
        ('&lt;Field field="g"/&gt;', [("a", 2.5), ("b", 2.0), ("c", None)]),
    ],
)
def test_an_average_is_weighted(engine: str, postgres_url: str, groups: str, expected: list[Any]) -> None:
    values = (("Value", "v"), ("Weight", "w"), ("OutputFieldName", "avg"), ("GroupFields", groups))
    told = "".join(f'<Value name="{name}">{text}</Value>' for name, text in values)
    given = rows(1, "g v w", ("a", "1", "1"), ("a", "3", "3"), ("b", "2", "1"), ("c", "9", "0"))
    assert shown(engine, postgres_url, given, "WeightedAvg.yxmc", told) == expected


MOMENTS = rows(1, "d", ("2024-01-05 13:04:05",), ("2024-12-25 00:00:00",), (None,))


def date_time(direction: bool, field: str, form: str) -> str:
    return (
        f'<IsFrom value="{direction}" /><InputFieldName>{field}</InputFieldName><Format>{form}</Format>'
        "<OutputFieldName>o</OutputFieldName>"
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("form", "first", "second"),
    [
        ("dd/MM/yy", "05/01/24", "25/12/24"),
        ("d/MM/yy", "5/01/24", "25/12/24"),
        ("M/d/yyyy H:mm", "1/5/2024 13:04", "12/25/2024 0:00"),
        ("Month d, yyyy", "January 5, 2024", "December 25, 2024"),
        ("dy., dd Mon. yyyy", "Fri, 05 Jan 2024", "Wed, 25 Dec 2024"),
        ("yyyy-MM-ddTHH:mm:ss", "2024-01-05T13:04:05", "2024-12-25T00:00:00"),
        ("EEEE, MMM", "Friday, Jan", "Wednesday, Dec"),
    ],
)
def test_a_date_is_written_by_its_format(engine: str, postgres_url: str, form: str, first: str, second: str) -> None:
    found = {row[0]: row[1] for row in shown(engine, postgres_url, MOMENTS, "DateTime", date_time(True, "d", form))}
    moments = (datetime.datetime(2024, 1, 5, 13, 4, 5), datetime.datetime(2024, 12, 25))
    assert [found[moment] for moment in (*moments, None)] == [first, second, None]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("form", "texts"),
    [
        ("d/-Mon.-yy", {"1-Feb-16": "2016-02-01", "29-feb-16": "2016-02-29", "30-Feb-16": None, "1-anf-16": None}),
        ("dd Month yyyy", {"2 Sept. 2016": "2016-09-02", "02 December 2016": "2016-12-02", "x": None}),
        ("M/d/yyyy", {"3/14/2024": "2024-03-14", "14/3/2024": None}),
        (
            "%m/%d/%Y %I:%M %p",
            {"03/28/2016 02:05 PM": "2016-03-28 14:05:00", "03/28/2016 12:05 am": "2016-03-28 00:05:00"},
        ),
        ("%d %b %Y %I %p", {"1 May 2016 12 pm": "2016-05-01 12:00:00", "1 May 2016 13 pm": None}),
    ],
)
def test_a_text_is_read_by_its_format(engine: str, postgres_url: str, form: str, texts: dict[str, str | None]) -> None:
    given = rows(1, "t", *((text,) for text in texts))
    found = shown(engine, postgres_url, given, "DateTime", date_time(False, "t", form))
    assert {text: None if moment is None else str(moment) for text, moment in found} == texts


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("ToString([x], 2)", ["-1234567.13", "0.50", None]),
        ("ToString([x], 0)", ["-1234567", "1", None]),
        ("ToString([x], 1, 1)", ["-1,234,567.1", "0.5", None]),
        ("ToString([x], 0, 1)", ["-1,234,567", "1", None]),
    ],
)
def test_a_number_becomes_a_text_of_fixed_decimals(
    engine: str, postgres_url: str, expression: str, expected: list[str | None]
) -> None:
    given = rows(1, "x", ("-1234567.125",), ("0.5",), (None,))
    found = shown(engine, postgres_url, given, "Formula", formulas(("s", "V_String", expression)))
    assert sorted((row[1] for row in found), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\w+", [("cat,sat", "cat", "sat"), ("on", "on", None), (None, None, None)]),
        (r"(\w)\w*", [("cat,sat", "c", "s"), ("on", "o", None), (None, None, None)]),
        (r"\w(a)t", [("cat,sat", "a", "a"), ("on", None, None), (None, None, None)]),
    ],
)
def test_tokens_are_what_the_pattern_marks(engine: str, postgres_url: str, pattern: str, expected: list[Any]) -> None:
    config = (
        f'<Field>t</Field><RegExExpression value="{pattern}" /><CaseInsensitve value="True" />'
        '<Method>ParseSimple</Method><ParseSimple><SplitToRows value="False" /><RootName>w</RootName>'
        '<NumFields value="2" /></ParseSimple>'
    )
    given = rows(1, "t", ("cat,sat",), ("on",), (None,))
    assert shown(engine, postgres_url, given, "RegEx", config) == sorted(expected, key=repr)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"(\w+)-(\w*)", ("ab", "cd")),
        (r"(\w+?)-(.*)", ("ab", "cd ef-g")),
        (r"(x|e)(.)", ("e", "f")),
        (r"(\d)(.)", (None, None)),
    ],
)
def test_marked_parts_become_fields(engine: str, postgres_url: str, pattern: str, expected: tuple[Any, Any]) -> None:
    config = (
        f'<Field>t</Field><RegExExpression value="{pattern}" /><CaseInsensitve value="True" />'
        '<Method>ParseComplex</Method><ParseComplex><Field field="p" type="V_String" size="9" />'
        '<Field field="q" type="V_String" size="9" /></ParseComplex>'
    )
    found = shown(engine, postgres_url, rows(1, "t", ("ab-cd ef-g",), (None,)), "RegEx", config)
    assert found == sorted([("ab-cd ef-g", *expected), (None, None, None)], key=repr)


def test_fields_without_a_root_name_are_numbers() -> None:
    split = (
        "<Field>t</Field><ErrorHandling>Last</ErrorHandling><RootName>\n</RootName>"
        '<Delimeters value="_" /><NumFields value="2" /><Flags value="0" />'
    )
    flow = [
        rows(1, "t", ("a_b_c",)),
        tool(2, "TextToColumns", split),
        tool(3, "Formula", formulas(("x", "V_String", "[2]"))),
        SHOW,
    ]
    (found,) = played(flow, ["1>2", "2>3", "3>99"]).values()
    assert found == [("a_b_c", "a", "b_c", "b_c")]
