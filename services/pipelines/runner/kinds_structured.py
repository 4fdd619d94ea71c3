"""Kinds that read structured texts: the values of a JSON text as rows, the elements of an XML text as rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.context import Context
from services.pipelines.runner.structured import json_text, xml_text

SOURCE = "__source"
SHOWN = 60
"""Characters of a broken text that a message shows."""


def json_parse(context: Context, _port: str) -> exp.Query:
    """One row for each value in the text that is no object and no array, in the text's own order."""
    _require(context, json_text.DIALECTS, "JSON")
    walk, leaf, values, broken = json_text.parts(context.target)
    _guard(context, broken, "a text is not JSON")
    made = {item["name"]: values[item["holds"]] for item in context.config["columns"]}
    if "position_column" in context.config:
        place = [exp.Ordered(this=sql.column("__place", "w"), nulls_first=False)]
        made[context.config["position_column"]] = sql.row_number([sql.column("__row", "s")], place)
    on = exp.and_(sql.column("__row", "w").eq(sql.column("__row", "s")), leaf)
    select = _shown(context, made).join(sql.table("__walk", "w"), on=on, copy=False)
    select = select.with_(sql.name(SOURCE), as_=_source(context), materialized=True, copy=False)
    return select.with_(sql.name("__walk"), as_=walk, recursive=True, copy=False)


def xml_parse(context: Context, _port: str) -> exp.Query:
    """One row for each chosen element of the text, one with nulls where there is none."""
    _require(context, xml_text.DIALECTS, "XML")
    config = context.config
    paths = [path for item in config["columns"] for path in item["paths"]]
    parts = xml_text.parts(context.target, config.get("element", ""), is_whole=any("xml(" in path for path in paths))
    _guard_states(context, parts)
    made: dict[str, exp.Expr] = {}
    rows = sql.select([sql.column("__row"), sql.column("__element")], sql.table("__values"))
    for index, item in enumerate(config["columns"]):
        rows = rows.select(sql.alias(_first(item["paths"]), f"__c{index}"), copy=False)
        made[item["name"]] = sql.column(f"__c{index}", "e")
    rows = rows.group_by(sql.column("__row"), sql.column("__element"), copy=False)
    if "position_column" in config:
        place = [exp.Ordered(this=sql.column("__element", "e"), nulls_first=False)]
        made[config["position_column"]] = sql.row_number([sql.column("__row", "s")], place)
    on = sql.column("__row", "e").eq(sql.column("__row", "s"))
    select = _shown(context, made).join(sql.subquery(rows, "e"), on=on, join_type="left", copy=False)
    return _with(select, _source(context), parts)


def _require(context: Context, dialects: frozenset[str], what: str) -> None:
    if context.target not in dialects:
        raise context.refuse(f"the project has no SQL that parses {what} texts in {context.target}")


def _source(context: Context) -> exp.Select:
    """The input's rows, numbered, with the text that is parsed."""
    text = sql.cast(context.named(context.config["column"]), "text")
    own = [sql.alias(sql.row_number(), "__row"), sql.alias(text, "__text")]
    return sql.select([*own, *context.own()], context.table())


def _shown(context: Context, made: Mapping[str, exp.Expr]) -> exp.Select:
    """The output columns over `s`, the numbered input, and what the text gives."""
    select = exp.select()
    for column in context.output.columns:
        if column.name in made:
            select = select.select(context.typed(column.name, made[column.name]), copy=False)
        else:
            found = context.named(column.name, "", "s")
            select = select.select(sql.alias(found, column.name), copy=False)
    return select.from_(sql.table(SOURCE, "s"), copy=False)


def _with(select: exp.Select, source: exp.Select, parts: list[exp.CTE]) -> exp.Select:
    select = select.with_(sql.name(SOURCE), as_=source, materialized=True, copy=False)
    for part in parts:
        kept = part.args.get("materialized")
        select = select.with_(part.args["alias"].this, as_=part.this, materialized=kept, copy=False)
    return select


def _first(paths: list[str]) -> exp.Expr:
    """The value at the first of several paths that the element has."""
    found = [
        exp.Max(this=exp.Case().when(sql.column("__path").eq(sql.literal(path)), sql.column("__value")))
        for path in paths
    ]
    return found[0] if len(found) == 1 else exp.Coalesce(this=found[0], expressions=found[1:])


def _guard(context: Context, broken: exp.Expr, reason: str) -> None:
    if context.config.get("on_error", "error") == "error":
        select = _texts(context).from_(sql.subquery(_source(context), "s"), copy=False).where(broken, copy=False)
        context.guard(reason, select)


def _guard_states(context: Context, parts: list[exp.CTE]) -> None:
    """Stops the run at a text that is broken, unless that is ignored, and at one whose rows would hold each other."""
    element = context.config.get("element", "")
    problems = {"__nested": f"an element '{element}' stands within another, and each is to be a row"} if element else {}
    if context.config.get("on_error", "error") == "error":
        problems["__broken"] = "it is not well-formed, or has a document type declaration"
    if not problems:
        return
    states = {sql.column(state, "f"): sql.literal(said) for state, said in problems.items()}
    said = exp.Case(ifs=[exp.If(this=state.copy(), true=text) for state, text in states.items()])
    on = exp.and_(sql.column("__row", "f").eq(sql.column("__row", "s")), exp.or_(*states))
    select = _texts(context).select(sql.alias(said, "problem"), copy=False)
    found = select.from_(sql.table(SOURCE, "s"), copy=False).join(sql.table("__state", "f"), on=on, copy=False)
    needed = [part.copy() for part in parts[: [part.alias for part in parts].index("__state") + 1]]
    context.guard("a text can't be read as XML", _with(found, _source(context), needed))


def _texts(context: Context) -> exp.Select:
    start = exp.Substring(this=sql.column("__text", "s"), start=sql.literal(1), length=sql.literal(SHOWN))
    return exp.select(sql.alias(start, context.named(context.config["column"]).name))


COMPILERS: dict[str, Callable[[Context, str], exp.Query]] = {"json_parse": json_parse, "xml_parse": xml_parse}
