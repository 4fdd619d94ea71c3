"""Kinds that work inside texts: splitting at delimiters, find and replace."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.context import Context

PATTERNS = frozenset({"duckdb", "postgresql"})
"""Dialects with `regexp_replace(text, pattern, replacement, flags)`."""
SPECIAL = r"([\[\]\\^$.|?*+(){}])"


def text_to_columns(context: Context, _port: str) -> exp.Query:
    config = context.config
    if config.get("quotes"):
        raise context.refuse("delimiters that count only outside quotation marks can't be told apart in a query")
    return _columns(context) if "columns" in config else _rows(context)


def _whole(context: Context) -> exp.Expr:
    """The text with its delimiters made one; a delimiter at its beginning is no part where empty parts are skipped."""
    delimiters = context.config["delimiters"]
    whole: exp.Expr = context.named(context.config["column"])
    for other in delimiters[1:]:
        whole = exp.func("REPLACE", whole, sql.literal(other), sql.literal(delimiters[0]))
    return _rest(context, whole)


def _rest(context: Context, text: exp.Expr) -> exp.Expr:
    if not context.config.get("skip_empty"):
        return text
    trimmed = exp.Trim(this=text, expression=sql.literal(context.config["delimiters"][0]), position="LEADING")
    return exp.Nullif(this=trimmed, expression=sql.literal(""))


def _cut(context: Context, rest: exp.Expr) -> tuple[exp.Expr, exp.Expr]:
    """The first part of a text, and what is after its delimiter; null where there is none."""
    place = exp.StrPosition(this=rest, substr=sql.literal(context.config["delimiters"][0]))
    is_cut = exp.GT(this=place, expression=sql.literal(0))
    length = exp.Sub(this=place.copy(), expression=sql.literal(1))
    head = exp.Substring(this=rest.copy(), start=sql.literal(1), length=length)
    after = exp.Substring(this=rest.copy(), start=exp.Add(this=place.copy(), expression=sql.literal(1)))
    left = exp.Case().when(is_cut.copy(), _rest(context, after)).else_(exp.null())
    return exp.Case().when(is_cut, head).else_(rest.copy()), left


def _columns(context: Context) -> exp.Query:
    """The text is cut part by part; what is left after the last cut is the remainder."""
    config = context.config
    extra = config.get("extra", "keep_in_last")
    names = [item["name"] for item in config["columns"]]
    inner = sql.select(["*", sql.alias(_whole(context), "__r0")], context.table())
    for index in range(len(names)):
        part, left = _cut(context, sql.column(f"__r{index}"))
        if index == len(names) - 1 and extra == "keep_in_last":
            part = _original(context, sql.column(f"__r{index}"))
        added = (sql.alias(part, f"__p{index}"), sql.alias(left, f"__r{index + 1}"))
        inner = sql.select(["*", *added], sql.subquery(inner, f"__s{index}"))
    split = sql.subquery(inner, "__t")
    if extra == "error":
        beyond = exp.Not(this=exp.Is(this=sql.column(f"__r{len(names)}"), expression=exp.null()))
        found = sql.select([context.named(config["column"])], split.copy()).where(beyond, copy=False)
        context.guard(f"a text has more than {len(names)} parts, which its configuration makes an error", found)
    made = {text: sql.column(f"__p{index}") for index, text in enumerate(names)}
    return _shown(context, made).from_(split, copy=False)


def _original(context: Context, rest: exp.Expr) -> exp.Expr:
    """A remainder as it was before its delimiters were made one."""
    if len(context.config["delimiters"]) == 1:
        return rest
    text = context.named(context.config["column"])
    beginning = exp.Sub(this=exp.Length(this=text.copy()), expression=exp.Length(this=rest.copy()))
    start = exp.Add(this=beginning, expression=sql.literal(1))
    part = exp.Substring(this=text, start=start)
    return exp.Case().when(exp.Not(this=exp.Is(this=rest, expression=exp.null())), part)


def _rows(context: Context) -> exp.Query:
    """One row for each part: the first cut of every text, then cuts of what is left, until nothing is."""
    part, left = _cut(context, sql.column("__r"))
    columns = [sql.column(text) for text in context.names()]
    whole = sql.select([*context.columns(), sql.alias(_whole(context), "__r")], context.table())
    cut = (sql.alias(part, "__part"), sql.alias(left, "__r"))
    following = exp.Add(this=sql.column("__n"), expression=sql.literal(1))
    start = sql.select([*columns, *cut, sql.alias(sql.literal(1), "__n")], sql.subquery(whole, "__b"))
    step = sql.select(
        [*(c.copy() for c in columns), *(c.copy() for c in cut), sql.alias(following, "__n")], sql.table("__w")
    )
    step = step.where(exp.Not(this=exp.Is(this=sql.column("__r"), expression=exp.null())), copy=False)
    walk = exp.union(start, step, distinct=False, copy=False)
    changed = context.named(context.config["column"]).name
    made = {changed: sql.column("__part")}
    if "position_column" in context.config:
        made[context.config["position_column"]] = sql.column("__n")
    select = _shown(context, made).from_(sql.table("__w"), copy=False)
    return select.with_(sql.name("__w"), as_=walk, recursive=True)


def _shown(context: Context, made: dict[str, exp.Column]) -> exp.Select:
    select = exp.select()
    for column in context.output.columns:
        value = made.get(column.name)
        shown = context.typed(column.name, value) if value else context.named(column.name)
        select = select.select(shown if value else sql.alias(shown, column.name), copy=False)
    return select


def find_replace(context: Context, _port: str) -> exp.Query:
    config = context.config
    match, sensitive = config.get("match", "any_part"), config.get("case_sensitive", True)
    searched = context.named(config["column"], "left", "l")
    wanted = context.named(config["find"], "right", "r")
    numbered = sql.subquery(sql.select(["*", sql.alias(sql.row_number(), "__row")], context.table("left")), "l")
    rank = sql.row_number([sql.column("__row", "l")], context.order(field_name="right", source="r"))
    inner = sql.select([sql.alias(rank, "__n")], numbered)
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
    inner = inner.join(
        context.table("right", "r"), on=_holds(match, sensitive, searched, wanted), join_type="left", copy=False
    )
    return _first(inner, context.output.names)


def _first(inner: exp.Select, names: Sequence[str]) -> exp.Select:
    select = sql.select([sql.alias(sql.column(text), text) for text in names], sql.subquery(inner, "__f"))
    return select.where(exp.EQ(this=sql.column("__n"), expression=sql.literal(1)), copy=False)


def _holds(match: str, sensitive: bool, searched: exp.Expr, wanted: exp.Expr) -> exp.Expr:
    first, second = searched.copy(), wanted.copy()
    if not sensitive:
        first, second = exp.Lower(this=first), exp.Lower(this=second)
    if match == "whole":
        return exp.EQ(this=first, expression=second)
    place = exp.StrPosition(this=first, substr=second)
    return place.eq(1) if match == "beginning" else exp.GT(this=place, expression=sql.literal(0))


def _replaced(context: Context, match: str, searched: exp.Expr, wanted: exp.Expr) -> exp.Expr:
    missing = exp.Is(this=wanted.copy(), expression=exp.null())
    new = sql.cast(context.named(context.config["replace"], "right", "r"), "text")
    if match == "whole":
        value: exp.Expr = new
    elif not context.config.get("case_sensitive", True):
        value = _replaced_anyhow(context, match, searched, wanted, new)
    elif match == "beginning":
        start = exp.Add(this=exp.Length(this=wanted.copy()), expression=sql.literal(1))
        value = exp.Concat(expressions=[new, exp.Substring(this=searched.copy(), start=start)])
    else:
        value = exp.func("REPLACE", searched.copy(), wanted.copy(), new)
    return exp.Case().when(missing, searched.copy()).else_(value)


def _replaced_anyhow(context: Context, match: str, searched: exp.Expr, wanted: exp.Expr, new: exp.Expr) -> exp.Expr:
    """A part replaced without regard to case, by a pattern that means the text itself."""
    if context.target not in PATTERNS:
        raise context.refuse(f"{context.target} can't replace a part without regard to case")
    beginning, flags = ("^", "i") if match == "beginning" else ("", "gi")
    exact = _pattern_call(wanted.copy(), sql.literal(SPECIAL), sql.literal(r"\\\1"), "g")
    pattern = exp.DPipe(this=sql.literal(beginning), expression=exact, safe=True)
    plain = exp.func("REPLACE", new, sql.literal("\\"), sql.literal("\\\\"))
    found = _pattern_call(searched.copy(), pattern, plain, flags)
    return exp.Case().when(wanted.copy().eq(""), searched.copy()).else_(found)


def _pattern_call(text: exp.Expr, pattern: exp.Expr, replacement: exp.Expr, flags: str) -> exp.Expr:
    return exp.Anonymous(this="REGEXP_REPLACE", expressions=[text, pattern, replacement, sql.literal(flags)])


COMPILERS: dict[str, Callable[[Context, str], exp.Query]] = {
    "text_to_columns": text_to_columns,
    "find_replace": find_replace,
}
