"""Pivot and Unpivot."""

from __future__ import annotations

from typing import Any

from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.relation import Column, Relation
from services.migration.rules.ssis import frame
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

PASSED, SET_KEY, PIVOT_KEY, VALUE = "0", "1", "2", "3"
"""`PivotUsage` of an input column."""


def pivot(context: StepContext) -> Outcome:
    """Source: "Pivot Transformation"; two rows of one group and key are an error there."""
    given = context.input()
    usage: dict[str, str] = {}
    by_id: dict[str, Column] = {}
    for setting in frame.columns(frame.input_of(context)):
        column = frame.find(given, setting)
        usage[column.name] = setting.get("PivotUsage", PASSED)
        by_id[setting.get("lineageId")] = by_id[setting.get("id")] = column
    keys = [name for name, use in usage.items() if use == PIVOT_KEY]
    if len(keys) != 1:
        raise NotConvertible("it has no single pivot key", "Choose the pivot key in the component.")
    kind = next(column.type for column in by_id.values() if column.name == keys[0])
    output = frame.outputs(context)[0]
    groups: list[str] = []
    made: list[dict[str, object]] = []
    ports: list[tuple[str, Column]] = []
    for setting, lineage, column in frame.declared(context, output):
        source = by_id.get(frame.bare(setting.get("SourceColumn")))
        if source is None:
            raise NotConvertible(f"its output column {column.name} has no source", "Choose its source in the tool.")
        use = usage[source.name]
        if use == SET_KEY:
            groups.append(source.name)
            ports.append((lineage, source))
            continue
        if use != VALUE:
            raise NotConvertible(
                f"it passes {source.name} on, of which each group keeps some value", "Group by the column, or drop it."
            )
        made.append(
            {
                "name": column.name,
                "when": _literal(setting.get("PivotKeyValue"), kind),
                "value": source.name,
                "type": column.type,
            }
        )
        ports.append((lineage, column))
    if not made:
        raise NotConvertible("it makes no columns", "Choose its pivoted columns in the component.")
    if not frame.truth(context.settings.get("PassThroughUnmatchedPivotKeys")):
        context.warn("A key that none of its columns names fails in SSIS; here it is passed over.")
    context.warn("Several rows of one group and key fail in SSIS; here the largest value is taken.", confidence=0.85)
    node = context.node("pivot", {"group_by": groups, "key": keys[0], "columns": made}, [given.ref])
    return Outcome("pivot", 1.0, (node,), {output.get("port"): frame.fresh(node["id"], ports)})


def _literal(text: str, kind: str) -> object:
    if types.kind(kind) != "number":
        return text
    try:
        return int(text)
    except ValueError:
        return float(text) if text.replace(".", "", 1).lstrip("-").isdigit() else text


def unpivot(context: StepContext) -> Outcome:
    """One row for each key value; one whose values are all null gives no row. Source: "Unpivot Transformation"."""
    given = context.input()
    output = frame.outputs(context)[0]
    declared = frame.declared(context, output)
    key = next((column for s, _, column in declared if frame.truth(s.get("PivotKey"))), None)
    if key is None:
        raise NotConvertible("it has no column for the key values", "Choose the key column in the component.")
    targets = {lineage: column for _, lineage, column in declared}
    targets |= {s.get("id"): column for s, _, column in declared}
    passed: list[tuple[Column, Column]] = []
    values: dict[str, list[tuple[Column, Column]]] = {}
    for setting in frame.columns(frame.input_of(context)):
        target = targets.get(frame.bare(setting.get("DestinationColumn")))
        if target is None:
            continue
        pair = frame.find(given, setting), target
        if setting.get("PivotKeyValue"):
            values.setdefault(setting.get("PivotKeyValue"), []).append(pair)
        else:
            passed.append(pair)
    if not values:
        raise NotConvertible("it unpivots no column", "Choose its columns in the component.")
    nodes, inputs = _parts(context, given, key, passed, values, [column for _, _, column in declared])
    config = {"columns": [{"name": c.name, "type": c.type} for _, _, c in declared], "inputs": inputs}
    node = context.node("sql_union_all", config, [each["ref"] for each in inputs])
    relation = frame.fresh(node["id"], [(lineage, column) for _, lineage, column in declared])
    return Outcome("sql_union_all", 1.0, (*nodes, node), {output.get("port"): relation})


def _parts(
    context: StepContext,
    given: Relation,
    key: Column,
    passed: list[tuple[Column, Column]],
    values: dict[str, list[tuple[Column, Column]]],
    order: list[Column],
) -> tuple[list[Node], list[dict[str, Any]]]:
    """For each key value the rows that have it, and how they fill the output's columns."""
    nodes: list[Node] = []
    inputs: list[dict[str, Any]] = []
    for value, pairs in values.items():
        held = " OR ".join(f"{frame.quoted(context, source)} IS NOT NULL" for source, _ in pairs)
        kept = context.node("sql_where", {"condition": held}, [given.ref], name=f"{context.name} {value} rows")
        written = {
            target.name: {"name": target.name, "expression": frame.quoted(context, source), "type": target.type}
            for source, target in (*passed, *pairs)
        }
        label = value if types.kind(key.type) == "number" else "'" + value.replace("'", "''") + "'"
        written[key.name] = {"name": key.name, "expression": label, "type": key.type}
        shaped = context.node(
            "sql_expression",
            {"columns": [written[column.name] for column in order if column.name in written]},
            [kept["id"]],
            name=f"{context.name} {value}",
        )
        nodes += [kept, shaped]
        inputs.append({"ref": shaped["id"], "columns": [c.name if c.name in written else None for c in order]})
    return nodes, inputs
