"""INSERT, UPDATE, DELETE and MERGE: what follows FROM, and what OUTPUT gives back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlglot
from sqlglot import exp

from services.sql_dialects.transpile.work import Work


def _name(table: exp.Expr) -> str:
    return table.alias_or_name.lower()


def update(node: exp.Expr, work: Work) -> exp.Expr | None:
    """UPDATE t … FROM t JOIN u ON …: PostgreSQL would join t with itself; the target leaves FROM."""
    if not isinstance(node, exp.Update):
        return None
    source = node.args.get("from_")
    if source is not None:
        _released(node, source, "from_", work)
    _plain_columns(node)
    return None


def delete(node: exp.Expr, work: Work) -> exp.Expr | None:
    """DELETE t FROM t JOIN u ON …: USING."""
    if not isinstance(node, exp.Delete):
        return None
    if node.args.get("limit"):
        raise work.refusal(node, "delete by key")
    named, source = node.args.get("tables"), node.this
    if not named:
        return None
    if len(named) != 1 or not isinstance(source, exp.Table):
        raise work.refusal(node, "delete from one table at a time")
    holder = exp.From(this=source.copy())
    node.set("tables", None)
    node.set("this", named[0].copy())
    _released(node, holder, "using", work)
    return None


def _released(node: exp.Expr, source: exp.From, place: str, work: Work) -> None:
    """Takes the target out of the tables that FROM lists; what it is joined on becomes a condition."""
    target = node.this
    head = source.this.copy()
    joins = [each.copy() for each in [*(head.args.get("joins") or []), *(node.args.get("joins") or [])]]
    head.set("joins", None)
    tables = [head, *(each.this for each in joins)]
    own = [each for each in tables if isinstance(each, exp.Table) and _name(each) == _name(target)]
    own = own or [each for each in tables if isinstance(each, exp.Table) and each.name.lower() == _name(target)]
    if not own:
        if isinstance(node, exp.Delete):
            raise work.refusal(node, "name the table to delete from in FROM")
        return
    if any(each.side or each.kind in ("OUTER", "SEMI", "ANTI") or each.args.get("using") for each in joins):
        raise work.refusal(node, "only inner joins with ON can be written beside the target table")
    node.set("this", own[0].copy())
    conditions = [each.args["on"] for each in joins if each.args.get("on")]
    others = [each for each in tables if each is not own[0]]
    if conditions:
        where = node.args.get("where")
        node.set("where", exp.Where(this=exp.and_(*conditions, *([where.this] if where else []))))
    if not others:
        node.set(place, None)
    elif place == "using":
        node.set(place, others)
    else:
        first = others[0]
        first.set("joins", [exp.Join(this=each) for each in others[1:]])
        node.set(place, exp.From(this=first))


def _plain_columns(node: exp.Update) -> None:
    """The columns set are those of the target, without its name before them."""
    for each in node.expressions:
        if isinstance(each, exp.EQ) and isinstance(each.this, exp.Column):
            each.this.set("table", None)


def returned(node: exp.Expr, work: Work) -> exp.Expr | None:
    """OUTPUT inserted.x as RETURNING x."""
    if not isinstance(node, exp.Returning):
        return None
    statement = node.parent
    if isinstance(statement, exp.Merge) or node.args.get("into"):
        raise work.refusal(node, "OUTPUT of MERGE and OUTPUT … INTO have no equivalent; read the rows afterwards")
    wanted = "deleted" if isinstance(statement, exp.Delete) else "inserted"
    for column in list(node.find_all(exp.Column)):
        if column.table.lower() not in ("", wanted):
            raise work.refusal(node, f"only {wanted} can be returned")
        column.set("table", None)
    return None


def merge(node: exp.Expr, work: Work) -> exp.Expr | None:
    if isinstance(node, exp.Merge):
        work.caution("merge", "MERGE")
    return None


def replacing(statements: Sequence[exp.Expr], work: Work) -> Iterator[exp.Expr]:
    """CREATE OR REPLACE TABLE of the warehouses as DROP and CREATE."""
    for each in statements:
        replaced = isinstance(each, exp.Create) and each.args.get("replace") and each.kind == "TABLE"
        if not replaced or work.write in ("snowflake", "duckdb"):
            yield each
            continue
        schema = each.this
        table = schema.this if isinstance(schema, exp.Schema) else schema
        own = [one for one in each.find_all(exp.Table) if one is not table and one.name.lower() == table.name.lower()]
        if work.write != "postgresql" or own:
            raise work.refusal("CREATE OR REPLACE TABLE", "make it under another name, then drop and rename")
        work.caution("replaced_table", table)
        dropped = sqlglot.parse_one("DROP TABLE IF EXISTS t")
        for place in list(dropped.find_all(exp.Table)):
            place.replace(table.copy())
        yield dropped
        each.set("replace", False)
        yield each
