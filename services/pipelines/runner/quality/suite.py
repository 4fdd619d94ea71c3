"""Runs the quality checks of a pipeline over what a run has loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from services.pipelines.dsl.columns import Resolution, resolve
from services.pipelines.dsl.document import Document
from services.pipelines.runner.compile import values
from services.pipelines.runner.errors import NotRunnableError, RunFailedError
from services.pipelines.runner.execute import Played, Row, load_rows
from services.pipelines.runner.quality import custom, reconcile
from services.pipelines.runner.quality.measures import MEASURES
from services.pipelines.runner.quality.outcome import CannotCheckError, Found, Outcome, State
from services.pipelines.runner.quality.rows import Rows, viewed
from services.pipelines.runner.quality.schema import schema

Check = Mapping[str, Any]
ALL_MEASURES = ("row_count", "column_sums", "checksums")


def watched(document: Document) -> tuple[str, ...]:
    """The nodes whose rows the checks look at, for `Given.watch`. The document has no errors."""
    found = resolve(document)
    wanted: dict[str, None] = {}
    for check in document.data.get("quality_checks") or ():
        wanted |= dict.fromkeys((*_nodes(check, found), *(check.get("against") or ())))
        if check["type"] == "custom_sql":
            try:
                wanted |= dict.fromkeys(custom.tables(check, found, _dialect(document)).values())
            except CannotCheckError:
                continue  # said when the check is run
    return tuple(node for node in wanted if node in found.graph.nodes)


def check_quality(
    played: Played,
    document: Document,
    *,
    expected: Mapping[str, Iterable[Row]] | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> list[Outcome]:
    """The outcome of every check, in order, one for each node that it concerns.

    `expected` are the rows that the legacy job loads, by sink. The run has watched what `watched` names.
    """
    suite = _Suite(played, document, dict(expected or {}), values(document, parameters or {}))
    return [outcome for check in document.data.get("quality_checks") or () for outcome in suite.outcomes(check)]


def _dialect(document: Document) -> str:
    return str(document.data.get("dialect") or "postgresql")


def _nodes(check: Check, found: Resolution) -> list[str]:
    """The nodes that a check concerns: the one it names, or every sink."""
    if "node" in check:
        return [check["node"]]
    return [node_id for node_id in found.graph.order if found.graph.nodes[node_id]["type"] == "sink"]


@dataclass(slots=True)
class _Suite:
    played: Played
    document: Document
    expected: Mapping[str, Iterable[Row]]
    parameters: Mapping[str, exp.Expr]
    views: dict[str, Rows] = field(default_factory=dict)

    def outcomes(self, check: Check) -> Iterator[Outcome]:
        nodes = _nodes(check, self.played.resolution)
        for node in nodes if check["type"] != "custom_sql" else nodes[:1]:
            yield self._outcome(check, node)

    def _outcome(self, check: Check, node: str) -> Outcome:
        facts = (check["name"], check["type"], check.get("severity", "error"), node)
        try:
            with self.played.engine.attempt():
                found = self._found(check, node)
        except CannotCheckError as error:
            return Outcome(*facts, State.NOT_RUN, error.measures, reason=str(error))
        except (RunFailedError, NotRunnableError) as error:
            return Outcome(*facts, State.NOT_RUN, reason=f"the engine refuses it: {error}")
        state = State.PASSED if found.good else State.FAILED
        return Outcome(*facts, state, found.measures, found.limits, "" if found.good else _reason(found))

    def _found(self, check: Check, node: str) -> Found:
        if check["type"] == "custom_sql":
            return self._custom(check)
        if check["type"] == "schema":
            return self._schema(check, node)
        if check["type"] == "reconciliation":
            return self._reconciled(check, node)
        return MEASURES[check["type"]](check, self._rows(node), self._keys(node))

    def _rows(self, node: str) -> Rows:
        if node not in self.played.script.watched:
            raise CannotCheckError(f"the pipeline has no node '{node}' that gives rows")
        if node not in self.views:
            self.views[node] = viewed(self.played.engine, node, self.played.script.watched[node])
        return self.views[node]

    def _keys(self, node: str) -> list[str]:
        """The keys of a sink, or the primary key that a sink or source declares."""
        found = self.played.resolution.graph.nodes[node]
        declared = found["config"].get("columns") or found.get("columns") or ()
        primary = [item["name"] for item in declared if isinstance(item, dict) and item.get("key") == "primary"]
        return list(found["config"].get("keys") or primary)

    def _schema(self, check: Check, node: str) -> Found:
        found = self.played.resolution.graph.nodes[node]
        if found["type"] != "sink":
            raise CannotCheckError("it concerns the target of a sink, and its node is none")
        declared = found["config"].get("columns") or ()
        expected = check.get("expected") or declared or [{"name": name} for name in self._rows(node).columns]
        columns = dict(self.played.engine.columns(node, f"SELECT * FROM {self.played.script.targets[node]}"))  # noqa: S608  # the name is quoted
        return schema(expected, declared, columns, self._rows(node))

    def _reconciled(self, check: Check, node: str) -> Found:
        rows = self._rows(node)
        if node in self.expected:
            return reconcile.with_expected(check.get("measures") or ALL_MEASURES, rows, self._expected(node))
        counts = {source: self._rows(source).count()[0] for source in check.get("against") or ()}
        if not counts:
            raise CannotCheckError(f"it names nothing to compare `against`; {reconcile.REMEDY}")
        return reconcile.with_sources(self.played.resolution, node, rows, counts)

    def _expected(self, node: str) -> Rows:
        key = f"expected.{node}"
        if key not in self.views:
            self.views[key] = _table(self.played, node, list(self.expected[node]), self._rows(node))
        return self.views[key]

    def _custom(self, check: Check) -> Found:
        named = custom.tables(check, self.played.resolution, _dialect(self.document))
        views = {node: self._rows(node) for node in named.values()}
        if not views:
            raise CannotCheckError("its query reads no table")
        return custom.custom_sql(check, self.played.resolution, views, _dialect(self.document), self.parameters)


def _table(played: Played, node: str, listed: list[Row], rows: Rows) -> Rows:
    """Expected rows in a table whose columns have the types that the sink's have."""
    table = f"expected.{node}"
    played.engine.create_as(node, table, played.script.watched[node])
    load_rows(played.engine, node, table, list(rows.columns), listed)
    given = {name.casefold() for row in listed[:1] for name in row}
    kept = {name: kind for name, kind in rows.columns.items() if name.casefold() in given}
    return Rows(played.engine, node, table, kept or dict(rows.columns))


def _reason(found: Found) -> str:
    numbers = ", ".join(f"{key} {value}" for key, value in found.measures.items())
    limits = ", ".join(f"{key} {value}" for key, value in found.limits.items())
    return f"{numbers}; allowed: {limits}" + (f"; in {found.where}" if found.where else "")
