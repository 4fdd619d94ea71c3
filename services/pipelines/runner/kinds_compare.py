"""Kinds that compare two inputs row by row: change capture, slowly changing dimensions."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.context import Context

CODES = {"copy": 0, "insert": 1, "delete": 2, "edit": 3}


def change_capture(context: Context, _port: str) -> exp.Query:
    config = context.config
    codes = {**CODES, **config.get("codes", {})}
    code_column = config.get("code_column", "change_code")
    keys = config["keys"]
    values = config["values"] if "values" in config else _compared(context)
    before, after = _marked(context, "before"), _marked(context, "after")
    on = sql.both(_pair(context, ("before", "b"), ("after", "a"), text, strict=True) for text in keys)
    gone, new = _absent("a"), _absent("b")
    equal = sql.both(_pair(context, ("before", "b"), ("after", "a"), text) for text in values)
    code = exp.Case().when(gone, sql.literal("delete")).when(new, sql.literal("insert"))
    code = code.when(equal, sql.literal("copy")).else_(sql.literal("edit"))
    inner = sql.select((), after)
    for text in context.names("after"):
        other = context.given("before").columns.find(text)
        old: exp.Expr = sql.column(other.name, "b") if other else exp.null()
        inner = inner.select(
            sql.alias(exp.Case().when(gone.copy(), old).else_(sql.column(text, "a")), text), copy=False
        )
    inner = inner.select(sql.alias(code, "__c"), copy=False).join(before, on=on, join_type="full", copy=False)
    number = exp.Case(this=sql.column("__c"))
    for kind, value in codes.items():
        number = number.when(sql.literal(kind), sql.literal(value))
    select = exp.select(*[sql.alias(sql.column(text), text) for text in context.names("after")])
    select = select.select(context.typed(code_column, number), copy=False).from_(sql.subquery(inner, "__d"), copy=False)
    dropped = [sql.literal(kind) for kind in config.get("drop", ["copy"])]
    return (
        select.where(exp.Not(this=exp.In(this=sql.column("__c"), expressions=dropped)), copy=False)
        if dropped
        else select
    )


def _compared(context: Context) -> list[str]:
    """Columns of both states that are not keys."""
    keys = {text.casefold() for text in context.config["keys"]}
    before = context.given("before").columns
    return [text for text in context.names("after") if text.casefold() not in keys and before.find(text)]


def _marked(context: Context, side: str) -> exp.Expr:
    marked = sql.select(["*", sql.alias(sql.literal(1), "__present")], context.table(side))
    return sql.subquery(marked, side[0])


def _absent(source: str) -> exp.Expr:
    return exp.Is(this=sql.column("__present", source), expression=exp.null())


def _pair(
    context: Context, left: tuple[str, str], right: tuple[str, str], text: str, *, strict: bool = False
) -> exp.Expr:
    """One column of two inputs, compared; null equals null unless `strict`."""
    first, second = context.named(text, *left), context.named(text, *right)
    return exp.EQ(this=first, expression=second) if strict else sql.same(first, second)


def scd(context: Context, _port: str) -> exp.Query:
    config = context.config
    joined = _with_current(context)
    if config.get("fixed"):
        context.guard("columns that must not change have changed", _changed(context, joined, config["fixed"]))
    outcome = sql.column("__o")
    rows = [
        _scd_rows(
            context, joined, exp.In(this=outcome, expressions=[sql.literal("new"), sql.literal("history")]), "insert"
        ),
        _scd_rows(context, joined, outcome.eq("update"), "update"),
        _scd_rows(context, joined, outcome.eq("history"), "expire"),
    ]
    return exp.union(*rows, distinct=False, copy=False)


def _changed(context: Context, joined: exp.Select, fixed: list[str]) -> exp.Select:
    """The incoming rows that differ from the dimension's current row in columns that must not change."""
    names = [context.named(text, "input").name for text in (*context.config["business_keys"], *fixed)]
    equal = sql.both(_fixed(context, text) for text in fixed)
    known = exp.NEQ(this=sql.column("__o"), expression=sql.literal("new"))
    select = exp.select(*(sql.alias(sql.column(f"i_{text}"), text) for text in names))
    return (
        select.from_(sql.subquery(joined.copy(), "__j"), copy=False)
        .where(known, copy=False)
        .where(sql.false_or_null(equal), copy=False)
    )


def _fixed(context: Context, text: str) -> exp.Expr:
    new, old = context.named(text, "input").name, context.named(text, "dimension").name
    return sql.same(sql.column(f"i_{new}"), sql.column(f"d_{old}"))


def _with_current(context: Context) -> exp.Select:
    """Incoming rows beside the dimension's current row, with what is to happen as `__o`."""
    config = context.config
    incoming, dimension = ("input", "i"), ("dimension", "d")
    current = sql.select(["*", sql.alias(sql.literal(1), "__present")], context.table("dimension"))
    if "current_flag" in config:
        flag = sql.literal(config.get("current_values", [True, False])[0])
        current = current.where(context.named(config["current_flag"], "dimension").eq(flag), copy=False)
    elif "effective_to" in config:
        current = current.where(_open(context), copy=False)
    on = sql.both(_pair(context, incoming, dimension, text, strict=True) for text in config["business_keys"])
    kept = sql.both(_pair(context, incoming, dimension, text) for text in config.get("type2") or ())
    equal = sql.both(_pair(context, incoming, dimension, text) for text in config.get("type1") or ())
    outcome = exp.Case().when(_absent("d"), sql.literal("new"))
    outcome = outcome.when(sql.false_or_null(kept), sql.literal("history"))
    outcome = outcome.when(sql.false_or_null(equal), sql.literal("update")).else_(sql.literal("same"))
    select = sql.select([sql.alias(outcome, "__o")], context.table("input", "i"))
    for text in context.names("input"):
        select = select.select(sql.alias(sql.column(text, "i"), f"i_{text}"), copy=False)
    for text in context.names("dimension"):
        select = select.select(sql.alias(sql.column(text, "d"), f"d_{text}"), copy=False)
    return select.join(sql.subquery(current, "d"), on=on, join_type="left", copy=False)


def _open(context: Context) -> exp.Expr:
    column = context.named(context.config["effective_to"], "dimension")
    end = context.config.get("open_end")
    return exp.Is(this=column, expression=exp.null()) if end is None else column.eq(sql.literal(end))


def _scd_rows(context: Context, joined: exp.Select, condition: exp.Expr, action: str) -> exp.Select:
    """The rows of one action; an expired row shows the dimension's own values."""
    config = context.config
    inner = sql.subquery(joined.copy(), "__j")
    select = sql.select((), inner).where(condition, copy=False)
    made = _validity(context, action)
    dimension = context.given("dimension").columns
    for column in context.output.columns:
        value: exp.Expr | None = made.get(column.name)
        if column.name == config.get("action_column", "dataflow_action"):
            value = sql.literal(action)
        if value is None:
            old = dimension.find(column.name) if action == "expire" else None
            value = sql.column(f"d_{old.name}") if old else sql.column(f"i_{column.name}")
        select = select.select(context.typed(column.name, value), copy=False)
    return select


def _validity(context: Context, action: str) -> dict[str, exp.Expr]:
    config = context.config
    dimension = context.given("dimension").columns
    named = {
        key: column.name
        for key in ("surrogate_key", "effective_from", "effective_to", "current_flag")
        if key in config and (column := dimension.find(config[key]))
    }
    old = {key: sql.column(f"d_{text}") for key, text in named.items()}
    values: dict[str, exp.Expr] = dict(old)
    moment = context.expression(config["as_of"], {}) if "as_of" in config else exp.null()
    current, expired = config.get("current_values", [True, False])
    if action == "insert":
        values |= {"surrogate_key": exp.null(), "effective_from": moment, "current_flag": sql.literal(current)}
        values["effective_to"] = sql.literal(config.get("open_end"))
    elif action == "expire":
        values |= {"effective_to": moment, "current_flag": sql.literal(expired)}
    return {text: values[key] for key, text in named.items()}


COMPILERS: dict[str, Callable[[Context, str], exp.Query]] = {
    "change_capture": change_capture,
    "scd": scd,
}
