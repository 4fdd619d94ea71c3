"""Tools that hand their rows on as they are."""

from __future__ import annotations

from collections.abc import Iterable

from services.migration.ast import Link, Transformation
from services.migration.rules.alteryx import frame
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.relation import Relation
from services.migration.rules.steps.context import StepContext

WRITES = frozenset({"DbFileOutput", "LockInWrite"})


def convert(context: StepContext) -> Outcome:
    """Every output gives the same rows (Block Until Done, Message, Throttle)."""
    given = context.input()
    ports = sorted(context.wanted) or [""]
    return Outcome("sql_expression", 1.0, (), dict.fromkeys(ports, given))


def detour(context: StepContext) -> Outcome:
    """All rows go one way, by a switch that an app may turn; the other way gets none."""
    given = context.input()
    taken, other = _ways(context.step)
    node, none = frame.same_rows(context, "sql_where", {"condition": "1 = 0"}, given)
    if "set_by" in context.step.attributes:
        context.warn("A question of the app turns the switch; here it stands as it was saved.", confidence=frame.UNSURE)
    written = _written(context, other)
    if written:
        context.warn(
            f"What is behind its way {other} does not run; here {written} writes no rows, which may empty its target.",
            confidence=frame.UNSURE,
        )
    nodes = (node,) if other in context.wanted else ()
    return Outcome("sql_where", 1.0, nodes, {taken: given, other: none})


def detour_end(context: StepContext) -> Outcome:
    """The rows of the way that was taken: what stands on the other does not run.

    Source: Designer Help, "Detour": the side that is not selected is not evaluated at all.
    """
    idle = _idle(context)
    live = {link.to_port for link in context.mapping.links if link.to_step == context.name and id(link) not in idle}
    arrivals = [each for port, found in context.inputs.items() if port in live for each in found]
    arrivals = arrivals or list(context.arrivals())[:1]
    if not arrivals:
        raise NotConvertible("nothing is connected to its input", "Connect the step or remove it.")
    first = arrivals[0]
    if len(arrivals) == 1:
        return Outcome("sql_expression", 1.0, (), dict.fromkeys(sorted(context.wanted) or [""], first))
    names = [column.name.lower() for column in first.columns]
    if any([column.name.lower() for column in each.columns] != names for each in arrivals[1:]):
        raise NotConvertible(
            "no Detour says which of its ways is taken, and they give different columns", "Choose one way by hand."
        )
    config = {
        "columns": [{"name": column.name, "type": column.type} for column in first.columns],
        "inputs": [{"ref": each.ref, "columns": [column.name for column in each.columns]} for each in arrivals],
    }
    node = context.node("sql_union_all", config, list(dict.fromkeys(each.ref for each in arrivals)))
    return Outcome("sql_union_all", 1.0, (node,), {"": Relation(node["id"], first.columns, order=first.order)})


def _ways(step: Transformation) -> tuple[str, str]:
    """The way that a Detour's rows take, and the other."""
    right = step.settings.one("DetourRight").get("value").lower() == "true"
    return ("Right", "Left") if right else ("Left", "Right")


def _idle(context: StepContext) -> set[int]:
    """The links along which nothing comes, by `id`: those of a way that a Detour does not take, and all behind them.

    The end of a detour runs where one of its ways does.
    """
    leaving, arriving = _by_end(context.mapping.links)
    ways = {step.name: _ways(step)[1] for step in context.mapping.transformations if step.type == "Detour"}
    ends = {step.name for step in context.mapping.transformations if step.type == "DetourEnd"}
    waiting = [link for name, way in ways.items() for link in leaving.get(name, ()) if link.from_port == way]
    found: set[int] = set()
    while waiting:
        link = waiting.pop()
        if id(link) in found:
            continue
        found.add(id(link))
        if link.to_step not in ends or all(id(each) in found for each in arriving[link.to_step]):
            waiting.extend(leaving.get(link.to_step, ()))
    return found


def _by_end(links: Iterable[Link]) -> tuple[dict[str, list[Link]], dict[str, list[Link]]]:
    """Links by the step that they leave, and by that at which they arrive."""
    leaving: dict[str, list[Link]] = {}
    arriving: dict[str, list[Link]] = {}
    for link in links:
        leaving.setdefault(link.from_step, []).append(link)
        arriving.setdefault(link.to_step, []).append(link)
    return leaving, arriving


def _written(context: StepContext, way: str) -> str:
    """A step that writes, behind a way of this Detour; "" where there is none."""
    kinds = {step.name: step.type for step in context.mapping.transformations}
    leaving, _ = _by_end(context.mapping.links)
    waiting = [link.to_step for link in leaving.get(context.name, ()) if link.from_port == way]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if kinds.get(name) in WRITES:
            return name
        if name not in seen and kinds.get(name) != "DetourEnd":
            seen.add(name)
            waiting.extend(link.to_step for link in leaving.get(name, ()))
    return ""
