"""JSON Parse and XML Parse, worked out by hand from Designer Help: "JSON Parse", "XML Parse", "Reading XML"."""

from __future__ import annotations

from typing import Any

import pytest

from services.pipelines.dsl.document import load_all
from tests.migration.flows.alteryx.build import converted, meta, outcome, played, rows, tool
from tests.pipelines.runner.engines import ENGINES, rows_on

SHOW = tool(99, "BrowseV2")
PERSON = """
{ "firstName": "John", "lastName": "Smith", "age": 25,
  "address": { "streetAddress": "21 2nd Street", "city": "New York", "state": "NY", "postalCode": "10021" },
  "phoneNumber": [ { "type": "home", "number": "212 555-1234" }, { "type": "fax", "number": "646 555-4567" } ] }
"""
NAMED = [
    ("firstName", "John"),
    ("lastName", "Smith"),
    ("age", "25"),
    ("address.streetAddress", "21 2nd Street"),
    ("address.city", "New York"),
    ("address.state", "NY"),
    ("address.postalCode", "10021"),
    ("phoneNumber.0.type", "home"),
    ("phoneNumber.0.number", "212 555-1234"),
    ("phoneNumber.1.type", "fax"),
    ("phoneNumber.1.number", "646 555-4567"),
]
ITEMS = """<items>
<item id="01" type="Donut"><name>Cake</name><ppu>0.60</ppu><batters><batter id="10">Regular</batter></batters><topping>
</topping></item>
<item id="02" type="Donut"><name>Raised</name><ppu>0.65</ppu><batters></batters><topping/></item>
<item id="03" type="Donut"><name>Devil&apos;s</name><ppu>0.50</ppu><batters/></item>
</items>"""


def given(*texts: str | None) -> str:
    return rows(1, "id t", *((str(number), text) for number, text in enumerate(texts, 1)))


def json_settings(*, included: bool = False, single: bool = True) -> str:
    return f'<JSON_Field>t</JSON_Field><IncludeInOutput value="{included}" /><SingleField value="{single}" />'


def xml_settings(element: str = "", **options: bool) -> str:
    stated = {"ChildValues": True, "OuterXML": False, "ParseRoot": False, "IgnoreErrors": False, **options}
    flags = "".join(f'<{name} value="{value}" />' for name, value in stated.items())
    return f"<XMLField>t</XMLField><XMLElement>{element}</XMLElement>{flags}"


def through(kind: str, configuration: str, *texts: str | None, fields: str = "") -> list[tuple[Any, ...]]:
    """The tool's records in their order, which Record ID numbers from 1."""
    step = tool(2, kind, configuration, meta=meta(fields) if fields else "")
    counted = tool(3, "RecordID", "<FieldName>r</FieldName><StartValue>1</StartValue><FieldType>Int32</FieldType>")
    (found,) = played([given(*texts), step, counted, SHOW], ["1>2", "2>3", "3>99"]).values()
    return [tuple(row[:-1]) for row in sorted(found, key=lambda row: row[-1])]


def test_json_as_one_text_field() -> None:
    assert through("JSONParse", json_settings(), PERSON, '{"b": [true]}') == [
        *((1, *pair) for pair in NAMED),
        (2, "b.0", "true"),
    ]


def test_json_as_a_field_for_each_type_beside_the_text() -> None:
    text = '{"s": "25", "i": 25, "f": 2.5, "b": false}'
    assert through("JSONParse", json_settings(included=True, single=False), text) == [
        (1, text, "s", "25", None, None, None),
        (1, text, "i", None, 25, None, None),
        (1, text, "f", None, None, 2.5, None),
        (1, text, "b", None, None, None, False),
    ]


FIELDS = "id:Byte t:V_WString item:V_String id2:V_String type:V_String name:V_String ppu:V_String batters:V_String"


def test_each_element_is_a_record_with_attributes_and_the_first_children() -> None:
    """An element that holds only others is an empty text, one that is not there null; `id2` is the second `id`."""
    found = through("XMLParse", xml_settings("item"), ITEMS, None, fields=f"{FIELDS} topping:V_String")
    assert [row[2:] for row in found] == [
        ("", "01", "Donut", "Cake", "0.60", "", "\n"),
        ("", "02", "Donut", "Raised", "0.65", "", ""),
        ("", "03", "Donut", "Devil's", "0.50", "", None),
        (None, None, None, None, None, None, None),
    ]


def test_the_element_that_is_found_by_itself_is_the_first_field_of_the_last_run() -> None:
    fields = "id:Byte t:V_WString batter:V_String batter_OuterXML:V_String"
    found = through("XMLParse", xml_settings(OuterXML=True), ITEMS, fields=fields)
    assert [row[2:] for row in found] == [("Regular", '<batter id="10">Regular</batter>')]


def test_the_root_gives_one_record_and_fields_of_children_s_attributes() -> None:
    text = '<order_x no="7">a<line_a b_c="1">one</line_a><line_a b_c="2">two</line_a></order_x>'
    fields = "id:Byte t:V_WString order_x:V_String no:V_String line_a:V_String line_a_b_c:V_String line_a_2:V_String"
    found = through("XMLParse", xml_settings("ignored", ParseRoot=True), text, fields=fields)
    assert [row[2:] for row in found] == [("a", "7", "one", "1", "two")]


def test_fields_with_a_number_beside_those_without_are_of_later_children() -> None:
    text = '<row><link href="a">1</link><link href="b">2</link><tag2>t</tag2></row>'
    fields = "id:Byte t:V_WString row:V_String link:V_String link_href:V_String link2:V_String link_href2:V_String"
    found = through("XMLParse", xml_settings("row"), text, fields=f"{fields} tag2:V_String")
    assert [row[3:] for row in found] == [("1", "a", "2", "b", "t")]


@pytest.mark.parametrize("engine", ENGINES)
def test_fields_that_later_tools_name_will_do(engine: str, postgres_url: str) -> None:
    step = tool(2, "XMLParse", xml_settings("item") + '<IncludeInOutput value="False" />')
    test = tool(3, "Filter", '<Expression>[ppu] = "0.65"</Expression><Mode>Custom</Mode>')
    made = converted([given(ITEMS), step, test, SHOW], ["1>2", "2>3", "3.True>99"])
    (document,) = load_all(made.documents[0].yaml)
    (found,) = rows_on(engine, postgres_url, document).values()
    assert [row[:3] for row in found] == [(1, "", "0.65")]
    (warned,) = [item for item in made.result.mappings[0].objects if item.source_type == "XMLParse"]
    assert warned.confidence <= 0.6
    assert any("there may be more" in warning for warning in warned.warnings)


def test_a_broken_text_is_a_record_of_nulls_where_errors_are_ignored() -> None:
    fields = "id:Byte t:V_WString item:V_String name:V_String"
    step = xml_settings("item", IgnoreErrors=True)
    assert through("XMLParse", step, "<item><name>x</name></item>", "<item>", fields=fields) == [
        (1, "<item><name>x</name></item>", "", "x"),
        (2, "<item>", None, None),
    ]


@pytest.mark.parametrize(
    ("kind", "configuration", "reason"),
    [
        ("XMLParse", xml_settings(), "depends on the texts"),
        ("XMLParse", xml_settings(ParseRoot=True), "its fields are made of the texts"),
        ("JSONParse", f'{json_settings()}<UnnestJSON value="True" />', "UnnestJSON"),
    ],
)
def test_what_only_the_texts_tell_is_left_to_a_person(kind: str, configuration: str, reason: str) -> None:
    made = converted([given("<a/>"), tool(2, kind, configuration), SHOW], ["1>2", "2>99"])
    (item,) = [item for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert reason in item.warnings[0]


@pytest.mark.parametrize(("dialect", "is_said"), [("snowflake", True), ("postgresql", False), ("duckdb", False)])
def test_a_dialect_without_sql_for_it_is_told(dialect: str, is_said: bool) -> None:
    flow = [given("[1]"), tool(2, "JSONParse", json_settings()), SHOW]
    made = converted(flow, ["1>2", "2>99"], dialect=dialect)
    (item,) = [item for item in made.result.mappings[0].objects if item.source_type == "JSONParse"]
    assert any(f"no SQL of it for {dialect}" in warning for warning in item.warnings) == is_said
    assert (item.confidence <= 0.6) == is_said


def test_options_of_later_releases_that_are_off_change_nothing() -> None:
    made = converted(
        [given('[1, "x"]'), tool(2, "JSONParse", f'{json_settings()}<UnnestJSON value="False" />'), SHOW],
        ["1>2", "2>99"],
    )
    (found,) = outcome(made).values()
    assert sorted(found) == [(1, "0", "1"), (1, "1", "x")]
