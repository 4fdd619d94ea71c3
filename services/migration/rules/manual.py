"""`manual` nodes: what is not converted is carried verbatim, with the reason and what a person has to do."""

from __future__ import annotations

from services.migration.conversion import ConversionSource
from services.migration.flow import output_group
from services.migration.rules.context import Context, Outcome
from services.migration.rules.names import column_name, port_name
from services.migration.rules.nodes import transformation, typed
from services.migration.rules.relation import Column, Relation, unique

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
