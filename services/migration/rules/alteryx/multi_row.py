"""Multi-Row Formula and Running Total. Source: Designer Help, "Multi-Row Formula", "Running Total"."""

from __future__ import annotations

import re

from services.migration.parsers.alteryx.types import declared
from services.migration.rules.alteryx import frame, widths
from services.migration.rules.alteryx.field_names import unique
from services.migration.rules.context import Node, NotConvertible, Outcome, Scope
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed
from services.migration.rules.relation import Column, Relation
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

NEIGHBOUR = re.compile(r"\[Row\s*([-+])\s*([0-9]{1,2})\s*:([^\[\]]+)\]", re.IGNORECASE)
POLICIES = {
    "null": "null",
    "empty": "zero_or_empty",
    "zero": "zero_or_empty",
    "closest": "nearest",
    "nearest": "nearest",
}
RUNNING = "rows between unbounded preceding and current row"


def formula(context: StepContext) -> Outcome:
    settings, nodes = context.settings, list[Node]()
    given = ordered(context, nodes, context.input(), "A multi-row formula")
    updates = settings.one("UpdateField").get("value").lower() == "true"
    if updates:
        target = frame.find(given, settings.text("UpdateField_Name"))
    else:
        kind = types.canonical(*declared(settings.text("CreateField_Type"), settings.text("CreateField_Size")))
        target = Column(column_name(settings.text("CreateField_Name")), kind or "varchar")
        if target.name.lower() in {each.name.lower() for each in given.columns}:
            raise NotConvertible(f"a field {target.name} arrives already", "Choose another name, or update that field.")
    text = settings.one("Expression").value
    scope = _scope(context, given, text, target)
    sql = context.expression(text, f"Field {target.name}", scope, target=target.type).sql
    sql = widths.fitted(context, sql, text, scope, target.type)
    groups = [
        frame.find(given, each.get("field") or each.get("name")).name for each in settings.all("GroupByFields", "Field")
    ]
    policy = settings.text("OtherRows").lower()
    config = {
        "columns": [computed(target, sql)],
        **({"partition_by": groups} if groups else {}),
        "order_by": [{"column": frame.order_column(given)}],
        "missing_rows": POLICIES.get(policy, "null"),
    }
    if policy not in POLICIES:
        context.warn(
            f"The policy '{policy}' for rows that do not exist is not known; null is used.", confidence=frame.UNSURE
        )
    node = context.node("multi_row_formula", config, [given.ref])
    columns = given.columns if updates else (*given.columns, target)
    return Outcome("multi_row_formula", 1.0, (*nodes, node), {"": Relation(node["id"], columns, order=given.order)})


def _scope(context: StepContext, given: Relation, text: str, target: Column) -> Scope:
    """The row's own columns, and those of the rows around it that the text names."""
    scope = context.scope(given)
    known = {column.name.lower(): column for column in (*frame.visible(given), target)}
    for sign, distance, name in NEIGHBOUR.findall(text):
        column = known.get(name.strip().lower())
        if column is None:
            raise NotConvertible(f"the field '{name}' does not arrive at the tool", "Check the field's name.")
        side = "prev" if sign == "-" else "next"
        alias = f"{side}{int(distance)}." if int(distance) else ""
        spelled = f"Row{int(sign + distance):+d}:{name.strip()}" if int(distance) else name.strip()
        scope.references[spelled] = frame.identifier(context, column.name, alias)
        scope.types[spelled] = column.type
    return scope


def ordered(context: StepContext, nodes: list[Node], given: Relation, what: str) -> Relation:
    """The rows with a column that says their order; adds to `nodes` where none came with them."""
    if not frame.order_column(given):
        node, given = frame.numbered(context, given, (), proven=False)
        nodes.append(node)
    frame.by_row(context, given, what)
    return given


def running_total(context: StepContext) -> Outcome:
    settings, nodes = context.settings, list[Node]()
    given = ordered(context, nodes, context.input(), "A running total")
    groups = [frame.find(given, each.get("field")).name for each in settings.all("GroupByFields", "Field")]
    summed = [frame.find(given, each.get("field")) for each in settings.all("RunningTotalFields", "Field")]
    taken = {column.name.lower() for column in given.columns}
    added = [(Column(unique(f"RunTot_{column.name}", taken), "double"), column) for column in summed]
    if not added:
        return Outcome("window", 1.0, tuple(nodes), {"": given})
    config = {
        "columns": [computed(new, f"SUM(COALESCE({frame.identifier(context, old.name)}, 0))") for new, old in added],
        **({"partition_by": groups} if groups else {}),
        "order_by": [{"column": frame.order_column(given)}],
        "frame": RUNNING,
    }
    node = context.node("window", config, [given.ref])
    columns = (*given.columns, *(new for new, _ in added))
    return Outcome("window", 1.0, (*nodes, node), {"": Relation(node["id"], columns, order=given.order)})
