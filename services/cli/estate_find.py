"""The exports of an estate: what of folders and files is looked at, and the folder of the result of each."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from services.cli.convert_write import file_name
from services.cli.output import CliError

ENDINGS = frozenset({".xml", ".yxmd", ".yxwz", ".yxmc", ".dtsx", ".dsx", ".isx", ".zip", ".ispac", ".yxzp"})
"""Files of a folder that are taken for exports or archives of them; a file named by itself always is."""
COMPANIONS = frozenset({".yxmc", ".conmgr", ".params", ".dtproj", ".dtsconfig", ".par", ".parm", ".param", ".prm"})
"""Files that an export of the same folder tree may take in."""
MACRO = ".yxmc"
SKIPPED_FOLDERS = frozenset({"__macosx", "node_modules"})
AT_THE_TOP = ("report.html", "report.json", "report.csv")  # what is written there for all together


@dataclass(frozen=True, slots=True)
class Export:
    """A file to convert. `key` is its path below the folder given, with `/`; its own name where it was given."""

    key: str
    path: Path
    root: Path | None = None  # the folder it was found in


@dataclass(frozen=True, slots=True)
class Found:
    exports: tuple[Export, ...]
    ignored: int  # files of other endings
    companions: Mapping[Path, tuple[str, ...]]  # by root, paths below it

    @property
    def macros(self) -> tuple[Export, ...]:
        """Exports of a folder that another one may take in; then they are none of their own."""
        return tuple(each for each in self.exports if each.root and each.path.suffix.lower() == MACRO)

    @property
    def flows(self) -> tuple[Export, ...]:
        """All others."""
        macros = set(self.macros)
        return tuple(each for each in self.exports if each not in macros)


def find(inputs: Iterable[Path], out: Path | None = None) -> Found:
    """Everything below the folders, and the files, in order; `out` and what is hidden is left out. Raises CliError."""
    exports: list[Export] = []
    companions: dict[Path, tuple[str, ...]] = {}
    given = list(dict.fromkeys(inputs))
    roots = [path for path in given if path.is_dir()]
    ignored = 0
    for path in given:
        if path not in roots:
            exports.append(Export(path.name, path))
            continue
        below = list(_below(path, out))
        wanted = [each for each in below if PurePosixPath(each).suffix.lower() in ENDINGS]
        before = f"{path.resolve().name}/" if len(roots) > 1 else ""
        exports += [Export(before + each, path / each, path) for each in wanted]
        ignored += len(below) - len(wanted)
        companions[path] = tuple(each for each in below if PurePosixPath(each).suffix.lower() in COMPANIONS)
    return Found(tuple(_distinct(exports)), ignored, companions)


def _below(root: Path, out: Path | None) -> Iterator[str]:
    """Paths of the files below a folder, with `/`, sorted within each folder."""

    def refused(error: OSError) -> None:
        raise CliError(f"{error.filename}: cannot be read ({error.strerror}).") from error

    skipped = out.resolve() if out else None
    for folder, names, files in os.walk(root, onerror=refused):
        names[:] = sorted(
            name
            for name in names
            if not name.startswith(".")
            and name.lower() not in SKIPPED_FOLDERS
            and (Path(folder) / name).resolve() != skipped
        )
        for name in sorted(files):
            path = Path(folder) / name
            if not name.startswith((".", "~$")) and path.is_file():
                yield path.relative_to(root).as_posix()


def _distinct(exports: Iterable[Export]) -> Iterator[Export]:
    """Files given by themselves may have one name; their keys then are their whole paths."""
    listed = list(exports)
    counts: defaultdict[str, int] = defaultdict(int)
    for each in listed:
        counts[each.key] += 1
    for each in listed:
        yield each if counts[each.key] == 1 else Export(each.path.as_posix(), each.path, each.root)


def folders(exports: Iterable[Export], kept: Mapping[str, str]) -> dict[str, str]:
    """Key → folder of the result below `out`: the input's tree, and a folder named as the file without its ending.

    Where that is taken, by a folder of the input too or where only case differs, the ending stays; then there are
    numbers. `kept` are the folders of an earlier run: they stay as they were.
    """
    listed = list(exports)
    parents = {each.key: _parent(each) for each in listed}
    taken = {name.lower() for name in AT_THE_TOP} | {place.lower() for place in kept.values()}
    for parent in set(parents.values()):
        taken |= {str(each).lower() for each in (PurePosixPath(parent), *PurePosixPath(parent).parents)}
    chosen: dict[str, str] = {}
    for each in listed:
        place = kept.get(each.key) or _free(each, parents[each.key], lambda name: name.lower() in taken)
        taken.add(place.lower())
        chosen[each.key] = place
    return chosen


def _parent(export: Export) -> str:
    parts = PurePosixPath(export.key).parts[:-1] if export.root else ()
    return "/".join(file_name(part) for part in parts)


def _free(export: Export, parent: str, is_taken: Callable[[str], bool]) -> str:
    stem, whole = file_name(export.path.stem), file_name(export.path.name)
    number, name = 1, stem
    while is_taken(place := f"{parent}/{name}" if parent else name):
        name = whole if number == 1 else f"{stem}-{number}"
        number += 1
    return place
