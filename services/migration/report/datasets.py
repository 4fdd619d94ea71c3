"""The tables and files that a pipeline document reads and writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlglot import exp

from services.pipelines.dsl.sqlread import UnreadableSqlError, read
from services.pipelines.dsl.texts import Form

SIDES = {"source": "reads", "sink": "writes"}


def touched(pipeline: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(reads, writes), each once and in order. Nodes that name neither table, path nor readable query are left out."""
    found: dict[str, list[str]] = {"reads": [], "writes": []}
    dialect = str(pipeline.get("dialect") or "postgresql")
    for node in pipeline.get("nodes") or ():
        side = SIDES.get(str(node.get("type")))
        if side:
            found[side] += _names(node.get("config") or {}, dialect)
    return tuple(dict.fromkeys(found["reads"])), tuple(dict.fromkeys(found["writes"]))


def _names(config: Mapping[str, Any], dialect: str) -> Iterator[str]:
    name = name_of(config)
    if name:
        yield name
    if config.get("query"):
        yield from _tables(str(config["query"]), str(config.get("dialect") or dialect))


def _tables(query: str, dialect: str) -> Iterator[str]:
    """Tables that a query reads, its own subqueries' names left out; none where it cannot be read."""
    try:
        trees = read(query, Form.QUERY, dialect)
    except UnreadableSqlError:
        return
    for tree in trees:
        own = {each.alias_or_name.lower() for each in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            if table.db or table.name.lower() not in own:
                yield f"{table.db}.{table.name}" if table.db else table.name


def name_of(config: Mapping[str, Any]) -> str:
    """`schema.table`, or the table, path or topic alone; "" where a node names none."""
    name = config.get("table") or config.get("path") or config.get("topic")
    if not name:
        return ""
    return f"{config['schema']}.{name}" if config.get("schema") and config.get("table") else str(name)


def key_of(name: str) -> str:
    """What the names of one dataset have in common: letters without their case, quotes and `\\` left out."""
    return name.replace('"', "").replace("\\", "/").lower()
