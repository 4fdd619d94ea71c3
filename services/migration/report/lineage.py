"""Column lineage, read from the pipeline documents: from every written column back to the source columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlglot import exp

from services.migration.conversion import MappingConversion
from services.migration.report.datasets import name_of
from services.migration.report.model import ColumnLineage, Lineage, TableLineage
from services.migration.report.query_columns import Behind, behind
from services.pipelines.dsl.columns import Resolution, resolve
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.fields import INPUT_FIELDS
from services.pipelines.dsl.queries import relations, sources
from services.pipelines.dsl.sqlread import UnreadableSqlError, read
from services.pipelines.dsl.texts import Form


@dataclass(frozen=True, slots=True)
class Feed:
    """One input column that an output column is made of: the ref it comes from, and whether it is merely copied."""

    ref: str
    column: str
    copied: bool


@dataclass(frozen=True, slots=True)
class Trace:
    """A column of a table or file behind a column, with the ids of the transformations between."""

    source: str
    column: str
    via: tuple[str, ...]
    transformed: bool


def lineage(mappings: Iterable[MappingConversion]) -> Lineage:
    """Lineage of every mapping, in order; each pair of columns once."""
    columns = tuple(line for mapping in mappings for line in pipeline_lineage(mapping.mapping, mapping.pipeline))
    tables = dict.fromkeys((line.mapping, line.source, line.target) for line in columns)
    return Lineage(tuple(TableLineage(*pair) for pair in tables), columns)


def pipeline_lineage(mapping: str, pipeline: Mapping[str, Any]) -> list[ColumnLineage]:
    """Lineage of one pipeline document. Columns behind a `manual` node are not traced: nobody knows them."""
    tracer = _Tracer(resolve(Document(dict(pipeline))))
    found: dict[tuple[str, ...], ColumnLineage] = {}
    for node_id, node in tracer.found.graph.nodes.items():
        if node.get("type") != "sink":
            continue
        for target_column, ref, column in tracer.written(node_id, node):
            for trace in tracer.trace(ref, column):
                line = ColumnLineage(
                    mapping,
                    trace.source,
                    trace.column,
                    tracer.label(node_id),
                    target_column,
                    trace.via,
                    trace.transformed,
                )
                found.setdefault((line.source, trace.column, line.target, target_column), line)
    return list(found.values())


class _Tracer:
    def __init__(self, found: Resolution) -> None:
        self.found = found
        self.dialect = str(found.document.data.get("dialect") or "postgresql")
        self._memo: dict[tuple[str, str], tuple[Trace, ...]] = {}
        self._feeds: dict[str, dict[str, list[Feed]]] = {}
        self._queries: dict[str, dict[str, list[Behind]]] = {}

    @cached_property
    def _ordered(self) -> set[str]:
        return set(self.found.graph.order)

    def label(self, node_id: str) -> str:
        """The table or file that a node reads or writes; its id where neither is named."""
        return name_of(self.found.graph.nodes[node_id].get("config") or {}) or node_id

    def written(self, node_id: str, node: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
        """Target column, ref and input column of everything a sink writes."""
        edges = self.found.graph.inputs(node_id)
        if len(edges) != 1 or node_id not in self._ordered:
            return
        ref, config = edges[0].ref, node.get("config") or {}
        for item in config.get("columns") or ():
            yield item["name"], ref, item.get("from", item["name"])
        if not config.get("columns"):
            skipped = config.get("action_column")
            yield from ((name, ref, name) for name in self.found.output(ref).names if name != skipped)

    def trace(self, ref: str, column: str) -> tuple[Trace, ...]:
        """The source columns behind one column of a ref. No recursion on the length of a flow."""
        key = self._key(ref, column)
        waiting, under_way = [key], set[tuple[str, str]]()
        while waiting:
            top = waiting[-1]
            before = [] if top in self._memo or top in under_way else list(dict.fromkeys(self._before(*top)))
            under_way.add(top)
            missing = [each for each in before if each not in self._memo and each not in under_way]
            waiting += missing
            if not missing:
                waiting.pop()
                self._memo.setdefault(top, tuple(self._traced(*top)))
        return self._memo[key]

    def _key(self, ref: str, column: str) -> tuple[str, str]:
        given = self.found.output(ref).find(column)
        return ref, given.name if given else column

    def _before(self, ref: str, name: str) -> Iterator[tuple[str, str]]:
        """The columns that a column is made of."""
        node_id, _, port = ref.partition(".")
        if self.found.graph.nodes[node_id].get("type") != "source":
            for feed in self._made_of(node_id, port).get(name, ()):
                yield self._key(feed.ref, feed.column)

    def _traced(self, ref: str, name: str) -> Iterator[Trace]:
        node_id, _, port = ref.partition(".")
        node = self.found.graph.nodes[node_id]
        if node.get("type") == "source":
            yield from self._source(node_id, node, name)
            return
        seen: set[tuple[str, str]] = set()
        for feed in self._made_of(node_id, port).get(name, ()):
            for trace in self._memo.get(self._key(feed.ref, feed.column), ()):
                if (trace.source, trace.column) not in seen:
                    seen.add((trace.source, trace.column))
                    via = (*trace.via, node_id)
                    yield Trace(trace.source, trace.column, via, trace.transformed or not feed.copied)

    def _source(self, node_id: str, node: Mapping[str, Any], name: str) -> Iterator[Trace]:
        """The column itself; of a query the columns of its tables, none where nobody can tell them."""
        config = node.get("config") or {}
        if not config.get("query") or name_of(config):
            yield Trace(self.label(node_id), name, (), False)
            return
        if node_id not in self._queries:
            dialect = str(config.get("dialect") or self.dialect)
            names = self.found.outputs[node_id][""].names
            self._queries[node_id] = behind(str(config["query"]), dialect, list(names))
        for table, column, copied in self._queries[node_id].get(name, ()):
            yield Trace(table, column, (node_id,), not copied)

    def _made_of(self, node_id: str, port: str) -> dict[str, list[Feed]]:
        key = f"{node_id}.{port}"
        if key not in self._feeds:
            node = self.found.graph.nodes[node_id]
            self._feeds[key] = self._side(node, port) or self._node_feeds(node_id, node)
        return self._feeds[key]

    def _side(self, node: Mapping[str, Any], port: str) -> dict[str, list[Feed]]:
        """Ports that pass one side of a join through."""
        side = {"left_only": "left", "no_match": "left", "right_only": "right"}.get(port)
        if side is None or node.get("transform") not in ("sql_join", "sql_join_pushdown"):
            return {}
        ref = node["config"][side]
        return {name: [Feed(ref, name, True)] for name in self.found.output(ref).names}

    def _node_feeds(self, node_id: str, node: Mapping[str, Any]) -> dict[str, list[Feed]]:
        config = node.get("config") or {}
        kind = str(node.get("transform"))
        refs = _refs(self.found, node_id, kind, config)
        feeds = {
            name: [Feed(ref, name, True) for ref in refs.values() if self.found.output(ref).find(name)]
            for name in self.found.outputs[node_id][""].names
        }
        make = _MAKERS.get(kind)
        if make:
            feeds.update(make(self, config, refs))
        return feeds

    def expression(self, text: str, refs: Mapping[str, str], inner: Mapping[str, list[Feed]]) -> list[Feed]:
        """The input columns of an expression; `inner` are variables, which stand for their own."""
        try:
            (tree,) = read(text, Form.AGGREGATE, self.dialect)
        except (UnreadableSqlError, ValueError):
            return []
        copied = isinstance(tree, exp.Column)
        found: dict[tuple[str, str], Feed] = {}
        for column in tree.find_all(exp.Column):
            for feed in self._named(column, refs, inner):
                key = (feed.ref, feed.column)
                found[key] = Feed(feed.ref, feed.column, copied and feed.copied)
        return list(found.values())

    def _named(self, column: exp.Column, refs: Mapping[str, str], inner: Mapping[str, list[Feed]]) -> list[Feed]:
        if not column.table and column.name in inner:
            return inner[column.name]
        qualifier = {"l": "left", "r": "right"}.get(column.table.lower(), "")
        ref = refs.get(qualifier)
        given = self.found.output(ref).find(column.name) if ref else None
        return [Feed(ref, given.name, True)] if ref and given else []


def _refs(found: Resolution, node_id: str, kind: str, config: Mapping[str, Any]) -> dict[str, str]:
    """Input field → ref, as the node's expressions know them; "" is a single input."""
    if kind in INPUT_FIELDS:
        return {name: str(config.get(name)) for name in INPUT_FIELDS[kind]}
    edges = found.graph.inputs(node_id)
    return {"": edges[0].ref} if len(edges) == 1 else {edge.ref: edge.ref for edge in edges}


Feeds = dict[str, list[Feed]]


def _computed(tracer: _Tracer, config: Mapping[str, Any], refs: Mapping[str, str]) -> Feeds:
    inner: Feeds = {}
    for item in config.get("variables") or ():
        inner[item["name"]] = tracer.expression(item["expression"], refs, inner)
    return {item["name"]: tracer.expression(item["expression"], refs, inner) for item in config.get("columns") or ()}


def _pushdown(_tracer: _Tracer, config: Mapping[str, Any], refs: Mapping[str, str]) -> Feeds:
    """With a query of its own, nobody knows which source column fills which output."""
    found: Feeds = {}
    for item in config.get("columns") or ():
        source, _, name = str(item.get("from", "")).partition(".")
        found[item["name"]] = [Feed(source, name, True)] if source in refs.values() else []
    return found


def _union(_tracer: _Tracer, config: Mapping[str, Any], _refs: Mapping[str, str]) -> Feeds:
    found: Feeds = {item["name"]: [] for item in config["columns"]}
    for given in config["inputs"]:
        for item, name in zip(config["columns"], given["columns"], strict=False):
            if name:
                found[item["name"]].append(Feed(given["ref"], name, True))
    return found


def _several(ref: str, names: Iterable[str | None], copied: bool) -> list[Feed]:
    return [Feed(ref, name, copied) for name in dict.fromkeys(names) if name]


def _query(tracer: _Tracer, config: Mapping[str, Any], _refs: Mapping[str, str]) -> Feeds:
    """What a query reads by the names that its output is made of; all of it counts as computed."""
    refs = {item["name"]: item["ref"] for item in config["inputs"]}
    given = relations(config, {ref: tracer.found.output(ref) for ref in refs.values()})
    found: Feeds = {item["name"]: [] for item in config["columns"]}
    for item, names in zip(config["columns"], sources(config, given, tracer.dialect), strict=False):
        found[item["name"]] = [Feed(refs[table], column, copied) for table, column, copied in names]
    return found


def _normalizer(_tracer: _Tracer, config: Mapping[str, Any], refs: Mapping[str, str]) -> Feeds:
    return {item["name"]: _several(refs.get("", ""), item["from"], True) for item in config["columns"]}


def _pivot(_tracer: _Tracer, config: Mapping[str, Any], refs: Mapping[str, str]) -> Feeds:
    ref = refs.get("", "")
    return {item["name"]: _several(ref, (item["value"], config["key"]), False) for item in config["columns"]}


def _unpivot(_tracer: _Tracer, config: Mapping[str, Any], refs: Mapping[str, str]) -> Feeds:
    names = [item["column"] for item in config["columns"]]
    return {config["value_column"]: _several(refs.get("", ""), names, True), config["name_column"]: []}


def _split(_tracer: _Tracer, config: Mapping[str, Any], refs: Mapping[str, str]) -> Feeds:
    names = [item["name"] for item in config.get("columns") or ()] or [config["column"]]
    names += [config["position_column"]] if "position_column" in config else []
    return {name: [Feed(refs.get("", ""), config["column"], False)] for name in names}


def _replaced(_tracer: _Tracer, config: Mapping[str, Any], refs: Mapping[str, str]) -> Feeds:
    replaced = [Feed(refs["left"], config["column"], False)]
    if "replace" in config:
        replaced.append(Feed(refs["right"], config["replace"], False))
    return {config["column"]: replaced}


_MAKERS: dict[str, Callable[[_Tracer, Mapping[str, Any], Mapping[str, str]], Feeds]] = {
    "sql_expression": _computed,
    "sql_join": _computed,
    "sql_join_pushdown": _computed,
    "append": _computed,
    "sql_group_by": _computed,
    "window": _computed,
    "multi_row_formula": _computed,
    "source_connector_sql_pushdown": _pushdown,
    "sql_union_all": _union,
    "sql_query": _query,
    "normalizer": _normalizer,
    "pivot": _pivot,
    "unpivot": _unpivot,
    "text_to_columns": _split,
    "json_parse": _split,
    "xml_parse": _split,
    "find_replace": _replaced,
}
