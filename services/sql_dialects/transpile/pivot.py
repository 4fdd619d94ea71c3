"""PIVOT as aggregation by cases, and UNPIVOT as rows beside rows, for targets that have neither."""

from __future__ import annotations

from sqlglot import exp

from services.sql_dialects.transpile import kinds
from services.sql_dialects.transpile.work import Work


def pivoted(node: exp.Expr, work: Work) -> exp.Expr | None:
    if not isinstance(node, exp.Table | exp.Subquery) or not node.args.get("pivots"):
        return None
    if len(node.args["pivots"]) != 1:
        raise work.refusal(node, "pivot once in each query")
    pivot = node.args["pivots"][0]
    source = node.copy()
    source.set("pivots", None)
    source.set("joins", None)
    columns = _columns(source, work)
    if columns is None:
        raise work.refusal(pivot, "list the columns of its source in a subquery, for the others are grouped by")
    made = _unpivot(source, pivot, columns, work) if pivot.args.get("unpivot") else _pivot(source, pivot, columns, work)
    alias = exp.TableAlias(this=exp.to_identifier(pivot.alias or "pivoted"))
    return exp.Subquery(this=made, alias=alias, joins=node.args.get("joins"))


def _columns(source: exp.Expr, work: Work) -> list[tuple[str, exp.Expr | None]] | None:
    """Names of the source's columns, with the expression that each is where there is one."""
    if isinstance(source, exp.Table):
        return [(name, None) for name in work.types.of(source)] or None
    query = source.this
    if not isinstance(query, exp.Select) or query.is_star:
        return None
    return [(each.alias_or_name, each.unalias()) for each in query.selects]


def _pivot(source: exp.Expr, pivot: exp.Expr, columns: list[tuple[str, exp.Expr | None]], work: Work) -> exp.Select:
    fields, aggregates = pivot.args["fields"], pivot.expressions
    if len(fields) != 1 or len(aggregates) != 1 or not isinstance(fields[0], exp.In):
        raise work.refusal(pivot, "pivot by one column and one aggregate")
    by, call = fields[0].this, aggregates[0].unalias()
    used = {each.name.lower() for each in call.find_all(exp.Column)} | {by.name.lower()}
    kept = [exp.column(name) for name, _ in columns if name.lower() not in used]
    shown = next((each for name, each in columns if name.lower() == by.name.lower()), None)
    numeric = shown is not None and kinds.is_a(shown, exp.DataType.NUMERIC_TYPES)
    numeric = numeric or (
        isinstance(source, exp.Table) and _known(source, by, work).is_type(*exp.DataType.NUMERIC_TYPES)
    )
    made = [_case(call, by, value, numeric, work) for value in fields[0].expressions]
    query = exp.select(*kept, *made).from_(source)
    return query.group_by(*(each.copy() for each in kept)) if kept else query


def _known(source: exp.Table, by: exp.Expr, work: Work) -> exp.DataType:
    return work.types.get_column_type(source, by.name)


def _case(call: exp.Expr, by: exp.Expr, value: exp.Expr, numeric: bool, work: Work) -> exp.Expr:
    inner, alias = value.unalias(), value.alias or value.name
    name = inner.name
    wanted = exp.Literal.number(name) if numeric or inner.is_number else exp.Literal.string(name)
    argument = call.this
    if not isinstance(call, exp.AggFunc):
        raise work.refusal(call, "use one of the plain aggregates")
    one = exp.Literal.number(1) if isinstance(argument, exp.Star) else argument.copy()
    case = exp.Case(ifs=[exp.If(this=exp.EQ(this=by.copy(), expression=wanted), true=one)])
    chosen = call.copy()
    chosen.set("this", case)
    return exp.alias_(chosen, alias, quoted=not alias.isidentifier() or alias != alias.lower())


def _unpivot(source: exp.Expr, pivot: exp.Expr, columns: list[tuple[str, exp.Expr | None]], work: Work) -> exp.Select:
    field = pivot.args["fields"][0]
    value, name = pivot.expressions[0], field.this
    listed = [each.name for each in field.expressions]
    kept = [exp.column(each) for each, _ in columns if each.lower() not in {one.lower() for one in listed}]
    rows = [exp.Tuple(expressions=[exp.Literal.string(each), exp.column(each)]) for each in listed]
    names = [exp.to_identifier(name.name), exp.to_identifier(value.name)]
    values = exp.Values(expressions=rows, alias=exp.TableAlias(this=exp.to_identifier("unpivoted"), columns=names))
    joined = exp.Lateral(
        this=exp.Subquery(this=exp.select("*").from_(values)), alias=exp.TableAlias(this=exp.to_identifier("each_row"))
    )
    wanted = [exp.column(name.name, table="each_row"), exp.column(value.name, table="each_row")]
    query = exp.select(*kept, *wanted).from_(source).join(joined, join_type="cross")
    return query.where(exp.Not(this=exp.Is(this=wanted[1].copy(), expression=exp.Null())))
