"""A pipeline as an ordered SQL script.

What is read once is a CTE of its reader; what is read more often, or gives other rows each time, is kept in a temporary
table first. Then come the guards, and the sinks in their load order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlglot import exp

from services.pipelines.dsl.check import check_document
from services.pipelines.dsl.columns import Resolution, resolve
from services.pipelines.dsl.document import Document
from services.pipelines.runner import sinks
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.dialects import HASHED, create_temporary, temporary_name, text
from services.pipelines.runner.errors import NotRunnableError
from services.pipelines.runner.ordering import order_of
from services.pipelines.runner.relations import Relations
from services.pipelines.runner.script import Purpose, Script, Statement
from services.pipelines.severity import Severity

T = TypeVar("T", bound=exp.Expr)
LAST = 1_000_000  # place of a sink that states no load order


def compile(
    document: Document,
    dialect: str = "",
    *,
    tables: Mapping[str, str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    checked: Resolution | None = None,
    keep_all: bool = False,
    watch: Iterable[str] = (),
    pretty: bool = True,
) -> Script:
    """The script of a pipeline in a dialect (by default the document's own).

    `tables` names other tables for sources and sinks by node id; `parameters` gives values by name, for which the
    declared defaults stand in. `checked` is the resolution of a document that is known to have no errors; without it,
    that is checked here. With `keep_all` every node's rows are kept in a temporary table, so that a statement that
    fails is that of one node. `watch` lists sinks, other nodes and ports whose rows are asked for beside; what a
    watched sink reads is kept. Without `pretty` a statement is one line. Raises NotRunnableError where the document
    has errors, or a node has no SQL.
    """
    if checked is None:
        require_sound(document)
    if document.is_orchestration:
        raise NotRunnableError("", "an orchestration is no pipeline; run the pipelines that it names")
    own = str(document.data.get("dialect") or "postgresql")
    relations = Relations(
        checked or resolve(document), own, dialect or own, dict(tables or {}), values(document, parameters or {})
    )
    return _Compiler(relations, keep_all, tuple(watch), pretty).script()


def require_sound(document: Document) -> None:
    """Raises NotRunnableError, with the first of them, where the document has errors."""
    errors = [finding for finding in check_document(document) if finding.severity == Severity.ERROR]
    if errors:
        place = errors[0].place.removeprefix(f"node '{errors[0].node}', ")
        raise NotRunnableError(errors[0].node, f"{place}: {errors[0].message}")


def values(document: Document, given: Mapping[str, Any]) -> dict[str, exp.Expr]:
    """The values of parameters, given or by default, as SQL."""
    found = {}
    for item in document.data.get("parameters") or ():
        if item["name"] in given or "default" in item:
            value = given.get(item["name"], item.get("default"))
            found[item["name"]] = sql.cast(sql.literal(value), item.get("type", "string"))
    return found


@dataclass(slots=True)
class _Compiler:
    relations: Relations
    keep_all: bool
    watch: tuple[str, ...]
    pretty: bool
    kept: dict[str, str] = field(default_factory=dict)  # relation → its temporary table

    @property
    def dialect(self) -> str:
        return self.relations.dialect

    def script(self) -> Script:
        nodes = self.relations.found.graph.nodes
        ordered = sorted(
            (node_id for node_id in self.relations.found.graph.order if nodes[node_id]["type"] == "sink"),
            key=lambda node_id: nodes[node_id]["config"].get("load_order", LAST),
        )
        fed = {node_id: self.relations.define(self._input(node_id)) for node_id in ordered}
        beside = {ref: fed.get(ref) or self.relations.define(ref) for ref in self.watch}
        defined = self.relations.defined.values()
        uses = Counter([*fed.values(), *(fed[ref] for ref in self.watch if ref in fed)])
        uses.update(name for item in defined for name in item.reads * (1 + len(item.guards)))
        statements = [*self._temporary(uses), *self._guards()]
        targets, rows, shapes, watched = {}, {}, {}, {}
        for node_id in ordered:
            sink = self._sink(node_id, fed[node_id])
            targets[node_id] = self._text(sink.target)
            rows[node_id] = self._text(self._whole(sinks.select(sink), [sink.relation]))
            if "only" in sink.config:
                shapes[node_id] = self._text(self._whole(sinks.shape(sink), [sink.relation]))
            if node_id in beside:
                watched[node_id] = self._text(self._whole(sinks.kept(sink), [sink.relation]))
            statements.extend(self._written(sink))
        watched |= {ref: self._all_of(name) for ref, name in beside.items() if ref not in fed}
        return Script(self.dialect, tuple(statements), targets, rows, shapes, watched)

    def _input(self, sink: str) -> str:
        return self.relations.found.graph.inputs(sink)[0].ref

    def _all_of(self, name: str) -> str:
        return self._text(self._whole(sql.select(["*"], sql.table(name)), [name]))

    def _temporary(self, uses: Counter[str]) -> Iterator[Statement]:
        for name, item in self.relations.defined.items():
            used = uses[name]
            if (self.keep_all and item.reads) or used > 1 or (used and item.is_volatile):
                query = self._whole(item.query, item.reads)
                self.kept[name] = temporary_name(name, self.dialect)
                yield Statement(item.node_id, Purpose.TEMPORARY, self._create(self.kept[name], query))

    def _guards(self) -> Iterator[Statement]:
        for item in self.relations.defined.values():
            for guard in item.guards:
                whole = self._whole(guard.query, item.reads)
                yield Statement(item.node_id, Purpose.GUARD, self._text(whole), guard.reason)

    def _whole(self, query: exp.Query, reads: Iterable[str]) -> exp.Query:
        return self._with_tables(self.relations.with_inputs(query, reads, self.kept))

    def _with_tables(self, tree: T) -> T:
        """The tree, reading from temporary tables under the names they have; changed in place."""
        if self.dialect in HASHED:
            for node in list(tree.find_all(exp.Table)):
                if self.kept.get(node.name, node.name) != node.name:
                    node.set("this", sql.name(self.kept[node.name]))
        return tree

    def _sink(self, node_id: str, relation: str) -> sinks.Sink:
        config, tables = self.relations.found.graph.nodes[node_id]["config"], self.relations.tables
        target = sql.table(tables[node_id]) if node_id in tables else sinks.physical(config, node_id)
        return sinks.Sink(node_id, config, relation, self.relations.found.output(self._input(node_id)), target)

    def _written(self, sink: sinks.Sink) -> Iterator[Statement]:
        order = order_of(self.relations.found, self._input(sink.node_id), self.relations.own, self.dialect)
        for tree in sinks.statements(sink, order):
            if isinstance(tree, sinks.Staged):
                stage = temporary_name(sink.stage, self.dialect)
                query = self._whole(tree.query, [sink.relation])
                yield Statement(sink.node_id, Purpose.TEMPORARY, self._create(stage, query))
                self.kept[sink.stage] = stage
                continue
            if isinstance(tree, exp.Insert) and isinstance(tree.expression, exp.Query):
                reads = [table.name for table in tree.expression.find_all(exp.Table) if table.name == sink.relation]
                tree.set("expression", self._whole(tree.expression, reads))
            yield Statement(sink.node_id, Purpose.WRITE, self._text(self._with_tables(tree)))

    def _create(self, name: str, query: exp.Query) -> str:
        return create_temporary(name, query, self.dialect, pretty=self.pretty)

    def _text(self, tree: exp.Expr) -> str:
        return text(tree, self.dialect, pretty=self.pretty)
