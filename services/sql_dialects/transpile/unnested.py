"""Tables made of values: FLATTEN, SPLIT_TO_TABLE, GENERATOR and VALUES of Snowflake, OPENJSON … WITH of T-SQL."""

from __future__ import annotations

import re

from sqlglot import exp

from services.sql_dialects.transpile.templates import cast, filled
from services.sql_dialects.transpile.work import Work

_ARRAY = (
    "SELECT CAST(NULL AS TEXT) AS key, CAST(n - 1 AS INT) AS index, v AS value FROM JSONB_ARRAY_ELEMENTS("
    "CASE WHEN JSONB_TYPEOF(_0) = 'array' THEN _0 END) WITH ORDINALITY AS items(v, n)"
)
_OBJECT = (
    "SELECT k AS key, CAST(NULL AS INT) AS index, v AS value FROM JSONB_EACH("
    "CASE WHEN JSONB_TYPEOF(_0) = 'object' THEN _0 END) AS fields(k, v)"
)
_MODES = {"ARRAY": _ARRAY, "OBJECT": _OBJECT, "BOTH": f"{_ARRAY} UNION ALL {_OBJECT}"}
_PARTS = (
    "SELECT CAST(n AS INT) AS index, v AS value FROM UNNEST(CASE WHEN text_0 = '' THEN ARRAY[''] "
    "ELSE STRING_TO_ARRAY(text_0, text_1) END) WITH ORDINALITY AS parts(v, n)"
)
_NUMBERS = "SELECT n AS seq FROM GENERATE_SERIES(0, _0 - 1) AS numbers(n)"
_ITEMS = "JSONB_ARRAY_ELEMENTS(CASE JSONB_TYPEOF(_0) WHEN 'array' THEN _0 WHEN 'object' THEN JSONB_BUILD_ARRAY(_0) END)"
_PATH = re.compile(r"\$((?:\.\w+|\[\d+\])*)")
_HERE = "use JSONB_ARRAY_ELEMENTS (PostgreSQL) or UNNEST (DuckDB) on a column of a known type"
_SEQUENCES = (exp.Seq1, exp.Seq2, exp.Seq4, exp.Seq8)


def flatten(node: exp.Expr, work: Work) -> exp.Expr | None:
    """FLATTEN(input => x): of an array or an object, its key, index and value."""
    call = _call(node, exp.Explode)
    if call is None:
        return None
    if work.write != "postgresql":
        raise work.refusal(node, _HERE)
    given = {each.this.name.upper(): each.expression for each in (call.this, *call.expressions) if _is_named(each)}
    value = given.pop("INPUT", call.this)
    outer, mode = given.pop("OUTER", exp.false()), given.pop("MODE", exp.Literal.string("BOTH"))
    if given or mode.name.upper() not in _MODES:
        raise work.refusal(node, "only input, outer and mode have an equivalent; name the path in input")
    alias = _alias(node, "flattened")
    _only(node, alias, {"key", "index", "value"}, work)
    _text_of_values(node, alias, work)
    query = filled(_MODES[mode.name.upper()], [cast(value.copy(), "JSONB")])
    return _placed(node, query, alias, outer=isinstance(outer, exp.Boolean) and bool(outer.this))


def split_to_table(node: exp.Expr, work: Work) -> exp.Expr | None:
    """SPLIT_TO_TABLE(text, separator): its index, from 1, and value."""
    call = _call(node, exp.SplitToTable)
    if call is None:
        return None
    alias = _alias(node, "split")
    _only(node, alias, {"index", "value"}, work)
    return _placed(node, filled(_PARTS, [call.this, call.expression]), alias)


def generator(node: exp.Expr, work: Work) -> exp.Expr | None:
    """TABLE(GENERATOR(ROWCOUNT => n)): numbers from 0, which SEQ4() reads."""
    call = _call(node, exp.Generator)
    if call is None:
        return None
    select = node.find_ancestor(exp.Select)
    rows = call.args.get("rowcount")
    if rows is None or select is None or select.args.get("joins"):
        raise work.refusal(node, "give ROWCOUNT, and read it in a subquery of its own")
    alias = _alias(node, "generated")
    for each in list(select.find_all(*_SEQUENCES)):
        each.replace(exp.column("seq", table=alias))
    return _placed(node, filled(_NUMBERS, [rows]), alias)


def values(node: exp.Expr, work: Work) -> exp.Expr | None:
    """FROM VALUES (…), (…) without a name: its columns are column1, column2, …"""
    if isinstance(node, exp.Values) and isinstance(node.parent, exp.From | exp.Join) and not node.args.get("alias"):
        count = len(node.expressions[0].expressions) if node.expressions else 0
        columns = [exp.to_identifier(f"column{at + 1}") for at in range(count)]
        node.set("alias", exp.TableAlias(this=exp.to_identifier("listed"), columns=columns))
    return None


def open_json(node: exp.Expr, work: Work) -> exp.Expr | None:
    """OPENJSON(text, path) WITH (name type path): one row for each item of an array, or one for an object."""
    call = _call(node, exp.OpenJSON)
    if call is None:
        return None
    at = call.args.get("path")
    source = filled(f"_0 #> '{_steps(at, node, work)}'", [cast(call.this.copy(), "JSONB")])
    columns = [_column(each, node, work) for each in call.expressions]
    query = exp.select(*columns).from_("items_here")
    items = exp.Table(this=filled(_ITEMS, [exp.paren(source)]), alias=_columns("items", "item"))
    query.args["from_"].set("this", items)
    return _placed(node, query, _alias(node, "opened"))


def _column(each: exp.Expr, node: exp.Expr, work: Work) -> exp.Expr:
    path = each.args.get("path") or exp.Literal.string(f"$.{each.this.name}")
    operator = "#>" if each.args.get("as_json") else "#>>"
    value = filled(f"item {operator} '{_steps(path, node, work)}'", [])
    return exp.alias_(exp.cast(exp.paren(value), each.args["kind"]), each.this.name)


def _steps(path: exp.Expr | None, node: exp.Expr, work: Work) -> str:
    text = path.name if path is not None else "$"
    found = _PATH.fullmatch(text)
    if found is None:
        raise work.refusal(node, "only names and positions in the path")
    return "{" + ",".join(re.findall(r"\w+", found[1])) + "}"


def _call(node: exp.Expr, kind: type[exp.Expr]) -> exp.Expr | None:
    call = node.this if isinstance(node, exp.Lateral | exp.TableFromRows | exp.Table) else None
    return call if isinstance(call, kind) else None


def _is_named(each: object) -> bool:
    return isinstance(each, exp.Kwarg)


def _alias(node: exp.Expr, default: str) -> str:
    return node.alias or default


def _columns(name: str, *columns: str) -> exp.TableAlias:
    return exp.TableAlias(this=exp.to_identifier(name), columns=[exp.to_identifier(each) for each in columns])


def _only(node: exp.Expr, alias: str, columns: set[str], work: Work) -> None:
    """Raises where another column of the table is read, or all of them."""
    select = node.find_ancestor(exp.Select)
    for each in select.find_all(exp.Column, exp.Star) if select is not None else ():
        whole = isinstance(each, exp.Star) and isinstance(each.parent, exp.Select) and each.parent is select
        mine = isinstance(each, exp.Column) and each.table.lower() == alias.lower()
        if whole or (mine and each.name.lower() not in columns):
            raise work.refusal(each, f"name the columns, of {', '.join(sorted(columns))}")


def _text_of_values(node: exp.Expr, alias: str, work: Work) -> None:
    """A value that is cast loses its quotes; where it is not, it stays JSON."""
    select = node.find_ancestor(exp.Select)
    for each in list(select.find_all(exp.Column)) if select is not None else []:
        if each.name.lower() != "value" or each.table.lower() not in ("", alias.lower()):
            continue
        if isinstance(each.parent, exp.Cast):
            each.replace(exp.paren(filled("_0 #>> '{}'", [each.copy()])))
        elif not isinstance(each.parent, exp.JSONExtract | exp.Bracket):
            work.caution("json_value", each)


def _placed(node: exp.Expr, query: exp.Expr, alias: str, outer: bool = False) -> exp.Expr:
    """The query as a table in the place of the call."""
    table = exp.Subquery(this=query)
    named = exp.TableAlias(this=exp.to_identifier(alias))
    join = node.parent
    if not isinstance(join, exp.Join):
        table.set("alias", named)
        return table
    if outer:
        join.set("kind", None)
        join.set("side", "LEFT")
    if join.side == "LEFT" and not join.args.get("on"):
        join.set("on", exp.true())
    applied = node.args.get("cross_apply")
    return exp.Lateral(this=table, alias=named, cross_apply=applied)
