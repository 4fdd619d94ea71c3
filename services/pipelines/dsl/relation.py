"""Columns that flow between nodes, and the columns each kind gives for those it gets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.pipelines.dsl.fields import PORTS

DEFAULT_ACTION_COLUMN = "dataflow_action"
Config = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `type` as in the language, `unknown` where no type is declared."""

    name: str
    type: str = "unknown"
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Relation:
    """Columns in order. Where `known` is false nothing can be said about them, and nothing is checked."""

    columns: tuple[Column, ...] = ()
    known: bool = True
    _by_name: dict[str, Column | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def find(self, name: str) -> Column | None:
        """The column of this name; where none is spelt so, the only one that differs by case alone."""
        index = self._by_name or self._indexed()
        if name in index:
            return index[name]
        return index.get(f"\0{name.casefold()}")

    def _indexed(self) -> dict[str, Column | None]:
        """Columns by name, the first of each; and by folded name after a NUL, None where several share it."""
        index = self._by_name
        for column in self.columns:
            folded = f"\0{column.name.casefold()}"
            index.setdefault(column.name, column)
            index[folded] = None if folded in index else column
        return index

    def type_of(self, name: str | None) -> str:
        """The column's type; `unknown` where there is no such column."""
        column = self.find(name) if name else None
        return column.type if column else "unknown"


UNKNOWN = Relation(known=False)
Inputs = Mapping[str, Relation]
Outputs = dict[str, Relation]


def ports_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """The named outputs of a node; () where it has one without a name. A default port, if any, is first."""
    kind, config = node.get("transform"), node.get("config") or {}
    if kind == "conditional_branch":
        ports = [branch.get("port") for branch in config.get("branches") or () if isinstance(branch, dict)]
        named = [*ports, config.get("default")]
        return tuple(port for port in named if isinstance(port, str))
    if kind == "manual":
        return tuple(port for port in config.get("ports") or () if isinstance(port, str))
    return PORTS.get(str(kind), ())


def outputs_of(node: Mapping[str, Any], inputs: Inputs) -> Outputs:
    """The columns on each port of a node, "" being the default one. `inputs` as `columns.Resolution` has it."""
    if node.get("type") == "source":
        declared = node.get("columns")
        return {"": _declared(declared) if declared else UNKNOWN}
    if node.get("type") == "sink":
        return {}
    make = KIND_OUTPUTS.get(str(node.get("transform")))
    result = make(node.get("config") or {}, inputs) if make else UNKNOWN
    if isinstance(result, Relation):
        return {"": result, **dict.fromkeys(ports_of(node), result)}
    return result


def _declared(columns: Iterable[Mapping[str, Any]]) -> Relation:
    return Relation(
        tuple(
            Column(str(item.get("name")), str(item.get("type", "unknown")), bool(item.get("nullable", True)))
            for item in columns
        )
    )


def _plus(relation: Relation, *columns: Column) -> Relation:
    names = {column.name for column in columns}
    kept = tuple(column for column in relation.columns if column.name not in names)
    return Relation((*kept, *columns), relation.known)


def _same(_config: Config, inputs: Inputs) -> Relation:
    return inputs.get("", UNKNOWN)


def _columns(config: Config, _inputs: Inputs) -> Relation:
    return _declared(config["columns"])


def _pushdown(config: Config, inputs: Inputs) -> Relation:
    found = []
    for item in config["columns"]:
        source, _, name = str(item.get("from", "")).partition(".")
        column = inputs.get(source, UNKNOWN).find(name) or Column(item["name"])
        found.append(Column(item["name"], item.get("type", column.type), column.nullable))
    return Relation(tuple(found))


def _expression(config: Config, inputs: Inputs) -> Relation:
    given = inputs.get("", UNKNOWN)
    computed = _declared(config["columns"])
    listed = config.get("passthrough") or []
    own = {name.casefold() for name in (*computed.names, *listed)}
    kept: list[Column] = []
    for name in listed:
        if name == "*":
            kept.extend(column for column in given.columns if column.name.casefold() not in own)
        else:
            kept.append(given.find(name) or Column(name))
    return Relation((*kept, *computed.columns), given.known or "*" not in listed)


def _join(config: Config, inputs: Inputs) -> Outputs:
    joined = _declared(config["columns"])
    sides = {"left_only": inputs.get("left", UNKNOWN), "right_only": inputs.get("right", UNKNOWN)}
    return {"": joined, "joined": joined, **sides}


def _lookup(config: Config, inputs: Inputs) -> Outputs:
    matched = _declared(config["columns"])
    return {"": matched, "match": matched, "no_match": inputs.get("left", UNKNOWN)}


def _sequence(config: Config, inputs: Inputs) -> Relation:
    added = (Column(item["name"], item.get("type", "bigint"), False) for item in config["columns"])
    return _plus(inputs.get("", Relation()), *added)


def _upsert(config: Config, inputs: Inputs) -> Relation:
    name = config.get("column", DEFAULT_ACTION_COLUMN)
    return _plus(inputs.get("", UNKNOWN), Column(name, "varchar(6)", False))


def _union(config: Config, inputs: Inputs) -> Relation:
    first = config["inputs"][0]
    given = inputs.get(str(first.get("ref")), UNKNOWN)
    sources = dict(enumerate(first.get("columns") or ()))
    return Relation(
        tuple(
            Column(item["name"], item.get("type", given.type_of(sources.get(index))))
            for index, item in enumerate(config["columns"])
        )
    )


def _rank(config: Config, inputs: Inputs) -> Relation:
    given, name = inputs.get("", UNKNOWN), config.get("rank_column")
    return _plus(given, Column(name, config.get("rank_type", "integer"), False)) if name else given


def _normalizer(config: Config, inputs: Inputs) -> Relation:
    given = inputs.get("", UNKNOWN)
    columns = [given.find(name) or Column(name) for name in config.get("passthrough") or ()]
    for item in config["columns"]:
        first = next((name for name in item["from"] if name), None)
        columns.append(Column(item["name"], item.get("type", given.type_of(first))))
    if "generated_key" in config:
        columns.append(Column(config["generated_key"]["name"], "bigint", False))
    if "index_column" in config:
        columns.append(Column(config["index_column"], "integer", False))
    return Relation(tuple(columns))


def _pivot(config: Config, inputs: Inputs) -> Relation:
    given = inputs.get("", UNKNOWN)
    columns = [given.find(name) or Column(name) for name in config.get("group_by") or ()]
    for item in config["columns"]:
        natural = "bigint" if item.get("aggregate") == "count" else given.type_of(item["value"])
        columns.append(Column(item["name"], item.get("type", natural)))
    return Relation(tuple(columns))


def _unpivot(config: Config, inputs: Inputs) -> Relation:
    given = inputs.get("", UNKNOWN)
    kept = [given.find(name) or Column(name) for name in config.get("passthrough") or ()]
    natural = given.type_of(config["columns"][0].get("column"))
    pair = (
        Column(config["name_column"], "varchar", False),
        Column(config["value_column"], config.get("value_type", natural)),
    )
    return Relation((*kept, *pair))


def _added(config: Config, inputs: Inputs) -> Relation:
    return _plus(inputs.get("", UNKNOWN), *_declared(config["columns"]).columns)


def _replaced(config: Config, inputs: Inputs) -> Relation:
    given = inputs.get("", UNKNOWN)
    computed = {column.name: column for column in _declared(config["columns"]).columns}
    kept = [computed.pop(column.name, column) for column in given.columns]
    return Relation((*kept, *computed.values()), given.known)


def _changes(config: Config, inputs: Inputs) -> Relation:
    return _plus(inputs.get("after", UNKNOWN), Column(config.get("code_column", "change_code"), "integer", False))


def _scd(config: Config, inputs: Inputs) -> Relation:
    dimension = inputs.get("dimension", UNKNOWN)
    names = [config.get(key) for key in ("effective_from", "effective_to", "current_flag", "surrogate_key")]
    extra = [dimension.find(name) or Column(name) for name in names if name]
    action = Column(config.get("action_column", DEFAULT_ACTION_COLUMN), "varchar(6)", False)
    return _plus(inputs.get("input", UNKNOWN), *extra, action)


def _find_replace(config: Config, inputs: Inputs) -> Relation:
    right = inputs.get("right", UNKNOWN)
    added = (right.find(name) or Column(name) for name in config.get("append") or ())
    return _plus(inputs.get("left", UNKNOWN), *added)


def _split(config: Config, inputs: Inputs) -> Relation:
    if "columns" not in config and "position_column" in config:
        return _plus(inputs.get("", UNKNOWN), Column(config["position_column"], "bigint", False))
    columns = _declared({"type": "varchar", **item} for item in config.get("columns") or ())
    return _plus(inputs.get("", UNKNOWN), *columns.columns)


HELD = {"integer": "bigint", "float": "double", "boolean": "boolean"}
"""What a column of values of one type in JSON texts is; any other is text."""


def _parsed(config: Config, inputs: Inputs) -> Relation:
    """The input without the text, where it is left out, and what is found in it; the place of a row is last."""
    given = inputs.get("", UNKNOWN)
    if not config.get("keep", True):
        text = given.find(config["column"])
        given = Relation(tuple(column for column in given.columns if column is not text), given.known)
    made = [
        Column(item["name"], item.get("type", HELD.get(str(item.get("holds")), "varchar")))
        for item in config["columns"]
    ]
    if "position_column" in config:
        made.append(Column(config["position_column"], "bigint", False))
    return _plus(given, *made)


def _manual(config: Config, _inputs: Inputs) -> Relation:
    return _declared(config["columns"]) if config.get("columns") else UNKNOWN


KIND_OUTPUTS: dict[str, Callable[[Config, Inputs], Relation | Outputs]] = {
    "source_connector_sql_pushdown": _pushdown,
    "sql_expression": _expression,
    "sql_join_pushdown": _lookup,
    "sql_group_by": _columns,
    "sql_where": _same,
    "sql_join": _join,
    "sql_order_by": _same,
    "conditional_branch": _same,
    "sequence_generator": _sequence,
    "upsert_strategy": _upsert,
    "sql_union_all": _union,
    "sql_rank": _rank,
    "normalizer": _normalizer,
    "distinct": _same,
    "sample": _same,
    "limit": _same,
    "pivot": _pivot,
    "unpivot": _unpivot,
    "window": _added,
    "multi_row_formula": _replaced,
    "change_capture": _changes,
    "scd": _scd,
    "find_replace": _find_replace,
    "append": _columns,
    "text_to_columns": _split,
    "json_parse": _parsed,
    "xml_parse": _parsed,
    "sql_query": _columns,
    "manual": _manual,
}
