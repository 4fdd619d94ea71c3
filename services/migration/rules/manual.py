"""`manual` nodes: what is not converted is carried verbatim, with the reason and what a person has to do."""

from __future__ import annotations

from services.migration.ast import TransformationField
from services.migration.conversion import ConversionSource
from services.migration.flow import output_group
from services.migration.rules.context import Context, Outcome
from services.migration.rules.names import column_name, port_name
from services.migration.rules.nodes import transformation, typed
from services.migration.rules.relation import Column, Relation, unique

NO_MODEL = "; no language model is configured to try it"
"""Added to the reason where a language model might convert what no rule can."""
NO_DEFINITION = "(The export holds no definition of this object.)"


def manual(context: Context, reason: str, todo: str, source: ConversionSource) -> Outcome:
    """The instance as a `manual` node that declares its output columns, so that the pipeline stays complete."""
    item = context.transformation
    columns, ports = _outputs(context)
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


def _outputs(context: Context) -> tuple[tuple[Column, ...], dict[tuple[str, str], tuple[str, str]]]:
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
    """What could be converted, then a `manual` node for the ports that could not: only they are left to a person."""
    relation = done.outputs[""]
    taken = relation.names()
    columns = {port.name: Column(unique(column_name(port.name), taken), context.type_of(port)) for port, _ in refused}
    reasons = "; ".join(reason for _, reason in refused) + NO_MODEL
    config = {
        "original": "\n".join(f"{port.name} = {port.expression.strip()}" for port, _ in refused),
        "original_type": context.transformation.type,
        "reason": reasons,
        "todo": f"Write {', '.join(columns)} as SQL; all other ports are converted in the node before.",
        "columns": [typed(column) for column in (*relation.columns, *columns.values())],
    }
    node = transformation(context, "manual", config, [relation.ref], name=f"{context.name}__by_hand")
    ports = {(context.name, name): column.name for name, column in columns.items()}
    output = Relation(
        node["id"], (*relation.columns, *columns.values()), {**relation.ports, **ports}, action=relation.action
    )
    return Outcome(
        "manual",
        0.0,
        (*done.nodes, node),
        {"": output},
        source=ConversionSource.LLM_UNAVAILABLE,
        requires_manual_review=True,
        warnings=(reasons,),
    )
