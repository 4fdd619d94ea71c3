"""Components with several inputs: Union All, Merge, Merge Join."""

from __future__ import annotations

from typing import Any

from services.migration.ast import Setting
from services.migration.rules.context import Node, NotConvertible, Outcome
from services.migration.rules.relation import Column, Relation, SortKey
from services.migration.rules.ssis import compare, frame
from services.migration.rules.steps.context import StepContext

JOINS = {"0": "full", "1": "left", "2": "inner"}
"""`JoinType` of Merge Join."""


def union(context: StepContext) -> Outcome:
    """Columns go where the mapping says, whatever they are called. Source: "Union All Transformation"."""
    node, relation = _stacked(context)
    return Outcome("sql_union_all", 1.0, (node,), frame.pass_on(context, relation))


def merge(context: StepContext) -> Outcome:
    """Two sorted inputs as one sorted output. Source: "Merge Transformation"."""
    node, relation = _stacked(context)
    output = frame.outputs(context)[0]
    keys = _declared_order(output, relation)
    if not keys:
        context.warn("No key of the merged order is known; the rows come in no order.", confidence=0.79)
        return Outcome("sql_union_all", 1.0, (node,), frame.pass_on(context, relation))
    order = context.node("sql_order_by", {"order_by": order_items(keys)}, [relation.ref], name=f"{context.name} order")
    ordered = Relation(order["id"], relation.columns, relation.ports, keys)
    return Outcome("sql_union_all", 1.0, (node, order), frame.pass_on(context, ordered))


def order_items(keys: tuple[SortKey, ...]) -> list[dict[str, object]]:
    """Nulls sort lowest, as in SQL Server."""
    found: list[dict[str, object]] = []
    for key in keys:
        item: dict[str, object] = {
            "column": key.column,
            "direction": "desc" if key.descending else "asc",
            "nulls": "first" if key.nulls_first else "last",
        }
        found.append(item if key.case_sensitive else {**item, "case_sensitive": False})
    return found


def _declared_order(output: Setting, relation: Relation) -> tuple[SortKey, ...]:
    placed = [(frame.number(s.get("sortKeyPosition")), s) for s in frame.columns(output)]
    keys = sorted(((abs(place), place, s) for place, s in placed if place), key=lambda item: item[0])
    return tuple(
        SortKey(
            frame.by_lineage(relation, s.get("lineageId")).name,
            place < 0,
            place > 0,
            not frame.number(s.get("comparisonFlags")) & compare.IGNORES_CASE,
        )
        for _, place, s in keys
    )


def _stacked(context: StepContext) -> tuple[Node, Relation]:
    output = next(iter(frame.outputs(context)), None)
    if output is None or not context.inputs:
        raise NotConvertible("nothing is connected to it", "Connect its inputs or remove it.")
    declared = frame.declared(output)
    inputs: list[dict[str, Any]] = []
    for port, arrived in context.inputs.items():
        end = frame.input_of(context, port)
        for given in arrived:
            held = {
                frame.bare(s.get("OutputColumnLineageID")): frame.find(given, s).name
                for s in frame.columns(end)
                if s.get("OutputColumnLineageID") not in ("", "0")
            }
            if held.keys() - {lineage for _, lineage, _ in declared}:
                raise NotConvertible(
                    "its mapping names an output column that it does not have", "Map its columns in the tool again."
                )
            inputs.append({"ref": given.ref, "columns": [held.get(lineage) for _, lineage, _ in declared]})
    if not declared:
        raise NotConvertible("its output has no columns", "Map the columns in the component.")
    config = {"columns": [{"name": c.name, "type": c.type} for _, _, c in declared], "inputs": inputs}
    node = context.node("sql_union_all", config, [given["ref"] for given in inputs])
    return node, frame.fresh(node["id"], [(lineage, column) for _, lineage, column in declared])


def merge_join(context: StepContext) -> Outcome:
    """Source: "Merge Join Transformation". The keys are the first columns of the order that both inputs have."""
    ends = context.settings.all("input")
    if len(ends) != 2:
        raise NotConvertible("it does not have two inputs", "Connect both inputs.")
    left, right = (context.input(end.get("port")) for end in ends)
    count = frame.number(context.settings.get("NumKeyColumns"), 1) or 1
    keys = [_keys(end, given)[:count] for end, given in zip(ends, (left, right), strict=True)]
    if len(keys[0]) < count or len(keys[1]) < count:
        raise NotConvertible(
            "the columns that it joins by are not known: its inputs do not say how they are sorted",
            "Name the join columns by hand.",
        )
    nulls_match = frame.truth(context.settings.get("TreatNullsAsEqual", "true"))
    compare.warn_of_collation(context, [column for column, _ in keys[0]])
    kind = JOINS.get(context.settings.get("JoinType", "2"), "inner")
    condition = " AND ".join(
        compare.equal(
            context, first, second, nulls_match=nulls_match, ignores_case=one or two, keeps_both=kind == "full"
        )
        for (first, one), (second, two) in zip(*keys, strict=True)
    )
    output = frame.outputs(context)[0]
    sources = _by_id(ends, (left, right))
    declared = frame.declared(output)
    columns = []
    for setting, _, column in declared:
        found = sources.get(frame.bare(setting.get("InputColumnID")))
        if found is None:
            raise NotConvertible(
                f"its output column {column.name} comes from no input column", "Choose its columns in the tool again."
            )
        columns.append(
            {"name": column.name, "expression": frame.quoted(context, found[1], found[0]), "type": column.type}
        )
    config = {"type": kind, "left": left.ref, "right": right.ref, "condition": condition, "columns": columns}
    node = context.node("sql_join", config, [left.ref, right.ref])
    relation = frame.fresh(node["id"], [(lineage, column) for _, lineage, column in declared])
    relation = Relation(relation.ref, relation.columns, relation.ports, _declared_order(output, relation))
    return Outcome("sql_join", 1.0, (node,), {output.get("port"): relation})


def _keys(end: Setting, given: Relation) -> list[tuple[Column, bool]]:
    """The columns an input is sorted by, with whether case is ignored: as it caches them, else as they arrive."""
    placed = [(abs(frame.number(s.get("cachedSortKeyPosition"))), s) for s in frame.columns(end)]
    cached = sorted(((place, s) for place, s in placed if place), key=lambda item: item[0])
    if cached:
        return [
            (frame.find(given, s), bool(frame.number(s.get("cachedComparisonFlags")) & compare.IGNORES_CASE))
            for _, s in cached
        ]
    columns = {column.name: column for column in given.columns}
    return [(columns[key.column], not key.case_sensitive) for key in given.order if key.column in columns]


def _by_id(ends: tuple[Setting, ...], given: tuple[Relation, Relation]) -> dict[str, tuple[str, Column]]:
    """Input column's id or lineage id → (alias, column)."""
    found: dict[str, tuple[str, Column]] = {}
    for end, relation, alias in zip(ends, given, ("l.", "r."), strict=True):
        for setting in frame.columns(end):
            column = frame.find(relation, setting)
            for identity in (setting.get("id"), setting.get("lineageId")):
                found.setdefault(identity, (alias, column))
    return found
