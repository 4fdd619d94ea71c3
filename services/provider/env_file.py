"""A file of NAME=value lines, as `docker --env-file` and systemd read it: no expansion, quotes around a value go."""

from __future__ import annotations

import re
from pathlib import Path

from services.runtime.settings import SettingsError

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)\Z")


def read_env_file(path: Path, service: str) -> dict[str, str]:
    """The variables. Raises SettingsError naming the line; no line's text is shown, it may hold a key."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(service, (f"LLM_ENV_FILE={path}: cannot be read ({type(error).__name__})",)) from error
    found = {}
    problems = []
    for number, line in enumerate(map(str.strip, lines), start=1):
        matched = _LINE.match(line)
        if matched:
            found[matched[1]] = _unquoted(matched[2].strip())
        elif line and not line.startswith("#"):
            problems.append(f"LLM_ENV_FILE={path}: line {number} is not NAME=value")
    if problems:
        raise SettingsError(service, tuple(problems))
    return found


def _unquoted(value: str) -> str:
    quoted = len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value
