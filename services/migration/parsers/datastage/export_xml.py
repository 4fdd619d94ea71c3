"""DSExport XML: the same records and properties as DSX text, spelled as elements."""

from __future__ import annotations

import html
import re

from services.migration.parsers import elements
from services.migration.parsers.datastage.model import Export, Properties, Record, Section, bare_kind
from services.migration.parsers.elements import Element
from services.migration.parsers.encoding import XmlText

SECTIONS = {
    "Job": "DSJOB",
    "SharedContainer": "DSSHAREDCONTAINER",
    "SharedContainers": "DSSHAREDCONTAINER",
    "ParameterSets": "DSPARAMETERSETS",
    "Routines": "DSROUTINES",
    "DataConnections": "DSDATACONNECTIONS",
}
NOISE = frozenset({"StageTypes", "TableDefinitions", "ExecJob", "QSRuleAssembly"})
_CONTROL = re.compile(r"\\\(([0-9A-Fa-f]|1[0-9A-Fa-f])\)")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


def read(data: XmlText, file: str) -> Export:
    """Every section but the noise. Raises what `elements.stream` raises."""
    export = Export()
    open_sections: dict[int, Section] = {}

    def emit(ancestors: list[Element], element: Element) -> None:
        parent = ancestors[-1] if ancestors else None
        if element.tag == "Header":
            export.header = dict(element.attributes)
        elif element.tag == "Record" and parent is not None and parent.tag in SECTIONS:
            section = open_sections.get(parent.start)
            if section is None:
                section = Section(SECTIONS[parent.tag], parent.get("Identifier"), [], parent.line)
                open_sections[parent.start] = section
                export.sections.append(section)
            section.records.append(_record(data, element))

    elements.stream(data, file, ("DSExport", *SECTIONS, *NOISE), emit)
    return export


def _record(data: XmlText, element: Element) -> Record:
    record = Record(element.get("Identifier"), bare_kind(element.get("Type")), {}, {}, element.line)
    record.text = elements.source_text(data, element)
    for child in element.children:
        if child.tag == "Property":
            record.properties[child.get("Name")] = _text(data, child)
        elif child.tag == "Collection":
            record.lists[child.get("Name")] = [_item(data, item) for item in child.each("SubRecord")]
    return record


def _item(data: XmlText, element: Element) -> Properties:
    return {child.get("Name"): _text(data, child) for child in element.each("Property")}


def _text(data: XmlText, element: Element) -> str:
    r"""What stands between an element's tags, entities resolved.

    Control characters, which XML does not take, stand there as in DSX text: `\(2)`.
    """
    source = elements.source_text(data, element)
    if source.endswith("/>"):
        return ""
    inner = source[source.index(">") + 1 : source.rindex("</")]
    if "<![CDATA[" in inner:
        parts = (part if place % 2 else html.unescape(part) for place, part in enumerate(_CDATA.split(inner)))
        return _with_control_characters("".join(parts))
    return _with_control_characters(html.unescape(inner))


def _with_control_characters(text: str) -> str:
    return _CONTROL.sub(lambda match: chr(int(match[1], 16)), text) if "\\(" in text else text
