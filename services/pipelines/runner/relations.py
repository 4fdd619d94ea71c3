"""The relations of a script: for each node and port that is read, its query and what that reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from secrets import randbelow
from typing import Any

from sqlglot import exp

from services.pipelines.dsl.columns import Resolution
from services.pipelines.dsl.fields import INPUT_FIELDS, PORTS
from services.pipelines.dsl.relation import Relation
from services.pipelines.runner import sinks
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.context import Context, Given, Guard
from services.pipelines.runner.dialects import NO_RECURSION, null_ordering
from services.pipelines.runner.errors import NotRunnableError
from services.pipelines.runner.kinds import COMPILERS

VOLATILE = (exp.Rand, exp.Randn, exp.Uuid)


@dataclass(slots=True)
class Defined:
    """One relation: the query that gives its rows, the relations that it reads, the rows that may not be."""

    node_id: str
    query: exp.Query
    reads: list[str]
    guards: list[Guard] = field(default_factory=list)

    @property
    def is_volatile(self) -> bool:
        return bool(self.query.find(*VOLATILE))


@dataclass(slots=True)
class Relations:
    """`own` is the dialect of the expressions, `dialect` that of the script; `tables` are named by node id.

    `defined` holds the relations by name, each after those that it reads.
    """

    found: Resolution
    own: str
    dialect: str
    tables: Mapping[str, str]
    parameters: Mapping[str, exp.Expr]
    run_number: int = field(default_factory=lambda: randbelow(2**31))
    defined: dict[str, Defined] = field(default_factory=dict)

    def name(self, ref: str) -> str:
        """The script's name of a ref: the node's id, with the port unless it is the default one."""
        node_id, _, port = ref.partition(".")
        kind = str(self.found.graph.nodes[node_id].get("transform"))
        return node_id if not port or port in PORTS.get(kind, ())[:1] else ref

    def define(self, ref: str) -> str:
        """Defines a relation and, first, all it reads; a loop, since pipelines may be long. Gives its name."""
        waiting = [ref]
        while waiting:
            name = self.name(waiting[-1])
            before = [] if name in self.defined else self._undefined(name)
            if before:
                waiting.extend(before)
                continue
            waiting.pop()
            if name not in self.defined:
                self.defined[name] = self._query(name)
        return self.name(ref)

    def with_inputs(self, query: exp.Query, reads: Iterable[str], kept: Iterable[str]) -> exp.Query:
        """A query, changed in place, with all it reads as CTEs before it, except what is kept in tables."""
        held = set(kept)
        needed: set[str] = set()
        waiting = list(reads)
        while waiting:
            name = waiting.pop()
            if name not in held and name not in needed:
                needed.add(name)
                waiting.extend(self.defined[name].reads)
        if needed and (query.args.get("with_") or not isinstance(query, exp.Select)):
            query = sql.select(["*"], sql.subquery(query, "__q"))
        for name, item in self.defined.items() if needed else ():
            if name in needed:
                query = query.with_(sql.name(name), as_=item.query.copy(), copy=False)
        return query

    def _undefined(self, name: str) -> list[str]:
        node_id = name.partition(".")[0]
        if node_id in self.tables:
            return []
        return [edge.ref for edge in self.found.graph.inputs(node_id) if self.name(edge.ref) not in self.defined]

    def _query(self, name: str) -> Defined:
        node_id, _, port = name.partition(".")
        node = self.found.graph.nodes[node_id]
        if node["type"] == "source" or node_id in self.tables:
            return Defined(node_id, self._source(node_id, node, self.found.output(name)), [])
        make = COMPILERS.get(node["transform"])
        if make is None:
            raise NotRunnableError(node_id, "it was not converted; write it by hand first")
        context = self._context(node_id, node, self.found.output(name))
        query = make(context, port)
        if self.dialect in NO_RECURSION and any(each.recursive for each in query.find_all(exp.With)):
            raise NotRunnableError(node_id, f"{self.dialect} has no recursive queries")
        return Defined(node_id, query, list(dict.fromkeys(context.reads)), context.guards)

    def _context(self, node_id: str, node: Mapping[str, Any], output: Relation) -> Context:
        return Context(
            node_id,
            node["config"],
            self._given(node_id, node),
            output,
            self.own,
            self.parameters,
            null_ordering(self.own),
            target=self.dialect,
            run_number=self.run_number,
            ports=frozenset(edge.from_port for edge in self.found.graph.edges if edge.source == node_id),
        )

    def _given(self, node_id: str, node: Mapping[str, Any]) -> dict[str, Given]:
        inputs = self.found.inputs[node_id]
        kind = node["transform"]
        edges = self.found.graph.inputs(node_id)
        refs = {key: key for key in inputs}
        if kind in INPUT_FIELDS:
            refs = {key: node["config"][key] for key in INPUT_FIELDS[kind]}
        elif "" in inputs and edges:
            refs = {"": edges[0].ref}
        return {key: Given(self.name(ref), inputs[key]) for key, ref in refs.items() if ref}

    def _source(self, node_id: str, node: Mapping[str, Any], output: Relation) -> exp.Query:
        config = node["config"]
        if not output.known:
            raise NotRunnableError(node_id, "it declares no columns")
        columns = [sql.alias(sql.column(text), text) for text in output.names]
        if node_id in self.tables:
            return sql.select(columns, sql.table(self.tables[node_id]))
        if node.get("connector") == "inline":
            return _inline(output, config.get("rows") or ())
        if "table" not in config:
            raise NotRunnableError(node_id, "only a source with a table can be read by SQL; give its rows")
        return sql.select(columns, sinks.physical(config))


def _inline(output: Relation, rows: Iterable[Iterable[Any]]) -> exp.Query:
    """Rows written in the document, each value cast to its column's type."""
    selects = [
        exp.select(
            *(
                sql.alias(sql.cast(sql.literal(value), column.type), column.name)
                for column, value in zip(output.columns, row, strict=True)
            )
        )
        for row in rows
    ]
    if selects:
        return selects[0] if len(selects) == 1 else exp.union(*selects, distinct=False, copy=False)
    empty = (sql.alias(sql.cast(exp.null(), column.type), column.name) for column in output.columns)
    return exp.select(*empty).where(exp.EQ(this=sql.literal(1), expression=sql.literal(0)), copy=False)
