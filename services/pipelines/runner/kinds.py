"""The SQL that each kind of node means: one SELECT over its inputs for each port."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from services.pipelines.dsl.relation import Relation
from services.pipelines.dsl.texts import ACTIONS, Form
from services.pipelines.runner import (
    kinds_compare,
    kinds_join,
    kinds_multirow,
    kinds_pick,
    kinds_query,
    kinds_reshape,
    kinds_structured,
    kinds_text,
)
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.context import Context

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
        select = select.from_(found, copy=False) if index == 0 else select.join(found, join_type="cross", copy=False)
    for item in config["columns"]:
        source, _, text = item["from"].partition(".")
        value = context.named(text, source, source)
        select = select.select(context.typed(item["name"], value), copy=False)
    conditions = [*(config.get("joins") or ()), *([config["filter"]] if "filter" in config else [])]
    for text in conditions:
        select = select.where(context.expression(text, scope, dialect=dialect), copy=False)
    return select.distinct() if config.get("distinct") else select


def expression(context: Context, _port: str) -> exp.Query:
    """Variables are computed in layers, so that each is evaluated once however often it is used."""
    given = context.given().columns
    source: exp.Expr = context.table()
    inner: dict[str, exp.Expr] = {}
    for index, item in enumerate(context.config.get("variables") or ()):
        hidden = f"__v{index}"
        value = sql.cast(context.expression(item["expression"], inner=inner), item.get("type", "unknown"))
        layer = sql.select(["*", sql.alias(value, hidden)], source)
        source = sql.subquery(layer, f"__l{index}")
        inner[item["name"]] = sql.column(hidden)
        inner[item["name"]].type = sql.data_type(item.get("type", "unknown"))
    select = sql.select((), source)
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
    return sql.select(context.columns(), context.table()).where(condition, copy=False)


def branch(context: Context, port: str) -> exp.Query:
    config = context.config
    conditions = {item["port"]: context.expression(item["condition"]) for item in config["branches"]}
    select = sql.select(context.columns(), context.table())
    if port == config.get("default"):
        return select.where(sql.both(sql.false_or_null(condition) for condition in conditions.values()), copy=False)
    before = list(conditions)[: list(conditions).index(port)] if config["match"] == "first" else []
    excluded = [sql.false_or_null(conditions[name]) for name in before]
    return select.where(sql.both([exp.paren(conditions[port]), *excluded]), copy=False)


def group_by(context: Context, _port: str) -> exp.Query:
    config = context.config
    keys = context.order()
    select = sql.select((), context.table())
    for item in config["columns"]:
        tree = context.expression(item["expression"], form=Form.AGGREGATE)
        select = select.select(context.typed(item["name"], _with_order(tree, keys)), copy=False)
    select = select.group_by(*(context.expression(text) for text in config.get("group_by") or ()), copy=False)
    return (
        select.having(context.expression(config["having"], form=Form.AGGREGATE), copy=False)
        if "having" in config
        else select
    )


def _with_order(tree: exp.Expr, keys: list[exp.Expr]) -> exp.Expr:
    """Aggregates that depend on order get the node's, unless they state their own."""
    for node in list(tree.find_all(*ORDERED_AGGREGATES)) if keys else ():
        if not isinstance(node.this, exp.Order):
            node.set("this", exp.Order(this=node.this, expressions=[key.copy() for key in keys]))
    return tree


def order_by(context: Context, _port: str) -> exp.Query:
    select = sql.select(context.columns(), context.table())
    return select.distinct() if context.config.get("distinct") else select


def sequence(context: Context, _port: str) -> exp.Query:
    """Every run begins at `start`. Numbers past `end` stop it, unless they begin anew."""
    config = context.config
    if "" not in context.inputs or not context.names():
        raise context.refuse("it has no input, so it says nothing of how many numbers are wanted")
    start, increment = config.get("start", 1), config.get("increment", 1)
    place = exp.paren(exp.Sub(this=sql.row_number(context.partition(), context.order()), expression=sql.literal(1)))
    if config.get("cycle"):
        count = (config["end"] - start) // increment + 1
        place = exp.paren(exp.Mod(this=place, expression=sql.literal(count)))
    select = sql.select(context.columns(), context.table())
    for item in config["columns"]:
        first = start + (increment if item.get("property") == "currval" else 0)
        number = exp.Add(this=sql.literal(first), expression=_steps(place, increment))
        select = select.select(context.typed(item["name"], number), copy=False)
    if "end" in config and not config.get("cycle"):
        _not_past(context, config["end"], exp.Add(this=sql.literal(start), expression=_steps(place, increment)))
    return select


def _steps(place: exp.Expr, increment: int) -> exp.Expr:
    return exp.Mul(this=place.copy(), expression=sql.literal(increment))


def _not_past(context: Context, end: int, number: exp.Expr) -> None:
    numbered = sql.select([sql.alias(number, "number")], context.table())
    beyond = exp.GT if context.config.get("increment", 1) > 0 else exp.LT
    past = beyond(this=sql.column("number"), expression=sql.literal(end))
    select = sql.select([sql.column("number")], sql.subquery(numbered, "__s")).where(past, copy=False)
    context.guard(f"it has to number rows past {end}, where it ends", select)


def upsert(context: Context, _port: str) -> exp.Query:
    config = context.config
    strategy = config["strategy"]
    action = sql.literal(strategy) if strategy in ACTIONS else context.expression(strategy)
    column = config.get("column", "dataflow_action")
    select = sql.select([*context.columns(), context.typed(column, action)], context.table())
    if config.get("forward_rejected", True):
        return select
    rejected = exp.NEQ(this=sql.column(column), expression=sql.literal("reject"))
    return sql.select(context.outputs(), sql.subquery(select, "__a")).where(rejected, copy=False)


def union_all(context: Context, _port: str) -> exp.Query:
    selects: list[exp.Select] = []
    for given in context.config["inputs"]:
        select = sql.select((), context.table(given["ref"]))
        for item, text in zip(context.output.columns, given["columns"], strict=True):
            value = context.named(text, given["ref"]) if text else exp.null()
            select = select.select(context.typed(item.name, value), copy=False)
        selects.append(select)
    return selects[0] if len(selects) == 1 else exp.union(*selects, distinct=False, copy=False)


RANKS = {"rank": exp.Rank, "dense_rank": exp.DenseRank, "row_number": exp.RowNumber}


def rank(context: Context, _port: str) -> exp.Query:
    config = context.config
    function = RANKS[config.get("method", "rank")]()
    place = sql.window(function, context.partition(), context.order())
    shown = config.get("rank_column", "__n")
    inner = sql.select([*context.columns(), sql.alias(sql.cast(place, "integer"), shown)], context.table())
    select = sql.select(context.outputs(), sql.subquery(inner, "__r"))
    if "keep" not in config:
        return select
    return select.where(exp.LTE(this=sql.column(shown), expression=sql.literal(config["keep"])), copy=False)


def window(context: Context, _port: str) -> exp.Query:
    config = context.config
    select = sql.select(context.columns(), context.table())
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


COMPILERS: dict[str, Compiler] = {
    "source_connector_sql_pushdown": pushdown,
    "sql_expression": expression,
    "sql_group_by": group_by,
    "sql_where": where,
    "sql_order_by": order_by,
    "conditional_branch": branch,
    "sequence_generator": sequence,
    "upsert_strategy": upsert,
    "sql_union_all": union_all,
    "sql_rank": rank,
    "window": window,
    **kinds_join.COMPILERS,
    **kinds_pick.COMPILERS,
    **kinds_reshape.COMPILERS,
    **kinds_multirow.COMPILERS,
    **kinds_text.COMPILERS,
    **kinds_structured.COMPILERS,
    **kinds_compare.COMPILERS,
    **kinds_query.COMPILERS,
}
