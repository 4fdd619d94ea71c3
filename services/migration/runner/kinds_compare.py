"""Kinds that compare two inputs row by row: change capture, slowly changing dimensions, find and replace."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from services.migration.runner import sqlbuild as sql
from services.migration.runner.context import Context

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
    inner = exp.select().from_(after)
    for text in context.names("after"):
        other = context.given("before").columns.find(text)
        old: exp.Expr = sql.column(other.name, "b") if other else exp.null()
        inner = inner.select(
            sql.alias(exp.Case().when(gone.copy(), old).else_(sql.column(text, "a")), text), copy=False
        )
    inner = inner.select(sql.alias(code, "__c"), copy=False).join(before, on=on, join_type="full")
    number = exp.Case(this=sql.column("__c"))
    for kind, value in codes.items():
        number = number.when(sql.literal(kind), sql.literal(value))
    select = exp.select(*[sql.alias(sql.column(text), text) for text in context.names("after")])
    select = select.select(context.typed(code_column, number), copy=False).from_(sql.subquery(inner, "__d"))
    dropped = [sql.literal(kind) for kind in config.get("drop", ["copy"])]
    return select.where(exp.Not(this=exp.In(this=sql.column("__c"), expressions=dropped))) if dropped else select


def _compared(context: Context) -> list[str]:
    """Columns of both states that are not keys."""
    keys = {text.casefold() for text in context.config["keys"]}
    before = context.given("before").columns
    return [text for text in context.names("after") if text.casefold() not in keys and before.find(text)]


def _marked(context: Context, side: str) -> exp.Expr:
    marked = exp.select("*", sql.alias(sql.literal(1), "__present")).from_(context.table(side))
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
    if config.get("fixed"):
        raise context.refuse("columns that must not change can't be checked in one query")
    joined = _with_current(context)
    outcome = sql.column("__o")
    rows = [
        _scd_rows(
            context, joined, exp.In(this=outcome, expressions=[sql.literal("new"), sql.literal("history")]), "insert"
        ),
        _scd_rows(context, joined, outcome.eq("update"), "update"),
        _scd_rows(context, joined, outcome.eq("history"), "expire"),
    ]
    return exp.union(*rows, distinct=False)


def _with_current(context: Context) -> exp.Select:
    """Incoming rows beside the dimension's current row, with what is to happen as `__o`."""
    config = context.config
    incoming, dimension = ("input", "i"), ("dimension", "d")
    current = exp.select("*", sql.alias(sql.literal(1), "__present")).from_(context.table("dimension"))
    if "current_flag" in config:
        flag = sql.literal(config.get("current_values", [True, False])[0])
        current = current.where(context.named(config["current_flag"], "dimension").eq(flag))
    elif "effective_to" in config:
        current = current.where(_open(context))
    on = sql.both(_pair(context, incoming, dimension, text, strict=True) for text in config["business_keys"])
    kept = sql.both(_pair(context, incoming, dimension, text) for text in config.get("type2") or ())
    equal = sql.both(_pair(context, incoming, dimension, text) for text in config.get("type1") or ())
    outcome = exp.Case().when(_absent("d"), sql.literal("new"))
    outcome = outcome.when(sql.false_or_null(kept), sql.literal("history"))
    outcome = outcome.when(sql.false_or_null(equal), sql.literal("update")).else_(sql.literal("same"))
    select = exp.select(sql.alias(outcome, "__o")).from_(context.table("input", "i"))
    for text in context.names("input"):
        select = select.select(sql.alias(sql.column(text, "i"), f"i_{text}"), copy=False)
    for text in context.names("dimension"):
        select = select.select(sql.alias(sql.column(text, "d"), f"d_{text}"), copy=False)
    return select.join(sql.subquery(current, "d"), on=on, join_type="left")


def _open(context: Context) -> exp.Expr:
    column = context.named(context.config["effective_to"], "dimension")
    end = context.config.get("open_end")
    return exp.Is(this=column, expression=exp.null()) if end is None else column.eq(sql.literal(end))


def _scd_rows(context: Context, joined: exp.Select, condition: exp.Expr, action: str) -> exp.Select:
    """The rows of one action; an expired row shows the dimension's own values."""
    config = context.config
    inner = sql.subquery(joined.copy(), "__j")
    select = exp.select().from_(inner).where(condition)
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


def find_replace(context: Context, _port: str) -> exp.Query:
    config = context.config
    match, sensitive = config.get("match", "any_part"), config.get("case_sensitive", True)
    searched = context.named(config["column"], "left", "l")
    wanted = context.named(config["find"], "right", "r")
    if not sensitive and match != "whole" and "replace" in config:
        raise context.refuse("replacing a part without regard to case can't be written as a query")
    numbered = sql.subquery(exp.select("*", sql.alias(sql.row_number(), "__row")).from_(context.table("left")), "l")
    rank = sql.row_number([sql.column("__row", "l")], context.order(field_name="right", source="r"))
    inner = exp.select(sql.alias(rank, "__n")).from_(numbered)
    changed = context.named(config["column"], "left").name
    for text in context.names("left"):
        value: exp.Expr = sql.column(text, "l")
        if text == changed and "replace" in config:
            value = _replaced(context, match, searched, wanted)
        inner = inner.select(sql.alias(value, text), copy=False)
    for text in config.get("append") or ():
        inner = inner.select(
            sql.alias(context.named(text, "right", "r"), context.named(text, "right").name), copy=False
        )
    inner = inner.join(context.table("right", "r"), on=_holds(match, sensitive, searched, wanted), join_type="left")
    return _first(inner, context.output.names)


def _first(inner: exp.Select, names: Sequence[str]) -> exp.Select:
    select = exp.select(*[sql.alias(sql.column(text), text) for text in names]).from_(sql.subquery(inner, "__f"))
    return select.where(exp.EQ(this=sql.column("__n"), expression=sql.literal(1)))


def _holds(match: str, sensitive: bool, searched: exp.Expr, wanted: exp.Expr) -> exp.Expr:
    first, second = searched.copy(), wanted.copy()
    if not sensitive:
        first, second = exp.Lower(this=first), exp.Lower(this=second)
    if match == "whole":
        return exp.EQ(this=first, expression=second)
    place = exp.StrPosition(this=first, substr=second)
    return place.eq(1) if match == "beginning" else exp.GT(this=place, expression=sql.literal(0))


def _replaced(context: Context, match: str, searched: exp.Expr, wanted: exp.Expr) -> exp.Expr:
    found = exp.Is(this=wanted.copy(), expression=exp.null())
    new = context.named(context.config["replace"], "right", "r")
    if match == "whole":
        value: exp.Expr = new
    elif match == "beginning":
        start = exp.Add(this=exp.Length(this=wanted.copy()), expression=sql.literal(1))
        value = exp.Concat(expressions=[new, exp.Substring(this=searched.copy(), start=start)])
    else:
        value = exp.func("REPLACE", searched.copy(), wanted.copy(), new)
    return exp.Case().when(found, searched.copy()).else_(value)


COMPILERS: dict[str, Callable[[Context, str], exp.Query]] = {
    "change_capture": change_capture,
    "scd": scd,
    "find_replace": find_replace,
}
