"""Control containers: which tools run after which, and the log that a container gives as rows.

Source: Designer's catalogue of tools, "Control Container": an input Control, an output Log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.migration.parsers.alteryx import kinds
from services.migration.parsers.alteryx.raw import Raw, Tool, Wire, caption, is_off

KIND = "ControlContainer"


def logs(raw: Raw) -> tuple[frozenset[str], frozenset[str]]:
    """The containers whose log tools read as rows, and the displays that show nothing but such logs."""
    containers, by_id = _containers(raw), {tool.id: tool for tool in raw.tools}
    shown, fed = set[str](), set[str]()
    for wire in raw.wires:
        if wire.target in by_id and kinds.is_display(by_id[wire.target]):
            (shown if wire.source in containers else fed).add(wire.target)
    displays = shown - fed - {wire.source for wire in raw.wires}
    read = {wire.source for wire in raw.wires if wire.target not in displays and wire.target not in containers}
    return frozenset(read & containers.keys()), frozenset(displays)


def waiting(raw: Raw, running: Mapping[str, Tool]) -> Iterator[tuple[Tool, str, Wire]]:
    """Every container with what has to end before it runs. `running`: the tools that are not switched off."""
    containers = _containers(raw)
    for wire in raw.wires:
        container = containers.get(wire.target)
        before = containers.get(wire.source)
        if container is None or runs_not(container):
            continue
        if before is not None and not runs_not(before):
            yield container, f"those of the container '{caption(before)}'", wire
        elif before is None and wire.source in running:
            tool = running[wire.source]
            yield container, f"{tool.kind} ({tool.id})", wire


def runs_not(tool: Tool) -> bool:
    """True for a control container that is switched off, or stands in one that is."""
    return tool.kind == KIND and (bool(tool.disabled) or is_off(tool))


def _containers(raw: Raw) -> dict[str, Tool]:
    return {tool.id: tool for tool in raw.tools if tool.kind == KIND}
