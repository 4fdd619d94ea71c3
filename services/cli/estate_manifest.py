"""What earlier runs left in a result folder: one JSON line for each file, the last line of a file counts.

Lines are only added while a run goes on, so an end of any kind loses no more than the files under way.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TextIO

import services
from services.cli.estate_find import Export
from services.cli.estate_task import Done, Options, digest
from services.cli.output import CliError
from services.migration.report.entry import Entry, entry_from

NAME = ".dataflow-manifest.jsonl"
ENGINE_PACKAGES = ("migration", "pipelines", "sql_dialects")
ENGINE_FILES = frozenset({".py", ".json", ".txt", ".yaml", ".tsv", ".html"})
NOT_KEPT = frozenset({"WORKER_DIED", "TIMEOUT", "INTERNAL", "UNREADABLE", "UNWRITABLE", "CANCELLED"})
"""Reasons that another run may not meet again."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as an earlier run left it."""

    entry: Entry
    digest: str
    options: str  # digest of the options and the engine
    beside: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    unanswered: bool = False


def engine_version() -> str:
    """The package's version and a digest of the sources that conversions depend on."""
    base = Path(services.__path__[0])
    total = hashlib.sha256()
    for package in ENGINE_PACKAGES:
        for path in sorted((base / package).rglob("*")):
            if path.suffix in ENGINE_FILES and "server" not in path.parts:
                total.update(path.relative_to(base).as_posix().encode())
                total.update(path.read_bytes())
    try:
        number = version("dataflow-ai")
    except PackageNotFoundError:  # a checkout that is not installed
        number = "0"
    return f"{number}+{total.hexdigest()[:12]}"


class Manifest:
    """The manifest of a result folder; `open` begins to add, `close` leaves one line for each file."""

    def __init__(self, out: Path, options: Options) -> None:
        self.path = out / NAME
        self._out = out
        said = (engine_version(), options.dialect, str(options.tool), options.provider)
        self._options = digest("\0".join(said).encode())[:16]
        self.kept, self._lines = _load(self.path)
        self._file: TextIO | None = None

    def unchanged(self, export: Export) -> Entry | None:
        """What is known of an export where nothing it depends on has changed; else None. Reads the file."""
        kept = self.kept.get(export.key)
        if kept is None or kept.options != self._options or kept.unanswered:
            return None
        place = self._out / kept.entry.folder
        if not all((place / name).is_file() for name in kept.files):
            return None
        with suppress(OSError):
            if digest(export.path.read_bytes()) == kept.digest and all(
                digest(((export.root or export.path.parent) / path).read_bytes()) == value
                for path, value in kept.beside.items()
            ):
                return replace(kept.entry, unchanged=True)
        return None

    def taken_in(self, keys: Iterable[str]) -> set[str]:
        """Files that exports of these keys hold already, by their paths below the folder."""
        return {path for key in keys if key in self.kept for path in self.kept[key].beside}

    def open(self) -> None:
        """Raises CliError where the folder cannot be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a", encoding="utf-8")
            if self._file.tell() and self.path.read_bytes()[-1:] != b"\n":  # the last line was cut off
                self._file.write("\n")
        except OSError as error:
            raise CliError(f"{self.path}: cannot be written ({error.strerror}).") from error

    def add(self, done: Done, *, asked: bool) -> None:
        """Keep how a file went. `asked`: a model was there to be asked, so what has no answer is tried again."""
        if done.entry.reason in NOT_KEPT:
            return
        kept = Kept(done.entry, done.digest, self._options, done.beside or {}, done.files, done.unanswered and asked)
        self.kept[done.entry.file] = kept
        if self._file:
            self._file.write(_line(kept))
            self._file.flush()
            self._lines += 1

    def close(self) -> None:
        if self._file is None:
            return
        self._file.close()
        if self._lines == len(self.kept):  # one for each file already
            return
        fresh = self.path.with_suffix(".new")
        fresh.write_text("".join(map(_line, self.kept.values())), encoding="utf-8")
        os.replace(fresh, self.path)


def entries(out: Path) -> list[Entry]:
    """What a result folder holds, in the order of the files' names. Raises CliError where it is none."""
    if not (out / NAME).is_file():
        raise CliError(f"{out} is no folder that `dataflow-ai convert FOLDER` wrote: it has no {NAME}.")
    return [kept.entry for _, kept in sorted(_load(out / NAME)[0].items())]


def _line(kept: Kept) -> str:
    return json.dumps(asdict(kept), ensure_ascii=False) + "\n"


def _load(path: Path) -> tuple[dict[str, Kept], int]:
    """By key, and how many lines there are; one that is cut off, or of another layout, counts as not there."""
    lines: list[str] = []
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]
    except FileNotFoundError:
        pass
    except OSError as error:
        raise CliError(f"{path}: cannot be read ({error.strerror}).") from error
    found: dict[str, Kept] = {}
    for line in lines:
        with suppress(ValueError, TypeError, KeyError):
            data: dict[str, Any] = json.loads(line)
            entry = entry_from(data.pop("entry"))
            found[entry.file] = Kept(entry, **{**data, "files": tuple(data["files"])})
    return found, len(lines)
