"""Input ports of kinds that hand rows on: what a port converts, cuts or fills is made a column before the kind.

A Filter, Sorter, Router, Rank or Update Strategy has no expressions of its own, but its ports have types and default
values like any other: the rows that leave it carry what the ports hold, not what the columns before it held.
"""

from __future__ import annotations

from dataclasses import replace

from services.migration.rules.context import Context, Node, connected
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed, transformation
from services.migration.rules.ports import default_value, differs, reference
from services.migration.rules.relation import Column, Input, unique


def fitted(context: Context, given: Input | None = None, group: str = "") -> tuple[Input, list[Node]]:
    """The input with a column for every port that holds something else than the column before it, and its node.

    `given` is the input of one of several groups, named by `group`; else it is the instance's only one.
    """
    given = given or connected(context)
    changed = [
        port
        for port in context.transformation.fields
        if port.role.takes_input
        and port.name in given.ports
        and (differs(context, port, given.ports[port.name]) or default_value(context, port))
    ]
    if not changed:
        return given, []
    taken = given.relation.names()
    columns = {port.name: Column(unique(column_name(port.name), taken), context.type_of(port)) for port in changed}
    values = [computed(columns[port.name], reference(context, port, given.ports[port.name])) for port in changed]
    config = {"columns": values, "passthrough": ["*"]}
    node = transformation(
        context, "sql_expression", config, [given.relation.ref], name=f"{context.name}__{group or 'ports'}"
    )
    relation = replace(given.relation, ref=node["id"], columns=(*given.relation.columns, *columns.values()))
    found = Input(relation, {**given.ports, **columns})
    context.inputs = {**context.inputs, group or next(iter(context.inputs)): found}
    context.fitted |= frozenset(columns)
    return found, [node]
