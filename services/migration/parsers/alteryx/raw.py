"""A workflow's nodes and connections as they stand in the file, and as tools with containers flattened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.migration.parsers.elements import Element, stream
from services.migration.parsers.encoding import XmlText

ROOT = "AlteryxDocument"
CONTAINERS = ("ToolContainer", "ControlContainer")


@dataclass(frozen=True, slots=True)
class Source:
    """The file that tools stand in."""

    file: str
    text: XmlText


@dataclass(slots=True)
class Tool:
    """One `Node`. `container` is the caption of the innermost container; `disabled` the one that switches it off."""

    element: Element
    id: str
    plugin: str  # `AlteryxBasePluginsGui.Filter.Filter`, "" for macros
    macro: str  # path of the macro file, "" for all else
    source: Source
    container: str = ""
    disabled: str = ""
    within: str = ""  # the macro it was inlined from
    is_of_template: bool = False  # what it last gave are the rows of the macro's template, not of its caller
    is_unread: bool = False  # of a macro: what it feeds was left out, so that it goes too where nothing else reads it
    refused: str = ""  # why a macro whose file is there is not inlined
    todo: str = ""
    macro_text: str = ""  # of such a macro: its file

    @property
    def kind(self) -> str:
        """The last part of the plugin's name, all of it where that is a version; of a macro its file's name."""
        if self.plugin:
            last = self.plugin.rsplit(".", 1)[-1]
            return self.plugin if last.isdecimal() else last
        return self.macro.replace("\\", "/").rsplit("/", 1)[-1]

    @property
    def configuration(self) -> Element | None:
        return child(child(self.element, "Properties"), "Configuration")

    @property
    def label(self) -> str:
        """What the tool's annotation says of it."""
        annotation = child(child(self.element, "Properties"), "Annotation")
        found = child(annotation, "Name") or child(annotation, "AnnotationText")
        return found.text.strip() if found else ""


@dataclass(slots=True)
class Wire:
    """One `Connection`: tool ids and anchors."""

    source: str
    target: str
    out: str
    into: str
    name: str  # `#1` where the tool numbers its inputs
    line: int


@dataclass(slots=True)
class Document:
    """A file's elements: nodes with all that stands in them, connections, properties."""

    source: Source
    version: str = ""
    nodes: list[Element] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    properties: Element | None = None


@dataclass(slots=True)
class Raw:
    """All of a file that a conversion looks at."""

    version: str = ""
    tools: list[Tool] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    properties: Element | None = None


def read(text: XmlText, file: str) -> Document:
    """Every node and connection in the file's order. Raises the ExportErrors of `elements.stream`."""
    found = Document(Source(file, text))

    def emit(ancestors: list[Element], element: Element) -> None:
        above = ancestors[-1].tag if ancestors else ""
        found.version = ancestors[0].get("yxmdVer") if ancestors else found.version
        if above == "Nodes" and element.tag == "Node":
            found.nodes.append(element)
        elif above == "Connections" and element.tag == "Connection":
            found.wires.append(_wire(element))
        elif above == ROOT and element.tag == "Properties":
            found.properties = element

    stream(text, file, (ROOT, "Nodes", "Connections"), emit, with_text=True)
    return found


def raw(document: Document) -> Raw:
    """The document's tools, those in containers too."""
    tools = [tool for node in document.nodes for tool in _flattened(node, document.source)]
    return Raw(document.version, tools, list(document.wires), document.properties)


def child(element: Element | None, tag: str) -> Element | None:
    """The first child of a tag; None where there is none."""
    return next(element.each(tag), None) if element else None


def _flattened(node: Element, source: Source) -> Iterator[Tool]:
    """A node and all that its containers hold, in document order."""
    waiting: list[tuple[Element, str, str]] = [(node, "", "")]
    while waiting:
        element, container, disabled = waiting.pop()
        gui, engine = child(element, "GuiSettings"), child(element, "EngineSettings")
        plugin = gui.get("Plugin") if gui else ""
        macro = engine.get("Macro") if engine else ""
        tool = Tool(element, element.get("ToolID"), plugin, macro, source, container, disabled)
        yield tool
        if tool.kind in CONTAINERS:
            container = caption(tool)
            disabled = disabled or (container if is_off(tool) else "")
        inner = child(element, "ChildNodes")
        held = list(inner.each("Node")) if inner else []
        waiting.extend((each, container, disabled) for each in reversed(held))


def caption(tool: Tool) -> str:
    """What a container is called."""
    found = child(tool.configuration, "Caption")
    return (found.text.strip() if found else "") or f"Container {tool.id}"


def is_off(tool: Tool) -> bool:
    """True for a container that is switched off itself."""
    switch = child(tool.configuration, "Disabled")
    return bool(switch and switch.get("value").lower() == "true")


def _wire(element: Element) -> Wire:
    origin, target = child(element, "Origin"), child(element, "Destination")
    return Wire(
        origin.get("ToolID") if origin else "",
        target.get("ToolID") if target else "",
        origin.get("Connection") if origin else "",
        target.get("Connection") if target else "",
        element.get("name"),
        element.line,
    )
