"""Paths of entries as they are used here: `/` between parts, and none that leads out of the archive."""

from __future__ import annotations

import re
from urllib.parse import unquote

_DRIVE = re.compile(r"[A-Za-z]:")
SKIPPED_FOLDERS = ("__macosx/",)
SKIPPED_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini", "[content_types].xml"})
"""What operating systems and the packaging itself leave in archives."""


def entry_path(raw: str, longest: int, *, is_part: bool) -> tuple[str, str]:
    """(path, "") or ("", why the name is refused). `is_part`: names are URIs, as in an `.ispac`."""
    if not raw or len(raw) > longest:
        return "", f"its name is {'empty' if not raw else f'longer than {longest} characters'}"
    name = (unquote(raw) if is_part else raw).replace("\\", "/")
    if any(not c.isprintable() for c in name):
        return "", "its name holds control characters"
    if name.startswith("/") or _DRIVE.match(name):
        return "", "its name is an absolute path"
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in (part.strip() for part in parts):
        return "", "its name leads out of the archive (..)"
    return "/".join(parts), ""


def is_skipped(path: str) -> bool:
    lowered = path.lower()
    last = lowered.rpartition("/")[2]
    return not path or lowered.startswith(SKIPPED_FOLDERS) or last in SKIPPED_FILES or last.startswith("._")


def suffix(path: str) -> str:
    """The ending in lower case with its dot: `.dtsx`."""
    name = path.rpartition("/")[2]
    return f".{name.rpartition('.')[2].lower()}" if "." in name else ""


def folder(path: str) -> str:
    """The folder a file stands in; "" at the top."""
    return path.rpartition("/")[0]
