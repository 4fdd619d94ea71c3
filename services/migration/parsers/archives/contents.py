"""What the entries of an archive are: exports by their content, companions, archives inside, other files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from services.migration.ast import Origin, Problem, Tool
from services.migration.parsers.archives.names import folder, suffix
from services.migration.parsers.archives.reader import Archive, is_zip, read_archive
from services.migration.parsers.companions import Companions
from services.migration.parsers.detect import ACCEPTED, TITLES, identify
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.errors import ExportError, IsxNotSupportedError, UnsupportedArchiveError
from services.migration.wording import counted

EXPORTS = frozenset({".xml", ".dtsx", ".yxmd", ".yxwz", ".yxmc", ".dsx"})
COMPANIONS = frozenset({".conmgr", ".params", ".dtproj", ".manifest", ".dtsxp", ".dtsconfig"})
"""Files that are read with an export or listed, and are none themselves."""
ARCHIVES = frozenset({".ispac", ".yxzp", ".zip"})
ISX_MANIFEST = "meta-inf/is-manifest.mf"
NO_EXPORT = frozenset({"NOT_AN_EXPORT", "UNKNOWN_TOOL", "EMPTY_FILE"})
"""Reasons for which an `.xml` is simply another file."""
HEAD = 4096  # bytes that tell whether a file of another ending is looked at
LIKE_EXPORT = re.compile(rb"<POWERMART\b|<AlteryxDocument\b|SqlServer/Dts|<DSExport\b|^\s*BEGIN (?:HEADER|DS[A-Z]+)\b")
_BUILT = ("obj", "bin")


@dataclass(frozen=True, slots=True)
class Export:
    """One export in the archive. `path` begins with the inner archive's, where it stands in one."""

    path: str
    tool: Tool
    text: XmlText
    companions: Companions


@dataclass(slots=True)
class Contents:
    exports: list[Export] = field(default_factory=list)
    failures: list[ExportError] = field(default_factory=list)
    files: list[str] = field(default_factory=list)  # what is neither export nor read with one
    problems: list[Problem] = field(default_factory=list)


def contents(data: bytes, file: str) -> Contents:
    """Everything in an archive. Raises the errors of `read_archive`, IsxNotSupportedError."""
    found = Contents()
    if suffix(file) == ".isx":
        raise _isx(file)
    archive = read_archive(data, file)
    _refuse_isx(archive, file)
    _sort(archive, "", found)
    if not found.exports and not found.failures:
        listed = ", ".join(repr(path) for path in found.files[:3]) or "nothing"
        raise UnsupportedArchiveError(
            f"The zip archive holds no export, but {listed}{' and more' if len(found.files) > 3 else ''}.",
            ACCEPTED,
            file=file,
        )
    return found


def _refuse_isx(archive: Archive, file: str) -> None:
    if ISX_MANIFEST in (path.lower() for path in archive.paths):
        raise _isx(file)


def _isx(file: str) -> IsxNotSupportedError:
    return IsxNotSupportedError(
        "The file is a DataStage ISX archive, which is not supported.",
        "Export the jobs as .dsx from the DataStage Designer instead.",
        file=file,
    )


def _sort(archive: Archive, prefix: str, found: Contents) -> None:
    """One archive's entries into `found`; archives in it too, one level deep."""
    built = tuple(_built(archive, found, prefix))
    kept = [path for path in archive.paths if not path.lower().startswith(built)]
    companions = Companions(
        [prefix + path for path in kept if suffix(path) not in ARCHIVES],
        lambda path: archive.read(path.removeprefix(prefix)),
    )
    for path in kept:
        ending = suffix(path)
        if ending in ARCHIVES or ending == ".isx":
            _inner(archive, path, prefix, found)
        elif ending in COMPANIONS or not (ending in EXPORTS or LIKE_EXPORT.search(archive.head(path, HEAD))):
            found.files.append(prefix + path)
        else:
            _export(archive.read(path), prefix + path, companions, found)


def build_output(paths: Iterable[str]) -> tuple[str, ...]:
    """Folders of build output beside a project file, in lower case: copies of what the project itself holds."""
    lowered = [path.lower() for path in paths]
    places = [f"{folder(path)}/{name}/".lstrip("/") for path in lowered if suffix(path) == ".dtproj" for name in _BUILT]
    return tuple(place for place in places if any(path.startswith(place) for path in lowered))


def _built(archive: Archive, found: Contents, prefix: str) -> Iterator[str]:
    """The build output, told of."""
    for place in build_output(archive.paths):
        count = sum(path.lower().startswith(place) for path in archive.paths)
        yield place
        found.problems.append(
            _problem(
                "info",
                "BUILD_OUTPUT",
                f"Output of the project's build was left out: {counted(count, 'file')} in {place}.",
                prefix + place,
            )
        )


def _inner(archive: Archive, path: str, prefix: str, found: Contents) -> None:
    whole = prefix + path
    if suffix(path) == ".isx":
        found.failures.append(_isx(whole))
        return
    used = archive.used
    if prefix or used.opened >= used.limits.opened:
        why = "an archive inside an archive of the upload" if prefix else f"one of more than {used.limits.opened}"
        found.problems.append(
            _problem(
                "warning",
                "ARCHIVE_NOT_OPENED",
                f"The archive {whole} was not opened: it is {why}. Convert it by itself.",
                whole,
            )
        )
        found.files.append(whole)
        return
    used.opened += 1
    data = archive.read(path)
    if not is_zip(data):
        found.files.append(whole)
        return
    try:
        opened = read_archive(data, whole, used)
        _refuse_isx(opened, whole)
    except IsxNotSupportedError as error:
        found.failures.append(error)
        return
    _sort(opened, f"{whole}/", found)


def _export(data: bytes, path: str, companions: Companions, found: Contents) -> None:
    try:
        tool, text = identify(data, path)
    except ExportError as error:
        if suffix(path) == ".xml" and error.reason in NO_EXPORT:
            found.files.append(path)
        else:
            found.failures.append(error)
        return
    found.exports.append(Export(path, tool, text, companions))


def _problem(severity: str, code: str, message: str, path: str) -> Problem:
    return Problem(severity, code, message, Origin(path, 0, ""))


def of_tool(found: Contents, tool: Tool) -> Contents:
    """Only the exports of one tool; the others become problems."""
    left_out = [
        _problem(
            "warning",
            "OTHER_TOOL",
            f"{each.path} is an export of {TITLES[each.tool]} and was left out: this job is of {TITLES[tool]}.",
            each.path,
        )
        for each in found.exports
        if each.tool is not tool
    ]
    kept = [each for each in found.exports if each.tool is tool]
    return replace(found, exports=kept, problems=[*found.problems, *left_out])
