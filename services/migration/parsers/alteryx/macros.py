"""Macro files beside a workflow: found by the path that a tool names, and what of them shows to their callers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.migration.ast import InventoryItem, Origin
from services.migration.parsers.alteryx.raw import ROOT, Document, child, read
from services.migration.parsers.alteryx.secrets import mask
from services.migration.parsers.companions import Companions
from services.migration.parsers.elements import Element
from services.migration.parsers.encoding import to_utf8
from services.migration.parsers.errors import ExportError
from services.migration.parsers.log import Log

BATCH = "it is a batch macro, which runs once for each row of its control input"
ITERATIVE = "it is an iterative macro, which runs on its own output until none is left"
LOOP_TODO = "Write it as a loop of an orchestration; the macro's file stands in `original`."


@dataclass(slots=True)
class Macro:
    """One macro's file, read for one use of it."""

    path: str
    document: Document
    inputs: dict[str, str] = field(default_factory=dict)  # name of the anchor → ToolID
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def runtime(self) -> Element | None:
        return child(self.document.properties, "RuntimeProperties")

    @property
    def refusal(self) -> str:
        """Why it is not inlined; "" for a standard macro."""
        if child(self.runtime, "IterativeMacro"):
            return ITERATIVE
        questions = {text.text.strip() for each in every(self.runtime, "Question") for text in each.each("Type")}
        return BATCH if child(self.runtime, "BatchMacro") or "ControlParam" in questions else ""


class Library:
    """The macros beside one workflow."""

    def __init__(self, companions: Companions, log: Log) -> None:
        self._companions = companions
        self._log = log
        self._uses: Counter[str] = Counter()

    def find(self, written: str, beside: str) -> str | None:
        """The path of the file that a tool in the file `beside` names; None where it is not there."""
        return self._companions.find(written, beside) if self._companions else None

    def macro(self, path: str, origin: Origin) -> Macro | None:
        """The file, read anew for each use, since answers change it. None and a warning where it cannot be read."""
        try:
            document = read(to_utf8(self._companions[path], path), path)
            if not document.nodes:
                raise ExportError("It holds no tools.", "Save the macro again.", file=path)
        except ExportError as error:
            self._log.warning(
                "UNREADABLE_COMPANION", f"The macro {path} cannot be read. {error.message} {error.remedy}", origin
            )
            return None
        found = Macro(path, document)
        _interface(found)
        return found

    def text(self, path: str) -> str:
        """The file as it stands, without the credentials of its tools; "" where it cannot be read."""
        try:
            document = read(to_utf8(self._companions[path], path), path)
        except ExportError:
            return ""
        return mask(*document.nodes).out_of(document.source.text.data.decode())

    def unknown_anchor(self, path: str, name: str, origin: Origin) -> None:
        self._log.warning(
            "DANGLING_CONNECTOR",
            f"A connection names the anchor {name!r} of the macro {path}, which the macro does not have; it was left "
            "out.",
            origin,
        )

    def take(self, path: str) -> None:
        """Notes that a macro's tools stand in the flow now."""
        self.pass_over(path)
        self._uses[path] += 1

    def pass_over(self, path: str) -> None:
        """Notes that a macro is no export of its own: something names it that is not converted, or known without it."""
        self._companions.used.add(path.lower())

    def inventory(self) -> Iterator[InventoryItem]:
        for path, count in self._uses.items():
            times = "once" if count == 1 else f"{count} times"
            yield InventoryItem("macro", path, "", Origin(path, 1, ROOT), f"inlined {times}")


def every(root: Element | None, tag: str) -> Iterator[Element]:
    """All elements of a tag below one, in document order."""
    waiting = [root] if root else []
    while waiting:
        element = waiting.pop()
        waiting.extend(reversed(element.children))
        if element.tag == tag:
            yield element


def nodes(document: Document) -> Iterator[Element]:
    """Every node of a document, those in containers too."""
    waiting = list(reversed(document.nodes))
    while waiting:
        element = waiting.pop()
        yield element
        inner = child(element, "ChildNodes")
        waiting.extend(reversed(list(inner.each("Node")) if inner else []))


def configuration(node: Element) -> Element | None:
    return child(child(node, "Properties"), "Configuration")


def _interface(macro: Macro) -> None:
    """Anchors by name: of Macro Input and Output tools, and of the tools that macros before 9.0 list instead."""
    for side, kind, tag in (
        (macro.inputs, "MacroInput", "MacroInputs"),
        (macro.outputs, "MacroOutput", "MacroOutputs"),
    ):
        for node in nodes(macro.document):
            gui = child(node, "GuiSettings")
            if gui and gui.get("Plugin").rpartition(".")[2] in (kind, f"LockIn{kind}"):
                name = child(configuration(node), "Name")
                side[name.text.strip() if name else ""] = node.get("ToolID")
        listed = child(macro.runtime, tag)
        for tool in listed.each("Tool") if listed else ():
            name = child(tool, "Name")
            if name and tool.get("Selected", "True") == "True":
                side.setdefault(name.text.strip(), tool.get("ToolId"))
