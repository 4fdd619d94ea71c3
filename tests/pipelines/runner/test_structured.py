"""JSON and XML texts taken apart, on each engine; XML also beside a parser."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from services.pipelines.dsl.document import Document, dump, load
from services.pipelines.runner import RunFailedError, execute_check
from tests.pipelines.dsl.samples import node, pipeline
from tests.pipelines.runner.engines import Rows
from tests.pipelines.runner.given import SINK, on_each_engine, rows

EDGES = [{"from": "a", "to": "step"}, {"from": "step", "to": "target"}]


def flow(kind: str, config: dict[str, Any], *texts: str | None) -> Document:
    given = {
        "id": "a",
        "type": "source",
        "connector": "inline",
        "config": {"rows": [[number, text] for number, text in enumerate(texts)]},
        "columns": [{"name": "id", "type": "integer"}, {"name": "t", "type": "text"}],
    }
    step = node(kind, {"column": "t", "position_column": "place", "keep": False, **config})
    return Document(pipeline(step, sources=(given,), edges=EDGES, sink=SINK))


def parsed(kind: str, config: dict[str, Any], *texts: str | None) -> Rows:
    """The rows in their order, without the columns that say it."""
    found = rows(flow(kind, config, *texts))
    return [(row[0], *row[1:-1]) for row in sorted(found, key=lambda row: (row[0], row[-1]))]


VALUES = {"columns": [{"name": "n", "holds": "name"}, {"name": "v", "holds": "value"}]}
TYPED = {"columns": [{"name": kind, "holds": kind} for kind in ("string", "integer", "float", "boolean")]}


@on_each_engine
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"b": 1, "a": "x"}', [("b", "1"), ("a", "x")]),
        ('{"a": [1, [2, {"z": true}]], "c": null}', [("a.0", "1"), ("a.1.0", "2"), ("a.1.1.z", "true"), ("c", None)]),
        ('[{"id": 1}, {"id": 2}]', [("0.id", "1"), ("1.id", "2")]),
        ('{"a.b": 1, "q\\"\\\\": 2, "": 3, "é ß": 4, "0": 5}', [("a.b", "1"), ('q"\\', "2"), ("", "3"), ("é ß", "4"), ("0", "5")]),  # noqa: E501  # one text
        ('{"a": 1, "a": 2}', [("a", "1"), ("a", "2")]),
        ('[1.50, 1e2, -0.5, 12345678901234567890, 1e-7]', [("0", "1.5"), ("1", "100"), ("2", "-0.5"), ("3", "12345678901234567890"), ("4", "1e-07")]),  # noqa: E501  # one text
        ('["\\u00e9\\n\\"", "", "null"]', [("0", 'é\n"'), ("1", ""), ("2", "null")]),
        ('"x"', [("", "x")]),
        ('{"a": [], "b": {}}', []),
        ("", []),
        (None, []),
    ],
)  # fmt: skip  # a table
def test_json_gives_a_row_for_each_value_in_order(text: str | None, expected: Rows) -> None:
    assert parsed("json_parse", VALUES, text) == [(0, *row) for row in expected]


@on_each_engine
def test_json_values_of_each_type_have_a_column_of_their_own() -> None:
    found = parsed("json_parse", TYPED, '["x", 7, 1.5, true, null, 9223372036854775807, 9223372036854775808, 2.0]')
    assert [row[1:] for row in found] == [
        ("x", None, None, None),
        (None, 7, None, None),
        (None, None, 1.5, None),
        (None, None, None, True),
        (None, None, None, None),
        (None, 9223372036854775807, None, None),
        (None, None, 9223372036854775808.0, None),
        (None, None, 2.0, None),
    ]


NO_JSON = ['{"a": 1', "{a: 1}", "[1,]", '{"a": 1,}', "NaN", "[Infinity]", "{'a': 1}", "1 2", "// x\n1", "x"]


@on_each_engine
def test_a_text_that_is_not_json_stops_the_run_or_gives_no_row() -> None:
    with pytest.raises(RunFailedError, match=r"a text is not JSON: t = '\[1,\]'$") as error:
        parsed("json_parse", VALUES, '{"a": ",]"}', "[1,]")
    assert error.value.of_data
    found = parsed("json_parse", {**VALUES, "on_error": "skip"}, *NO_JSON, '{"a": ",]nan"}')
    assert found == [(len(NO_JSON), "a", ",]nan")]


@on_each_engine
def test_the_text_stays_where_it_is_kept_and_a_column_of_its_name_takes_its_place() -> None:
    kept = rows(flow("json_parse", {**VALUES, "keep": True}, "[1]"))
    assert kept == [(0, "[1]", "0", "1", 1)]
    assert rows(flow("json_parse", {"columns": [{"name": "t", "holds": "value"}]}, "[5]")) == [(0, "5", 1)]


ITEM = (
    '<o xmlns:x="u"><!-- <item/> --><item id="7" x:k=\'a "&lt;b&gt;" &#65;\'> own <sub a="1">first &amp; '
    "<![CDATA[<raw>&amp;]]> x&#xe9;<deep>no</deep>!</sub><x:sub>second</x:sub> tail</item><list><item/></list></o>"
)


LED_TO: dict[str, list[str | None]] = {
    ".": [" own  tail", ""],
    "@id": ["7", None],
    "@k": ['a "<b>" A', None],
    "sub": ["first & <raw>&amp; xé!", None],
    "sub[2]": ["second", None],
    "sub/@a": ["1", None],
    "sub[2]/@a": [None, None],
    "deep": [None, None],
    "xml(sub[2])": ["<x:sub>second</x:sub>", None],
    "xml(.)": [ITEM[ITEM.index("<item id") : ITEM.index("<list>")], "<item/>"],
}


@on_each_engine
def test_xml_gives_a_row_for_each_element_with_what_its_paths_lead_to() -> None:
    config = {"element": "item", "columns": [{"name": path, "paths": [path]} for path in LED_TO]}
    both = parsed("xml_parse", config, ITEM)
    assert {path: [row[place] for row in both] for place, path in enumerate(LED_TO, 1)} == LED_TO


@on_each_engine
def test_the_first_path_that_is_there_counts_and_types_are_cast() -> None:
    config = {"columns": [{"name": "n", "type": "integer", "paths": ["@n", "n"]}]}
    assert parsed(
        "xml_parse", config, "<a n='1'><n>2</n></a>", "<a x:n='3' y:n='4'><n>5</n></a>", "<a><n>6</n></a>"
    ) == [
        (0, 1),
        (1, 3),
        (2, 6),
    ]


@on_each_engine
def test_line_ends_marks_and_declarations_of_files_do_not_matter() -> None:
    text = "\ufeff<?xml version='1.0' encoding='utf-16'?>\r\n<a>1\r\n2</a>\r\n"
    assert parsed("xml_parse", {"columns": [{"name": "c", "paths": ["."]}]}, text) == [(0, "1\n2")]


@on_each_engine
@pytest.mark.parametrize("text", [None, "", " \n", "<a/>", "<a><items/></a>"])
def test_a_text_without_the_element_gives_one_row_of_nulls(text: str | None) -> None:
    assert parsed("xml_parse", {"element": "item", "columns": [{"name": "c", "paths": ["."]}]}, text) == [(0, None)]


NO_XML = [
    *("<a>", "<a></b>", "<a/><b/>", "x<a/>", "<a>&nope;</a>", "<a>1 < 2</a>", "<a b=1/>", "<a b='<'/>", "</a>"),
    *("plain", "<a><b></a></b>", "<a>&</a>", "<!-- a -- b --><a/>", "<a b='1'c='2'/>", "<a/>&amp;"),
    "<a><c b='1' d='' b='2'/></a>",
    '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
    '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>',
]


@on_each_engine
def test_a_text_that_is_not_well_formed_stops_the_run_or_gives_nulls() -> None:
    config = {"columns": [{"name": "c", "paths": ["."]}]}
    with pytest.raises(
        RunFailedError, match=r"can't be read as XML: t = '<a></b>', problem = .it is not well-formed"
    ) as error:
        parsed("xml_parse", config, "<a>1</a>", "<a></b>")
    assert error.value.of_data
    found = parsed("xml_parse", {**config, "on_error": "null"}, *NO_XML, "<a>1</a>")
    assert found == [*((number, None) for number in range(len(NO_XML))), (len(NO_XML), "1")]


@on_each_engine
def test_elements_within_each_other_stop_the_run() -> None:
    config = {"element": "b", "on_error": "null", "columns": [{"name": "c", "paths": ["."]}]}
    with pytest.raises(RunFailedError, match="'b' stands within another"):
        parsed("xml_parse", config, "<a><b><c><b/></c></b></a>")
    assert parsed("xml_parse", config, "<a><b/><c><b>2</b></c></a>", "<b><b></a>") == [(0, ""), (0, "2"), (1, None)]


BLANKS = " \n"
PATHS = [".", "@a", "b", "b[2]", "c/@a", "b[2]/@a", "d_e"]


class Drawn:
    """Well-formed texts, the same for a seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def text(self) -> str:
        known = [
            "",
            "x",
            " y ",
            "&amp;&lt;",
            "é&#233;&#x1F600;",
            "\n  ",
            "<!-- c -> -->",
            "<![CDATA[<a>&]]]]>",
            "<?p a?b?>",
        ]
        return self.draw.choice(known)

    def attributes(self) -> str:
        names = self.draw.sample(["a", "k-l", "m"], self.draw.randint(0, 3))
        values = ["''", '""', "'&quot;z'", '"a=b>"', '"t\tu"', "'x&#10;y'"]
        return "".join(f"{self.draw.choice(BLANKS)}{name} = {self.draw.choice(values)}" for name in names)

    def element(self, depth: int, name: str) -> str:
        if depth > 3:
            return f"<{name}{self.attributes()}/>"
        names = [other for other in ("row", "b", "c", "d_e") if other != name]
        inner = [self.text() + self.element(depth + 1, self.draw.choice(names)) for _ in range(self.draw.randint(0, 3))]
        return f"<{name}{self.attributes()}>{''.join(inner)}{self.text()}</{name} >"


def as_lxml_reads(text: str) -> Iterator[tuple[str | None, ...]]:
    def own(element: Any) -> str:
        return (element.text or "") + "".join(child.tail or "" for child in element)

    def at(element: Any, path: str) -> str | None:
        if path == ".":
            return own(element)
        found = element.xpath(path.replace("c/", "c[1]/"))
        return None if not found else str(found[0]) if "@" in path else own(found[0])

    for element in etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True)).iter("b"):
        if next(element.iterancestors("b"), None) is not None:
            return
        yield tuple(at(element, path) for path in PATHS)


@on_each_engine
def test_what_is_found_is_what_a_parser_finds() -> None:
    drawn = Drawn(7)
    texts = [f"<?xml version='1.0'?>\n{drawn.element(0, 'root')}\n" for _ in range(120)]
    flat = [text for text in texts if not etree.fromstring(text.encode()).xpath("//b//b")]
    expected = {index: list(as_lxml_reads(text)) or [(None,) * len(PATHS)] for index, text in enumerate(flat)}
    config = {"element": "b", "columns": [{"name": f"c{n}", "paths": [path]} for n, path in enumerate(PATHS)]}
    found: dict[int, list[tuple[Any, ...]]] = {}
    for number, *values in parsed("xml_parse", config, *flat):
        found.setdefault(number, []).append(tuple(values))
    assert found == expected
    assert sum(len(listed) for listed in found.values()) > len(flat) > 60


XML = {"columns": [{"name": "c", "paths": ["."]}]}


@pytest.mark.parametrize(("kind", "config"), [("json_parse", VALUES), ("xml_parse", XML)])
def test_documents_round_trip(kind: str, config: dict[str, Any]) -> None:
    document = flow(kind, config, "x")
    assert load(dump(document.data)).data == document.data


@pytest.mark.parametrize(
    ("kind", "config", "condition"),
    [
        ("json_parse", VALUES, "n = 'list.2.inner' and v = 'true'"),
        ("xml_parse", {"element": "e", "columns": [{"name": "c", "paths": ["sub[2]/@k", "x"]}]}, "c = '1'"),
    ],
)
def test_the_execution_check_has_texts_that_can_be_parsed(kind: str, config: dict[str, Any], condition: str) -> None:
    """A cast that fails for the rows that are found is told only where some are."""
    source = {**flow(kind, config).data["nodes"][0], "connector": "csv", "config": {"path": "a.csv"}}
    step = node(kind, {"column": "t", **config})
    cast = {"columns": [{"name": "r", "expression": f"cast(case when {condition} then 'x' else '1' end as integer)"}]}
    edges = [{"from": "a", "to": "step"}, {"from": "step", "to": "last"}, {"from": "last", "to": "target"}]
    last = {**node("sql_expression", cast), "id": "last", "depends_on": ["step"]}
    document = Document(pipeline(step, last, sources=(source,), edges=edges, sink=SINK))
    assert [finding.code for finding in execute_check(document)] == ["ROW_ERROR"]
