"""Macros inlined: where a tool is a macro whose file is beside the workflow, the macro's tools take its place.

Tools get the ids `5.12` (tool 12 of the macro that tool 5 is), anchors become wires, the caller's answers stand in the
configurations. Batch and iterative macros, and those whose actions are not known, stay one tool with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from services.migration.ast import Origin
from services.migration.parsers.alteryx import kinds, settings
from services.migration.parsers.alteryx.actions import apply
from services.migration.parsers.alteryx.macros import LOOP_TODO, Library, Macro
from services.migration.parsers.alteryx.questions import Answers, NotApplied, answers
from services.migration.parsers.alteryx.raw import Raw, Tool, Wire, raw
from services.migration.parsers.elements import Element

DEEPEST = 16  # macros in macros
MOST_TOOLS = 2_000  # of all macros read for one workflow: a macro in a macro in a macro multiplies
MOST_TEXT = 64 * 1024 * 1024  # bytes of them
SELECT = "AlteryxBasePluginsGui.AlteryxSelect.AlteryxSelect"
BY_HAND = "Put the macro's steps in this place; its file stands in `original`."


def inlined(flow: Raw, file: str, library: Library) -> Raw:
    """The workflow with its macros' tools."""
    work = _Inlining(library)
    found = work.expanded(flow, (file.lower(),))
    return _without_dead_ends(found) if work.tools else found


@dataclass
class _Inlining:
    library: Library
    tools: int = 0
    text: int = 0

    def expanded(self, flow: Raw, trail: tuple[str, ...]) -> Raw:
        """`trail`: the files that the flow stands in, the workflow's first."""
        for tool in [each for each in flow.tools if each.macro and not each.plugin]:
            path = self.library.find(tool.macro, tool.source.file)
            if path is None:
                continue
            if tool.disabled or tool.kind in kinds.STANDARD:
                self.library.pass_over(path)
                continue
            try:
                flow = self._spliced(flow, tool, path, trail)
            except NotApplied as reason:
                tool.refused = f"{reason}; the macro is {path}"
                tool.todo = tool.todo or BY_HAND
                tool.macro_text = self.library.text(path)[: 2 * settings.LONGEST_DEFINITION]
        return flow

    def _spliced(self, flow: Raw, tool: Tool, path: str, trail: tuple[str, ...]) -> Raw:
        if path.lower() in trail:
            raise NotApplied("the macro stands in itself")
        if len(trail) > DEEPEST:
            raise NotApplied(f"macros stand in each other more than {DEEPEST} deep")
        if self.tools > MOST_TOOLS or self.text > MOST_TEXT:
            raise NotApplied(f"the macros of the workflow have more than {MOST_TOOLS} tools, or very many bytes")
        macro = self.library.macro(path, Origin(tool.source.file, tool.element.line, f"Node {tool.id}"))
        if macro is None:
            raise NotApplied("the macro's file cannot be read")
        if macro.refusal:
            tool.todo = LOOP_TODO
            raise NotApplied(macro.refusal)
        told = answers(macro, tool.configuration)
        apply(macro, told)
        own = raw(macro.document)
        self.tools += len(own.tools)
        self.text += len(macro.document.source.text.data) + told.put
        inner = self.expanded(own, (*trail, path.lower()))
        self.library.take(path)
        whole = replace(flow, wires=[wire for wire in flow.wires if self._has_anchor(wire, tool, macro)])
        return _joined(whole, tool, macro, _own(inner, macro, told, tool), keep_unread=len(trail) == 1)

    def _has_anchor(self, wire: Wire, tool: Tool, macro: Macro) -> bool:
        for end, name, anchors in ((wire.source, wire.out, macro.outputs), (wire.target, wire.into, macro.inputs)):
            if end == tool.id and name not in anchors and len(anchors) != 1:
                self.library.unknown_anchor(macro.path, name, Origin(tool.source.file, wire.line, "Connection"))
                return False
        return True


def _own(inner: Raw, macro: Macro, told: Answers, caller: Tool) -> Raw:
    """The macro's tools with ids, containers and columns of their caller's flow; maps of fields as Selects."""
    _map_fields(inner, macro, told)
    renames = {tool.id: f"{caller.id}.{tool.id}" for tool in inner.tools}
    fed = _after(inner.wires, macro.inputs.values())
    kept = [tool for tool in inner.tools if not (kinds.is_surface(tool) or tool.disabled)]
    shown = {tool.id for tool in kept if kinds.is_display(tool)} - {wire.source for wire in inner.wires}
    off = {tool.id for tool in inner.tools if tool.disabled}
    for tool in kept:
        tool.is_of_template = tool.is_of_template or tool.id in fed
        tool.within = tool.within or macro.path
        tool.container = tool.container or caller.container
    asking = {tool.id for tool in inner.tools if kinds.is_surface(tool)}
    _unread(kept, (wire.source for wire in inner.wires if wire.target in shown | asking))
    live = {tool.id for tool in kept} - shown
    wires = [wire for wire in inner.wires if {wire.source, wire.target} <= live | off]
    tools = [tool for tool in kept if tool.id in live]
    for tool in tools:
        tool.id = renames[tool.id]
    starved = [tool for tool in inner.tools if tool.disabled and tool.id in {wire.source for wire in wires}]
    for tool in starved:
        tool.id = renames[tool.id]
    return Raw(
        tools=[*tools, *starved],
        wires=[replace(wire, source=renames[wire.source], target=renames[wire.target]) for wire in wires],
    )


def _after(wires: Iterable[Wire], starts: Iterable[str]) -> set[str]:
    """Tools that rows of these reach, and these themselves."""
    leaving: dict[str, list[str]] = {}
    for wire in wires:
        leaving.setdefault(wire.source, []).append(wire.target)
    waiting = list(starts)
    found = set(waiting)
    while waiting:
        for target in leaving.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _map_fields(inner: Raw, macro: Macro, told: Answers) -> None:
    """Fields go by the macro's names inside it, and by their caller's again behind it."""
    back = [pair for pairs in told.maps.values() for pair in pairs if pair[0] and pair[1] and pair[0] != pair[1]]
    if not back:
        return
    by_id = {tool.id: tool for tool in inner.tools}
    for name, number in macro.inputs.items():
        pairs = [(theirs, own) for own, theirs in told.maps.get(name, ()) if own and theirs and own != theirs]
        if pairs and number in by_id:
            _as_select(by_id[number], pairs)
    for number in macro.outputs.values():
        if number in by_id and by_id[number].kind in ("MacroOutput", "LockInMacroOutput"):
            _as_select(by_id[number], back)


def _as_select(tool: Tool, pairs: list[tuple[str, str]]) -> None:
    line = tool.element.line

    def element(tag: str, attributes: dict[str, str], *children: Element) -> Element:
        made = Element(tag, attributes, line, tool.element.start)
        made.end, made.children = tool.element.end, list(children)
        return made

    fields = [element("SelectField", {"field": old, "selected": "True", "rename": new}) for old, new in pairs]
    fields.append(element("SelectField", {"field": "*Unknown", "selected": "True"}))
    held = element("Configuration", {}, element("SelectFields", {}, *fields))
    attributes = {"ToolID": tool.element.get("ToolID")}
    tool.element = element("Node", attributes, element("Properties", {}, held))
    tool.plugin, tool.is_of_template = SELECT, True


def _joined(flow: Raw, caller: Tool, macro: Macro, inner: Raw, *, keep_unread: bool) -> Raw:
    """The caller's tool replaced; wires to its anchors lead to the macro's tools.

    `keep_unread`: where nothing reads the caller, its outputs end the flow, and stay.
    """
    inputs = {name: f"{caller.id}.{number}" for name, number in macro.inputs.items()}
    outputs = {name: f"{caller.id}.{number}" for name, number in macro.outputs.items()}
    wires = [
        replace(
            wire,
            source=_anchor(outputs, wire.out) if wire.source == caller.id else wire.source,
            target=_anchor(inputs, wire.into) if wire.target == caller.id else wire.target,
        )
        for wire in flow.wires
    ]
    made = {tool.id: tool for tool in inner.tools}
    is_last = keep_unread and all(wire.source != caller.id for wire in flow.wires)
    wires += inner.wires
    for number in (*inputs.values(), *outputs.values()):
        tool = made.get(number)
        fed = {wire.source for wire in wires if wire.target == number}
        read = any(wire.source == number for wire in wires)
        if tool is None or (tool.plugin == SELECT and read) or not fed or (is_last and number in outputs.values()):
            continue
        if not read:
            _unread(inner.tools, fed)
        del made[number]
        wires = _without(wires, number)
    for wire in wires:
        tool = made.get(wire.source)
        if tool is not None and tool.plugin == SELECT and wire.source in outputs.values():
            wire.out = "Output"
        if wire.target in inputs.values() and wire.target in made:
            wire.into = "Input"
    place = flow.tools.index(caller)
    own = [tool for tool in inner.tools if tool.id in made]
    tools = [*flow.tools[:place], *own, *flow.tools[place + 1 :]]
    return replace(flow, tools=tools, wires=wires)


def _anchor(anchors: dict[str, str], name: str) -> str:
    """The macro's tool behind an anchor; the only one where the name is another."""
    return anchors.get(name) or next(iter(anchors.values()))


def _without(wires: list[Wire], number: str) -> list[Wire]:
    """The wires with a tool left out that hands rows on as they are: what leads to it leads to what it feeds."""
    arriving = [wire for wire in wires if wire.target == number]
    leaving = [wire for wire in wires if wire.source == number]
    through = [replace(out, source=into.source, out=into.out) for into in arriving for out in leaving]
    return [*(wire for wire in wires if number not in (wire.source, wire.target)), *through]


def _unread(tools: Iterable[Tool], numbers: Iterable[str]) -> None:
    """Marks tools one of whose readers is left out."""
    wanted = set(numbers)
    for tool in tools:
        tool.is_unread = tool.is_unread or tool.id in wanted


def _without_dead_ends(flow: Raw) -> Raw:
    """The flow without tools of macros that feed only outputs which the caller does not use."""
    tools, wires = flow.tools, flow.wires
    while True:
        read = {wire.source for wire in wires}
        gone = {each.id for each in tools if each.within and each.is_unread and each.id not in read}
        if not gone:
            return replace(flow, tools=tools, wires=wires)
        tools = [tool for tool in tools if tool.id not in gone]
        _unread(tools, (wire.source for wire in wires if wire.target in gone))
        wires = [wire for wire in wires if wire.target not in gone]
