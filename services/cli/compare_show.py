"""How `dataflow-ai compare` tells what it found, and how far it is."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.cli.output import make_console
from services.parity import Comparison
from services.parity.result import Sample, Text

QUIET_SECONDS = 1.0
LONGEST_CELL = 80


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal, from the second second on."""
    console = make_console(error=True)
    if not console.is_terminal:
        yield lambda _step, _done, _total: None
        return
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task("starting")
    timer = threading.Timer(QUIET_SECONDS, bar.start)
    timer.start()
    try:
        yield lambda step, done, total: bar.update(task, description=step, completed=done, total=total)
    finally:
        timer.cancel()
        timer.join()
        bar.stop()


def tell(found: Comparison) -> None:
    console = make_console()
    verdict = "[green]equal[/green]" if found.equal else "[red]different[/red]"
    console.print(
        f"[bold]{escape(found.left)}[/bold] and [bold]{escape(found.right)}[/bold]: {verdict}", soft_wrap=True
    )
    console.print(
        f"rows {found.row_count_left:,} and {found.row_count_right:,}; only left {found.only_left:,}, only right "
        f"{found.only_right:,}, differing {found.differing:,}; rows of duplicate keys {found.duplicate_rows:,}",
        soft_wrap=True,
    )
    for line in _schema(found):
        console.print(line, markup=False, soft_wrap=True)
    console.print(_columns(found))
    if found.samples:
        console.print(_samples(found.samples))
    for warning in found.warnings:
        console.print(f"Note: {warning}", markup=False, soft_wrap=True)


def _schema(found: Comparison) -> Iterator[str]:
    diff = found.schema_diff
    for side, names in (("left", diff.only_left), ("right", diff.only_right)):
        if names:
            yield f"Columns on the {side} alone: {', '.join(names)}"
    for column, left, right in diff.types:
        yield f"{column}: {left} on the left, {right} on the right"


def _columns(found: Comparison) -> Table:
    table = Table(box=None, padding=(0, 2))
    for head in ("column", "as", "differing", "why", "nulls", "distinct", "smallest", "largest"):
        table.add_column(head, overflow="fold")
    for each in found.columns:
        why = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in each.reasons.items())
        pairs = ((str(a), str(b)) for a, b in (each.nulls, each.distinct))
        ends = ((_cell(a), _cell(b)) for a, b in (each.smallest, each.largest))
        style = "red" if each.differing else ""
        shown = [a if a == b else f"{a} / {b}" for a, b in (*pairs, *ends)]
        name = f"{each.column} (key)" if each.key else each.column
        table.add_row(*map(escape, (name, each.compared_as, str(each.differing), why, *shown)), style=style)
    return table


def _samples(samples: tuple[Sample, ...]) -> Table:
    table = Table(box=None, padding=(0, 2), title="Differences", title_justify="left", title_style="bold")
    for head in ("kind", "key", "column", "left", "right", "why"):
        table.add_column(head, overflow="fold")
    for each in samples:
        key = ", ".join(f"{name}={_cell(value)}" for name, value in each.key.items())
        for at, cells in enumerate(_rows(each)):
            first = (each.kind.replace("_", " "), key) if at == 0 else ("", "")
            table.add_row(*map(escape, (*first, *cells)))
    return table


def _rows(sample: Sample) -> Iterator[tuple[str, str, str, str]]:
    """Column, left, right and why."""
    if sample.kind == "duplicate_key":
        yield "", f"{sample.times[0]} times", f"{sample.times[1]} times", ""
    for name in sample.left or sample.right:
        cells = [_cell(side[name]) if name in side else "" for side in (sample.left, sample.right)]
        yield name, cells[0], cells[1], sample.why.get(name, "").replace("_", " ")


def _cell(value: Text) -> str:
    """A value with blanks at its ends, and control characters, made visible."""
    if value is None:
        return "null"
    plain = value.isprintable() and value == value.strip() and value not in ("", "null")
    text = value if plain else f'"{value.encode("unicode_escape").decode() if not value.isprintable() else value}"'
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL]}…"
