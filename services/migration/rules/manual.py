"""`manual` nodes: what is not converted is carried verbatim, with the reason and what a person has to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.migration.ast import TransformationField
from services.migration.conversion import ConversionSource
from services.migration.flow import output_group
from services.migration.rules.by_model import NO_MODEL, Task, attempt
from services.migration.rules.context import Context, Outcome
from services.migration.rules.names import column_name, port_name
from services.migration.rules.nodes import transformation, typed
from services.migration.rules.relation import Column, Input, Relation, unique

__all__ = ["NO_DEFINITION", "NO_MODEL", "by_model_or_hand", "carried", "declared", "manual", "partly"]

NO_DEFINITION = "(The export holds no definition of this object.)"


def manual(context: Context, reason: str, todo: str, source: ConversionSource) -> Outcome:
    """The instance as a `manual` node that declares its output columns, so that the pipeline stays complete."""
    item = context.transformation
    columns, ports = declared(context)
    groups = [group for group in item.groups if group.kind in ("output", "default")]
    names = [port_name(group.name) for group in groups] if len(groups) > 1 else []
    config = {
        "original": item.definition or NO_DEFINITION,
        "original_type": item.type or "(no type)",
        "reason": reason,
        "todo": todo,
        "columns": [typed(column) for column in columns],
    }
    if names:
        config["ports"] = names
    refs = [given.relation.ref for given in context.inputs.values()]
    node = transformation(context, "manual", config, dict.fromkeys(refs))
    outputs = {
        group: Relation(
            f"{node['id']}.{port_name(group)}" if group else node["id"],
            columns,
            {key: name for key, (name, of) in ports.items() if of in ("", group)},
        )
        for group in ([group.name for group in groups] if names else [""])
    }
    return Outcome(
        "manual",
        0.0,
        (node,),
        outputs,
        source=source,
        requires_manual_review=True,
        warnings=(reason,),
    )


def by_model_or_hand(context: Context, reason: str, todo: str) -> Outcome:
    """The instance as a language model converts it; a `manual` node that says what was tried where none does."""
    columns, ports = declared(context)
    places = {key: name for key, (name, _) in ports.items()}
    tried = attempt(context, Task(reason, context.inputs, columns, places, context.transformation.definition))
    return tried.outcome or manual(context, reason + tried.reason, todo, tried.source)


def declared(context: Context) -> tuple[tuple[Column, ...], dict[tuple[str, str], tuple[str, str]]]:
    """Declared columns, and where each output port and each carried column stands among them."""
    columns: dict[str, Column] = {}
    taken: set[str] = set()
    ports: dict[tuple[str, str], tuple[str, str]] = {}
    for port in context.transformation.fields:
        if not port.role.gives_output:
            continue
        name = column_name(port.ref_field or port.name)
        if name not in columns:
            columns[name] = Column(unique(name, taken), context.type_of(port))
        ports[(context.name, port.name)] = (columns[name].name, output_group(context.transformation, port.name))
    for column, key in carried(context):
        name = unique(column.name, taken)
        columns[name] = Column(name, column.type)
        ports[key] = (name, "")
    return tuple(columns.values()), ports


def carried(context: Context) -> list[tuple[Column, tuple[str, str]]]:
    """Columns of the input that later instances need, with their port keys."""
    given = context.input()
    found = []
    for key in context.carried:
        name = given.relation.ports.get(key) if given else None
        column = given.relation.column(name) if given and name else None
        if column:
            found.append((column, key))
    return found


def partly(context: Context, done: Outcome, refused: list[tuple[TransformationField, str]]) -> Outcome:
    """What could be converted, then a node for the ports that could not: only they are left to a model or a person."""
    relation = done.outputs[""]
    taken = relation.names()
    columns = {port.name: Column(unique(column_name(port.name), taken), context.type_of(port)) for port, _ in refused}
    original = "\n".join(f"{port.name} = {port.expression.strip()}" for port, _ in refused)
    reason = "; ".join(text for _, text in refused)
    own = {port: relation.column(column) for (name, port), column in relation.ports.items() if name == context.name}
    task = Task(
        reason,
        {"": Input(relation, {port: column for port, column in own.items() if column})},
        (*relation.columns, *columns.values()),
        {**relation.ports, **{(context.name, name): column.name for name, column in columns.items()}},
        original,
        name=f"{context.name}__rest",
        passive=True,
        whole=True,
    )
    tried = attempt(context, task)
    rest = tried.outcome or _by_hand(context, task, reason + tried.reason, columns, tried.source)
    outputs = {"": replace(rest.outputs[""], action=relation.action)}
    return replace(rest, nodes=(*done.nodes, *rest.nodes), outputs=outputs)


def _by_hand(
    context: Context, task: Task, reason: str, columns: Mapping[str, Column], source: ConversionSource
) -> Outcome:
    """A `manual` node for some ports, after the node that has the others."""
    config = {
        "original": task.definition,
        "original_type": context.transformation.type,
        "reason": reason,
        "todo": f"Write {', '.join(columns)} as SQL; all other ports are converted in the node before.",
        "columns": [typed(column) for column in task.columns],
    }
    node = transformation(context, "manual", config, [task.inputs[""].relation.ref], name=f"{context.name}__by_hand")
    return Outcome(
        "manual",
        0.0,
        (node,),
        {"": Relation(node["id"], task.columns, task.ports)},
        source=source,
        requires_manual_review=True,
        warnings=(reason,),
    )
