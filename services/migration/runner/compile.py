"""A pipeline as an ordered SQL script.

What is read once is a CTE of its reader; what is read more often, or gives other rows each time, is kept in a temporary
table first. Sinks are written in their load order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlglot import exp
from sqlglot.dialects import Dialect
from sqlglot.errors import SqlglotError

from services.migration.conversion import Severity
from services.migration.dsl.check import check_document
from services.migration.dsl.columns import Resolution, resolve
from services.migration.dsl.document import Document
from services.migration.dsl.fields import INPUT_FIELDS, PORTS
from services.migration.dsl.relation import Relation
from services.migration.dsl.sqlread import GRAMMARS, read
from services.migration.dsl.texts import Form
from services.migration.runner import sinks
from services.migration.runner import sqlbuild as sql
from services.migration.runner.adapt import for_duckdb
from services.migration.runner.context import Context, Given
from services.migration.runner.errors import NotRunnableError
from services.migration.runner.kinds import COMPILERS
from services.migration.runner.script import Purpose, Script, Statement

T = TypeVar("T", bound=exp.Expr)
TEXTS = {"sap_hana": "NVARCHAR(5000)", "teradata": "VARCHAR(32000)"}
"""The text type of dialects in which a long text can't be compared; each is the longest that can."""
NO_RECURSION = frozenset({"sap_hana"})
VOLATILE = (exp.Rand, exp.Randn, exp.Uuid)
ORDER_KEPT = frozenset({"sql_where", "conditional_branch", "upsert_strategy", "sql_expression", "window"})
TEMPORARY = {
    "teradata": "CREATE VOLATILE TABLE {name} AS (\n{query}\n) WITH DATA ON COMMIT PRESERVE ROWS",
    "sap_hana": "CREATE LOCAL TEMPORARY COLUMN TABLE {name} AS (\n{query}\n) WITH DATA",
}
"""How a dialect keeps rows for the session, where it is not CREATE TEMPORARY TABLE … AS."""
HASHED = frozenset({"mssql", "sap_hana"})
"""Dialects whose temporary tables begin with #."""


def compile(
    document: Document,
    dialect: str = "",
    *,
    tables: Mapping[str, str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    checked: Resolution | None = None,
    keep_all: bool = False,
) -> Script:
    """The script of a pipeline in a dialect (by default the document's own).

    `tables` names other tables for sources and sinks by node id; `parameters` gives values by name, for which the
    declared defaults stand in. `checked` is the resolution of a document that is known to have no errors; without it,
    that is checked here. With `keep_all` every node's rows are kept in a temporary table, so that a statement that
    fails is that of one node. Raises NotRunnableError where the document has errors, or a node has no SQL.
    """
    if checked is None:
        _check(document)
    if document.is_orchestration:
        raise NotRunnableError("", "an orchestration is no pipeline; run the pipelines that it names")
    own = str(document.data.get("dialect") or "postgresql")
    compiler = _Compiler(document, checked or resolve(document), own, dialect or own, dict(tables or {}))
    compiler.keep_all = keep_all
    compiler.parameters = _values(document, parameters or {})
    return compiler.script()


def _check(document: Document) -> None:
    errors = [finding for finding in check_document(document) if finding.severity == Severity.ERROR]
    if errors:
        raise NotRunnableError(errors[0].node, f"{errors[0].place}: {errors[0].message}")


def _values(document: Document, given: Mapping[str, Any]) -> dict[str, exp.Expr]:
    found = {}
    for item in document.data.get("parameters") or ():
        if item["name"] in given or "default" in item:
            value = given.get(item["name"], item.get("default"))
            found[item["name"]] = sql.cast(sql.literal(value), item.get("type", "string"))
    return found


@dataclass(slots=True)
class _Defined:
    node_id: str
    query: exp.Query
    reads: list[str]


@dataclass(slots=True)
class _Compiler:
    document: Document
    found: Resolution
    own: str  # dialect of the expressions
    dialect: str  # dialect of the script
    tables: dict[str, str]
    parameters: dict[str, exp.Expr] = field(default_factory=dict)
    defined: dict[str, _Defined] = field(default_factory=dict)  # relation → its query, inputs first
    kept: dict[str, str] = field(default_factory=dict)  # relation → its temporary table
    keep_all: bool = False

    def script(self) -> Script:
        sinks_in_order = sorted(
            (node_id for node_id in self.found.graph.order if self.found.graph.nodes[node_id]["type"] == "sink"),
            key=lambda node_id: self.found.graph.nodes[node_id]["config"].get("load_order", 1_000_000),
        )
        for node_id in sinks_in_order:
            self._define(self.found.graph.inputs(node_id)[0].ref)
        reads = [self._relation(self.found.graph.inputs(node_id)[0].ref) for node_id in sinks_in_order]
        uses = Counter([*reads, *(name for item in self.defined.values() for name in item.reads)])
        statements = list(self._temporary(uses))
        targets, rows = {}, {}
        for node_id in sinks_in_order:
            sink = self._sink(node_id)
            targets[node_id] = self.text(sink.target)
            rows[node_id] = self.text(self._whole(sinks.select(sink), [sink.relation]))
            statements.extend(self._written(sink))
        return Script(self.dialect, tuple(statements), targets, rows)

    def _relation(self, ref: str) -> str:
        """The script's name of a ref: the node's id, with the port unless it is the default one."""
        node_id, _, port = ref.partition(".")
        kind = str(self.found.graph.nodes[node_id].get("transform"))
        return node_id if not port or port in PORTS.get(kind, ())[:1] else ref

    def _define(self, ref: str) -> None:
        """Defines a relation and, first, all it reads; a loop, since pipelines may be long."""
        waiting = [ref]
        while waiting:
            name = self._relation(waiting[-1])
            before = [] if name in self.defined else self._undefined(name)
            if before:
                waiting.extend(before)
                continue
            waiting.pop()
            if name not in self.defined:
                self.defined[name] = self._query(name)

    def _undefined(self, name: str) -> list[str]:
        node_id = name.partition(".")[0]
        if node_id in self.tables:
            return []
        return [edge.ref for edge in self.found.graph.inputs(node_id) if self._relation(edge.ref) not in self.defined]

    def _query(self, name: str) -> _Defined:
        node_id, _, port = name.partition(".")
        node = self.found.graph.nodes[node_id]
        output = self.found.output(name)
        if node["type"] == "source" or node_id in self.tables:
            return _Defined(node_id, self._source(node_id, node, output), [])
        make = COMPILERS.get(node["transform"])
        if make is None:
            raise NotRunnableError(node_id, "it was not converted; write it by hand first")
        context = Context(
            node_id,
            node["config"],
            self._given(node_id, node),
            output,
            self.own,
            self.parameters,
            str(Dialect.get_or_raise(GRAMMARS.get(self.own, "")).NULL_ORDERING),
        )
        query = make(context, port)
        if self.dialect in NO_RECURSION and any(each.recursive for each in query.find_all(exp.With)):
            raise NotRunnableError(node_id, f"{self.dialect} has no recursive queries")
        return _Defined(node_id, query, list(dict.fromkeys(context.reads)))

    def _given(self, node_id: str, node: Mapping[str, Any]) -> dict[str, Given]:
        inputs = self.found.inputs[node_id]
        kind = node["transform"]
        edges = self.found.graph.inputs(node_id)
        refs = {key: key for key in inputs}
        if kind in INPUT_FIELDS:
            refs = {key: node["config"][key] for key in INPUT_FIELDS[kind]}
        elif "" in inputs and edges:
            refs = {"": edges[0].ref}
        return {key: Given(self._relation(ref), inputs[key]) for key, ref in refs.items() if ref}

    def _source(self, node_id: str, node: Mapping[str, Any], output: Relation) -> exp.Query:
        config = node["config"]
        if not output.known:
            raise NotRunnableError(node_id, "it declares no columns")
        columns = [sql.alias(sql.column(text), text) for text in output.names]
        if node_id in self.tables:
            return exp.select(*columns).from_(sql.table(self.tables[node_id]))
        if node.get("connector") == "inline":
            return _inline(output, config.get("rows") or ())
        if "table" not in config:
            raise NotRunnableError(node_id, "only a source with a table can be read by SQL; give its rows")
        return exp.select(*columns).from_(sinks.physical(config))

    def _temporary(self, uses: Counter[str]) -> Iterable[Statement]:
        for name, item in self.defined.items():
            if self._is_kept(item, uses[name]):
                query = self._whole(item.query, item.reads)
                self.kept[name] = f"#{name}" if self.dialect in HASHED else name
                yield Statement(item.node_id, Purpose.TEMPORARY, self._create(self.kept[name], query))

    def _is_kept(self, item: _Defined, uses: int) -> bool:
        if self.keep_all and item.reads:
            return True
        return uses > 1 or bool(uses and item.query.find(*VOLATILE))

    def _create(self, name: str, query: exp.Query) -> str:
        if self.dialect == "mssql":
            inner = exp.select("*").from_(sql.subquery(query, "__t")) if not isinstance(query, exp.Select) else query
            inner.set("into", exp.Into(this=sql.table(name)))
            return self.text(inner)
        if self.dialect in TEMPORARY:
            quoted = self.text(sql.name(name))
            return TEMPORARY[self.dialect].format(name=quoted, query=self.text(query))
        properties = exp.Properties(expressions=[exp.TemporaryProperty()])
        return self.text(exp.Create(this=sql.table(name), kind="TABLE", expression=query, properties=properties))

    def _whole(self, query: exp.Query, reads: Iterable[str]) -> exp.Query:
        """A query with all it reads as CTEs before it, except what is kept in tables."""
        needed: dict[str, None] = {}
        waiting = list(reads)
        while waiting:
            name = waiting.pop()
            if name not in self.kept and name not in needed:
                needed[name] = None
                waiting.extend(self.defined[name].reads)
        query = query.copy()
        if needed and (query.args.get("with_") or not isinstance(query, exp.Select)):
            query = exp.select("*").from_(sql.subquery(query, "__q"))
        for name, item in self.defined.items():
            if name in needed:
                query = query.with_(sql.name(name), as_=item.query.copy(), copy=False)
        return self._with_tables(query)

    def _with_tables(self, tree: T) -> T:
        """The tree, reading from temporary tables under the names they have; changed in place."""
        if self.dialect in HASHED:
            for node in list(tree.find_all(exp.Table)):
                if self.kept.get(node.name, node.name) != node.name:
                    node.set("this", sql.name(self.kept[node.name]))
        return tree

    def _sink(self, node_id: str) -> sinks.Sink:
        node = self.found.graph.nodes[node_id]
        ref = self.found.graph.inputs(node_id)[0].ref
        target = sql.table(self.tables[node_id]) if node_id in self.tables else sinks.physical(node["config"], node_id)
        return sinks.Sink(node_id, node["config"], self._relation(ref), self.found.output(ref), target)

    def _written(self, sink: sinks.Sink) -> list[Statement]:
        node_id = sink.node_id
        trees = sinks.statements(sink, self._order(self.found.graph.inputs(node_id)[0].ref))
        stage = f"#{sink.stage}" if self.dialect in HASHED else sink.stage
        written = []
        for tree in trees:
            if isinstance(tree, sinks.Staged):
                query = self._whole(tree.query, [sink.relation])
                written.append(Statement(node_id, Purpose.TEMPORARY, self._create(stage, query)))
                self.kept[sink.stage] = stage
            else:
                full = tree
                if isinstance(tree, exp.Insert) and isinstance(tree.expression, exp.Query):
                    reads = [table.name for table in tree.expression.find_all(exp.Table) if table.name == sink.relation]
                    full.set("expression", self._whole(tree.expression, reads))
                written.append(Statement(node_id, Purpose.WRITE, self.text(self._with_tables(full))))
        return written

    def _order(self, ref: str) -> list[exp.Expr]:
        """The order that a node upstream gives the rows, by the sink's input columns; [] where there is none."""
        given = self.found.output(ref)
        while True:
            node_id = ref.partition(".")[0]
            node = self.found.graph.nodes[node_id]
            keys = _ORDERS.get(str(node.get("transform")), lambda _config, _dialect: [])(node["config"], self.own)
            if keys or node.get("transform") not in ORDER_KEPT:
                named = [column.name for key in keys for column in key.find_all(exp.Column)]
                return keys if all(given.find(name) for name in named) else []
            ref = self.found.graph.inputs(node_id)[0].ref

    def _texts(self, node: exp.Expr) -> exp.Expr:
        long = isinstance(node, exp.DataType) and node.this == exp.DType.TEXT
        return exp.DataType(this=exp.DType.USERDEFINED, kind=TEXTS[self.dialect]) if long else node

    def text(self, tree: exp.Expr) -> str:
        """A tree in the script's dialect. Raises NotRunnableError where the dialect can't say it."""
        if self.dialect == "duckdb" and self.own == "postgresql":
            tree = for_duckdb(tree)
        if self.dialect in TEXTS:
            tree = tree.transform(self._texts)
        try:
            return tree.sql(dialect=GRAMMARS.get(self.dialect, ""), pretty=True)
        except SqlglotError as error:
            raise NotRunnableError("", f"{self.dialect} can't say it: {error}") from None


def _sorted(config: Mapping[str, Any], dialect: str) -> list[exp.Expr]:
    nulls = str(Dialect.get_or_raise(GRAMMARS.get(dialect, "")).NULL_ORDERING)
    return sql.order(config["order_by"], null_ordering=nulls)


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
        return selects[0] if len(selects) == 1 else exp.union(*selects, distinct=False)
    empty = (sql.alias(sql.cast(exp.null(), column.type), column.name) for column in output.columns)
    return exp.select(*empty).where(exp.EQ(this=sql.literal(1), expression=sql.literal(0)))
