"""How `dataflow-ai run` tells what came of a run: tables for people, one object for programs."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.output import make_console
from services.cli.run_engine import Result, Sink
from services.cli.run_rows import plain
from services.pipelines.runner.quality import Outcome, State

QUIET_SECONDS = 1.0
LONGEST_CELL = 60
STYLES = {State.PASSED: "green", State.FAILED: "red", State.NOT_RUN: "yellow"}


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Says on a terminal what is being done, from the second second on."""
    console = make_console(error=True)
    if not console.is_terminal:
        yield lambda _node: None
        return
    status = console.status("starting")
    timer = threading.Timer(QUIET_SECONDS, status.start)
    timer.start()
    try:
        yield lambda node: status.update(escape(node))
    finally:
        timer.cancel()
        timer.join()
        status.stop()


def as_dict(result: Result) -> dict[str, object]:
    """The result as plain data, with every row that was kept."""
    return {
        "pipeline": result.pipeline,
        "engine": result.engine,
        "passed": result.passes,
        "written": result.written,
        "sources": dict(result.sources),
        "sinks": {name: _sink_dict(sink) for name, sink in result.sinks.items()},
        "checks": [each.as_dict() for each in result.checks],
        "notes": result.notes,
    }


def _sink_dict(sink: Sink) -> dict[str, object]:
    found: dict[str, object] = {"total": sink.total, "columns": sink.names, "rows": sink.rows}
    return found | ({"file": str(sink.file)} if sink.file else {})


def tell(result: Result) -> None:
    console = make_console()
    for name, sink in result.sinks.items():
        _tell_sink(console, f"{result.pipeline}/{name}", sink)
    if result.checks:
        _tell_checks(console, result.checks)
    for note in result.notes:
        console.print(f"Note: {note}", markup=False, soft_wrap=True)
    if result.written:
        console.print("The tables of the sinks are written.")


def _tell_sink(console: Console, title: str, sink: Sink) -> None:
    where = f", in {escape(str(sink.file))}" if sink.file else ""
    console.print(f"[bold]{escape(title)}[/bold]: {sink.total} {_rows(sink.total)}{where}", soft_wrap=True)
    if not sink.rows:
        return
    console.print(_wide(sink) if _fits(console, sink) else _long(sink))
    if sink.total > len(sink.rows):
        console.print(f"  … and {sink.total - len(sink.rows)} more")


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"


def _fits(console: Console, sink: Sink) -> bool:
    """Whether a line holds a row, its longest cells cut."""
    cells = [[name, *(_cell(row[name]) for row in sink.rows)] for name in sink.names]
    return sum(max(map(len, column)) + 4 for column in cells) <= console.width


def _cell(value: object) -> str:
    text = "null" if value is None else str(plain(value)).replace("\n", "⏎")
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"


def _shown(value: object) -> str:
    return "[dim]null[/dim]" if value is None else escape(_cell(value))


def _wide(sink: Sink) -> Table:
    """A line for each row."""
    table = Table(box=None, padding=(0, 2))
    for name in sink.names:
        numbers = all(isinstance(row[name], int | float | Decimal) or row[name] is None for row in sink.rows)
        table.add_column(escape(name), overflow="fold", justify="right" if numbers else "left")
    for row in sink.rows:
        table.add_row(*map(_shown, row.values()))
    return table


def _long(sink: Sink) -> Table:
    """A line for each value, for rows that are wider than the terminal."""
    table = Table(box=None, padding=(0, 2), show_header=False)
    table.add_column(style="dim", justify="right")
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for number, row in enumerate(sink.rows, 1):
        for index, (name, value) in enumerate(row.items()):
            table.add_row(str(number) if index == 0 else "", escape(name), _shown(value))
    return table


def _tell_checks(console: Console, checks: list[Outcome]) -> None:
    table = Table(box=None, padding=(0, 2), title="Quality checks", title_justify="left", title_style="bold")
    for head in ("check", "node", "result", "found, and why"):
        table.add_column(head, overflow="fold")
    for each in checks:
        state = each.state.value.replace("_", " ")
        severity = f" ({each.severity})" if each.state == State.FAILED else ""
        style = STYLES[each.state] if each.severity == "error" or each.state != State.FAILED else "yellow"
        table.add_row(
            escape(each.name), escape(each.node), f"[{style}]{state}{severity}[/{style}]", escape(_found(each))
        )
    console.print(table)


def _found(outcome: Outcome) -> str:
    numbers = ", ".join(f"{key} {value}" for key, value in outcome.measures.items())
    if outcome.state == State.FAILED:
        return outcome.reason
    return "; ".join(part for part in (outcome.reason, numbers) if part)
