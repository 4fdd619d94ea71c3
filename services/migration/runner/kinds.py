"""The SQL that each kind of node means: one SELECT over its inputs for each port."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from services.migration.dsl.relation import Column, Relation
from services.migration.dsl.texts import ACTIONS, Form
from services.migration.runner import kinds_compare, kinds_reshape
from services.migration.runner import sqlbuild as sql
from services.migration.runner.context import Context

Compiler = Callable[[Context, str], exp.Query]
ORDERED_AGGREGATES = (exp.First, exp.Last, exp.ArrayAgg, exp.GroupConcat)


def pushdown(context: Context, _port: str) -> exp.Query:
    config = context.config
    if "query" in config:
        raise context.refuse("it has a query of its own, which only the source system can run; give its rows")
    dialect = str(config.get("dialect") or context.dialect)
    scope = {key: given.columns for key, given in context.inputs.items()}
    select = exp.select()
    for index, key in enumerate(context.inputs):
        found = context.table(key, key)
        select = select.from_(found) if index == 0 else select.join(found, join_type="cross")
    for item in config["columns"]:
        source, _, text = item["from"].partition(".")
        value = context.named(text, source, source)
        select = select.select(context.typed(item["name"], value), copy=False)
    conditions = [*(config.get("joins") or ()), *([config["filter"]] if "filter" in config else [])]
    for text in conditions:
        select = select.where(context.expression(text, scope, dialect=dialect))
    return select.distinct() if config.get("distinct") else select


def expression(context: Context, _port: str) -> exp.Query:
    """Variables are computed in layers, so that each is evaluated once however often it is used."""
    given = context.given().columns
    source: exp.Expr = context.table()
    inner: dict[str, exp.Expr] = {}
    for index, item in enumerate(context.config.get("variables") or ()):
        hidden = f"__v{index}"
        value = sql.cast(context.expression(item["expression"], inner=inner), item.get("type", "unknown"))
        layer = exp.select("*", sql.alias(value, hidden)).from_(source)
        source = sql.subquery(layer, f"__l{index}")
        inner[item["name"]] = sql.column(hidden)
    select = exp.select().from_(source)
    computed = {item["name"]: item["expression"] for item in context.config["columns"]}
    for column in context.output.columns:
        if column.name in computed:
            tree = context.expression(computed[column.name], inner=inner, form=Form.AGGREGATE)
            select = select.select(context.typed(column.name, tree), copy=False)
        else:
            found = given.find(column.name)
            select = select.select(sql.alias(sql.column(found.name if found else column.name), column.name), copy=False)
    return select


def where(context: Context, _port: str) -> exp.Query:
    condition = context.expression(context.config["condition"])
    return exp.select(*context.columns()).from_(context.table()).where(condition)


def branch(context: Context, port: str) -> exp.Query:
    config = context.config
    conditions = {item["port"]: context.expression(item["condition"]) for item in config["branches"]}
    select = exp.select(*context.columns()).from_(context.table())
    if port == config.get("default"):
        return select.where(sql.both(sql.false_or_null(condition) for condition in conditions.values()))
    before = list(conditions)[: list(conditions).index(port)] if config["match"] == "first" else []
    excluded = [sql.false_or_null(conditions[name]) for name in before]
    return select.where(sql.both([exp.paren(conditions[port]), *excluded]))


def join(context: Context, port: str) -> exp.Query:
    condition = context.expression(context.config["condition"], context.sides())
    if port in ("left_only", "right_only"):
        own, other = ("left", "right") if port == "left_only" else ("right", "left")
        return without_match(context, own, other, condition)
    select = exp.select(*_computed(context)).from_(context.table("left", "l"))
    return select.join(context.table("right", "r"), on=condition, join_type=context.config["type"])


def without_match(context: Context, own: str, other: str, condition: exp.Expr) -> exp.Query:
    """The rows of one side for which no row of the other meets the condition."""
    partner = exp.select(sql.literal(1)).from_(context.table(other, other[0])).where(condition)
    select = exp.select(*context.columns(own, own[0])).from_(context.table(own, own[0]))
    return select.where(exp.Not(this=exp.Exists(this=partner)))


def lookup(context: Context, port: str) -> exp.Query:
    config = context.config
    condition = context.expression(config["condition"], context.sides())
    if port == "no_match":
        return without_match(context, "left", "right", condition)
    policy, unmatched = config.get("policy", "any"), config.get("on_no_match", "nulls")
    if policy == "error" or unmatched == "error":
        raise context.refuse("a lookup that fails rows can't be written as one query")
    how = "inner" if unmatched == "drop" else "left"
    if policy == "all":
        select = exp.select(*_computed(context)).from_(context.table("left", "l"))
        return select.join(context.table("right", "r"), on=condition, join_type=how)
    numbered = sql.subquery(exp.select("*", sql.alias(sql.row_number(), "__row")).from_(context.table("left")), "l")
    keys = context.order(field_name="right", source="r", reverse=policy == "last")
    rank = sql.row_number([sql.column("__row", "l")], keys)
    inner = exp.select(*_computed(context), sql.alias(rank, "__n")).from_(numbered)
    inner = inner.join(context.table("right", "r"), on=condition, join_type=how)
    return _picked(context, inner)


def _picked(context: Context, inner: exp.Select) -> exp.Query:
    """The rows numbered 1, without the number."""
    first = exp.EQ(this=sql.column("__n"), expression=sql.literal(1))
    return exp.select(*_own(context)).from_(sql.subquery(inner, "__p")).where(first)


def _own(context: Context) -> list[exp.Expr]:
    return [sql.alias(sql.column(text), text) for text in context.output.names]


def _computed(context: Context) -> list[exp.Expr]:
    return [
        context.typed(item["name"], context.expression(item["expression"], context.sides()))
        for item in context.config["columns"]
    ]


def append(context: Context, _port: str) -> exp.Query:
    select = exp.select(*_computed(context)).from_(context.table("left", "l"))
    return select.join(context.table("right", "r"), join_type="cross")


def group_by(context: Context, _port: str) -> exp.Query:
    config = context.config
    keys = context.order()
    select = exp.select().from_(context.table())
    for item in config["columns"]:
        tree = context.expression(item["expression"], form=Form.AGGREGATE)
        select = select.select(context.typed(item["name"], _with_order(tree, keys)), copy=False)
    select = select.group_by(*(context.expression(text) for text in config.get("group_by") or ()))
    return select.having(context.expression(config["having"], form=Form.AGGREGATE)) if "having" in config else select


def _with_order(tree: exp.Expr, keys: list[exp.Expr]) -> exp.Expr:
    """Aggregates that depend on order get the node's, unless they state their own."""
    for node in list(tree.find_all(*ORDERED_AGGREGATES)) if keys else ():
        if not isinstance(node.this, exp.Order):
            node.set("this", exp.Order(this=node.this, expressions=[key.copy() for key in keys]))
    return tree


def order_by(context: Context, _port: str) -> exp.Query:
    select = exp.select(*context.columns()).from_(context.table())
    return select.distinct() if context.config.get("distinct") else select


def sequence(context: Context, _port: str) -> exp.Query:
    """Numbers past `end` are not refused, and every run begins at `start`."""
    config = context.config
    if "" not in context.inputs or not context.names():
        raise context.refuse("it has no input, so it says nothing of how many numbers are wanted")
    start, increment = config.get("start", 1), config.get("increment", 1)
    place = exp.paren(exp.Sub(this=sql.row_number(context.partition(), context.order()), expression=sql.literal(1)))
    if config.get("cycle"):
        count = (config["end"] - start) // increment + 1
        place = exp.paren(exp.Mod(this=place, expression=sql.literal(count)))
    select = exp.select(*context.columns()).from_(context.table())
    for item in config["columns"]:
        first = start + (increment if item.get("property") == "currval" else 0)
        number = exp.Add(
            this=sql.literal(first), expression=exp.Mul(this=place.copy(), expression=sql.literal(increment))
        )
        select = select.select(context.typed(item["name"], number), copy=False)
    return select


def upsert(context: Context, _port: str) -> exp.Query:
    config = context.config
    strategy = config["strategy"]
    action = sql.literal(strategy) if strategy in ACTIONS else context.expression(strategy)
    column = config.get("column", "dataflow_action")
    select = exp.select(*context.columns(), context.typed(column, action)).from_(context.table())
    if config.get("forward_rejected", True):
        return select
    rejected = exp.NEQ(this=sql.column(column), expression=sql.literal("reject"))
    return exp.select(*_own(context)).from_(sql.subquery(select, "__a")).where(rejected)


def union_all(context: Context, _port: str) -> exp.Query:
    selects: list[exp.Select] = []
    for given in context.config["inputs"]:
        select = exp.select().from_(context.table(given["ref"]))
        for item, text in zip(context.output.columns, given["columns"], strict=True):
            value = context.named(text, given["ref"]) if text else exp.null()
            select = select.select(context.typed(item.name, value), copy=False)
        selects.append(select)
    return selects[0] if len(selects) == 1 else exp.union(*selects, distinct=False)


RANKS = {"rank": exp.Rank, "dense_rank": exp.DenseRank, "row_number": exp.RowNumber}


def rank(context: Context, _port: str) -> exp.Query:
    config = context.config
    function = RANKS[config.get("method", "rank")]()
    place = sql.window(function, context.partition(), context.order())
    shown = config.get("rank_column", "__n")
    inner = exp.select(*context.columns(), sql.alias(sql.cast(place, "integer"), shown)).from_(context.table())
    select = exp.select(*_own(context)).from_(sql.subquery(inner, "__r"))
    if "keep" not in config:
        return select
    return select.where(exp.LTE(this=sql.column(shown), expression=sql.literal(config["keep"])))


def window(context: Context, _port: str) -> exp.Query:
    config = context.config
    select = exp.select(*context.columns()).from_(context.table())
    for item in config["columns"]:
        call = context.expression(item["expression"], form=Form.WINDOW)
        over = exp.Window(this=call, partition_by=context.partition())
        if "order_by" in config:
            over.set("order", exp.Order(expressions=context.order()))
        if "frame" in config:
            over.set("spec", _frame(context))
        select = select.select(context.typed(item["name"], over), copy=False)
    return select


def _frame(context: Context) -> exp.Expr:
    order = " order by 1" if "order_by" in context.config else ""
    (tree,) = _read_frame(f"count(*) over ({order} {context.config['frame']})", context)
    spec: exp.Expr = tree.args["spec"]
    return spec


def _read_frame(text: str, context: Context) -> tuple[exp.Expr, ...]:
    tree = context.expression(text, {"": Relation()}, form=Form.AGGREGATE)
    if not isinstance(tree, exp.Window) or tree.args.get("spec") is None:
        raise context.refuse(f"its frame can't be read: {context.config['frame']}")
    return (tree,)


def with_columns(relation: Relation, *names: str) -> Relation:
    """A relation with more columns, of unknown type."""
    return Relation((*relation.columns, *(Column(text) for text in names)), relation.known)


COMPILERS: dict[str, Compiler] = {
    "source_connector_sql_pushdown": pushdown,
    "sql_expression": expression,
    "sql_join_pushdown": lookup,
    "sql_group_by": group_by,
    "sql_where": where,
    "sql_join": join,
    "sql_order_by": order_by,
    "conditional_branch": branch,
    "sequence_generator": sequence,
    "upsert_strategy": upsert,
    "sql_union_all": union_all,
    "sql_rank": rank,
    "window": window,
    "append": append,
    **kinds_reshape.COMPILERS,
    **kinds_compare.COMPILERS,
}
