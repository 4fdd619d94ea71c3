"""Kinds that take a part of the rows or give them another shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp

from services.migration.dsl.relation import Column, Relation
from services.migration.runner import sqlbuild as sql
from services.migration.runner.context import Context

AGGREGATES = {"max": exp.Max, "min": exp.Min, "sum": exp.Sum, "avg": exp.Avg, "count": exp.Count}
NEIGHBOUR = re.compile(r"(prev|next)([1-9][0-9]?)", re.IGNORECASE)


def _numbered(context: Context, number: exp.Expr) -> exp.Select:
    """The input with a number for each row, as `__n`."""
    inner = exp.select(*context.columns(), sql.alias(number, "__n")).from_(context.table())
    return exp.select(*[sql.alias(sql.column(text), text) for text in context.names()]).from_(
        sql.subquery(inner, "__p")
    )


def _compared(operator: type[exp.Binary], value: int) -> exp.Expr:
    return operator(this=sql.column("__n"), expression=sql.literal(value))


def distinct(context: Context, port: str) -> exp.Query:
    columns = [context.named(text) for text in context.config.get("columns") or context.names()]
    numbered = _numbered(context, sql.row_number(columns, context.order()))
    return numbered.where(_compared(exp.GT if port == "duplicates" else exp.EQ, 1))


def limit(context: Context, _port: str) -> exp.Query:
    config = context.config
    keys = context.order(reverse=config.get("method") == "last")
    numbered = _numbered(context, sql.row_number(context.partition(), keys))
    return numbered.where(_compared(exp.GT if config.get("method") == "skip" else exp.LTE, config["rows"]))


def sample(context: Context, port: str) -> exp.Query:
    config = context.config
    if config["method"] == "every_nth":
        place = exp.paren(exp.Sub(this=sql.column("__n"), expression=sql.literal(1)))
        chosen = exp.EQ(this=exp.Mod(this=place, expression=sql.literal(config["rows"])), expression=sql.literal(0))
        numbered = _numbered(context, sql.row_number(context.partition(), context.order()))
        return numbered.where(exp.Not(this=chosen) if port == "rest" else chosen)
    if port == "rest" or "seed" in config:
        raise context.refuse("a random sample's rest, or its seed, can't be written as one query")
    chance = exp.Rand()
    if config["method"] == "random_percent":
        share = exp.LT(this=chance, expression=sql.literal(config["percent"] / 100))
        return exp.select(*context.columns()).from_(context.table()).where(share)
    drawn = sql.subquery(exp.select(*context.columns(), sql.alias(chance, "__x")).from_(context.table()), "__d")
    number = sql.row_number(context.partition(), [exp.Ordered(this=sql.column("__x"))])
    own = [sql.alias(sql.column(text), text) for text in context.names()]
    inner = exp.select(*own, sql.alias(number, "__n")).from_(drawn)
    return (
        exp.select(*[column.copy() for column in own])
        .from_(sql.subquery(inner, "__p"))
        .where(_compared(exp.LTE, config["rows"]))
    )


def _times(count: int) -> exp.Subquery:
    """The numbers 1 to `count` as `__t.__i`."""
    rows = [exp.select(sql.alias(sql.literal(index + 1), "__i")) for index in range(count)]
    query: exp.Query = rows[0] if count == 1 else exp.union(*rows, distinct=False)
    return sql.subquery(query, "__t")


def _by_occurrence(values: Sequence[exp.Expr]) -> exp.Expr:
    found = exp.Case(this=sql.column("__i", "__t"))
    for index, value in enumerate(values):
        found = found.when(sql.literal(index + 1), value)
    return found


def normalizer(context: Context, _port: str) -> exp.Query:
    config = context.config
    source: exp.Expr = context.table("", "__s")
    if "generated_key" in config:
        key = config["generated_key"]
        items = sql.order([{**item} for item in key.get("order_by") or ()])
        number = exp.Add(this=sql.row_number((), items), expression=sql.literal(key.get("start", 1) - 1))
        source = sql.subquery(exp.select("*", sql.alias(number, "__k")).from_(context.table()), "__s")
    select = exp.select().from_(source).join(_times(config["occurs"]), join_type="cross")
    columns = {
        item["name"]: [context.named(text, "", "__s") if text else exp.null() for text in item["from"]]
        for item in config["columns"]
    }
    generated = {
        config.get("generated_key", {}).get("name"): sql.column("__k", "__s"),
        config.get("index_column"): sql.column("__i", "__t"),
    }
    for column in context.output.columns:
        if column.name in columns:
            value: exp.Expr = _by_occurrence(columns[column.name])
        else:
            value = generated.get(column.name) or context.named(column.name, "", "__s")
        select = select.select(context.typed(column.name, value), copy=False)
    if not config.get("skip_nulls"):
        return select
    held = [exp.Not(this=exp.Is(this=_by_occurrence(values), expression=exp.null())) for values in columns.values()]
    return select.where(exp.or_(*held))


def unpivot(context: Context, _port: str) -> exp.Query:
    config = context.config
    kind = config.get("value_type", "unknown")
    values = [sql.cast(context.named(item["column"], "", "__s"), kind) for item in config["columns"]]
    labels: list[exp.Expr] = [sql.literal(item.get("label", item["column"])) for item in config["columns"]]
    made = {config["name_column"]: _by_occurrence(labels), config["value_column"]: _by_occurrence(values)}
    select = exp.select().from_(context.table("", "__s")).join(_times(len(values)), join_type="cross")
    for column in context.output.columns:
        value = made.get(column.name) or context.named(column.name, "", "__s")
        select = select.select(context.typed(column.name, value), copy=False)
    if not config.get("skip_nulls"):
        return select
    return select.where(exp.Not(this=exp.Is(this=_by_occurrence([v.copy() for v in values]), expression=exp.null())))


def pivot(context: Context, _port: str) -> exp.Query:
    config = context.config
    groups = [context.named(text) for text in config.get("group_by") or ()]
    select = exp.select(*(sql.alias(column, column.name) for column in groups)).from_(context.table())
    for item in config["columns"]:
        key: exp.Expr = context.named(config["key"])
        met = exp.Is(this=key, expression=exp.null()) if item["when"] is None else key.eq(sql.literal(item["when"]))
        value = exp.Case().when(met, context.named(item["value"]))
        select = select.select(
            context.typed(item["name"], AGGREGATES[item.get("aggregate", "max")](this=value)), copy=False
        )
    return select.group_by(*(column.copy() for column in groups))


def multi_row(context: Context, _port: str) -> exp.Query:
    """Values of other rows are read with LAG and LEAD; a column that uses its own earlier value needs recursion."""
    config = context.config
    own = {item["name"].casefold() for item in config["columns"]}
    given = context.given().columns
    base = exp.select(*context.columns()).from_(context.table())
    hidden: dict[str, exp.Expr] = {}
    recursive = False
    scope = {"": Relation((*given.columns, *(Column(item["name"]) for item in config["columns"])))}
    for text, side, distance in _neighbours(config["columns"], context):
        if side == "prev" and text.casefold() in own:
            if distance > 1:
                raise context.refuse("a column that uses its own value of two rows before can't be written as a query")
            recursive = True
            continue
        column = given.find(text)
        if column is None:
            raise context.refuse(f"its input has no column '{text}'")
        label = f"__{side}{distance}_{column.name}"
        hidden[f"{side}{distance}.{text}"] = sql.column(label, "__b")
        base = base.select(sql.alias(_other_row(context, column, side, distance), label), copy=False)
    base = base.select(sql.alias(sql.row_number(context.partition(), context.order()), "__n"), copy=False)
    if not recursive:
        computed = _in_order(context, hidden, scope)
        return _shown(context, exp.select().from_(sql.subquery(base, "__b")), computed)
    return _recursive(context, base, hidden, scope)


def _neighbours(columns: list[dict[str, Any]], context: Context) -> list[tuple[str, str, int]]:
    """Column, side and distance of every value of another row."""
    found: dict[tuple[str, str, int], None] = {}
    for item in columns:
        tree = context.expression(item["expression"], {})
        for column in tree.find_all(exp.Column):
            match = NEIGHBOUR.fullmatch(column.table)
            if match:
                found[(column.name, match[1].lower(), int(match[2]))] = None
    return list(found)


def _other_row(context: Context, column: Column, side: str, distance: int) -> exp.Expr:
    function = exp.Lag if side == "prev" else exp.Lead
    call = function(this=sql.column(column.name), offset=sql.literal(distance))
    policy = context.config.get("missing_rows", "null")
    if policy == "nearest":
        raise context.refuse("missing_rows: nearest can't be written as a query")
    if policy == "zero_or_empty":
        text = column.type.startswith(("string", "varchar", "char", "text"))
        call.set("default", sql.literal("" if text else 0))
    return sql.window(call, context.partition(), context.order())


def _in_order(context: Context, hidden: dict[str, exp.Expr], scope: dict[str, Relation]) -> dict[str, exp.Expr]:
    """The computed columns as trees over the base; each sees those before it."""
    given = {column.name: sql.column(column.name, "__b") for column in context.given().columns.columns}
    seen: dict[str, exp.Expr] = {**given, **hidden}
    computed: dict[str, exp.Expr] = {}
    for item in context.config["columns"]:
        tree = context.expression(item["expression"], scope, inner=seen)
        tree = sql.cast(tree, item.get("type", "unknown"))
        computed[item["name"]] = tree
        seen[item["name"]] = tree
    return computed


def _shown(context: Context, select: exp.Select, computed: dict[str, exp.Expr]) -> exp.Select:
    for column in context.output.columns:
        value = computed.get(column.name) or sql.column(column.name, "__b")
        select = select.select(sql.alias(value, column.name), copy=False)
    return select


def _recursive(
    context: Context, base: exp.Select, hidden: dict[str, exp.Expr], scope: dict[str, Relation]
) -> exp.Query:
    """Row 1 of each group first, then row by row, each seeing the values computed for the row before."""
    names = [item["name"] for item in context.config["columns"]]
    initial = "zero_or_empty" if context.config.get("missing_rows") == "zero_or_empty" else "null"
    kinds = {item["name"]: item.get("type", "unknown") for item in context.config["columns"]}
    nothing = {f"prev1.{name}": _missing(initial, kinds[name]) for name in names}
    before = {f"prev1.{name}": sql.column(name, "__w") for name in names}
    first = exp.EQ(this=sql.column("__n", "__b"), expression=sql.literal(1))
    follows: list[exp.Expr] = [
        exp.EQ(
            this=sql.column("__n", "__b"),
            expression=exp.Add(this=sql.column("__n", "__w"), expression=sql.literal(1)),
        )
    ]
    groups = [column.name for column in context.partition() if isinstance(column, exp.Column)]
    follows += [sql.same(sql.column(f"__g{i}", "__w"), sql.column(text, "__b")) for i, text in enumerate(groups)]
    marks = [sql.alias(sql.column(text, "__b"), f"__g{i}") for i, text in enumerate(groups)]
    number = sql.alias(sql.column("__n", "__b"), "__n")
    start = _shown(context, exp.select(), _in_order(context, {**hidden, **nothing}, scope))
    start = start.select(number, *marks, copy=False).from_(sql.table("__b")).where(first)
    step = _shown(context, exp.select(), _in_order(context, {**hidden, **before}, scope))
    step = step.select(number.copy(), *(mark.copy() for mark in marks), copy=False).from_(sql.table("__b"))
    step = step.join(sql.table("__w"), on=sql.both(follows))
    walk = exp.union(start, step, distinct=False)
    select = exp.select(*[sql.alias(sql.column(text), text) for text in context.output.names]).from_(sql.table("__w"))
    return select.with_(sql.name("__b"), as_=base, recursive=True).with_(sql.name("__w"), as_=walk, recursive=True)


def _missing(policy: str, kind: str) -> exp.Expr:
    text = kind.startswith(("string", "varchar", "char", "text"))
    value = None if policy == "null" else "" if text else 0
    return sql.cast(sql.literal(value), kind)


def text_to_columns(context: Context, _port: str) -> exp.Query:
    """The text is cut part by part; what is left after the last cut is the remainder."""
    config = context.config
    extra = config.get("extra", "keep_in_last")
    if "columns" not in config or config.get("skip_empty") or config.get("quotes") or extra == "error":
        raise context.refuse("splitting into rows, skipping empty parts, quotes and errors can't be written as a query")
    if len(config["delimiters"]) > 1 and extra == "keep_in_last":
        raise context.refuse("several delimiters with `extra: keep_in_last` can't be written as a query")
    first = config["delimiters"][0]
    whole: exp.Expr = context.named(config["column"])
    for other in config["delimiters"][1:]:
        whole = exp.func("REPLACE", whole, sql.literal(other), sql.literal(first))
    names = [item["name"] for item in config["columns"]]
    inner = exp.select("*", sql.alias(whole, "__r0")).from_(context.table())
    for index in range(len(names)):
        rest = sql.column(f"__r{index}")
        place = exp.StrPosition(this=rest, substr=sql.literal(first))
        cut = exp.GT(this=place, expression=sql.literal(0))
        after = exp.Substring(this=rest.copy(), start=exp.Add(this=place.copy(), expression=sql.literal(1)))
        head = exp.Substring(
            this=rest.copy(), start=sql.literal(1), length=exp.Sub(this=place.copy(), expression=sql.literal(1))
        )
        part: exp.Expr = exp.Case().when(cut, head).else_(rest.copy())
        if index == len(names) - 1 and extra == "keep_in_last":
            part = rest.copy()
        following = sql.alias(exp.Case().when(cut.copy(), after).else_(exp.null()), f"__r{index + 1}")
        inner = exp.select("*", sql.alias(part, f"__p{index}"), following).from_(sql.subquery(inner, f"__s{index}"))
    made = {text: sql.column(f"__p{index}") for index, text in enumerate(names)}
    select = exp.select().from_(sql.subquery(inner, "__t"))
    for column in context.output.columns:
        value = made.get(column.name)
        select = select.select(
            context.typed(column.name, value) if value else sql.alias(context.named(column.name), column.name),
            copy=False,
        )
    return select


COMPILERS: dict[str, Callable[[Context, str], exp.Query]] = {
    "distinct": distinct,
    "limit": limit,
    "sample": sample,
    "normalizer": normalizer,
    "unpivot": unpivot,
    "pivot": pivot,
    "multi_row_formula": multi_row,
    "text_to_columns": text_to_columns,
}
