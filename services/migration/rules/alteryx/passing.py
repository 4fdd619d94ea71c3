"""Tools that hand their rows on as they are."""

from __future__ import annotations

from services.migration.rules.alteryx import frame
from services.migration.rules.context import NotConvertible, Outcome
from services.migration.rules.relation import Relation
from services.migration.rules.steps.context import StepContext


def convert(context: StepContext) -> Outcome:
    """Every output gives the same rows (Block Until Done, Message)."""
    given = context.input()
    ports = sorted(context.wanted) or [""]
    return Outcome("sql_expression", 1.0, (), dict.fromkeys(ports, given))


def detour(context: StepContext) -> Outcome:
    """All rows go one way, by a switch that an app may turn; the other way gets none."""
    given = context.input()
    right = context.settings.one("DetourRight").get("value").lower() == "true"
    node, none = frame.same_rows(context, "sql_where", {"condition": "1 = 0"}, given)
    taken = "Right" if right else "Left"
    other = "Left" if right else "Right"
    if "set_by" in context.step.attributes:
        context.warn("A question of the app turns the switch; here it stands as it was saved.", confidence=frame.UNSURE)
    nodes = (node,) if other in context.wanted else ()
    return Outcome("sql_where", 1.0, nodes, {taken: given, other: none})


def detour_end(context: StepContext) -> Outcome:
    """The rows of whichever way was taken: those of the other are none."""
    arrivals = context.arrivals()
    if not arrivals:
        raise NotConvertible("nothing is connected to its input", "Connect the step or remove it.")
    first = arrivals[0]
    names = [column.name.lower() for column in first.columns]
    if any([column.name.lower() for column in each.columns] != names for each in arrivals[1:]):
        raise NotConvertible("its two ways give different columns", "Choose one way by hand.")
    config = {
        "columns": [{"name": column.name, "type": column.type} for column in first.columns],
        "inputs": [{"ref": each.ref, "columns": [column.name for column in each.columns]} for each in arrivals],
    }
    node = context.node("sql_union_all", config, list(dict.fromkeys(each.ref for each in arrivals)))
    return Outcome("sql_union_all", 1.0, (node,), {"": Relation(node["id"], first.columns, order=first.order)})
