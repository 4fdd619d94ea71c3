"""What a process of the pool does with one export: convert it, write what is asked for, and say how it went."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

from services.cli.convert_write import Ask, converted, refusal, write_result
from services.cli.output import CliError, read, write
from services.migration.ast import Tool, WorkflowAST
from services.migration.fallback import ModelAnswer
from services.migration.model.local import ask_provider
from services.migration.parsers import ExportError
from services.migration.parsers.archives import is_zip
from services.migration.parsers.companions import Companions
from services.migration.parsers.detect import PARSERS, TITLES, identify
from services.migration.parsers.errors import ToolMismatchError
from services.migration.pipeline import Draft, convert, draft
from services.migration.report import to_json
from services.migration.report.entry import Entry, entry_of, failed_entry

PARTS = ".parts"  # of the result folder; what is under way stands there


@dataclass(frozen=True, slots=True)
class Options:
    """What all files of a run have in common; picklable."""

    out: Path
    dialect: str = "postgresql"
    tool: Tool | None = None
    pipelines: bool = True  # without, only the report as data
    provider: str = ""
    key: str = ""
    companions: Mapping[Path, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One export, and the folder below `out` for its result."""

    key: str
    path: Path
    folder: str
    root: Path | None = None
    old: tuple[str, ...] = ()  # files that an earlier conversion left there


@dataclass(frozen=True, slots=True)
class Done:
    """How it went, and what the next run needs to know whether anything has changed."""

    entry: Entry
    digest: str = ""
    beside: Mapping[str, str] | None = None  # companions taken in: path below the root → digest
    files: tuple[str, ...] = ()
    unanswered: bool = False  # a model was wanted, and none answered


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def convert_one(options: Options, task: Task) -> Done:
    """Convert the export and put its result in place. An export that cannot be read is a failed entry."""
    began = time.monotonic()
    try:
        data = read(task.path)
    except CliError as error:
        return Done(failed_entry(task.key, "UNREADABLE", str(error), 0.0))
    beside = companions(options, task)
    try:
        migration, sides = converted(partial(_drawn, data, task, options, beside), _ask(options))
        part = options.out / PARTS / digest(task.key.encode())[:16]
        shutil.rmtree(part, ignore_errors=True)
        if options.pipelines:
            files = write_result(migration, sides, part)
        else:
            files = ["report.json"]
            write(part / files[0], to_json(migration.report).encode())
        _move(part, options.out / task.folder, files, task.old)
    except ExportError as error:
        place = f"line {error.line}, column {error.column}: " if error.line else ""
        message = f"{place}{refusal(error)}"
        entry = failed_entry(task.key, error.reason, message, time.monotonic() - began)
        return Done(entry, digest(data), digests(task, beside))
    except CliError as error:
        return Done(failed_entry(task.key, "UNWRITABLE", str(error), time.monotonic() - began))
    entry = entry_of(task.key, migration, seconds=time.monotonic() - began, folder=task.folder)
    return Done(entry, digest(data), digests(task, beside), tuple(files), unanswered=bool(migration.result.requests))


def _ask(options: Options) -> Ask | None:
    return partial(ask_provider, options.provider, options.key) if options.provider else None


def companions(options: Options, task: Task) -> Companions:
    """The files of the folder that the export may take in; none where it was given by itself."""
    if task.root is None or options.companions is None:
        return Companions()
    root = task.root
    return Companions(_listed(root, options.companions.get(root, ())), lambda path: (root / path).read_bytes())


@cache
def _listed(root: Path, paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(path for path in paths if (root / path).is_file())


def _drawn(data: bytes, task: Task, options: Options, beside: Companions, answers: dict[str, ModelAnswer]) -> Draft:
    if is_zip(data) or not len(beside):
        return draft(data, task.path.name, tool=options.tool, dialect=options.dialect, answers=answers)
    stamp = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    ast = with_companions(data, task, options.tool, beside)
    return Draft(ast, ast.file, stamp, convert(ast, dialect=options.dialect, generated_at=stamp, answers=answers))


def with_companions(data: bytes, task: Task, tool: Tool | None, beside: Companions) -> WorkflowAST:
    root = task.root or task.path.parent
    file = task.path.relative_to(root).as_posix()
    found, text = identify(data, file)
    if tool is not None and found is not tool:
        raise ToolMismatchError(
            f"The export is from {TITLES[found]}, not from {TITLES[tool]}.", "Leave --tool out.", file=file
        )
    return PARSERS[found](text, file, beside)


def digests(task: Task, beside: Companions) -> dict[str, str]:
    root = task.root or task.path.parent
    used = {path.lower() for path in beside.used}
    return {path: digest((root / path).read_bytes()) for path in beside if path.lower() in used}


def _move(part: Path, folder: Path, files: Iterable[str], old: Iterable[str]) -> None:
    """The new result in place of the old: what is there is never half a file."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in old:
            (folder / name).unlink(missing_ok=True)
        for name in files:
            os.replace(part / name, folder / name)
        part.rmdir()
    except OSError as error:
        raise CliError(f"{folder}: cannot be written ({error.strerror}).") from error


Call = Callable[[Task], Done]


def job(options: Options) -> Call:
    """What the pool calls with each task."""
    return partial(convert_one, options)
