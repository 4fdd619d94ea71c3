"""Where `dataflow-ai run` runs a pipeline, what it gives it, and what comes of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from services.cli.output import CliError
from services.cli.run_rows import Row, RowFile, sentence, write_rows
from services.pipelines.dsl.columns import resolve
from services.pipelines.dsl.document import Document
from services.pipelines.runner import Given, NotRunnableError, Played, RunFailedError, in_memory, run_on
from services.pipelines.runner.catalogue import read_sources, written_sinks
from services.pipelines.runner.compile import require_sound
from services.pipelines.runner.engine import Engine
from services.pipelines.runner.hints import hints
from services.pipelines.runner.on_postgresql import PostgreSql, on_postgresql
from services.pipelines.runner.quality import Outcome, check_quality, passes, watched
from services.pipelines.runner.rows import Level, rows, sample_value

Progress = Callable[[str], None]


class EngineName(StrEnum):
    DUCKDB = "duckdb"
    POSTGRESQL = "postgresql"


class Made(StrEnum):
    """Rows that are made up for sources without a file."""

    NONE = "none"
    PLAIN = "plain"
    ODD = "odd"
    LARGEST = "largest"


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do; files by source or sink."""

    engine: EngineName = EngineName.DUCKDB
    url: str = ""
    inputs: Mapping[str, RowFile] = field(default_factory=dict)
    expected: Mapping[str, RowFile] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    made: Made = Made.NONE
    read_tables: bool = False
    source_schema: str = ""
    write: bool = False
    target_schema: str = ""
    checks: bool = True
    out: Path | None = None
    null: str = ""
    shown: int | None = None  # rows of each sink that are kept to be shown; all where None


@dataclass(slots=True)
class Sink:
    """The rows of a sink: how many, the first of them, and the file that has all."""

    total: int
    names: list[str]
    rows: list[Row]
    file: Path | None = None


@dataclass(slots=True)
class Result:
    """What a run has come to. `written` says that tables outside the run have been changed."""

    pipeline: str
    engine: str
    sources: Mapping[str, int]
    sinks: dict[str, Sink]
    checks: list[Outcome]
    notes: list[str]
    written: bool = False

    @property
    def passes(self) -> bool:
        return passes(self.checks)


@contextlib.contextmanager
def opened(options: Options) -> Iterator[Engine]:
    """The engine. Raises CliError, without the address, which may hold a password, where there is none."""
    if options.engine is EngineName.DUCKDB:
        with in_memory() as engine:
            yield engine
        return
    with contextlib.ExitStack() as stack:
        url = options.url
        if not url:
            from services.cli.throwaway_postgres import throwaway_postgres  # why here: psutil, which is slow to load

            url = stack.enter_context(throwaway_postgres())
        yield stack.enter_context(_connected(url))


@contextlib.contextmanager
def _connected(url: str) -> Iterator[PostgreSql]:
    import asyncpg

    with contextlib.ExitStack() as stack:
        try:
            engine = stack.enter_context(on_postgresql(url))
        except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise CliError(
                f"The PostgreSQL server of --database or DATABASE_URL cannot be used: {reason}. Check the address "
                "(postgresql://user@host:port/database), or leave it out to have a server started."
            ) from error
        yield engine


def execute(document: Document, options: Options, progress: Progress) -> Result:
    """One pipeline. Raises CliError where it does not run, or fails; nothing is then written."""
    with opened(options) as engine:
        try:
            return _execute(engine, document, options, progress)
        except (NotRunnableError, RunFailedError) as error:
            raise CliError(sentence(str(error))) from error


def _execute(engine: Engine, document: Document, options: Options, progress: Progress) -> Result:
    require_sound(document)
    notes = list(_notes(document, options))
    written: frozenset[str] = frozenset()
    read: dict[str, str] = {}
    if isinstance(engine, PostgreSql):
        if options.read_tables:
            read = read_sources(engine, document, options.source_schema, options.inputs)
        if options.write:
            document, written = written_sinks(engine, document, options.target_schema)
            notes += _thrown_away(document, written)
    given = Given(
        {**_made_up(document, options, read), **{name: file.rows() for name, file in options.inputs.items()}},
        parameters=_parameters(document, options),
        read=read,
        written=written,
        watch=watched(document) if options.checks else tuple(written),
    )
    played = run_on(engine, document, given, progress)
    progress("the quality checks")
    checks = _checks(played, document, options) if options.checks else []
    result = Result(document.name, options.engine.value, played.loaded, {}, checks, notes)
    for sink in played.sinks:
        result.sinks[sink] = _sink(played, sink, options)
    if written and isinstance(engine, PostgreSql):
        if result.passes:
            engine.commit()
            result.written = True
        else:
            notes.append("A quality check of severity error has failed, so nothing was written.")
    return result


def _checks(played: Played, document: Document, options: Options) -> list[Outcome]:
    expected = {name: file.rows() for name, file in options.expected.items()}
    return check_quality(played, document, expected=expected, parameters=_parameters(document, options))


def _sink(played: Played, sink: str, options: Options) -> Sink:
    names = played.names(sink)
    file = write_rows(options.out, sink, names, played.rows(sink), options.null) if options.out else None
    total = played.total(sink)
    kept = [] if options.shown == 0 else _first(played.rows(sink), options.shown)
    return Sink(total, names, kept, file)


def _first(listed: Iterable[Row], most: int | None) -> list[Row]:
    found = []
    for row in listed:
        found.append(row)
        if most is not None and len(found) >= most:
            break
    return found


def _made_up(document: Document, options: Options, read: Mapping[str, str]) -> dict[str, Iterable[Row]]:
    """Rows for the sources that have no file and are not read from tables."""
    if options.made is Made.NONE:
        return {}
    found = resolve(document)
    listed = rows(found, hints(document, found), Level[options.made.name])
    return {name: each for name, each in listed.items() if name not in options.inputs and name not in read}


def _parameters(document: Document, options: Options) -> dict[str, str]:
    """The values given; made-up ones where rows are made up. Raises CliError where one is missing."""
    values = dict(options.parameters)
    for item in document.data.get("parameters") or ():
        if "default" in item or item["name"] in values:
            continue
        if options.made is Made.NONE:
            raise CliError(f"The parameter {item['name']} has no default; give --param {item['name']}=VALUE.")
        values[item["name"]] = sample_value(item.get("type", "string"))
    return values


def _notes(document: Document, options: Options) -> Iterator[str]:
    """What a reader has to know of what was not done."""
    for node in document.nodes():
        for key in ("pre_sql", "post_sql"):
            if node.get("config", {}).get(key):
                yield f"The {key} of '{node['id']}' is not run."
        if node.get("transform") == "sequence_generator" and not node["config"].get("reset", True):
            first = node["config"].get("start", 1)
            yield f"The sequence '{node['id']}' begins at {first}: the last number of a run before is not known here."
        file = options.inputs.get(node["id"])
        if file is not None:
            yield from _columns_left_out(node, file)


def _columns_left_out(node: Mapping[str, Any], file: RowFile) -> Iterator[str]:
    given = {name.casefold() for name in file.columns}
    declared = node.get("columns") or node.get("config", {}).get("columns") or ()
    missing = [item for item in declared if item["name"].casefold() not in given]
    needed = [item["name"] for item in missing if not item.get("nullable", True)]
    if needed:
        raise CliError(
            f"{file.path}: has no column {', '.join(needed)}, which '{node['id']}' declares to be never null; "
            f"it has {', '.join(file.columns)}."
        )
    if missing:
        names = ", ".join(item["name"] for item in missing)
        yield f"{file.path} has no column {names}: null in every row of '{node['id']}'."


def _thrown_away(document: Document, written: frozenset[str]) -> list[str]:
    sinks = [node["id"] for node in document.nodes() if node.get("type") == "sink" and node["id"] not in written]
    return [f"The sink '{sink}' names no table; its rows are only shown, or written with --out." for sink in sinks]
