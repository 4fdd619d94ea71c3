"""The exports of an archive one by one, each with the files of its own project: what can be converted by itself.

An SSIS project (a folder with `.dtproj`, `.conmgr` or `.params`) is one unit, as its packages call each other; an
Alteryx workflow takes along the macros it names, and theirs, a package outside a project the configurations it names, a
PowerCenter export the parameter files of its sessions and workflows; an `.ispac`, `.yxzp` or inner zip stays as it is.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from services.migration.ast import Tool
from services.migration.parsers.archives.contents import (
    ARCHIVES,
    COMPANIONS,
    EXPORTS,
    HEAD,
    LIKE_EXPORT,
    build_output,
)
from services.migration.parsers.archives.limits import MIB, Limits, Used
from services.migration.parsers.archives.names import folder, suffix
from services.migration.parsers.archives.parse import detect_archive
from services.migration.parsers.archives.reader import Archive, is_zip, read_archive
from services.migration.parsers.companions import Companions
from services.migration.parsers.detect import identify
from services.migration.parsers.errors import ExportError, UnsupportedArchiveError
from services.migration.parsers.powercenter.parameter_files import ENDINGS, scopes

BATCH = Limits(entries=20_000, unpacked=2048 * MIB, read=6 * 1024 * MIB)
"""Every entry is read twice, to be told and to be taken; one at a time, so memory does not grow with the archive."""
PROJECT = (".dtproj", ".conmgr", ".params", ".manifest")
TOOL_OF_ENDING = {
    **dict.fromkeys((".dtsx", ".ispac"), Tool.SSIS),
    **dict.fromkeys((".yxmd", ".yxmc", ".yxwz", ".yxzp"), Tool.ALTERYX),
    ".dsx": Tool.DATASTAGE,
}
"""For exports whose content cannot be read: they become jobs all the same, which fail with their reason."""
_MARKS = ((b"POWERMART", Tool.POWERCENTER), (b"DSExport", Tool.DATASTAGE))
_PARAMETER_FILE = re.compile(rb'\bNAME\s*=\s*"Parameter Filename"\s+VALUE\s*=\s*"([^"]+)"')
_NAME = re.compile(rb'\bNAME\s*=\s*"([^"]+)"')
_CONFIGURATION = re.compile(rb"""\bConfigurationString(?:\s*=\s*["']|["']\s*>)([^"'<]+)""")
"""A configuration of a package as its attribute, or as the property of formats 2 and 3."""
_MACRO = re.compile(rb"""\bMacro\s*=\s*["']([^"']+)["']""")


@dataclass(frozen=True, slots=True)
class Unit:
    """What one job converts. `members` are entries of the archive, the export first; `size` their bytes."""

    path: str
    tool: Tool
    members: tuple[str, ...]
    size: int


@dataclass(slots=True)
class Units:
    """The units in the order of the archive, and the entries that are none with why: a constant."""

    units: list[Unit] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def open_batch(data: bytes, file: str) -> Archive:
    """Raises what `read_archive` raises, UnsupportedArchiveError where it is no zip."""
    if not is_zip(data):
        raise UnsupportedArchiveError(
            "A batch is a zip archive of exports.", "Pack the exports into a zip, or upload this one alone.", file=file
        )
    return read_archive(data, file, Used(BATCH))


def units(archive: Archive) -> Units:
    """Groups the entries. Raises nothing of a single entry: one bad export is a unit, or set aside."""
    found = Units()
    built = build_output(archive.paths)
    kept = [path for path in archive.paths if not path.lower().startswith(built)]
    projects = _projects(kept)
    grouped = {member: place for place, members in projects.items() for member in members}
    macros = _macros(archive, kept)
    inlined = _inlined(macros)
    parameters = _parameters(archive, kept)
    for path in kept:
        if path in grouped:
            members = projects[grouped[path]]
            if path == members[0]:
                found.units.append(_unit(archive, _project_path(members, grouped[path]), Tool.SSIS, members))
        elif path not in inlined:  # which stand in the workflows that use them
            _single(archive, path, macros.get(path, ()), parameters, found)
    taken = {member for unit in found.units for member in unit.members}
    found.skipped = [each for each in found.skipped if each[0] not in taken]
    return found


def take(archive: Archive, unit: Unit) -> bytes:
    """A unit's bytes: the export itself, or a zip of it and its companions."""
    if len(unit.members) == 1:
        return archive.take(unit.members[0])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for path in unit.members:
            target.writestr(zipfile.ZipInfo(path), archive.take(path), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _unit(archive: Archive, path: str, tool: Tool, members: tuple[str, ...]) -> Unit:
    return Unit(path, tool, members, sum(archive.size(member) for member in members))


def _projects(paths: list[str]) -> dict[str, tuple[str, ...]]:
    """Folder → its packages, then the project's own files; only where there is a package."""
    places = {folder(path) for path in paths if suffix(path) in PROJECT}
    packages: dict[str, list[str]] = {}
    for path in paths:
        place = _nearest(folder(path), places) if suffix(path) == ".dtsx" else None
        if place is not None:
            packages.setdefault(place, []).append(path)
    beside = {place: [path for path in paths if _belongs(path, place, places)] for place in packages}
    return {place: (*members, *beside[place]) for place, members in packages.items()}


def _nearest(place: str, places: set[str]) -> str | None:
    while place not in places:
        if not place:
            return None
        place = folder(place)
    return place


def _belongs(path: str, place: str, places: set[str]) -> bool:
    return suffix(path) in COMPANIONS and _nearest(folder(path), places) == place


def _project_path(members: tuple[str, ...], place: str) -> str:
    project = next((path for path in members if suffix(path) == ".dtproj"), "")
    return project or f"{place or 'project'}.zip"


def _macros(archive: Archive, paths: list[str]) -> dict[str, tuple[str, ...]]:
    """Workflow or macro → the macros of the archive that it needs, those of its macros included."""
    files = Companions(paths)
    own = [path for path in paths if TOOL_OF_ENDING.get(suffix(path)) is Tool.ALTERYX and suffix(path) != ".yxzp"]
    if not any(suffix(path) == ".yxmc" for path in own):
        return {}
    direct = {path: list(_named(archive, path, files)) for path in own}
    return {path: tuple(_reached(path, direct)) for path in own}


def _inlined(macros: dict[str, tuple[str, ...]]) -> set[str]:
    """Macros that come with a file that is no macro of another; those that only need each other are none."""
    needed = {macro for named in macros.values() for macro in named}
    return {macro for path, named in macros.items() if path not in needed for macro in named}


def _named(archive: Archive, path: str, files: Companions) -> Iterator[str]:
    try:
        text = identify(archive.take(path), path)[1].data
    except ExportError:
        return  # told when it is converted
    for written in _written(_MACRO, text):
        macro = files.find(written, path)
        if macro is not None and suffix(macro) == ".yxmc":
            yield macro


def _reached(path: str, direct: dict[str, list[str]]) -> Iterator[str]:
    seen, waiting = {path}, list(direct[path])
    while waiting:
        macro = waiting.pop(0)
        if macro not in seen:
            seen.add(macro)
            waiting += direct.get(macro, [])
            yield macro


def _parameters(archive: Archive, paths: list[str]) -> dict[str, frozenset[str]]:
    """Parameter file → what its sections are for. One that cannot be read is set aside like any other file."""
    found = {}
    for path in paths:
        if suffix(path) in ENDINGS and archive.size(path) <= archive.used.limits.entry:
            with suppress(ExportError):
                found[path] = scopes(archive.take(path))
    return found


def _given(archive: Archive, path: str, text: bytes, parameters: dict[str, frozenset[str]]) -> Iterator[str]:
    """Parameter files that a PowerCenter export names, or with a section for something of it; the only one there is."""
    files = Companions(archive.paths)
    named = {files.find(written, path) for written in _written(_PARAMETER_FILE, text)}
    names = set(_written(_NAME, text)) if parameters else set()
    for other in archive.paths:
        meant = other in parameters and (len(parameters) == 1 or not names.isdisjoint(parameters[other]))
        if other != path and (other in named or meant):
            yield other


def _configurations(archive: Archive, path: str, text: bytes) -> Iterator[str]:
    """Files of configured values that a package names, each once."""
    files = Companions(archive.paths)
    for other in dict.fromkeys(files.find(written, path) for written in _written(_CONFIGURATION, text)):
        if other is not None and suffix(other) == ".dtsconfig":
            yield other


def _written(pattern: re.Pattern[bytes], text: bytes) -> Iterator[str]:
    return (html.unescape(each.decode(errors="replace")) for each in dict.fromkeys(pattern.findall(text)))


def _single(
    archive: Archive, path: str, macros: tuple[str, ...], parameters: dict[str, frozenset[str]], found: Units
) -> None:
    ending = suffix(path)
    if ending in COMPANIONS or not (ending in EXPORTS or ending in ARCHIVES or _looks_like(archive, path)):
        found.skipped.append((path, "ISX_NOT_SUPPORTED" if ending == ".isx" else "NOT_AN_EXPORT"))
        return
    if archive.size(path) > archive.used.limits.entry:
        found.skipped.append((path, "TOO_LARGE"))
        return
    tool, reason, text = _told(archive, path)
    if tool is None:
        found.skipped.append((path, reason))
        return
    beside = macros
    if text and tool is Tool.POWERCENTER:
        beside = tuple(_given(archive, path, text, parameters))
    elif text and tool is Tool.SSIS:
        beside = tuple(_configurations(archive, path, text))
    found.units.append(_unit(archive, path, tool, (path, *beside)))


def _looks_like(archive: Archive, path: str) -> bool:
    try:
        return LIKE_EXPORT.search(archive.head(path, HEAD)) is not None
    except ExportError:
        return False


def _told(archive: Archive, path: str) -> tuple[Tool | None, str, bytes]:
    """The tool of an export, else why it has none; its text as UTF-8, empty for an archive.

    What cannot be read has the tool that its ending or head tells.
    """
    data = b""
    try:
        data = archive.take(path)
        if is_zip(data):
            return detect_archive(data, path), "", b""
        tool, text = identify(data, path)
        return tool, "", text.data
    except ExportError as error:
        guessed = TOOL_OF_ENDING.get(suffix(path)) if data else None
        marked = next((tool for mark, tool in _MARKS if mark in data[:HEAD]), None)
        return guessed or marked, error.reason, b""
