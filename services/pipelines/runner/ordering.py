"""The order in which rows reach a sink: that of the nearest node upstream that orders them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from services.pipelines.dsl.columns import Resolution
from services.pipelines.dsl.sqlread import read
from services.pipelines.dsl.texts import Form
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.dialects import null_ordering

ORDER_KEPT = frozenset({"sql_where", "conditional_branch", "upsert_strategy", "sql_expression", "window"})


def order_of(found: Resolution, ref: str, dialect: str, target: str) -> list[exp.Expr]:
    """The order that a node upstream gives the rows, by the columns of `ref`; [] where there is none.

    `dialect` is that of the document, `target` that of the script.
    """
    given = found.output(ref)
    while True:
        node_id = ref.partition(".")[0]
        node = found.graph.nodes[node_id]
        keys = _ORDERS.get(str(node.get("transform")), lambda _config, _dialect: [])(node["config"], dialect)
        if keys or node.get("transform") not in ORDER_KEPT:
            named = [column.name for key in keys for column in key.find_all(exp.Column)]
            return sql.by_bytes(keys, given, target) if all(given.find(name) for name in named) else []
        ref = found.graph.inputs(node_id)[0].ref


def _sorted(config: Mapping[str, Any], dialect: str) -> list[exp.Expr]:
    return sql.order(config["order_by"], null_ordering=null_ordering(dialect))


def _pushed(config: Mapping[str, Any], dialect: str) -> list[exp.Expr]:
    """A pushdown's order by its output columns; [] where it orders by something that it does not give."""
    names = {item.get("from", "").casefold(): item["name"] for item in config["columns"]}
    keys: list[exp.Expr] = []
    for text in config.get("order_by") or ():
        (key,) = read(text, Form.ORDERING, str(config.get("dialect") or dialect))
        column = key.this
        name = names.get(f"{column.table}.{column.name}".casefold()) if isinstance(column, exp.Column) else None
        if name is None:
            return []
        keys.append(exp.Ordered(this=sql.column(name), desc=key.args.get("desc"), nulls_first=key.args["nulls_first"]))
    return keys


_ORDERS = {"sql_order_by": _sorted, "source_connector_sql_pushdown": _pushed}
