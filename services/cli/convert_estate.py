"""`dataflow-ai convert` of folders: every export in a process of its own, and only those that have changed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.estate_find import Export, Found, find, folders
from services.cli.estate_manifest import Manifest
from services.cli.estate_pool import run_all
from services.cli.estate_progress import Bar
from services.cli.estate_task import PARTS, Done, Options, Task, job
from services.cli.output import Exit, make_console
from services.migration.report.entry import Entry, as_file, failed_entry
from services.migration.wording import counted

SHOWN_FILES = 30
SUMS = ("objects", "by_rule", "by_model", "manual", "issues")
COLOURS = {"completed": "green", "completed_with_warnings": "yellow", "failed": "red"}
BLOCKED = "RELEASE_BLOCKED"
NO_EXPORT = "There is no export: .xml, .yxmd, .dtsx, .dsx, or a .zip, .ispac or .yxzp of them."
Engine = Callable[[list[Task]], Iterator[Done]]


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run; `stopped` where Ctrl-C ended it before all was done."""

    entries: tuple[Entry, ...]
    ignored: int
    stopped: bool = False


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def convert_estate(
    inputs: list[Path],
    options: Options,
    engine: Callable[[Options], Engine] | None,
    *,
    workers: int,
    timeout: float,
    what: str = "converting",
) -> Run:
    """Convert everything below `inputs` into `options.out`; what an earlier run did and still holds stays.

    `engine`, made from the options, converts instead of a pool on this machine. Raises CliError where folders cannot
    be read or written.
    """
    found = find(inputs, options.out)
    manifest = Manifest(options.out, options)
    places = folders(
        found.exports, {key: kept.entry.folder for key, kept in manifest.kept.items() if kept.entry.folder}
    )
    chosen = (engine or partial(pool, workers=workers, timeout=timeout))(_with(options, found))
    entries: dict[str, Entry] = {}
    stopped = False
    manifest.open()
    try:
        with Bar(make_console(error=True), len(found.exports), what) as bar:
            for exports in (found.flows, found.macros):
                taken_in = manifest.taken_in(entries)
                todo = [export for export in exports if _place(export) not in taken_in]
                known = {export.key: entry for export in todo if (entry := manifest.unchanged(export))}
                entries |= known
                bar.step(len(exports) - len(todo) + len(known))
                tasks = [_task(each, places[each.key], manifest) for each in todo if each.key not in known]
                for done in chosen(tasks):
                    entries[done.entry.file] = done.entry
                    manifest.add(done, asked=bool(options.provider))
                    bar.step()
    except KeyboardInterrupt:
        stopped = True
    finally:
        manifest.close()
        shutil.rmtree(options.out / PARTS, ignore_errors=True)
    ordered = tuple(entries[export.key] for export in found.exports if export.key in entries)
    return Run(ordered, found.ignored, stopped)


def _place(export: Export) -> str:
    """How other exports of the folder name it."""
    return export.path.relative_to(export.root).as_posix() if export.root else ""


def _with(options: Options, found: Found) -> Options:
    return Options(
        options.out, options.dialect, options.tool, options.pipelines, options.provider, options.key, found.companions
    )


def _task(export: Export, place: str, manifest: Manifest) -> Task:
    kept = manifest.kept.get(export.key)
    return Task(export.key, export.path, place, export.root, kept.files if kept else ())


def pool(options: Options, *, workers: int, timeout: float) -> Engine:
    """Conversions on this machine."""

    def run(tasks: list[Task]) -> Iterator[Done]:
        for ended in run_all(tasks, job(options), workers=workers, timeout=timeout):
            yield ended.result or Done(failed_entry(ended.task.key, ended.reason, ended.message, 0.0))

    return run


def total(entries: Iterable[Entry]) -> dict[str, Any]:
    """Sums over all files. `confidence` is the mean over objects."""
    listed = list(entries)
    objects = sum(each.objects for each in listed)
    weighed = sum(each.confidence * each.objects for each in listed)
    statuses = {status: sum(each.status == status for each in listed) for status in COLOURS}
    return {
        "files": len(listed),
        **statuses,
        "unchanged": sum(each.unchanged for each in listed),
        "confidence": round(weighed / objects, 4) if objects else 0.0,
        **{name: sum(getattr(each, name) for each in listed) for name in SUMS},
        "seconds": round(sum(each.seconds for each in listed if not each.unchanged), 3),
    }


def exit_code(run: Run) -> Exit:
    """As `convert` documents it."""
    if run.stopped:
        return Exit.INTERRUPTED
    failed = [each for each in run.entries if each.status == "failed"]
    if any(each.reason != BLOCKED for each in failed):
        return Exit.FAILED
    return Exit.BLOCKED if failed else Exit.DONE


def tell(run: Run, out: Path, *, as_json: bool) -> None:
    """Print what came of a run."""
    if as_json:
        files = [as_file(entry) for entry in run.entries]
        typer.echo(json.dumps({"files": files, "total": total(run.entries)}, ensure_ascii=False, indent=2))
    else:
        _tell(make_console(), run, out)
    if run.stopped:
        done = counted(len(run.entries), "file")
        make_console(error=True).print(f"Stopped. Done and kept: {done}; run again to go on.")


def _tell(console: Console, run: Run, out: Path) -> None:
    ordered = sorted(run.entries, key=_urgency)
    troubled = [each for each in ordered if each.status == "failed"]
    shown = troubled[:SHOWN_FILES] if len(ordered) > SHOWN_FILES else ordered
    console.print(_table(shown))
    if len(troubled) > len(shown):
        rest = troubled[len(shown) :]
        console.print(f"  … and {len(rest)} more that failed ({_parted(rest)}); --json lists all")
    sums = total(ordered)
    console.print(
        f"{counted(sums['files'], 'file')}: [green]{sums['completed']} completed[/green], "
        f"[yellow]{sums['completed_with_warnings']} with warnings[/yellow], [red]{sums['failed']} failed[/red] "
        f"({_parted(troubled)}); {sums['unchanged']} unchanged. "
        f"{counted(sums['objects'], 'object')}: {sums['by_rule']} by rule, "
        f"{sums['by_model']} by a model, {sums['manual']} by hand; confidence {sums['confidence']:.2f}.",
        soft_wrap=True,
    )
    ignored = f" Left alone: {counted(run.ignored, 'other file')}." if run.ignored else ""
    console.print(f"Results are in {escape(str(out))}/.{ignored}", soft_wrap=True)


def _urgency(entry: Entry) -> int:
    """What nothing came of before what a person has to finish, the rest last."""
    return 2 if entry.status != "failed" else int(entry.reason == BLOCKED)


def _parted(failed: Sequence[Entry]) -> str:
    """How many of the failed files are which kind."""
    blocked = sum(each.reason == BLOCKED for each in failed)
    return f"{len(failed) - blocked} not converted, {blocked} to finish by hand"


def _table(entries: Iterable[Entry]) -> Table:
    table = Table(box=None, padding=(0, 2))
    for head in ("file", "tool", "status", "objects", "by hand", "confidence", "why"):
        table.add_column(head, justify="right" if head in ("objects", "by hand", "confidence") else "left")
    for each in entries:
        colour = COLOURS[each.status]
        why = f"{each.reason}: {each.message}" if each.message else each.reason
        figures = (str(each.objects), str(each.manual), f"{each.confidence:.2f}") if each.is_read else ("", "", "")
        table.add_row(escape(each.file), each.tool, f"[{colour}]{each.status}[/{colour}]", *figures, escape(why))
    return table
