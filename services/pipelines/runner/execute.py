"""Runs a pipeline: sources loaded, the script played, the rows of the sinks."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.pipelines.dsl.columns import Resolution, resolve
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.relation import Relation
from services.pipelines.runner.compile import compile, require_sound
from services.pipelines.runner.context import MOST_SHOWN
from services.pipelines.runner.engine import Engine, Values
from services.pipelines.runner.errors import NotRunnableError, RunFailedError
from services.pipelines.runner.on_duckdb import in_memory
from services.pipelines.runner.script import Purpose, Script, Statement

Row = Mapping[str, Any]
Progress = Callable[[str], None] | None


@dataclass(slots=True)
class Given:
    """What a run is given: rows of sources and, before the run, of sinks, by node id; values of parameters.

    `read` names relations that exist already and stand for sources; `written` lists the sinks that write the tables
    that they name, instead of tables of the run's own. `watch` is as `compile` has it.
    """

    inputs: Mapping[str, Iterable[Row]] = field(default_factory=dict)
    targets: Mapping[str, Iterable[Row]] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    read: Mapping[str, str] = field(default_factory=dict)
    written: frozenset[str] = frozenset()
    watch: tuple[str, ...] = ()


@dataclass(slots=True)
class Played:
    """A run that has ended well, on an engine that still holds its rows."""

    engine: Engine
    resolution: Resolution
    script: Script
    tables: Mapping[str, str]
    loaded: dict[str, int]  # rows of each source that was given some

    @property
    def sinks(self) -> list[str]:
        return list(self.script.targets)

    def query(self, sink: str) -> str:
        """The query of the rows that a sink has: its own table's, or those written where that is not the run's."""
        if sink not in self.tables:
            return self.script.rows[sink]
        return f"SELECT * FROM {self.script.targets[sink]}"  # noqa: S608  # the name is quoted

    def names(self, sink: str) -> list[str]:
        return [name for name, _ in self.engine.columns(sink, self.query(sink))]

    def total(self, sink: str) -> int:
        """How many rows a sink has."""
        ((count,),) = self.engine.stream(sink, f"SELECT COUNT(*) FROM ({self.query(sink)}) AS q")  # noqa: S608  # the query is compiled
        return int(count)

    def rows(self, sink: str) -> Iterator[dict[str, Any]]:
        """The rows of a sink, one after the other."""
        names = self.names(sink)
        return (dict(zip(names, row, strict=True)) for row in self.engine.stream(sink, self.query(sink)))


def run(
    document: Document,
    inputs: Mapping[str, Iterable[Row]] | None = None,
    *,
    targets: Mapping[str, Iterable[Row]] | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """The rows of every sink after a run on DuckDB, in memory.

    `inputs` gives the rows of sources by node id (also of a pushdown read whose own query can't be run here); a source
    without rows is empty, unless it is inline. `targets` gives what sinks hold before. Raises NotRunnableError where
    there is no SQL for a node, RunFailedError where DuckDB refuses it.
    """
    with in_memory() as engine:
        played = run_on(engine, document, Given(inputs or {}, targets or {}, parameters or {}))
        return {sink: list(played.rows(sink)) for sink in played.sinks}


def run_on(
    engine: Engine, document: Document, given: Given, progress: Progress = None, *, heed_guards: bool = True
) -> Played:
    """A run on an engine. Raises NotRunnableError and RunFailedError.

    `progress`, where given, is called with the node before each statement; `heed_guards` as in `play`.
    """
    require_sound(document)
    resolution = resolve(document)
    for node_id in (*given.inputs, *given.targets, *given.read):
        if node_id not in resolution.graph.nodes:
            raise NotRunnableError(node_id, "rows are given for a node that the pipeline does not have")
    tables = {key: table for key, table in tables_of(resolution, given.inputs).items() if key not in given.written}
    tables |= given.read
    script = compile(
        document, engine.dialect, tables=tables, parameters=given.parameters, checked=resolution, watch=given.watch
    )
    own = {key: table for key, table in tables.items() if key not in given.read}
    loaded = play(
        engine, script, resolution, own, given.inputs, given.targets, heed_guards=heed_guards, progress=progress
    )
    return Played(engine, resolution, script, tables, loaded)


def tables_of(resolution: Resolution, inputs: Iterable[str]) -> dict[str, str]:
    """Names of the tables that stand for sources and sinks, and for other nodes whose rows are given."""
    tables = {node_id: f"source.{node_id}" for node_id in inputs}
    for node_id, node in resolution.graph.nodes.items():
        if node["type"] == "sink":
            tables[node_id] = f"target.{node_id}"
        elif node["type"] == "source":
            tables.setdefault(node_id, f"source.{node_id}")
    return tables


def play(
    engine: Engine,
    script: Script,
    resolution: Resolution,
    tables: Mapping[str, str],
    inputs: Mapping[str, Iterable[Row]],
    targets: Mapping[str, Iterable[Row]],
    *,
    heed_guards: bool = True,
    progress: Progress = None,
) -> dict[str, int]:
    """Runs a script on an empty database, which then holds the `tables` of the sinks; gives the rows of each source.

    Without `heed_guards` they are executed, but what they find does not stop the run. Raises RunFailedError.
    """
    nodes = resolution.graph.nodes
    sinks = {node_id for node_id in tables if nodes[node_id]["type"] == "sink"}
    loaded = {}
    for node_id in [each for each in resolution.graph.order if each in tables and each not in sinks]:
        _tell(progress, node_id)
        relation = resolution.output(node_id)
        engine.create(node_id, tables[node_id], relation)
        rows = inputs[node_id] if node_id in inputs else _inline(nodes[node_id], relation)
        loaded[node_id] = load_rows(engine, node_id, tables[node_id], relation.names, rows)
    made: set[str] = set()
    for statement in script.statements:
        node_id = statement.node
        _tell(progress, node_id)
        if node_id in sinks and node_id not in made:
            made.add(node_id)
            shape = script.shapes.get(node_id, script.rows[node_id])
            _target(engine, node_id, tables[node_id], shape, targets.get(node_id, ()))
        if statement.purpose == Purpose.GUARD:
            _guard(engine, statement, heed_guards)
        else:
            engine.execute(node_id, statement.sql)
    return loaded


def _tell(progress: Progress, node_id: str) -> None:
    if progress is not None:
        progress(node_id)


def _inline(node: Mapping[str, Any], relation: Relation) -> list[Row]:
    if node.get("connector") != "inline":
        return []
    return [dict(zip(relation.names, row, strict=True)) for row in node["config"].get("rows") or ()]


def _target(engine: Engine, node_id: str, table: str, query: str, before: Iterable[Row]) -> None:
    """A sink's table, with the columns and types of a query, and the rows it holds before."""
    engine.create_as(node_id, table, query)
    held = list(before)
    if held:
        load_rows(engine, node_id, table, [name for name, _ in engine.columns(node_id, query)], held)


def _guard(engine: Engine, statement: Statement, heed: bool) -> None:
    found = list(engine.stream(statement.node, statement.sql))
    if not found or not heed:
        return
    names = [name for name, _ in engine.columns(statement.node, statement.sql)]
    shown = "; ".join(", ".join(f"{name} = {_shown(v)}" for name, v in zip(names, row, strict=True)) for row in found)
    more = ", and perhaps more" if len(found) >= MOST_SHOWN else ""
    raise RunFailedError(statement.node, f"{statement.reason}: {shown}{more}", statement.sql, of_data=True)


def _shown(value: object) -> str:
    return "null" if value is None else repr(value) if isinstance(value, str) else str(value)


def load_rows(engine: Engine, node_id: str, table: str, names: Sequence[str], rows: Iterable[Row]) -> int:
    """Adds rows to a table with these columns; gives their number. Raises NotRunnableError for other columns."""
    places = {name.casefold(): index for index, name in enumerate(names)}
    places |= {name: index for index, name in enumerate(names)}
    return engine.load(node_id, table, names, (_values(node_id, names, places, row) for row in rows))


def _values(node_id: str, names: Sequence[str], places: Mapping[str, int], row: Row) -> Values:
    values: list[Any] = [None] * len(names)
    for key, value in row.items():
        place = places.get(key, places.get(key.casefold()))
        if place is None:
            known = ", ".join(names)
            raise NotRunnableError(node_id, f"a row has the column '{key}', which is not declared; there is {known}")
        values[place] = value
    return values


def rows_from_csv(text: str, *, delimiter: str = ",", null: str = "") -> list[dict[str, Any]]:
    """Rows of a CSV text with a header; `null` is the text that stands for null."""
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    return [{key: None if value == null else value for key, value in row.items()} for row in reader]
