"""Every export of an archive as one `WorkflowAST`: each is parsed with its companions, one that fails is an issue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from services.migration.ast import InventoryItem, MappingAST, Origin, Problem, Tool, Transformation, WorkflowAST
from services.migration.parsers import alteryx, ssis
from services.migration.parsers.archives.contents import Contents, Export, contents, of_tool
from services.migration.parsers.archives.merge import merged
from services.migration.parsers.archives.names import suffix
from services.migration.parsers.detect import PARSERS, TITLES
from services.migration.parsers.errors import ExportError, SeveralToolsError, ToolMismatchError

MOST_FILES = 200  # other files that are listed one by one
NAMED_FILES = 10  # of those nothing reads, how many a message names
Together = Callable[[list[WorkflowAST], list[Export]], list[WorkflowAST]]

TOGETHER: Mapping[Tool, Together] = {
    Tool.SSIS: lambda parts, exports: ssis.linked(parts, [(each.path, each.companions) for each in exports]),
}
"""What a tool's exports know of each other: tool → the parts, with references resolved and what they share added."""
FILES: Mapping[Tool, Callable[[Transformation], str]] = {Tool.ALTERYX: alteryx.file_of, Tool.SSIS: ssis.file_of}
"""The file that a step reads or writes, as the export names it; "" where it names none."""
ORDERS: Mapping[Tool, Callable[[list[Export]], list[Export]]] = {
    Tool.SSIS: lambda exports: ssis.in_project_order(exports, lambda each: (each.path, each.companions)),
    Tool.ALTERYX: lambda exports: sorted(exports, key=lambda each: suffix(each.path) == ".yxmc"),
}
"""The order in which a tool's exports are read, where it is not the archive's."""


def detect_archive(data: bytes, file: str) -> Tool:
    """The tool of an archive's exports. Raises an ExportError where they are of several, or there is none."""
    found = contents(data, file)
    return _tool(found, None, file)


def parse_archive(data: bytes, file: str, tool: Tool | None = None) -> WorkflowAST:
    """Reads every export in a zip. `tool` is the one whose exports are read; None where all are of one.

    Raises ExportError where the archive cannot be read, holds no export or none that can be read, or exports of
    several tools and `tool` does not choose.
    """
    found = contents(data, file)
    chosen = _tool(found, tool, file)
    found = of_tool(found, chosen)
    order = ORDERS.get(chosen)
    exports = order(found.exports) if order else found.exports
    parts, read = _parsed(exports, found)
    if not parts:
        raise found.failures[0]
    together = TOGETHER.get(chosen)
    whole = together(parts, read) if together else parts
    files = tuple(_files(found, read, parts))
    problems = (*found.problems, *(_failed(error) for error in found.failures), *_beside(files, file))
    return merged(whole, chosen, file, problems, files)


def _tool(found: Contents, tool: Tool | None, file: str) -> Tool:
    tools: dict[Tool, str] = {}
    for each in found.exports:
        tools.setdefault(each.tool, each.path)
    if not tools:
        raise found.failures[0]
    listed = ", ".join(f"{TITLES[known]} ({path})" for known, path in tools.items())
    if tool is not None and tool not in tools:
        raise ToolMismatchError(
            f"The archive holds no {TITLES[tool]} export, but of {listed}.",
            "Leave the migration_type out, or name the one of its exports.",
            file=file,
        )
    if tool is None and len(tools) > 1:
        raise SeveralToolsError(
            f"The archive holds exports of several tools: {listed}.",
            "Make an archive for each tool, name the one to convert (migration_type), or send it as a batch.",
            file=file,
        )
    return tool or next(iter(tools))


def _parsed(exports: Iterable[Export], found: Contents) -> tuple[list[WorkflowAST], list[Export]]:
    """Each export's syntax; a macro that an earlier export has taken in is none of its own."""
    parts: list[WorkflowAST] = []
    read: list[Export] = []
    for each in exports:
        if each.path.lower() in each.companions.used:
            continue
        try:
            parts.append(PARSERS[each.tool](each.text, each.path, each.companions))
            read.append(each)
        except ExportError as error:
            found.failures.append(error)
    taken = {path for each in read for path in each.companions.used}
    pairs = [pair for pair in zip(parts, read, strict=True) if pair[1].path.lower() not in taken]
    if pairs:  # else each macro stands in another one
        parts, read = [part for part, _ in pairs], [each for _, each in pairs]
    return parts, read


def _failed(error: ExportError) -> Problem:
    return Problem(
        "error",
        error.reason,
        f"{error.file} was not converted. {error.message} {error.remedy}".strip(),
        Origin(error.file, error.line, ""),
    )


def _files(found: Contents, read: list[Export], parts: list[WorkflowAST]) -> Iterable[InventoryItem]:
    """Other files of the archive, with the step that reads them."""
    readers: dict[str, str] = {}
    for export, part in zip(read, parts, strict=True):
        for mapping in part.mappings:
            readers |= _read_by(mapping, export)
    used = {path for each in read for path in each.companions.used}
    for path in found.files:
        if path.lower() not in used:
            yield InventoryItem("file", path, "", Origin(path, 0, ""), suffix(path)[1:], readers.get(path, ""))


def _beside(files: Sequence[InventoryItem], archive: str) -> Iterable[Problem]:
    """What is told of the other files: those that a step reads one by one, the rest together."""
    for item in [each for each in files if each.parent][:MOST_FILES]:
        yield Problem(
            "info",
            "COMPANION_FILE",
            f"The archive holds the file {item.name}, which {item.parent} names; put it where the pipeline runs.",
            item.origin,
        )
    rest = [item.name for item in files if not item.parent]
    if rest:
        more = f" and {len(rest) - NAMED_FILES} more" if len(rest) > NAMED_FILES else ""
        listed = ", ".join(rest[:NAMED_FILES])
        yield Problem(
            "info",
            "OTHER_FILES",
            f"Files of the archive that no export reads were left out: {listed}{more}.",
            Origin(archive, 0, ""),
        )


def _read_by(mapping: MappingAST, export: Export) -> Mapping[str, str]:
    """Files of the archive that a flow's steps name → the step."""
    found: dict[str, str] = {}
    file_of = FILES.get(export.tool)
    if file_of is None:
        return found
    for step in mapping.transformations:
        written = file_of(step)
        path = export.companions.find(written, step.origin.file) if written else None
        if path is not None:
            found[path] = f"{mapping.name}.{step.name}"
    return found
