"""A workflow's nodes and connections as they stand in the file, containers flattened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.migration.parsers.elements import Element, stream
from services.migration.parsers.encoding import XmlText

ROOT = "AlteryxDocument"
CONTAINERS = ("ToolContainer", "ControlContainer")


@dataclass(slots=True)
class Tool:
    """One `Node`. `container` is the caption of the innermost container; `disabled` the one that switches it off."""

    element: Element
    id: str
    plugin: str  # `AlteryxBasePluginsGui.Filter.Filter`, "" for macros
    macro: str  # path of the macro file, "" for all else
    container: str = ""
    disabled: str = ""

    @property
    def kind(self) -> str:
        """The last part of the plugin's name; of a macro its file's name."""
        if self.plugin:
            return self.plugin.rsplit(".", 1)[-1]
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
class Raw:
    """All of a file that a conversion looks at."""

    version: str = ""
    tools: list[Tool] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    properties: Element | None = None


def read(text: XmlText, file: str) -> Raw:
    """Every node and connection in the file's order. Raises the ExportErrors of `elements.stream`."""
    raw = Raw()

    def emit(ancestors: list[Element], element: Element) -> None:
        above = ancestors[-1].tag if ancestors else ""
        raw.version = ancestors[0].get("yxmdVer") if ancestors else raw.version
        if above == "Nodes" and element.tag == "Node":
            raw.tools.extend(_flattened(element))
        elif above == "Connections" and element.tag == "Connection":
            raw.wires.append(_wire(element))
        elif above == ROOT and element.tag == "Properties":
            raw.properties = element

    stream(text, file, (ROOT, "Nodes", "Connections"), emit, with_text=True)
    return raw


def child(element: Element | None, tag: str) -> Element | None:
    """The first child of a tag; None where there is none."""
    return next(element.each(tag), None) if element else None


def _flattened(node: Element) -> Iterator[Tool]:
    """A node and all that its containers hold, in document order."""
    waiting: list[tuple[Element, str, str]] = [(node, "", "")]
    while waiting:
        element, container, disabled = waiting.pop()
        gui, engine = child(element, "GuiSettings"), child(element, "EngineSettings")
        plugin = gui.get("Plugin") if gui else ""
        tool = Tool(element, element.get("ToolID"), plugin, engine.get("Macro") if engine else "", container, disabled)
        yield tool
        if tool.kind in CONTAINERS:
            container = _caption(tool)
            disabled = disabled or (container if _is_off(tool) else "")
        inner = child(element, "ChildNodes")
        held = list(inner.each("Node")) if inner else []
        waiting.extend((each, container, disabled) for each in reversed(held))


def _caption(tool: Tool) -> str:
    caption = child(tool.configuration, "Caption")
    return (caption.text.strip() if caption else "") or f"Container {tool.id}"


def _is_off(tool: Tool) -> bool:
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
