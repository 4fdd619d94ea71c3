"""Components that order, group and count rows: Sort, Aggregate, Row Count."""

from __future__ import annotations

from services.migration.ast import Setting
from services.migration.rules import sql
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.names import column_name
from services.migration.rules.relation import Column, Relation, SortKey, unique
from services.migration.rules.ssis import combine, compare, frame
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

ANY_ROW = 0.85
NO_CASE = 0.79
GROUP, COUNT, COUNT_ALL, COUNT_DISTINCT, SUM, AVERAGE, LEAST, MOST = "0", "1", "2", "3", "4", "5", "6", "7"
"""`AggregationType`."""
_FUNCTIONS = {
    COUNT: "COUNT({x})",
    COUNT_DISTINCT: "COUNT(DISTINCT {x})",
    SUM: "SUM({x})",
    LEAST: "MIN({x})",
    MOST: "MAX({x})",
}


def sort(context: StepContext) -> Outcome:
    """Keys by `NewSortKeyPosition`, below zero descending; nulls are lowest. Source: "Sort Transformation"."""
    given = context.input()
    placed = [
        (frame.number(s.get("NewSortKeyPosition") or s.get("SortKeyPosition")), s)
        for s in frame.columns(frame.input_of(context))
    ]
    keys = []
    for _, place, setting in sorted(((abs(p), p, s) for p, s in placed if p), key=lambda item: item[0]):
        column = frame.find(given, setting)
        flags = frame.number(setting.get("NewComparisonFlags"))
        no_case = compare.ignores_case(context, flags, f"Key {column.name}")
        keys.append(SortKey(column.name, place < 0, place > 0, not no_case))
    if not keys:
        raise NotConvertible("it sorts by no column", "Choose its keys in the component.")
    nodes = []
    ref = given.ref
    if frame.truth(context.settings.get("EliminateDuplicates")):
        nodes += _without_duplicates(context, given, keys)
        ref = nodes[-1]["id"]
    nodes.append(context.node("sql_order_by", {"order_by": combine.order_items(tuple(keys))}, [ref]))
    output = frame.outputs(context)[0]
    ports = dict(given.ports)
    for setting in frame.columns(output):
        source = frame.source_of(context, given, setting.get("SortColumnId"), setting.get("name"))
        ports[frame.key(setting.get("lineageId"))] = source.name
    relation = Relation(nodes[-1]["id"], given.columns, ports, tuple(keys))
    return Outcome("sql_order_by", 1.0, tuple(nodes), {output.get("port"): relation})


def _without_duplicates(context: StepContext, given: Relation, keys: list[SortKey]) -> list[Node]:
    """One row of those with equal keys; keys that ignore case are compared in capitals."""
    folded = [key.column for key in keys if not key.case_sensitive]
    if folded or len(given.columns) > len(keys):
        context.warn(
            "Of several rows with equal keys one is kept, which one is open, as it is in SSIS.", confidence=ANY_ROW
        )
    nodes = []
    ref = given.ref
    taken = given.names()
    named = {name: unique(f"{name}_in_capitals", taken) for name in folded}
    if folded:
        made = [
            {"name": named[key.column], "expression": f"UPPER({sql.identifier(key.column, context.dialect)})"}
            for key in keys
            if key.column in named
        ]
        config = {"passthrough": ["*"], "columns": made}
        nodes.append(context.node("sql_expression", config, [ref], name=f"{context.name} capitals"))
        ref = nodes[-1]["id"]
    compared = [named.get(key.column, key.column) for key in keys]
    return [*nodes, context.node("distinct", {"columns": compared}, [ref], name=f"{context.name} distinct")]


def aggregate(context: StepContext) -> Outcome:
    """Each output groups the same rows in its own way; null is a group. Source: "Aggregate Transformation"."""
    given = context.input()
    nodes = []
    found: dict[str, Relation] = {}
    for output in frame.outputs(context):
        if not frame.columns(output) or (context.wanted and output.get("port") not in context.wanted):
            continue
        declared = frame.declared(output)
        groups = [_grouped(context, given, s) for s, _, _ in declared if s.get("AggregationType", GROUP) == GROUP]
        columns = [
            {"name": column.name, "expression": _aggregated(context, given, s), "type": column.type}
            for s, _, column in declared
        ]
        config: dict[str, object] = {"columns": columns}
        if groups:
            config = {"group_by": groups, **config}
        name = context.name if len(frame.outputs(context)) == 1 else f"{context.name} {output.get('name')}"
        node = context.node("sql_group_by", config, [given.ref], name=name)
        nodes.append(node)
        found[output.get("port")] = frame.fresh(node["id"], [(lineage, column) for _, lineage, column in declared])
    if not nodes:
        raise NotConvertible("it gives no columns", "Choose its columns in the component.")
    return Outcome("sql_group_by", 1.0, tuple(nodes), found)


def _source(context: StepContext, given: Relation, setting: Setting) -> Column:
    return frame.source_of(context, given, setting.get("AggregationColumnId"))


def _grouped(context: StepContext, given: Relation, setting: Setting) -> str:
    column = _source(context, given, setting)
    flags = frame.number(setting.get("AggregationComparisonFlags"))
    if types.kind(column.type) == "string" and compare.ignores_case(context, flags, f"Group {column.name}"):
        return f"UPPER({frame.quoted(context, column)})"
    return frame.quoted(context, column)


def _aggregated(context: StepContext, given: Relation, setting: Setting) -> str:
    kind = setting.get("AggregationType", GROUP)
    if kind == COUNT_ALL:
        return "COUNT(*)"
    column = _source(context, given, setting)
    text = frame.quoted(context, column)
    if kind == GROUP:
        if _grouped(context, given, setting) != text:
            context.warn(
                f"Group {column.name} ignores case; which of the spellings stands for the group is open.",
                confidence=NO_CASE,
            )
            return f"MIN({text})"
        return text
    if kind == AVERAGE:
        whole = types.is_whole(column.type)
        return f"AVG({sql.cast(text, 'double', context.dialect) if whole else text})"
    flags = frame.number(setting.get("AggregationComparisonFlags"))
    is_text = kind == COUNT_DISTINCT and types.kind(column.type) == "string"
    if is_text and compare.ignores_case(context, flags, f"Count of {column.name}"):
        text = f"UPPER({text})"
    template = _FUNCTIONS.get(kind)
    if template is None:
        raise NotConvertible(f"its aggregation {kind} of {column.name} is not known", "Write the aggregation by hand.")
    return template.format(x=text)


def row_count(context: StepContext) -> Outcome:
    """The rows pass; their number goes to a variable, which stands here as a sink of its own.

    Source: "Row Count Transformation".
    """
    given = context.input()
    variable = context.settings.get("VariableName") or context.name
    name = column_name(variable.rpartition("::")[2])
    count = context.node(
        "sql_group_by",
        {"columns": [{"name": name, "expression": "COUNT(*)", "type": "bigint"}]},
        [given.ref],
    )
    end = frame.sink(
        context,
        count["id"],
        "inline",
        {"mode": "overwrite", "columns": [{"name": name, "type": "bigint"}]},
        f"{context.name} variable",
    )
    return Outcome("sql_group_by", 1.0, (count, end), frame.pass_on(context, given))
