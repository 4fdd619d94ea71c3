"""Runs a converted pipeline on DuckDB, node by node: a check of what nodes mean, apart from the runner's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

Rows = Sequence[Sequence[Any]]
Node = dict[str, Any]


def run(pipeline: Mapping[str, Any], sources: Mapping[str, Rows]) -> dict[str, list[dict[str, Any]]]:
    """Sink id → its rows as dictionaries. `sources`: node id → rows in the order of its columns."""
    parameters = {p["name"]: p.get("default") for p in pipeline.get("parameters", ())}
    found: dict[str, list[dict[str, Any]]] = {}
    with duckdb.connect() as database:
        for node in _ordered(pipeline):
            edges = [edge for edge in pipeline["edges"] if edge["to"] == node["id"]]
            refs = [_table(f"{e['from']}.{e['from_port']}" if "from_port" in e else e["from"]) for e in edges]
            if node["type"] == "source":
                _source(database, node, sources.get(node["id"], ()))
            elif node["type"] == "sink":
                found[node["id"]] = _sink(database, node, refs[0])
            else:
                for suffix, query in _QUERIES[node["transform"]](node["config"], refs):
                    text = _with_parameters(query, parameters)
                    database.execute(f'CREATE TEMP TABLE "{node["id"]}{suffix}" AS {text}')
    return found


def _ordered(pipeline: Mapping[str, Any]) -> list[Node]:
    waiting = {node["id"]: set(node.get("depends_on", ())) for node in pipeline["nodes"]}
    nodes = {node["id"]: node for node in pipeline["nodes"]}
    order: list[Node] = []
    while waiting:
        ready = [name for name, before in waiting.items() if not before & set(waiting)]
        assert ready, "cycle"
        order += [nodes[name] for name in ready]
        for name in ready:
            del waiting[name]
    return order


def _table(ref: str) -> str:
    return f'"{ref}"'


def _name(text: str) -> str:
    return f'"{text}"'


def _with_parameters(query: str, parameters: Mapping[str, Any]) -> str:
    for name, value in parameters.items():
        query = query.replace(f":{name}", f"TIMESTAMP '{value}'" if "-" in str(value) else f"'{value}'")
    return query


def _source(database: duckdb.DuckDBPyConnection, node: Node, rows: Rows) -> None:
    columns = ", ".join(f"{_name(c['name'])} {_type(c['type'])}" for c in node["columns"])
    database.execute(f'CREATE TEMP TABLE "{node["id"]}" ({columns})')
    for row in rows:
        marks = ", ".join("?" * len(row))
        database.execute(f'INSERT INTO "{node["id"]}" VALUES ({marks})', list(row))


def _type(canonical: str) -> str:
    return {"binary": "BLOB"}.get(canonical, canonical)


def _sink(database: duckdb.DuckDBPyConnection, node: Node, ref: str) -> list[dict[str, Any]]:
    config = node["config"]
    columns = [
        f"CAST({_name(c.get('from', c['name']))} AS {_type(c['type'])}) AS {_name(c['name'])}"
        for c in config["columns"]
    ]
    if config.get("action_column"):
        columns.append(_name(config["action_column"]))
    result = database.execute(f"SELECT {', '.join(columns)} FROM {ref}")
    names = [item[0] for item in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _select(columns: Sequence[Mapping[str, Any]]) -> str:
    """Values are cast as the columns say: what a port of that type holds."""
    return ", ".join(
        f"CAST({c['expression']} AS {_type(c['type'])}) AS {_name(c['name'])}"
        if "type" in c
        else f"{c['expression']} AS {_name(c['name'])}"
        for c in columns
    )


def _order(items: Sequence[Mapping[str, Any]], alias: str = "") -> str:
    terms = []
    for item in items:
        column = alias + _name(item["column"])
        column = column if item.get("case_sensitive", True) else f"UPPER({column})"
        terms.append(f"{column} {item.get('direction', 'asc')} NULLS {item.get('nulls', 'last')}")
    return ", ".join(terms)


def _pushdown(config: Node, refs: list[str]) -> list[tuple[str, str]]:
    assert "query" not in config, "the source's own SQL does not run here"
    columns = ", ".join(f"{c['from']} AS {_name(c['name'])}" for c in config["columns"])
    conditions = [*config.get("joins", ()), *([config["filter"]] if "filter" in config else [])]
    where = f" WHERE {' AND '.join(f'({c})' for c in conditions)}" if conditions else ""
    order = f" ORDER BY {', '.join(config['order_by'])}" if "order_by" in config else ""
    distinct = "DISTINCT " if config.get("distinct") else ""
    return [("", f"SELECT {distinct}{columns} FROM {', '.join(refs)}{where}{order}")]


def _expression(config: Node, refs: list[str]) -> list[tuple[str, str]]:
    inner = refs[0]
    for index, step in enumerate(config.get("variables", ())):
        inner = f"(SELECT *, {_select([step])} FROM {inner}) AS s{index}"
    passed = [name if name == "*" else _name(name) for name in config.get("passthrough", ())]
    computed = [_select(config["columns"])] if config["columns"] else []
    return [("", f"SELECT {', '.join([*passed, *computed])} FROM {inner}")]


def _where(config: Node, refs: list[str]) -> list[tuple[str, str]]:
    return [("", f"SELECT * FROM {refs[0]} WHERE {config['condition']}")]


def _join(config: Node, refs: list[str]) -> list[tuple[str, str]]:
    kind = config["type"].upper()
    left, right = _table(config["left"]), _table(config["right"])
    return [
        ("", f"SELECT {_select(config['columns'])} FROM {left} AS l {kind} JOIN {right} AS r ON {config['condition']}")
    ]


def _lookup(config: Node, refs: list[str]) -> list[tuple[str, str]]:
    order = f"ORDER BY {_order(config['order_by'], 'r.')}" if "order_by" in config else "ORDER BY 1"
    if config["policy"] == "last":
        order = order.replace(" asc ", " desc ").replace("NULLS last", "NULLS first")
    left, right = _table(config["left"]), _table(config["right"])
    numbered = (
        f"SELECT {_select(config['columns'])}, l.rowid AS left_row, "
        f"ROW_NUMBER() OVER (PARTITION BY l.rowid {order}) AS nth "
        f"FROM {left} AS l LEFT JOIN {right} AS r ON {config['condition']}"
    )
    return [("", f"SELECT * EXCLUDE (nth, left_row) FROM ({numbered}) WHERE nth = 1")]


def _group(config: Node, refs: list[str]) -> list[tuple[str, str]]:
    group = f" GROUP BY {', '.join(config['group_by'])}" if config.get("group_by") else ""
    return [("", f"SELECT {_select(config['columns'])} FROM {refs[0]}{group}")]


def _sorted(config: Node, refs: list[str]) -> list[tuple[str, str]]:
    distinct = "DISTINCT " if config.get("distinct") else ""
    return [("", f"SELECT * FROM (SELECT {distinct}* FROM {refs[0]}) ORDER BY {_order(config['order_by'])}")]


def _branch(config: Node, refs: list[str]) -> list[tuple[str, str]]:
    found = [
        (f".{branch['port']}", f"SELECT * FROM {refs[0]} WHERE {branch['condition']}") for branch in config["branches"]
    ]
    if "default" in config:
        none = " AND ".join(f"({b['condition']}) IS NOT TRUE" for b in config["branches"])
        found.append((f".{config['default']}", f"SELECT * FROM {refs[0]} WHERE {none}"))
    return found


def _union(config: Node, refs: list[str]) -> list[tuple[str, str]]:
    names = [c["name"] for c in config["columns"]]
    parts = []
    for given in config["inputs"]:
        columns = ", ".join(
            f"{_name(source) if source else 'NULL'} AS {_name(name)}"
            for source, name in zip(given["columns"], names, strict=True)
        )
        parts.append(f"SELECT {columns} FROM {_table(given['ref'])}")
    return [("", " UNION ALL ".join(parts))]


def _sequence(config: Node, refs: list[str]) -> list[tuple[str, str]]:
    order = f"ORDER BY {_order(config['order_by'])}" if "order_by" in config else ""
    step = f"(ROW_NUMBER() OVER ({order}) - 1) * {config['increment']} + {config['start']}"
    columns = ", ".join(
        f"{step}{' + ' + str(config['increment']) if c['property'] == 'currval' else ''} AS {_name(c['name'])}"
        for c in config["columns"]
    )
    return [("", f"SELECT *, {columns} FROM {refs[0]}")]


def _upsert(config: Node, refs: list[str]) -> list[tuple[str, str]]:
    strategy = config["strategy"]
    word = f"'{strategy}'" if strategy in ("insert", "update", "delete", "reject") else strategy
    return [("", f"SELECT *, {word} AS {_name(config['column'])} FROM {refs[0]}")]


def _rank(config: Node, refs: list[str]) -> list[tuple[str, str]]:
    groups = ", ".join(_name(name) for name in config.get("partition_by", ()))
    partition = f"PARTITION BY {groups} " if groups else ""
    column = _name(config.get("rank_column", "rank_of_row"))
    function = config["method"].upper()
    ranked = (
        f"SELECT *, {function}() OVER ({partition}ORDER BY {_order(config['order_by'])}) AS {column} FROM {refs[0]}"
    )
    kept = f" WHERE {column} <= {config['keep']}" if "keep" in config else ""
    return [("", f"SELECT * FROM ({ranked}){kept}")]


def _normalizer(config: Node, refs: list[str]) -> list[tuple[str, str]]:
    parts = []
    key = config.get("generated_key", {}).get("name", "row_key")
    for number in range(config["occurs"]):
        columns = [_name(name) for name in config.get("passthrough", ())]
        columns += [f"{_name(c['from'][number])} AS {_name(c['name'])}" for c in config["columns"]]
        columns += [f"rowid + 1 AS {_name(key)}", f"{number + 1} AS {_name(config.get('index_column', 'row_index'))}"]
        parts.append(f"SELECT {', '.join(columns)} FROM {refs[0]}")
    return [("", " UNION ALL ".join(parts))]


_QUERIES: dict[str, Any] = {
    "source_connector_sql_pushdown": _pushdown,
    "sql_expression": _expression,
    "sql_where": _where,
    "sql_join": _join,
    "sql_join_pushdown": _lookup,
    "sql_group_by": _group,
    "sql_order_by": _sorted,
    "conditional_branch": _branch,
    "sql_union_all": _union,
    "sequence_generator": _sequence,
    "upsert_strategy": _upsert,
    "sql_rank": _rank,
    "normalizer": _normalizer,
}
