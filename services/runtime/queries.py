"""Named queries: a `.sql` file of blocks that begin with `-- name: get_job`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

_NAME = re.compile(r"--\s*name:\s*(\S*)\s*\Z")
_VALID = re.compile(r"[a-z][a-z0-9_]*\Z")


def parse_queries(text: str, file: str = "queries.sql") -> Mapping[str, str]:
    """name → SQL. ValueError names file and line of a bad name, a name used twice, an empty query or SQL
    before a name."""
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        named = _NAME.match(line.strip())
        if named is None:
            if current is not None:
                current.append(line)
            elif line.strip() and not line.strip().startswith("--"):
                raise ValueError(f"{file}:{number}: SQL before the first '-- name: …'")
            continue
        name = named[1]
        if not _VALID.match(name) or name in found:
            what = "is there twice" if name in found else "must be lower case letters, digits and '_'"
            raise ValueError(f"{file}:{number}: the name '{name}' {what}")
        current = found[name] = []
    queries = {name: "\n".join(lines).strip().rstrip(";") for name, lines in found.items()}
    for name, sql in queries.items():
        if not sql:
            raise ValueError(f"{file}: the query '{name}' is empty")
    return MappingProxyType(queries)


def load_queries(file: Traversable | Path) -> Mapping[str, str]:
    """The queries of `file` (`importlib.resources.files(package) / "queries.sql"`)."""
    return parse_queries(file.read_text(encoding="utf-8"), file.name)
