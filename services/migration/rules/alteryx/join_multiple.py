"""Join Multiple: many inputs, by position or by fields. Source: Designer Help, "Join Multiple"."""

from __future__ import annotations

from collections.abc import Sequence

from services.migration.ast import Setting
from services.migration.rules.alteryx import frame, select
from services.migration.rules.alteryx.join import positioned
from services.migration.rules.alteryx.select import Arriving
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation, SortKey
from services.migration.rules.steps.context import StepContext


def convert(context: StepContext) -> Outcome:
    """Join Multiple: input 1 with 2, the result with 3, and so on; outer unless only full matches are wanted."""
    settings, nodes = context.settings, list[Node]()
    inputs = context.arrivals()
    if not inputs:
        raise NotConvertible("nothing is connected to its input", "Connect the step or remove it.")
    places = _places(context, len(inputs))
    by_place = settings.one("JoinByRecPos").get("value").lower() != "false"
    keys = _keys_of_inputs(settings, inputs) if not by_place else []
    if by_place:
        placed = [positioned(context, nodes, given) for given in inputs]
        inputs, keys = tuple(given for given, _ in placed), [[name] for _, name in placed]
    kind = "inner" if settings.one("OutputJoinOnly").get("value").lower() == "true" else "full"
    current, spelled, names = _first(context, nodes, inputs[0], keys[0])
    for number, given in enumerate(inputs[1:], 2):
        current, names, spelled = _with_next(
            context, nodes, current, (names, spelled), given, (keys[number - 1], number, kind)
        )
    block = settings.one("SelectConfiguration", "Configuration")
    arriving = [
        Arriving(
            Column(column.name, held.type),
            frame.identifier(context, held.name),
            (f"Input_#{number}_",),
            f"Input_#{number}_",
        )
        for number, column, held in sorted(spelled, key=lambda each: places[each[0] - 1])
    ]
    chosen = select.apply(context, block, arriving)
    node, relation = frame.project(context, current, chosen)
    nodes.append(node)
    return Outcome("sql_join", 1.0, tuple(nodes), {"": relation})


def _places(context: StepContext, count: int) -> list[int]:
    """Where the fields of inputs #1, #2, … stand among the output's: as the connections stand in the file."""
    into = [link for link in context.mapping.links if link.to_step == context.name]
    by_number = sorted(range(len(into)), key=lambda place: into[place].order)
    return by_number if len(by_number) == count else list(range(count))


Spelled = list[tuple[int, Column, Column]]
"""Number of the input, its column, and the column that holds it here."""


def _keys_of_inputs(settings: Setting, inputs: Sequence[Relation]) -> list[list[str]]:
    listed = settings.all("JoinInfo") or settings.all("JoinFields", "JoinInfo")
    found = [
        [frame.find(given, each.get("field")).name for each in info.all("Field")]
        for info, given in zip(listed, inputs, strict=False)
    ]
    if len(found) != len(inputs) or not all(found):
        raise NotConvertible("the fields to join by are not found for every input", "Write the joins by hand.")
    return found


def _first(
    context: StepContext, nodes: list[Node], given: Relation, keys: list[str]
) -> tuple[Relation, Spelled, list[str]]:
    columns: list[frame.Chosen] = []
    spelled: Spelled = []
    for place, column in enumerate(frame.visible(given)):
        held = Column(f"i1_{place}", column.type)
        columns.append((held, frame.identifier(context, column.name)))
        spelled.append((1, column, held))
    names = []
    for place, name in enumerate(keys):
        kind = next(column.type for column in given.columns if column.name == name)
        columns.append((Column(f"{frame.PROVEN}_key{place}", kind), frame.identifier(context, name)))
        names.append(f"{frame.PROVEN}_key{place}")
    node = context.node(
        "sql_expression",
        {"columns": [computed(*each) for each in columns]},
        [given.ref],
        name=f"{context.name} input 1",
    )
    nodes.append(node)
    return Relation(node["id"], tuple(column for column, _ in columns)), spelled, names


def _with_next(
    context: StepContext,
    nodes: list[Node],
    current: Relation,
    held: tuple[list[str], Spelled],
    given: Relation,
    how: tuple[list[str], int, str],
) -> tuple[Relation, list[str], Spelled]:
    names, spelled = held
    keys, number, kind = how
    columns: list[frame.Chosen] = [
        (column, frame.identifier(context, column.name, "l.")) for column in current.columns if column.name not in names
    ]
    added = list(spelled)
    for place, column in enumerate(frame.visible(given)):
        own = Column(f"i{number}_{place}", column.type)
        columns.append((own, frame.identifier(context, column.name, "r.")))
        added.append((number, column, own))
    conditions = []
    for name, key in zip(names, keys, strict=False):
        mine, theirs = frame.identifier(context, name, "l."), frame.identifier(context, key, "r.")
        conditions.append(f"{mine} = {theirs}")
        type_ = next(column.type for column in current.columns if column.name == name)
        columns.append((Column(name, type_), f"COALESCE({mine}, {theirs})"))
    config = {
        "type": kind,
        "left": current.ref,
        "right": given.ref,
        "condition": " AND ".join(conditions),
        "columns": [computed(*each) for each in columns],
    }
    node = context.node("sql_join", config, [current.ref, given.ref], name=f"{context.name} input {number}")
    nodes.append(node)
    order = (SortKey(names[0]),) if keys[0].startswith(frame.HIDDEN) else ()
    relation = Relation(f"{node['id']}.joined", tuple(column for column, _ in columns), order=order)
    return relation, names, added
