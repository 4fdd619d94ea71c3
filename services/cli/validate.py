"""`dataflow-ai validate`: pipelines and orchestrations against the language, with places and remedies; or jobs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from services.cli import validate_job
from services.cli.estate_progress import Bar
from services.cli.jobs import LOCAL, Key, Url, Workspace
from services.cli.output import CliError, Exit, make_console, read
from services.cli.rest import Engine, is_job
from services.migration.wording import counted
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.finding import Finding, dotted
from services.pipelines.severity import Severity
from services.pipelines.structure import ValidationResult, check_of, validate_structure, with_execution

ENDINGS = frozenset({".yaml", ".yml"})
"""Files of a folder that are taken for pipelines; a file named by itself always is, JSON too."""
COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


@dataclass(frozen=True, slots=True)
class Checked:
    """One file; `unreadable` is why nothing could be checked."""

    file: str
    result: ValidationResult
    unreadable: str = ""

    @property
    def is_valid(self) -> bool:
        return not self.unreadable and self.result.is_valid


def validate(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="PIPELINE|FOLDER|JOB...",
            help="Pipelines or orchestrations, YAML or JSON; folders of YAML; or ids of jobs on a server",
            show_default=False,
        ),
    ],
    execute: Annotated[
        bool, typer.Option("--execute", help="Also run every pipeline without errors over made-up rows")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors do")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object: {files: […], total: {…}}; of jobs, {jobs: […], …}")
    ] = False,
    url: Url = LOCAL,
    key: Key = "",
    workspace: Workspace = "",
) -> None:
    """Check pipelines against the language: syntax, keys, schema of every node, edges, circles, dangerous SQL.

    Every finding has its file, line and column, the node, and what to do. Nodes of kind `manual` are valid and counted:
    a person has yet to write them. Files are checked on this machine; of a JOB, the server at --server says what its
    checks found, which run the pipelines too.

    Exit code 0: valid; 1: a file has errors (with --strict, or warnings) or cannot be read, or a job is not valid;
    2: wrong arguments; 130: stopped by Ctrl-C.
    """
    if any(_is_job(path) for path in files):
        with Engine(url, key, workspace) as engine:
            raise typer.Exit(_jobs(engine, files, strict=strict, as_json=as_json))
    paths = list(_found(files))
    checked: list[Checked] = []
    stopped = False
    with Bar(make_console(error=True), len(paths), "validating") as bar:
        try:
            for path in paths:
                checked.append(_checked(path, execute))
                bar.step()
        except KeyboardInterrupt:
            stopped = True
    if as_json:
        typer.echo(json.dumps(as_dict(checked), ensure_ascii=False, indent=2))
    else:
        _tell(make_console(), checked)
    if stopped:
        make_console(error=True).print(f"Stopped: {len(checked)} of {len(paths)} files are checked.")
        raise typer.Exit(Exit.INTERRUPTED)
    bad = any(not each.is_valid or (strict and each.result.warnings) for each in checked)
    raise typer.Exit(Exit.FAILED if bad else Exit.DONE)


def _is_job(path: Path) -> bool:
    return is_job(str(path)) and not path.exists()


def _jobs(engine: Engine, named: list[Path], *, strict: bool, as_json: bool) -> Exit:
    """Raises CliError where a job is not there, has no result, or files are named beside jobs."""
    files = [str(path) for path in named if not _is_job(path)]
    if files:
        raise CliError(f"{files[0]}: files and jobs are checked by different programs; give one kind of them at once.")
    jobs = [validate_job.checked(engine, str(path)) for path in named]
    if as_json:
        typer.echo(json.dumps(validate_job.as_dict(jobs), ensure_ascii=False, indent=2))
    else:
        validate_job.tell(make_console(), jobs)
    return Exit.FAILED if validate_job.is_bad(jobs, strict=strict) else Exit.DONE


def as_dict(checked: Iterable[Checked]) -> dict[str, Any]:
    """What --json prints."""
    files = [
        {
            "file": each.file,
            "valid": each.is_valid,
            "message": each.unreadable,
            "documents": [document.name for document in each.result.documents],
            "executed": each.result.executed,
            "manual": [str(node.get("id", "")) for document in each.result.documents for node in _manual(document)],
            "errors": len(each.result.errors),
            "warnings": len(each.result.warnings),
            "findings": [_finding(finding) for finding in each.result.findings],
        }
        for each in checked
    ]
    return {"files": files, "total": _total(files)}


def _total(files: list[dict[str, Any]]) -> dict[str, int]:
    return {
        "files": len(files),
        "valid": sum(each["valid"] for each in files),
        "documents": sum(len(each["documents"]) for each in files),
        "executed": sum(each["executed"] for each in files),
        "manual": sum(len(each["manual"]) for each in files),
        "errors": sum(each["errors"] for each in files),
        "warnings": sum(each["warnings"] for each in files),
    }


def _manual(document: Document) -> Iterator[dict[str, Any]]:
    """The nodes that a person has yet to write."""
    return (node for node in document.nodes() if node.get("transform") == "manual")


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "check": check_of(finding),
        "message": finding.message,
        "node": finding.node,
        "path": dotted(finding.path),
        "line": finding.line,
        "column": finding.column,
    }


def _found(given: Iterable[Path]) -> Iterator[Path]:
    """The files, and those of folders in order, hidden ones left out. Raises CliError: there is none."""
    for path in given:
        if not path.is_dir():
            yield path
            continue
        below = [
            each
            for each in sorted(path.rglob("*"))
            if each.suffix.lower() in ENDINGS and each.is_file() and not _is_hidden(each.relative_to(path))
        ]
        if not below:
            raise CliError(f"{path} holds no pipeline: no file of it ends in .yaml or .yml.")
        yield from below


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _checked(path: Path, execute: bool) -> Checked:
    try:
        content = read(path)
    except CliError as error:
        return Checked(str(path), ValidationResult(), str(error))
    found = validate_structure(content)
    return Checked(str(path), with_execution(found) if execute else found)


def _tell(console: Console, checked: list[Checked]) -> None:
    for each in checked:
        if each.unreadable:
            console.print(f"[red]{escape(each.unreadable)}[/red]", soft_wrap=True)
        for finding in each.result.findings:
            place = f":{finding.line}:{finding.column}" if finding.line else ""
            colour = COLOURS[finding.severity]
            console.print(
                f"{escape(each.file)}{place}: [{colour}]{finding.severity.upper()}[/{colour}] {finding.code} "
                f"{escape(_where(finding))}: {escape(finding.message)}",
                soft_wrap=True,
            )
    sums = as_dict(checked)["total"]
    run = f", {sums['executed']} run" if sums["executed"] else ""
    left = f" {counted(sums['manual'], 'manual node')} left to write." if sums["manual"] else ""
    console.print(
        f"{counted(sums['files'], 'file')}, {sums['valid']} valid; {counted(sums['documents'], 'document')}{run}, "
        f"{counted(sums['errors'], 'error')}, {counted(sums['warnings'], 'warning')}.{left}"
    )


def _where(finding: Finding) -> str:
    """The node and the path in it; the line stands before."""
    return finding.place.removesuffix(f" (line {finding.line})")
