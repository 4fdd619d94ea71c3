"""Aggregator → `sql_group_by`.

A port that is neither a group port nor inside an aggregate gives the value of the group's last row. SQL has no last
row; a numbering before the grouping marks it, in the proven row order where there is one. Where there is none, any one
row of the group stands in, which is named and keeps the object below the release threshold. Source: PowerCenter
Transformation Guide, "Aggregator Transformation".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import sqlglot
from sqlglot import exp

from services.migration.ast import Role, TransformationField
from services.migration.rules import nested, sql
from services.migration.rules.context import Context, NotConvertible, Outcome, Scope, connected
from services.migration.rules.nodes import computed, transformation
from services.migration.rules.ports import computed_value, scope
from services.migration.rules.relation import Column, Input, Relation, SortKey, unique
from services.migration.rules.sorter import order_items
from services.migration.rules.window import order_by_clause

GROUP_BY = "GROUPBY"
ORDERED = re.compile(r"\b(FIRST|LAST)\s*\(", re.IGNORECASE)
ANY_ROW = "COUNT(*) > 0"
"""Without a group port SQL gives a row also where none came in; PowerCenter gives none."""
UNORDERED = 0.6
"""Confidence where a value depends on a row order that nothing states."""


@dataclass
class _Grouping:
    context: Context
    given: Input
    found: Scope
    keys: dict[str, str] = field(default_factory=dict)  # group port → SQL
    loose: list[str] = field(default_factory=list)  # ports that give values of the group's last row
    last_row: str = ""  # column that numbers the rows of a group from its last; "" while nothing needs it


def convert(context: Context) -> Outcome:
    given = connected(context)
    _refuse_increments(context)
    work = _Grouping(context, given, scope(context))
    variables = _variables(context, work.found)
    fields = context.transformation.fields
    for port in fields:
        if port.expression_kind.upper() == GROUP_BY:
            work.keys[port.name] = _value(work, port, variables)
    outputs = [port for port in fields if port.role.gives_output]
    if any(port.computes and nested.inner_calls(port.expression) for port in outputs):
        return nested.convert(context, work.keys)
    columns = [(context.column(port), _output(work, port, variables), port) for port in outputs]
    if context.refusals or not columns:
        raise NotConvertible("; ".join(context.refusals) or "it has no output port", "Correct its ports.")
    nodes = []
    relation = given.relation
    if work.last_row:
        _note_unordered(work)
        numbering, relation = _number_rows(work)
        nodes.append(numbering)
    config: dict[str, object] = {"group_by": list(dict.fromkeys(work.keys.values()))} if work.keys else {}
    config["columns"] = [computed(column, text) for column, text, _ in columns]
    if not work.keys:
        config["having"] = ANY_ROW
    if relation.order and any(ORDERED.search(port.expression) for port in fields):
        config["order_by"] = order_items(relation.order)
    node = transformation(context, "sql_group_by", config, [relation.ref])
    ports = {(context.name, port.name): column.name for column, _, port in columns}
    _note_unsorted(work)
    order = _kept_order(work, {port.name: column.name for column, _, port in columns})
    output = Relation(node["id"], tuple(column for column, _, _ in columns), ports, order)
    return Outcome("sql_group_by", 1.0, (*nodes, node), {"": output})


def _kept_order(work: _Grouping, outputs: dict[str, str]) -> tuple[SortKey, ...]:
    """The order in which groups leave: with sorted input that of the rows, as far as it goes by group ports."""
    if not work.context.switch("Sorted Input"):
        return ()
    given = work.given.ports
    by_column = {given[name].name: outputs[name] for name in work.keys if name in given and name in outputs}
    order: list[SortKey] = []
    for key in work.given.relation.order:
        if key.column not in by_column:
            break
        order.append(replace(key, column=by_column[key.column]))
    return tuple(order)


def _note_unordered(work: _Grouping) -> None:
    if work.given.relation.order:
        return
    several = len(work.loose) > 1
    work.context.warn(
        f"Port{'s' * several} {', '.join(work.loose)} give{'s' * (not several)} the value of the group's last row, but "
        "nothing upstream states an order of rows; the value of any one row of the group is taken.",
        confidence=UNORDERED,
    )


def _note_unsorted(work: _Grouping) -> None:
    """Say that nothing proves the order that the object relies on: here the groups are whole in any case."""
    if not work.keys or not work.context.switch("Sorted Input"):
        return
    given = work.given
    wanted = {given.ports[name].name for name in work.keys if name in given.ports}
    if {key.column for key in given.relation.order[: len(wanted)]} != wanted:
        work.context.warn(
            f"Sorted Input is on, and nothing before it proves that rows are sorted by {', '.join(sorted(wanted))}. "
            "Where they are not, PowerCenter fails or splits groups; here each group gives one row."
        )


def _refuse_increments(context: Context) -> None:
    """Raises NotConvertible where the session adds the rows of each run to the totals of the runs before."""
    session = {name.lower(): value for name, value in context.mapping.session_attributes.items()}
    if session.get("incremental aggregation", "").strip().upper() == "YES":
        raise NotConvertible(
            "its session aggregates incrementally: it adds this run's rows to totals that earlier runs left in cache "
            "files",
            "Aggregate all rows, or merge the totals of this run into those in the target.",
        )


def _variables(context: Context, found: Scope) -> dict[str, str]:
    """Local variables as SQL, to stand in for their name. One that keeps state between rows has no equivalent."""
    inline: dict[str, str] = {}
    names = {port.name.lower() for port in context.transformation.fields if port.role is Role.VARIABLE}
    done: set[str] = set()
    for port in context.transformation.fields:
        if port.role is not Role.VARIABLE:
            continue
        result = computed_value(context, port, f"Variable {port.name}", found, inline=inline, aggregate=True)
        late = {name.lower() for name in result.references} & (names - done)
        if late:
            raise NotConvertible(
                f"variable {port.name} reads {', '.join(sorted(late))} from the row before, inside a grouping",
                "Rewrite the running value as an aggregate function.",
                needs_model=True,
            )
        found.types[port.name] = context.type_of(port)
        inline[port.name] = result.sql
        done.add(port.name.lower())
    return inline


def _value(work: _Grouping, port: TransformationField, variables: dict[str, str]) -> str:
    if port.role.takes_input or not port.expression:
        return work.found.references.get(port.name, "")
    return computed_value(work.context, port, f"Port {port.name}", work.found, inline=variables).sql


def _output(work: _Grouping, port: TransformationField, variables: dict[str, str]) -> str:
    if port.name in work.keys:
        return work.keys[port.name]
    if port.role.takes_input or not port.expression:
        text = work.found.references.get(port.name) or sql.null(work.context.type_of(port), work.context.dialect)
    else:
        place = f"Port {port.name}"
        settled = frozenset({"ROW_ORDER"} if work.given.relation.order else ())
        text = computed_value(
            work.context, port, place, work.found, inline=variables, aggregate=True, settled=settled
        ).sql
    return _settle(work, port, text) if text else ""


def _settle(work: _Grouping, port: TransformationField, text: str) -> str:
    """Replace every column that stands outside an aggregate by its value in the group's last row."""
    if text in work.keys.values():
        return text
    dialect = sql.sqlglot_name(work.context.dialect)
    tree = sqlglot.parse_one(text, dialect=dialect)
    grouped = {sqlglot.parse_one(key, dialect=dialect) for key in work.keys.values() if key}
    loose = [column for column in tree.find_all(exp.Column) if not _inside(column, grouped)]
    if not loose:
        return text
    if not work.last_row:
        work.last_row = unique("row_from_last", {*work.given.relation.names()})
    work.loose.append(port.name)
    for column in loose:
        last = f"MAX(CASE WHEN {work.last_row} = 1 THEN {column.sql(dialect)} END)"
        replacement = sqlglot.parse_one(last, dialect=dialect)
        if column is tree:
            tree = replacement
        else:
            column.replace(replacement)
    return tree.sql(dialect)


def _inside(column: exp.Column, grouped: Iterable[exp.Expr]) -> bool:
    node: exp.Expr | None = column
    while node is not None:
        if isinstance(node, exp.AggFunc | exp.Filter | exp.WithinGroup) or any(node == key for key in grouped):
            return True
        node = node.parent
    return False


def _number_rows(work: _Grouping) -> tuple[dict[str, object], Relation]:
    """A node before the grouping that numbers the rows of each group, the last one 1."""
    context, relation = work.context, work.given.relation
    keys = [key for key in dict.fromkeys(work.keys.values())]
    partition = f"PARTITION BY {', '.join(keys)} " if keys else ""
    order = order_by_clause(relation, context.dialect, backwards=True) or _any_order(work)
    column = Column(work.last_row, "bigint")
    config = {
        "passthrough": ["*"],
        "columns": [computed(column, f"ROW_NUMBER() OVER ({partition}{order})")],
    }
    node = transformation(context, "sql_expression", config, [relation.ref], name=f"{context.name}__last_row")
    return node, Relation(node["id"], (*relation.columns, column), relation.ports, relation.order)


def _any_order(work: _Grouping) -> str:
    first = work.given.relation.columns[0].name
    return f"ORDER BY {sql.identifier(first, work.context.dialect)}"
