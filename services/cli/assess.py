"""`dataflow-ai assess`: what an estate holds and how long its migration takes, without writing pipelines."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.convert_batch import on_server
from services.cli.convert_estate import NO_EXPORT, convert_estate, cores
from services.cli.convert_server import Key, Server
from services.cli.convert_write import Dialect
from services.cli.estate_task import Options
from services.cli.output import CliError, Exit, make_console, write
from services.cli.report_estate import estate, write_html
from services.migration.ast import Tool
from services.migration.report.estate import EstateReport, Team
from services.migration.report.estate_render import estate_csv, estate_json
from services.migration.report.page import effort_parts
from services.migration.wording import counted

SHOWN = 12


def assess(
    files: Annotated[list[Path], typer.Argument(help="Folders of exports, exports, archives", show_default=False)],
    people: Annotated[float, typer.Option(min=0.1, help="People who do the work")] = 2.0,
    hours_per_week: Annotated[float, typer.Option(min=1, help="Hours a week of each, for this work")] = 30.0,
    dialect: Annotated[Dialect, typer.Option(help="SQL dialect of the pipelines")] = Dialect.POSTGRESQL,
    tool: Annotated[Tool | None, typer.Option(help="The tool they come from; told from the content without")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; as many as cores without", show_default=False)
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds for one export, tried twice")] = 600.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole assessment as JSON")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write it as CSV to this file", show_default=False)] = None,
    html: Annotated[Path | None, typer.Option(help="Write it as a page to this file", show_default=False)] = None,
    server: Server = "",
    key: Key = "",
) -> None:
    """Say what exports hold, what is not converted, in which order they can go over, and how many weeks it takes.

    Every export is converted to know what becomes of it, but no pipeline is kept. Hours are 0.25 for each mapping,
    2.0 for each object to review (twice that for a rewrite), 1.0 for each converted by a model, 0.5 to test each
    mapping and 4.0 to integrate each export.

    Exit code 0: assessed; 1: an export cannot be read (the others are assessed); 2: wrong arguments; 130: stopped.
    """
    with tempfile.TemporaryDirectory(prefix="dataflow-assess-") as folder:
        options = Options(Path(folder), dialect.value, tool, pipelines=False, key=key)
        at_once = workers or cores()
        engine = partial(on_server, url=server, at_once=at_once) if server else None
        run = convert_estate(files, options, engine, workers=at_once, timeout=timeout, what="assessing")
        if not run.entries and not run.stopped:
            raise CliError(NO_EXPORT)
        title = f"Assessment of {', '.join(str(path) for path in files[:3])}{' …' if len(files) > 3 else ''}"
        report = estate(run.entries, title, Team(people, hours_per_week))
        if csv:
            write(csv, estate_csv(report).encode())
        if html:
            write_html(report, html, options.out)
    if as_json:
        typer.echo(estate_json(report), nl=False)
    else:
        _tell(make_console(), report)
    if run.stopped:
        make_console(error=True).print(f"Stopped: these numbers are of {counted(len(run.entries), 'file')} only.")
        raise typer.Exit(Exit.INTERRUPTED)
    raise typer.Exit(Exit.FAILED if report.totals.unreadable else Exit.DONE)


def _tell(console: Console, report: EstateReport) -> None:
    totals, effort, team = report.totals, report.effort, report.team
    if report.unsupported:
        rows = [(one.type, one.tool, str(one.count), str(one.files), one.why) for one in report.unsupported]
        _table(console, "Not converted", ("type", "tool", "objects", "files", "why"), rows)
    unread = [each for each in report.files if not each.is_read]
    if unread:
        _table(console, "Not read", ("file", "why"), [(each.file, f"{each.reason}: {each.message}") for each in unread])
    issues = [
        (one.severity, one.category.replace("_", " "), one.code, str(one.count), str(one.files), f"{one.hours:g}")
        for one in report.issues
    ]
    _table(console, "Issues", ("severity", "category", "code", "issues", "files", "hours"), issues)
    left = effort.review_hours - sum(one.hours for one in report.issues)
    if round(left, 2) > 0:
        console.print(f"  {left:g} hours more are for objects to review that no issue names", soft_wrap=True)
    waves = [(str(number), str(len(wave)), ", ".join(wave[:2])) for number, wave in enumerate(report.order.waves, 1)]
    _table(console, "Waves: each reads only what earlier ones write", ("wave", "pipelines", "such as"), waves)
    tools = ", ".join(f"{count} {name}" for name, count in report.tools.items())
    console.print(
        f"[bold]{counted(totals.files, 'file')}[/bold] ({tools or 'none read'}), {totals.unreadable} not read"
    )
    complexity = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in report.complexity.items())
    console.print(f"{counted(totals.pipelines, 'pipeline')}: {complexity}")
    console.print(
        f"{counted(totals.objects, 'object')}: {totals.auto_converted} converted, {totals.needs_review} to review, "
        f"{totals.manual_required} by hand; confidence {totals.confidence:.2f}"
    )
    parts = ", ".join(f"{name} {hours:g}" for name, hours in effort_parts(effort).items())
    console.print(f"{effort.total_hours:g} hours: {parts}", soft_wrap=True)
    console.print(
        f"[bold]{report.weeks:g} weeks[/bold] for {team} (--people, --hours-per-week)",
        soft_wrap=True,
    )


def _table(console: Console, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not rows:
        return
    console.print(title, style="bold")
    table = Table(box=None, padding=(0, 2))
    for head in heads:
        numeric = head in {"objects", "files", "issues", "hours", "pipelines", "wave"}
        table.add_column(head, justify="right" if numeric else "left")
    for row in rows[:SHOWN]:
        table.add_row(*map(escape, row))
    console.print(table)
    if len(rows) > SHOWN:
        console.print(f"  … and {len(rows) - SHOWN} more; --json or --html has all")
