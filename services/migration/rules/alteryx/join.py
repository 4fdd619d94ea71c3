"""Join, In-DB Join and Append Fields. A null key joins nothing. Source: Designer Help, pages of these names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.migration.ast import Setting
from services.migration.rules.alteryx import frame, select
from services.migration.rules.alteryx.multi_row import ordered
from services.migration.rules.alteryx.select import Arriving
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

SOURCE = "Source"
"""The anchor of Append Fields whose rows are put beside those of the other."""


def convert(context: StepContext) -> Outcome:
    left, right = context.input("Left"), context.input("Right")
    nodes: list[Node] = []
    if context.settings.get("joinByRecordPos").lower() == "true":
        left, mine = positioned(context, nodes, left)
        right, theirs = positioned(context, nodes, right)
        condition = f"{frame.identifier(context, mine, 'l.')} = {frame.identifier(context, theirs, 'r.')}"
        keys = [mine]
    else:
        condition, keys = _condition(context, left, right, context.settings)
    block = context.settings.one("SelectConfiguration", "Configuration")
    columns = select.apply(context, block, _sides(context, left, right))
    return _joined(context, nodes, (left, right), condition, columns, keys)


def _sides(context: StepContext, left: Relation, right: Relation) -> list[Arriving]:
    sides = [(left, "l.", ("Left_", ""), ""), (right, "r.", ("Right_",), "Right_")]
    return [
        Arriving(column, frame.identifier(context, column.name, alias), prefixes, prefix)
        for given, alias, prefixes, prefix in sides
        for column in frame.visible(given)
    ]


def _condition(context: StepContext, left: Relation, right: Relation, stated: Setting) -> tuple[str, list[str]]:
    """Equal keys, pair by pair; texts and numbers are not compared, as the tool does not."""
    info = {each.get("connection"): each for each in stated.all("JoinInfo")}
    pairs = list(zip(_keys(info.get("Left"), left), _keys(info.get("Right"), right), strict=False))
    if not pairs:
        raise NotConvertible("it names no fields to join by", "Name the fields, or join by position.")
    for mine, theirs in pairs:
        kinds = {types.kind(mine.type), types.kind(theirs.type)}
        if len(kinds) > 1:
            context.warn(
                f"{mine.name} ({mine.type}) is compared with {theirs.name} ({theirs.type}).", confidence=frame.UNSURE
            )
    text = " AND ".join(_equal(context, mine, theirs) for mine, theirs in pairs)
    return text, [mine.name for mine, _ in pairs]


def _equal(context: StepContext, mine: Column, theirs: Column) -> str:
    first = frame.identifier(context, mine.name, "l.")
    second = frame.identifier(context, theirs.name, "r.")
    if types.kind(mine.type) != types.kind(theirs.type):
        return f"CAST({first} AS VARCHAR(4000)) = CAST({second} AS VARCHAR(4000))"
    return f"{first} = {second}"


def _keys(info: Setting | None, given: Relation) -> list[Column]:
    return [frame.find(given, each.get("field")) for each in info.all("Field")] if info else []


def _joined(
    context: StepContext,
    nodes: list[Node],
    sides: tuple[Relation, Relation],
    condition: str,
    columns: Sequence[frame.Chosen],
    keys: list[str],
) -> Outcome:
    left, right = sides
    extra, order = _rows_of_both(context, sides, keys) if frame.order_is_read(context) else ([], [])
    config: dict[str, Any] = {
        "type": "inner",
        "left": left.ref,
        "right": right.ref,
        "condition": condition,
        "columns": [computed(*each) for each in (*columns, *extra)],
    }
    refs = list(dict.fromkeys((left.ref, right.ref)))
    node = context.node("sql_join", config, refs)
    nodes.append(node)
    given = tuple(column for column, _ in columns)
    joined = Relation(f"{node['id']}.joined", (*given, *(column for column, _ in extra)))
    if order:
        proven = frame.is_proven(left) and frame.is_proven(right)
        number, joined = frame.numbered(context, joined, order, proven=proven)
        nodes.append(number)
    outputs = {"Join": joined}
    # Rows without a partner keep all their fields: the block is of the joined rows alone. A workflow saves an output
    # that nothing reads without the fields that the block leaves out, and one that is read with them.
    for port, side, theirs in (("Left", left, "left_only"), ("Right", right, "right_only")):
        if port in context.wanted:
            outputs[port] = Relation(f"{node['id']}.{theirs}", side.columns, order=side.order)
    return Outcome("sql_join", 1.0, tuple(nodes), outputs)


def _rows_of_both(
    context: StepContext, sides: tuple[Relation, Relation], keys: list[str]
) -> tuple[list[frame.Chosen], list[dict[str, str]]]:
    """Hidden columns by which joined rows are ordered: by key, as the tool sorts its inputs, then as they came."""
    left, right = sides
    extra: list[frame.Chosen] = []
    order: list[dict[str, str]] = []
    for place, name in enumerate(keys):
        kind = next(column.type for column in left.columns if column.name == name)
        hidden = Column(f"{frame.PROVEN}_key{place}", kind)
        extra.append((hidden, frame.identifier(context, name, "l.")))
        order.append(frame.key(hidden.name))
    for given, alias, suffix in ((left, "l.", "_left"), (right, "r.", "_right")):
        row = frame.order_column(given)
        if row:
            hidden = Column(f"{frame.PROVEN}{suffix}", frame.ROW_TYPE)
            extra.append((hidden, frame.identifier(context, row, alias)))
            order.append({"column": hidden.name})
    return extra, order


IN_DB = {
    "INNER": "inner",
    "LEFT": "left",
    "RIGHT": "right",
    "FULL": "full",
    "LEFT OUTER": "left",
    "RIGHT OUTER": "right",
    "FULL OUTER": "full",
}


def in_db(context: StepContext) -> Outcome:
    """The In-DB Join: every column of both sides, at one output."""
    left, right = context.input("Left"), context.input("Right")
    mode = context.settings.text("JoinMode").upper()
    if mode not in IN_DB:
        raise NotConvertible(f"the kind of join '{mode}' is not known", "Write the join by hand.")
    fields = context.settings.one("JoinFields")
    condition, _ = _condition(context, left, right, fields)
    block = context.settings.one("SelectConfiguration", "Configuration")
    columns = select.apply(context, block, _sides(context, left, right))
    config = {
        "type": IN_DB[mode],
        "left": left.ref,
        "right": right.ref,
        "condition": condition,
        "columns": [computed(*each) for each in columns],
    }
    node = context.node("sql_join", config, list(dict.fromkeys((left.ref, right.ref))))
    return Outcome("sql_join", 1.0, (node,), {"": Relation(f"{node['id']}.joined", tuple(c for c, _ in columns))})


def positioned(context: StepContext, nodes: list[Node], given: Relation) -> tuple[Relation, str]:
    """The rows with their place, 1, 2, …, by which they are joined, and the column that holds it."""
    given = ordered(context, nodes, given, "A join by position")
    position = Column(frame.hidden(given, "position"), frame.ROW_TYPE)
    config = {
        "columns": [{"name": position.name, "property": "nextval", "type": frame.ROW_TYPE}],
        "order_by": [{"column": frame.order_column(given)}],
    }
    node = context.node("sequence_generator", config, [given.ref], name=f"{context.name} position")
    nodes.append(node)
    return Relation(node["id"], (*given.columns, position), order=given.order), position.name


def append(context: StepContext) -> Outcome:
    """Every source row beside every target row. Without source rows the target's stay alone, as its users report it."""
    left, right = context.input("Targets"), context.input(SOURCE)
    block = context.settings.one("SelectConfiguration", "Configuration")
    sides = [(left, "l.", ("Target_", "Targets_", ""), ""), (right, "r.", ("Source_",), "Source_")]
    arriving = [
        Arriving(column, frame.identifier(context, column.name, alias), prefixes, prefix)
        for given, alias, prefixes, prefix in sides
        for column in frame.visible(given)
    ]
    if context.settings.text("CartesianMode").lower() not in ("", "allow"):
        context.warn("More than 16 source rows are an error or a warning in the original; here they are appended.")
    columns = select.apply(context, block, arriving)
    extra, order = _rows_of_both(context, (left, right), []) if frame.order_is_read(context) else ([], [])
    config = {"left": left.ref, "right": right.ref, "columns": [computed(*each) for each in (*columns, *extra)]}
    refs = list(dict.fromkeys((left.ref, right.ref)))
    if _has_rows(context):
        node = context.node("append", config, refs)
        ref = str(node["id"])
    else:
        node = context.node("sql_join", {"type": "left", "condition": "1 = 1", **config}, refs)
        ref = f"{node['id']}.joined"
    relation = Relation(ref, tuple(column for column, _ in (*columns, *extra)))
    nodes = [node]
    if order:
        proven = frame.is_proven(left) and (frame.is_proven(right) or not right.order)
        number, relation = frame.numbered(context, relation, order, proven=proven)
        nodes.append(number)
    return Outcome(str(node["transform"]), 1.0, tuple(nodes), {"": relation})


def _has_rows(context: StepContext) -> bool:
    """Whether at least one source row is sure to arrive."""
    names = {
        link.from_step for link in context.mapping.links if link.to_step == context.name and link.to_port == SOURCE
    }
    return any(
        step.name in names and (step.type == "CountRecords.yxmc" or bool(step.settings.all("Data", "r")))
        for step in context.mapping.transformations
    )
