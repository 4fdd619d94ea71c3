"""`dataflow-ai run`: a pipeline executed on DuckDB or PostgreSQL over rows from files, tables or made up."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from services.cli.output import CliError, Exit, read
from services.cli.run_engine import EngineName, Made, Options, Result, execute
from services.cli.run_rows import RowFile, open_rows, plain, sentence
from services.cli.run_show import as_dict, progress, tell
from services.cli.run_tasks import Plan, plan_of, tell_plan
from services.pipelines.dsl.document import Document, load
from services.pipelines.dsl.errors import DocumentError

SHOWN_ROWS = 10
ROWS_OF = "source=rows.csv"


def run(
    pipeline: Annotated[Path, typer.Argument(help="A pipeline or orchestration, YAML or JSON", show_default=False)],
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="SOURCE=FILE",
            help="Rows of a source by its node id, .csv (with a header, UTF-8) or .parquet; may be repeated",
        ),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="Value of a parameter, in place of its default; repeatable"),
    ] = None,
    made: Annotated[
        Made, typer.Option("--rows", help="Rows made up for sources without --input, always the same; how wild")
    ] = Made.NONE,
    engine: Annotated[EngineName, typer.Option(help="Where the SQL is executed")] = EngineName.DUCKDB,
    url: Annotated[
        str,
        typer.Option(
            "--database",
            "--url",
            envvar="DATABASE_URL",
            help="The server for postgresql; without it one is started for the command",
            show_default=False,
        ),
    ] = "",
    read_tables: Annotated[
        bool, typer.Option("--read-tables", help="postgresql: sources without --input read the tables that they name")
    ] = False,
    source_schema: Annotated[
        str, typer.Option(help="With --read-tables: the schema of the sources' tables, in place of theirs")
    ] = "",
    write_tables: Annotated[
        bool,
        typer.Option("--write", help="postgresql: sinks write the tables that they name; nothing is changed else"),
    ] = False,
    target_schema: Annotated[
        str, typer.Option(help="With --write: the schema of the sinks' tables, in place of theirs")
    ] = "",
    checks: Annotated[bool, typer.Option(help="Run the pipeline's quality checks")] = True,
    expected: Annotated[
        list[str] | None,
        typer.Option(
            "--expect", metavar="SINK=FILE", help="Rows that the legacy job loads, for reconciliation; repeatable"
        ),
    ] = None,
    pipelines: Annotated[
        Path | None, typer.Option(help="For an orchestration: the folder of its pipelines, which are then run")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder that gets <sink>.csv with the rows of every sink")
    ] = None,
    show: Annotated[int, typer.Option(min=0, help="Rows of each sink to print")] = SHOWN_ROWS,
    null: Annotated[str, typer.Option(help="The text that is null in CSV, read and written")] = "",
    delimiter: Annotated[str, typer.Option(help="Delimiter of CSV files that are read; tab for a tabulator")] = ",",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, with every row")] = False,
) -> None:
    """Run a pipeline on this machine, in DuckDB's memory or in one transaction on PostgreSQL, and its quality checks.

    Nothing outside is touched: no connection of the pipeline is opened, a source without --input is empty unless its
    rows stand in the pipeline or --rows makes some up, sinks begin empty and go when the command ends, and PostgreSQL
    undoes all of it. Only --read-tables reads tables that exist, and only --write changes some: all sinks or, after a
    failure, Ctrl-C or a failed check, none. pre_sql and post_sql are never run. An orchestration is shown as a plan;
    with --pipelines its pipelines run in order.

    Exit code 0: run; 1: the pipeline cannot be read, does not run or fails, with its node named; 2: wrong arguments;
    3: run, but a quality check of severity error has failed.
    """
    _require_postgresql(engine, read_tables=read_tables, write=write_tables)
    document = _document(pipeline)
    options = Options(
        engine=engine,
        url=url,
        inputs=_files("--input", inputs, null, delimiter),
        expected=_files("--expect", expected, null, delimiter),
        parameters=dict(_pairs("--param", parameters, "NAME=VALUE")),
        made=made,
        read_tables=read_tables,
        source_schema=source_schema,
        write=write_tables,
        target_schema=target_schema,
        checks=checks,
        out=out,
        null=null,
        shown=None if as_json else show,
    )
    if document.is_orchestration:
        _run_tasks(pipeline, document, pipelines, options, as_json=as_json)
        return
    if pipelines is not None:
        raise CliError("--pipelines: is for orchestrations, and this is a pipeline.")
    _require_declared(document, options)
    result = _result(pipeline, document, options)
    if as_json:
        typer.echo(json.dumps(as_dict(result), ensure_ascii=False, default=plain))
    else:
        tell(result)
    raise typer.Exit(Exit.DONE if result.passes else Exit.BLOCKED)


def _result(path: Path, document: Document, options: Options) -> Result:
    try:
        with progress() as tell_progress:
            return execute(document, options, tell_progress)
    except CliError as error:
        raise CliError(f"{path}: {error}") from error


def _run_tasks(path: Path, document: Document, folder: Path | None, options: Options, *, as_json: bool) -> None:
    """The plan of an orchestration; with a folder, its pipelines run in order."""
    plan = plan_of(path, document, folder)
    if folder is not None:
        plan.run(lambda file, each: _result(file, each, options))
    if as_json:
        typer.echo(json.dumps(plan.as_dict(as_dict), ensure_ascii=False, default=plain))
    else:
        tell_plan(plan, tell)
    raise typer.Exit(_exit(plan))


def _exit(plan: Plan) -> Exit:
    if plan.failed:
        return Exit.FAILED
    return Exit.DONE if plan.passes else Exit.BLOCKED


def _require_postgresql(engine: EngineName, **asked: bool) -> None:
    option = next((name for name, value in asked.items() if value), None)
    if option is not None and engine is not EngineName.POSTGRESQL:
        raise CliError(f"--{option.replace('_', '-')}: needs --engine postgresql; DuckDB runs in memory alone.")


def _document(path: Path) -> Document:
    content = read(path)
    try:
        return load(content)
    except DocumentError as error:
        raise CliError(f"{path}: {sentence(str(error))}") from error


def _files(option: str, texts: list[str] | None, null: str, delimiter: str) -> dict[str, RowFile]:
    return {name: open_rows(Path(file), null, delimiter) for name, file in _pairs(option, texts, ROWS_OF)}


def _pairs(option: str, texts: list[str] | None, example: str) -> list[tuple[str, str]]:
    found = []
    for text in texts or ():
        name, separator, value = text.partition("=")
        if not separator or not name.strip():
            raise CliError(f"{option} {text}: has to be written {example}.")
        found.append((name.strip(), value))
    doubled = next((name for name, _ in found if [n for n, _ in found].count(name) > 1), None)
    if doubled is not None:
        raise CliError(f"{option} {doubled}: is given twice.")
    return found


def _require_declared(document: Document, options: Options) -> None:
    """Raises CliError where a parameter, a source or a sink is named that the pipeline does not have."""
    listed = document.data.get("parameters")
    declared = [str(item.get("name")) for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    _require("--param", options.parameters, declared, "declares no such parameter; it declares")
    nodes = {kind: [str(n.get("id")) for n in document.nodes() if n.get("type") in kind.split()] for kind in _KINDS}
    _require("--input", options.inputs, nodes["source transformation"], "has no such source; its nodes are")
    _require("--expect", options.expected, nodes["sink"], "has no such sink; its sinks are")


_KINDS = ("source transformation", "sink")


def _require(option: str, given: Iterable[str], known: list[str], said: str) -> None:
    unknown = next((name for name in given if name not in known), None)
    if unknown is not None:
        raise CliError(f"{option} {unknown}: the pipeline {said} {', '.join(sorted(known)) or 'none'}.")
