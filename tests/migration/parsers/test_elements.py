"""The XML stream: true lines, verbatim definitions, kept line breaks."""

from __future__ import annotations

from services.migration.parsers import elements
from services.migration.parsers.encoding import XmlText
from tests.migration.parsers.samples import (
    QUALIFIER,
    SIMPLE,
    SOURCE,
    TARGET,
    connector,
    export,
    folder,
    instance,
    mapping,
    only_mapping,
)


def _collect(data: bytes) -> list[elements.Element]:
    found: list[elements.Element] = []
    elements.stream(XmlText(data, "UTF-8"), "x.xml", ("A", "B"), lambda _outer, element: found.append(element))
    return found


def test_lines_are_true_beyond_the_16_bits_of_libxml2() -> None:
    rows = 70_000
    data = b"<A>\n<B>" + b"".join(b'\n<E N="%d"/>' % line for line in range(3, rows)) + b"\n</B>\n</A>"
    found = _collect(data)
    assert len(found) == rows - 3
    assert all(element.line == int(element.get("N")) for element in found)


def test_children_of_containers_are_handed_out_and_let_go() -> None:
    seen: list[tuple[list[str], str, list[str]]] = []
    elements.stream(
        XmlText(b"<A><B><x><y/></x><z/></B><w/></A>", "UTF-8"),
        "x.xml",
        ("A", "B"),
        lambda outer, element: seen.append(([o.tag for o in outer], element.tag, [c.tag for c in element.children])),
    )
    assert seen == [(["A", "B"], "x", ["y"]), (["A", "B"], "z", []), (["A"], "w", [])]


def test_source_text_is_verbatim() -> None:
    raw = '<x  K ="a &#xD;&#xA; &gt; b"\n  J=\'1\'><y A="/>"/></x>'
    empty = '<y A="a/>b"/>'
    data = f"<A><B>{raw} {empty}</B></A>".encode()
    text = XmlText(data, "UTF-8")
    found: list[str] = []
    elements.stream(text, "x", ("A", "B"), lambda _outer, element: found.append(elements.source_text(text, element)))
    assert found == [raw, empty]


def test_definition_is_the_transformation_as_it_stands() -> None:
    found = only_mapping(export(folder(SOURCE, TARGET, SIMPLE)))
    assert found.transformations[0].definition == QUALIFIER
    assert (
        found.transformations[0].origin.line
        == export(folder(SOURCE, TARGET, SIMPLE)).split(b"<TRANSFORMATION")[0].count(b"\n") + 1
    )


def test_line_breaks_and_tabs_given_as_entities_stay() -> None:
    text = "IIF(A = 1, -- one&#xD;&#xA;&#x9;&apos;x&#x5c;y&apos;, // two&#xA;A &lt; 2)"
    port = f'<TRANSFORMFIELD NAME ="O" PORTTYPE ="OUTPUT" DATATYPE ="string" EXPRESSION ="{text}"/>'
    data = export(folder(SOURCE, TARGET, SIMPLE.replace("<TABLEATTRIBUTE", port + "<TABLEATTRIBUTE")))
    field = only_mapping(data).transformations[0].field("O")
    assert field is not None
    assert field.expression == "IIF(A = 1, -- one\r\n\t'x\\y', // two\nA < 2)"


def test_raw_line_breaks_of_a_damaged_file_stay() -> None:
    text = "IIF(A = 1, -- one\r\r\n  2,\n 3)"
    port = f'<TRANSFORMFIELD NAME ="O" PORTTYPE ="OUTPUT" DATATYPE ="string" EXPRESSION ="{text}"/>'
    data = export(folder(SOURCE, TARGET, SIMPLE.replace("<TABLEATTRIBUTE", port + "<TABLEATTRIBUTE")))
    found = only_mapping(data)
    field = found.transformations[0].field("O")
    assert field is not None
    assert field.expression == "IIF(A = 1, -- one\n  2,\n 3)"
    before = data[: data.index(b"<CONNECTOR")].replace(b"\r\r\n", b"\n\n")
    assert found.connectors[0].line == before.count(b"\n") + 1


def test_entity_like_text_in_comments_is_no_entity() -> None:
    data = export(folder(SOURCE, TARGET, "<!-- &nothing; --><XMLTEXT><![CDATA[ &nothing; ]]></XMLTEXT>", SIMPLE))
    assert only_mapping(data).name == "m"


def test_single_quoted_attributes_are_read() -> None:
    data = export(folder(SOURCE, TARGET, SIMPLE.replace('ISVALID ="YES"', "ISVALID ='YES' DESCRIPTION ='a \"b\" c'")))
    assert only_mapping(data).description == 'a "b" c'


def test_unconnected_mapping_still_has_its_parts() -> None:
    data = export(folder(SOURCE, mapping(QUALIFIER, instance("S", "Source Definition"), connector("S.A", "SQ.A"))))
    assert [t.name for t in only_mapping(data).transformations] == ["SQ"]
