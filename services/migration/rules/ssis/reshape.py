"""Pivot and Unpivot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.migration.ast import Setting
from services.migration.flow import PortKey
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.relation import Column, Relation, unique
from services.migration.rules.ssis import frame
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

PASSED, SET_KEY, PIVOT_KEY, VALUE = "0", "1", "2", "3"
"""`PivotUsage` of an input column."""
NOT_USED = "-1"
"""`SourceColumn` of an output column that nothing fills."""
PASSED_ON = 0.79
_DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d")
_MOMENTS = tuple(f"{day}{time}" for day in _DAYS for time in ("", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M:%S %p"))


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
    declared = list(_sourced(context, output, by_id))
    passed = [source.name for _, _, _, source in declared if usage[source.name] in (PASSED, PIVOT_KEY)]
    if keys[0] in passed:
        raise NotConvertible("it passes its pivot key on", "Leave that column out of its output in the component.")
    groups = list(dict.fromkeys([*(name for name, use in usage.items() if use == SET_KEY), *passed]))
    taken = {name.lower() for name in groups}
    made: list[dict[str, object]] = []
    ports: dict[PortKey, str] = {}
    columns = [next(column for column in by_id.values() if column.name == name) for name in groups]
    for setting, lineage, column, source in declared:
        ports[frame.key(lineage)] = source.name
        if source.name in groups:
            continue
        own = Column(unique(column.name, taken), column.type)
        when = _literal(setting.get("PivotKeyValue"), kind)
        made.append({"name": own.name, "when": when, "value": source.name, "type": own.type})
        ports[frame.key(lineage)] = own.name
        columns.append(own)
    if not made:
        raise NotConvertible("it makes no columns", "Choose its pivoted columns in the component.")
    _told(context, usage, groups)
    node = context.node("pivot", {"group_by": groups, "key": keys[0], "columns": made}, [given.ref])
    return Outcome("pivot", 1.0, (node,), {output.get("port"): Relation(node["id"], tuple(columns), ports)})


def _sourced(
    context: StepContext, output: Setting, by_id: dict[str, Column]
) -> Iterator[tuple[Setting, str, Column, Column]]:
    """The columns of the output with their lineage ids and the input columns behind them."""
    for setting, lineage, column in frame.declared(output):
        if setting.get("SourceColumn").strip() == NOT_USED:
            continue
        source = by_id.get(frame.bare(setting.get("SourceColumn")))
        if source is None:
            raise NotConvertible(f"its output column {column.name} has no source", "Choose its source in the tool.")
        yield setting, lineage, column, source


def _told(context: StepContext, usage: dict[str, str], groups: list[str]) -> None:
    """What goes another way than in the component."""
    if not frame.truth(context.settings.get("PassThroughUnmatchedPivotKeys")):
        context.warn("A key that none of its columns names fails in SSIS; here it is passed over.")
    context.warn("Several rows of one group and key fail in SSIS; here the largest value is taken.", confidence=0.85)
    kept = [name for name in groups if usage[name] != SET_KEY]
    if kept:
        context.warn(
            f"It passes {', '.join(kept)} on, of which SSIS keeps one value for each set: rows are grouped by it too, "
            "so a set with several of its values gives several rows here.",
            confidence=PASSED_ON,
        )


def _literal(text: str, kind: str) -> object:
    """A key as a value of its column's type. Raises NotConvertible where it is none."""
    if types.kind(kind) == "date":
        return _moment(text, kind)
    if types.kind(kind) != "number":
        return text
    try:
        return int(text)
    except ValueError:
        if not text.strip().lstrip("-").replace(".", "", 1).isdecimal():
            raise NotConvertible(f"its key {text} is no number", "Write the key as a number in the tool.") from None
        return float(text)


def _moment(text: str, kind: str) -> str:
    for pattern in _MOMENTS:
        try:
            found = datetime.strptime(text.strip(), pattern)
        except ValueError:
            continue
        return found.date().isoformat() if kind == "date" else found.isoformat(" ")
    if kind == "time":
        return text
    raise NotConvertible(f"its key {text} is a date that can't be read", "Write the key as 2024-01-31 in the tool.")


def unpivot(context: StepContext) -> Outcome:
    """One row for each key value; one whose values are all null gives no row. Source: "Unpivot Transformation"."""
    given = context.input()
    output = frame.outputs(context)[0]
    declared = frame.declared(output)
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
