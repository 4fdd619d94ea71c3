"""`dataflow-ai report`: of a folder that `convert` wrote, of an export, or of a job of a server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from services.cli import jobs
from services.cli.convert_write import converted, refusal
from services.cli.estate_manifest import NAME, entries
from services.cli.output import CliError, read, write
from services.cli.report_estate import PAGE, estate, result_folder, stored_report, write_html
from services.cli.rest import is_job
from services.migration.parsers import ExportError
from services.migration.pipeline import draft
from services.migration.report import RENDERERS, MigrationReport, Sides, to_html
from services.migration.report.estate import Team
from services.migration.report.estate_render import estate_csv, estate_json

ESTATE_TEXTS = {"json": estate_json, "csv": estate_csv}


def report(
    of: Annotated[
        str,
        typer.Argument(
            metavar="FOLDER|EXPORT|JOB",
            help="A folder that `convert` wrote, an export, or the id of a job on a server",
            show_default=False,
        ),
    ],
    form: Annotated[jobs.ReportForm | None, typer.Option("--format", help="Form of the report")] = None,
    out: jobs.Out = None,
    people: Annotated[float, typer.Option(min=0.1, help="People who do the work, for the weeks of a batch")] = 2.0,
    hours_per_week: Annotated[float, typer.Option(min=1, help="Hours a week of each")] = 30.0,
    url: jobs.Url = jobs.LOCAL,
    key: jobs.Key = "",
    workspace: jobs.Workspace = "",
) -> None:
    """Show the report of a batch, of one conversion, or of a job on a server, as JSON, CSV or one HTML page.

    Without --format, the ending of --out says the form; JSON else. Exit code 0: done; 1: it cannot be read or written.
    """
    chosen = form or _form_of(out)
    path = Path(of)
    if not path.exists():
        if not is_job(of):
            raise CliError(
                f"There is no folder or file {of!r}: give a folder that `dataflow-ai convert` wrote, an export, or the "
                "id of a job on a server (`dataflow-ai jobs` lists them)."
            )
        jobs.report(of, chosen, out, url, key, workspace)
    elif (path / NAME).is_file():
        _batch(path, chosen, out, Team(people, hours_per_week))
    else:
        path = result_folder(path) if path.is_dir() else path
        found, sides = _one(path)
        made = path / PAGE
        if chosen is jobs.ReportForm.HTML and made.is_file():  # it has each original, which the report's data has not
            _deliver(read(made).decode(), out)
            return
        text = to_html(found, sides) if chosen is jobs.ReportForm.HTML else RENDERERS[chosen.value][1](found)
        _deliver(text, out)


def _form_of(out: Path | None) -> jobs.ReportForm:
    ending = out.suffix.lower().removeprefix(".") if out else ""
    return jobs.ReportForm(ending) if ending in set(jobs.ReportForm) else jobs.ReportForm.JSON


def _batch(folder: Path, form: jobs.ReportForm, out: Path | None, team: Team) -> None:
    found = estate(entries(folder), f"Migration of {folder}", team)
    if form is jobs.ReportForm.HTML:
        write_html(found, out or Path("/dev/stdout"), folder)
    else:
        _deliver(ESTATE_TEXTS[form.value](found), out)


def _one(path: Path) -> tuple[MigrationReport, Sides]:
    """Of a folder, the report that stands there; of an export, one made now."""
    if path.is_dir():
        return stored_report(path), {}
    data = read(path)
    try:
        migration, sides = converted(lambda answers: draft(data, path.name, answers=answers), None)
    except ExportError as error:
        place = f", line {error.line}" if error.line else ""
        raise CliError(f"{path}{place}: {refusal(error)}") from error
    return migration.report, sides


def _deliver(text: str, out: Path | None) -> None:
    if out is not None:
        write(out, text.encode())
    else:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
