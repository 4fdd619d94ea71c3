"""A tool's configuration as nested settings, its fields, and its definition, all without secrets."""

from __future__ import annotations

import re

from services.migration.ast import Setting, TransformationField
from services.migration.parsers import redact
from services.migration.parsers.alteryx import types
from services.migration.parsers.alteryx.raw import Tool, child
from services.migration.parsers.alteryx.secrets import Masked
from services.migration.parsers.elements import Element, source_text

LONGEST_DEFINITION = 40_000
"""Characters of a definition that are kept; what is longer holds images, models or rows."""
PART = "|||"
_HELD = re.compile(r"<([A-Za-z][^<>]{0,400})>([^<]+)</")
CONNECTING = frozenset(
    {"File", "Connection", "Query", "PreSQL", "PostSQL", "CreateSQL", "Value", "Command", "CommandArguments"}
)


def setting(element: Element, name: str = "") -> Setting:
    """An element with all that stands in it. Its depth is bounded by the reader's."""
    tag = name or element.tag
    attributes = {key: redact.attribute(key, value) for key, value in element.attributes.items()}
    value = element.text
    if value and redact.names_secret(tag):
        value = redact.MASK
    elif value and tag in CONNECTING:
        value = PART.join(redact.text(part) for part in value.split(PART))
    if value and redact.names_secret(attributes.get("name", "")):
        value = redact.MASK
    children = tuple(setting(each) for each in element.children)
    return Setting(tag, value if value.strip() or not children else "", attributes, children, element.line)


def fields(tool: Tool) -> tuple[TransformationField, ...]:
    """The columns that the tool gave when it ran last, by output: `group` is the anchor. Stale in some files."""
    properties = child(tool.element, "Properties")
    found: list[TransformationField] = []
    for info in properties.each("MetaInfo") if properties else ():
        record = child(info, "RecordInfo")
        found.extend(field(each, info.get("connection")) for each in (record.each("Field") if record else ()))
    return tuple(found)


def field(element: Element, anchor: str = "") -> TransformationField:
    kind, precision, scale = types.declared(element.get("type"), element.get("size"), element.get("scale"))
    return TransformationField(
        name=element.get("name"),
        datatype=kind,
        precision=precision,
        scale=scale,
        group=anchor,
        description=element.get("description"),
        line=element.line,
    )


def definition(tool: Tool, masked: Masked) -> str:
    """The node as it stands in its file, without secrets; of a macro that was not inlined its file too.

    `masked`: the credentials that were found in its configuration.
    """
    inner = child(tool.element, "Properties")
    element = inner if child(tool.element, "ChildNodes") and inner else tool.element
    whole = _shortened(masked.out_of(source_text(tool.source.text, element)))
    if tool.macro_text:
        whole += f"\n<!-- the file of the macro -->\n{_shortened(tool.macro_text)}"
    return redact.xml(_HELD.sub(_masked, whole) if redact.names_secret(whole) else whole)


def _shortened(text: str) -> str:
    """The text's beginning; cut before an element's tag, since half an element may be half a secret."""
    if len(text) <= LONGEST_DEFINITION:
        return text
    at = text.rfind("<", 0, LONGEST_DEFINITION)
    while at > 0 and text[at + 1] == "/":
        at = text.rfind("<", 0, at)
    return f"{text[: max(at, 0)]}\n<!-- {len(text) - max(at, 0)} more characters -->"


def _masked(match: re.Match[str]) -> str:
    """An element's text, masked where its tag or its name says that it is a secret."""
    tag, text = match[1], match[2]
    return f"<{tag}>{redact.MASK}</" if redact.names_secret(tag) else f"<{tag}>{text}</"


NONE = Setting("Configuration")
