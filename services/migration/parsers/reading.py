"""Bytes of an upload to its syntax: a single export, or an archive of them."""

from __future__ import annotations

from services.migration.ast import Tool, WorkflowAST
from services.migration.parsers import archives
from services.migration.parsers.companions import NONE
from services.migration.parsers.detect import PARSERS, TITLES, clean_name, identify
from services.migration.parsers.errors import ToolMismatchError


def detect(data: bytes, filename: str) -> Tool:
    """The tool that wrote `data`. Raises an ExportError where it is no export, or one that cannot be read."""
    file = clean_name(filename)
    return archives.detect_archive(data, file) if archives.is_zip(data) else identify(data, file)[0]


def parse(data: bytes, filename: str, tool: Tool | None = None) -> WorkflowAST:
    """Read an export, or an archive of exports with their companions. `tool` is what the caller expects; None: any.

    Raises an ExportError (see errors.py): TOOL_MISMATCH where the export is another tool's.
    """
    file = clean_name(filename)
    if archives.is_zip(data):
        return archives.parse_archive(data, file, tool)
    found, text = identify(data, file)
    if tool is not None and tool is not found:
        raise ToolMismatchError(
            f"The export is from {TITLES[found]}, not from {TITLES[tool]}.",
            f"Upload it with migration_type={found.value}, or leave the type out.",
            file=file,
        )
    return PARSERS[found](text, file, NONE)
