"""What each sort of sink does to its target, as statements.

Rows are applied set by set: deletes and updates in one MERGE, then inserts. Of several rows with one key the last
one counts, where the rows have an order; where they have none, a database refuses the MERGE or takes any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from services.pipelines.dsl.relation import Relation
from services.pipelines.runner import sqlbuild as sql

ACTION = "__action"
PLACE = "__place"
"""Columns of the temporary table beside the target's own: what to do with a row, and its place from the last of its
key."""
_KINDS = {bool: "boolean", int: "bigint", float: "double"}
"""Type of a column that is only compared, by what it is compared with."""


@dataclass(frozen=True, slots=True)
class Sink:
    """One sink with its input."""

    node_id: str
    config: Mapping[str, Any]
    relation: str
    given: Relation
    target: exp.Expr

    @property
    def stage(self) -> str:
        """Name of the temporary table that holds the rows while they are applied."""
        return f"{self.node_id}.rows"

    @property
    def columns(self) -> list[tuple[str, str, str]]:
        """Target column, input column and type, in the target's order."""
        listed = self.config.get("columns")
        if listed:
            return [
                (item["name"], self._own(item.get("from", item["name"])), item.get("type", "unknown"))
                for item in listed
            ]
        action = str(self.config.get("action_column", "")).casefold()
        return [(text, text, "unknown") for text in self.given.names if text.casefold() != action]

    def _own(self, text: str) -> str:
        found = self.given.find(text)
        return found.name if found else text


@dataclass(frozen=True, slots=True)
class Staged:
    """Rows to be kept in the sink's temporary table."""

    query: exp.Select


def physical(config: Mapping[str, Any], default: str = "") -> exp.Table:
    """The table that a source or sink names."""
    parts = {"db": config.get("schema"), "catalog": config.get("database")}
    named = {key: sql.name(text) for key, text in parts.items() if text}
    return exp.Table(this=sql.name(str(config.get("table") or default)), **named)


def statements(sink: Sink, order: Sequence[exp.Expr]) -> list[exp.Expr | Staged]:
    """The statements of one sink, in order. `order` holds the keys in which its rows come, where there are any."""
    mode = sink.config["mode"]
    if "action_column" not in sink.config and mode in ("append", "overwrite"):
        cleared: list[exp.Expr | Staged] = [exp.delete(sink.target.copy())] if mode == "overwrite" else []
        return [*cleared, _insert(sink, select(sink).order_by(*order) if order else select(sink))]
    staged: list[exp.Expr | Staged] = [Staged(_last_of_each_key(sink, order))]
    return [*staged, *_merge(sink), *_inserts(sink)]


def _last_of_each_key(sink: Sink, order: Sequence[exp.Expr]) -> exp.Select:
    """The rows to apply with their actions: of those to update or delete, the last of each key in `order`."""
    rows = select(sink).select(sql.alias(_action(sink), ACTION), copy=False)
    own, _ = _keys(sink)
    if not own or not order:
        return rows
    sources = {name: source for name, source, _ in sink.columns}
    merged = _case(exp.In(this=_action(sink), expressions=[sql.literal("update"), sql.literal("delete")]))
    partition = [merged, *(sql.column(sources[name]) for name in own)]
    # A row that is deleted stays deleted, whatever updates follow, unless an update may add it again.
    first = (
        []
        if sink.config["mode"] == "upsert"
        else [_case(exp.NEQ(this=_action(sink), expression=sql.literal("delete")))]
    )
    keys = [exp.Ordered(this=key, nulls_first=False) for key in first]
    rows = rows.select(sql.alias(sql.row_number(partition, [*keys, *map(_backwards, order)]), PLACE), copy=False)
    names = [sql.alias(sql.column(name), name) for name in (*(name for name, _, _ in sink.columns), ACTION)]
    last = exp.EQ(this=sql.column(PLACE), expression=sql.literal(1))
    return sql.select(
        names,
        sql.subquery(rows, "__rows"),
        exp.or_(last, exp.In(this=sql.column(ACTION), expressions=[sql.literal("insert"), sql.literal("reject")])),
    )


def _case(condition: exp.Expr) -> exp.Case:
    """1 where the condition holds, else 0: a key to group or order by in every dialect."""
    return exp.Case().when(condition, sql.literal(1)).else_(sql.literal(0))


def _backwards(key: exp.Expr) -> exp.Expr:
    flipped = {"desc": not key.args.get("desc"), "nulls_first": not key.args.get("nulls_first")}
    return exp.Ordered(this=key.this.copy(), **flipped)


def _keys(sink: Sink) -> tuple[list[str], list[str]]:
    """The target's columns that identify a row, and the others."""
    keys = {key.casefold() for key in sink.config.get("keys") or ()}
    names = [name for name, _, _ in sink.columns]
    return [name for name in names if name.casefold() in keys], [name for name in names if name.casefold() not in keys]


def select(sink: Sink) -> exp.Select:
    """The rows of a sink, with the target's columns in its order."""
    columns = [sql.alias(sql.cast(sql.column(source), kind), name) for name, source, kind in sink.columns]
    return sql.select(columns, sql.table(sink.relation))


def kept(sink: Sink) -> exp.Select:
    """The rows of a sink that its target is to hold: without those that are deleted or rejected."""
    if "action_column" not in sink.config:
        return select(sink)
    held = [sql.literal(action) for action in ("insert", "update")]
    return select(sink).where(exp.In(this=_action(sink), expressions=held), copy=False)


def _insert(sink: Sink, query: exp.Query) -> exp.Insert:
    names = [sql.name(name) for name, _, _ in sink.columns]
    return exp.Insert(this=exp.Schema(this=sink.target.copy(), expressions=names), expression=query)


def _action(sink: Sink) -> exp.Expr:
    if "action_column" in sink.config:
        found = sink.given.find(sink.config["action_column"])
        return sql.column(found.name if found else sink.config["action_column"])
    return sql.literal({"upsert": "update"}.get(sink.config["mode"], sink.config["mode"]))


def _is(action: str, source: str = "") -> exp.Expr:
    return exp.EQ(this=sql.column(ACTION, source), expression=sql.literal(action))


def _merge(sink: Sink) -> list[exp.Expr]:
    own, others = _keys(sink)
    if not own:
        return []
    names = [name for name, _, _ in sink.columns]
    same = (exp.EQ(this=sql.column(name, "t"), expression=sql.column(name, "s")) for name in own)
    on = sql.both([*same, *_held(sink)])
    whens = [exp.When(matched=True, condition=_is("delete", "s"), then=exp.Delete())]
    if others:
        sets = [exp.EQ(this=sql.column(name), expression=sql.column(name, "s")) for name in others]
        whens.append(exp.When(matched=True, condition=_is("update", "s"), then=exp.Update(expressions=sets)))
    if sink.config["mode"] == "upsert":
        listed = exp.Tuple(expressions=[sql.column(name) for name in names])
        values = exp.Tuple(expressions=[sql.column(name, "s") for name in names])
        then = exp.Insert(this=listed, expression=values)
        whens.append(exp.When(matched=False, condition=_is("update", "s"), then=then))
    return [
        exp.Merge(
            this=exp.alias_(sink.target.copy(), "t", quoted=True, table=True),
            using=sql.table(sink.stage, "s"),
            on=on,
            whens=exp.Whens(expressions=whens),
        )
    ]


def _held(sink: Sink) -> Iterator[exp.Expr]:
    """What a row of the target must hold beside its keys."""
    for name, value in (sink.config.get("only") or {}).items():
        kind = exp.Is if value is None else exp.EQ
        yield kind(this=sql.column(name, "t"), expression=sql.literal(value))


def shape(sink: Sink) -> exp.Select:
    """A query with every column of the target that the statements name."""
    written = {name.casefold() for name, _, _ in sink.columns}
    only = sink.config.get("only") or {}
    others = {
        name: _KINDS.get(type(value), "varchar") for name, value in only.items() if name.casefold() not in written
    }
    empty = [sql.alias(sql.cast(exp.null(), kind), name) for name, kind in others.items()]
    return select(sink).select(*empty, copy=False)


def _inserts(sink: Sink) -> list[exp.Expr]:
    if "action_column" not in sink.config:
        return []
    names = [sql.alias(sql.column(name), name) for name, _, _ in sink.columns]
    return [_insert(sink, sql.select(names, sql.table(sink.stage)).where(_is("insert"), copy=False))]
