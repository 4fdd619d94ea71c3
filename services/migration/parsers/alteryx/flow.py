"""A workflow's tools and wires as one mapping: what carries rows as steps, all else as inventory."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.migration.ast import InventoryItem, Link, MappingAST, Origin, Transformation
from services.migration.parsers import redact
from services.migration.parsers.alteryx import control, kinds, properties, secrets, settings, systems
from services.migration.parsers.alteryx.raw import Raw, Tool, Wire, caption
from services.migration.parsers.log import Log

RESULT = "Result"
"""Kind of a step added at the end of a flow that nothing writes or shows."""
WRITES = frozenset(
    {
        "DbFileOutput", "MacroOutput", "LockInWrite", "LockInOutput", "LockInMacroOutput", "LockInDynamicOutput",
        "BlobOutput",
    }
)  # fmt: skip  # a list of names
TESTS = frozenset({"Test", "ResultCompare.yxmc"})
"""Tools that compare rows and give none; with them the CReW macros `CReW_Expect…`."""


@dataclass
class Flow:
    """Sorts the tools of one file."""

    raw: Raw
    file: str
    log: Log
    inventory: list[InventoryItem] = field(default_factory=list)

    def mapping(self, name: str) -> MappingAST:
        self.tools = self._by_id()
        self.wires = [wire for wire in self.raw.wires if self._is_whole(wire)]
        self._switch_off()
        self._set_displays_aside()
        self.inventory.extend(properties.events(self.raw.properties, self.file))
        self.actions: dict[str, list[str]] = {}
        self._tell_of_order()
        for wire in self.raw.wires:
            if wire.source in self.surface:
                self.actions.setdefault(wire.target, []).append(wire.source)
        kept = list(self.tools.values())
        taken: set[str] = set()
        self.names = {tool.id: unique(_name(tool), taken) for tool in kept}
        steps = [self._step(tool) for tool in kept]
        links = [self._link(wire) for wire in self.wires]
        if kept and not any(map(_ends, kept)):
            self._add_results(kept, steps, links, taken)
        return MappingAST(
            name=name,
            folder="",
            origin=Origin(self.file, 1, f"AlteryxDocument {name}"),
            transformations=tuple(steps),
            links=tuple(links),
            parameters=tuple(properties.parameters(self.raw.properties)),
            description=properties.description(self.raw.properties),
        )

    def _by_id(self) -> dict[str, Tool]:
        found: dict[str, Tool] = {}
        logs, log_displays = control.logs(self.raw)
        for tool in self.raw.tools:
            is_off = tool.disabled or control.runs_not(tool)
            if is_off or tool.id in log_displays or (kinds.is_surface(tool) and tool.id not in logs):
                self._shelve(tool)
                continue
            if tool.id in found:
                self.log.warning(
                    "REPEATED_TOOL",
                    f"Two tools have the ToolID {tool.id}; connections go to the first.",
                    self._origin(tool),
                )
                tool.id = f"{tool.id} again at line {tool.element.line}"
            found[tool.id] = tool
        self.off = {tool.id for tool in self.raw.tools if tool.disabled or control.runs_not(tool)} - found.keys()
        self.surface = {tool.id for tool in self.raw.tools if kinds.is_surface(tool)} - found.keys() | log_displays
        return found

    def _tell_of_order(self) -> None:
        """A pipeline does not say which of its parts runs first: where that matters, a person has to see to it."""
        for container, before, wire in control.waiting(self.raw, self.tools):
            self.log.warning(
                "RUN_ORDER",
                f"The tools of the container '{caption(container)}' run after {before}; the pipeline does not say so.",
                Origin(self.file, wire.line, "Connection"),
            )

    def _is_whole(self, wire: Wire) -> bool:
        ends = (wire.source, wire.target)
        if all(end in self.tools for end in ends):
            return True
        missing = [end for end in ends if end not in self.tools and end not in self.off and end not in self.surface]
        if missing:
            self.log.warning(
                "DANGLING_CONNECTOR",
                f"A connection {wire.source} → {wire.target} names the tool {missing[0]}, which the file does not "
                "have; it was left out.",
                Origin(self.file, wire.line, "Connection"),
            )
        return False

    def _switch_off(self) -> None:
        """Tools that only disabled ones feed do not run either."""
        off = set(self.off)
        fed = {wire.target for wire in self.raw.wires if wire.source in off}
        while True:
            alive = {wire.target for wire in self.wires}
            starved = [self.tools[each] for each in fed if each in self.tools and each not in alive]
            if not starved:
                return
            for tool in starved:
                tool.disabled = "that feeds it"
                self._shelve(tool)
                del self.tools[tool.id]
                fed.update(wire.target for wire in self.wires if wire.source == tool.id)
            gone = {tool.id for tool in starved}
            self.wires = [wire for wire in self.wires if wire.source not in gone and wire.target not in gone]

    def _set_displays_aside(self) -> None:
        """Displays that read rows which something else reads too; of the others, the first of each chain is kept."""
        shown = {key for key, tool in self.tools.items() if kinds.is_display(tool)}
        while True:  # a report tool that feeds a data tool carries rows
            feeding = {wire.source for wire in self.wires if wire.source in shown and wire.target not in shown}
            if not feeding:
                break
            shown -= feeding
        read = {(wire.source, wire.out) for wire in self.wires if wire.target not in shown}
        kept: set[str] = set()
        for wire in self.wires:
            if wire.target in shown and wire.source not in shown and (wire.source, wire.out) not in read:
                read.add((wire.source, wire.out))
                kept.add(wire.target)
        for key in shown - kept:
            self._shelve(self.tools.pop(key))
        gone = shown - kept
        self.wires = [wire for wire in self.wires if wire.target not in gone and wire.source not in shown]

    def _add_results(self, kept: list[Tool], steps: list[Transformation], links: list[Link], taken: set[str]) -> None:
        read = {wire.source for wire in self.wires}
        for tool in kept:
            if tool.id not in read and not _is_test(tool):
                name = unique(f"Result of {self.names[tool.id]}", taken)
                steps.append(Transformation(name, RESULT, self._origin(tool)))
                links.append(Link(self.names[tool.id], name))

    def _step(self, tool: Tool) -> Transformation:
        configuration = tool.configuration
        masked = self._masked(tool)
        told = {
            "plugin": tool.plugin,
            "macro": tool.macro,
            "container": tool.container,
            "tool_id": tool.id,
            "set_by": ", ".join(self.actions.get(tool.id, ())),
            "refused": tool.refused,
            "todo": tool.todo,
        }
        return Transformation(
            name=self.names[tool.id],
            type=tool.kind or "(no type)",
            origin=self._origin(tool),
            fields=() if tool.is_of_template else settings.fields(tool),
            attributes={key: value for key, value in told.items() if value},
            description=redact.text(tool.label),
            definition=settings.definition(tool, masked),
            mapplet=tool.within,
            settings=settings.setting(configuration) if configuration else settings.NONE,
        )

    def _masked(self, tool: Tool) -> secrets.Masked:
        found = secrets.mask(tool.configuration) if tool.configuration else secrets.Masked()
        if found.changes_rows:
            self.log.warning(
                "SECRET_LEFT_OUT",
                f"{self.names[tool.id]} holds a credential in rows or addresses, masked here as {redact.MASK}. Change "
                "the credential, which anyone with the workflow can read, and give it where the pipeline runs.",
                self._origin(tool),
            )
        return found

    def _link(self, wire: Wire) -> Link:
        number = wire.name.lstrip("#")
        return Link(
            self.names[wire.source],
            self.names[wire.target],
            wire.out,
            wire.into,
            order=int(number) if number.isdecimal() and len(number) < 6 else 0,
            name=wire.name,
            line=wire.line,
        )

    def _shelve(self, tool: Tool) -> None:
        label = redact.text(tool.label) or (f"{tool.kind or 'Tool'} ({tool.id})")
        self.inventory.append(
            InventoryItem(tool.kind or "tool", label[:200], tool.container, self._origin(tool), kinds.reason(tool))
        )

    def _origin(self, tool: Tool) -> Origin:
        number = tool.element.get("ToolID") if tool.within else tool.id
        return Origin(tool.source.file, tool.element.line, f"Node {number}")


def _ends(tool: Tool) -> bool:
    return tool.kind in WRITES or systems.writes(tool.kind) or kinds.is_display(tool) or _is_test(tool)


def _is_test(tool: Tool) -> bool:
    return tool.kind in TESTS or tool.kind.startswith("CReW_Expect")


def unique(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken already; adds the result to `taken`."""
    found, number = name, 2
    while found.lower() in taken:
        found, number = f"{name} {number}", number + 1
    taken.add(found.lower())
    return found


def _name(tool: Tool) -> str:
    """`Filter (12)`: the kind and the ToolID, as Designer's messages have them."""
    kind = tool.kind.rsplit(".", 1)[0] if tool.macro and not tool.plugin else tool.kind
    return f"{kind or 'Tool'} ({tool.id})"
