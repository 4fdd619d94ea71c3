"""The SQL of an `sql_query` node: its own query, over inputs whose columns have the folded names that it uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from sqlglot import exp

from services.pipelines.dsl.queries import folded
from services.pipelines.dsl.sqlread import UnreadableSqlError, read
from services.pipelines.dsl.texts import Form
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.context import Context


def query(context: Context, _port: str) -> exp.Query:
    try:
        (tree,) = read(str(context.config["query"]), Form.QUERY, context.dialect)
    except (UnreadableSqlError, ValueError) as error:
        raise context.refuse(f"its query can't be read: {error}") from None
    own = folded(tree)
    if not isinstance(own, exp.Query):
        raise context.refuse("it is no query")
    for node in list(own.find_all(exp.Placeholder)):
        node.replace(context.parameters.get(node.name, node).copy())
    parts = {item["name"]: _input(context, item["ref"]) for item in context.config["inputs"]}
    own = cast(exp.Query, context.adapted(_inlined(own, parts)))
    select = exp.select()
    for column in context.output.columns:
        value = sql.column(column.name.casefold(), "__q")
        select = select.select(context.typed(column.name, value), copy=False)
    return select.from_(sql.subquery(own, "__q"))


def _input(context: Context, ref: str) -> exp.Query:
    """An input with its columns under folded names."""
    columns = [sql.alias(sql.column(text), text.casefold()) for text in context.names(ref)]
    return exp.select(*columns).from_(context.table(ref))


def _inlined(tree: exp.Query, parts: dict[str, exp.Query]) -> exp.Query:
    """The query with its inputs and its WITH parts in place of their names: not every dialect has WITH in a subquery.

    `parts` is added to.
    """
    with_ = tree.args.get("with_")
    if with_ is not None:
        tree.set("with_", None)
        for cte in with_.expressions:
            parts[cte.alias] = _renamed(_inlined(cte.this, parts), cte)
    for table in list(tree.find_all(exp.Table)):
        part = parts.get(table.name)
        if part is not None and not table.db:
            table.replace(sql.subquery(part.copy(), table.alias_or_name))
    return tree


def _renamed(query: exp.Query, cte: exp.CTE) -> exp.Query:
    """A WITH part whose columns have the names that it is given there."""
    names = [name.name for name in cte.args["alias"].columns] if cte.args.get("alias") else []
    for item, text in zip(list(query.selects), names, strict=False):
        item.replace(sql.alias(item.unalias().copy(), text))
    return query


COMPILERS: dict[str, Callable[[Context, str], exp.Query]] = {"sql_query": query}
