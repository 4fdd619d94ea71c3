"""`custom_sql`: a query over the rows of nodes, by their ids or the tables that they read or write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from services.pipelines.dsl.columns import Resolution
from services.pipelines.dsl.sqlread import UnreadableSqlError, read
from services.pipelines.dsl.texts import Form
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.quality.outcome import CannotCheckError, Found
from services.pipelines.runner.quality.rows import Rows


def tables(check: Mapping[str, Any], resolution: Resolution, dialect: str) -> dict[str, str]:
    """Table names in the query, folded → the nodes whose rows they stand for. Raises CannotCheckError."""
    tree = _tree(check, dialect)
    own = {cte.alias.casefold() for cte in tree.find_all(exp.CTE)}
    found = {}
    for table in tree.find_all(exp.Table):
        name = table.name.casefold()
        if name not in own or table.db:
            found[name] = _node(name, resolution)
    return found


def _tree(check: Mapping[str, Any], dialect: str) -> exp.Expr:
    if "sql" not in check:
        raise CannotCheckError("it needs `sql`, a query whose rows are failures")
    try:
        (tree,) = read(check["sql"], Form.QUERY, dialect)
    except (UnreadableSqlError, ValueError) as error:
        raise CannotCheckError(f"its query can't be read: {error}") from None
    return tree


def _node(name: str, resolution: Resolution) -> str:
    """The node of a name: its id, or the table of a sink, or of a source."""
    nodes = resolution.graph.nodes
    if name in nodes:
        return name
    for kind in ("sink", "source"):
        for node_id, node in nodes.items():
            if node["type"] == kind and str(node["config"].get("table", "")).casefold() == name:
                return node_id
    raise CannotCheckError(
        f"its query reads '{name}', which is no node, and no table of a source or sink, of the pipeline"
    )


def custom_sql(
    check: Mapping[str, Any],
    resolution: Resolution,
    views: Mapping[str, Rows],
    dialect: str,
    parameters: Mapping[str, exp.Expr],
) -> Found:
    """How many rows the query gives; `views` are the rows of nodes, `dialect` is the document's."""
    named = {name: views[node].view for name, node in tables(check, resolution, dialect).items()}
    rows = next(iter(views.values()))
    tree = _tree(check, dialect).copy()

    def replaced(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Placeholder):
            return parameters.get(node.name, node).copy()
        if isinstance(node, exp.Table) and node.name.casefold() in named:
            return sql.table(named[node.name.casefold()], node.alias_or_name)
        return node

    counted = exp.select(exp.Count(this=exp.Star())).from_(exp.Subquery(this=tree.transform(replaced), alias="c"))
    ((count,),) = rows.ask(counted)
    return Found(count == 0, {"failures": count}, {"failures": 0})
