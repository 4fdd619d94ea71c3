"""A glossary file, read and checked to the last name. Every problem is told with its file, entry and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from services.copilot.semantic.checks import problems
from services.copilot.semantic.model import Glossary

MOST_BYTES = 4 * 1024 * 1024
MOST_TOLD = 20
_SECTIONS = ("tables", "joins", "measures", "metrics", "dimensions", "filters")
_REMEDIES = {
    "missing": "add it",
    "extra_forbidden": "remove it, or correct its spelling",
    "string_pattern_mismatch": "write lower snake case: letters, digits, _",
    "too_short": "give at least one",
}


class GlossaryError(Exception):
    """A glossary that cannot be used: the problems, one a line, each with its remedy."""

    def __init__(self, file: str, found: Sequence[str]) -> None:
        rest = [f"… and {len(found) - MOST_TOLD} more"] if len(found) > MOST_TOLD else []
        super().__init__("\n".join([*(f"{file}: {each}" for each in found[:MOST_TOLD]), *rest]))
        self.problems = tuple(found)


def load(path: Path | None = None) -> Glossary:
    """The glossary of a file; None: the one that comes with the Copilot. Raises GlossaryError."""
    if path is None:
        return _built_in()
    try:
        if path.stat().st_size > MOST_BYTES:
            raise GlossaryError(path.name, [f"has more than {MOST_BYTES:,} bytes; split it, or drop what is not used"])
        text = path.read_text("utf-8")
    except OSError as error:
        raise GlossaryError(str(path), [f"cannot be read ({error.strerror}); correct GLOSSARY_FILE"]) from error
    except UnicodeDecodeError as error:
        raise GlossaryError(path.name, ["is not UTF-8; save it as UTF-8"]) from error
    return read(text, path.name)


@lru_cache(maxsize=1)
def _built_in() -> Glossary:
    name = "glossary.yaml"
    return read(resources.files(__package__).joinpath(name).read_text("utf-8"), name)


def read(text: str, file: str) -> Glossary:
    """The glossary in a YAML text; `file` is what errors call it. Raises GlossaryError."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or "not YAML"
        raise GlossaryError(file, [f"{place}{problem}; correct the YAML there"]) from error
    except RecursionError as error:
        raise GlossaryError(file, ["is nested too deeply; flatten it"]) from error
    if not isinstance(content, dict):
        raise GlossaryError(file, ["is not a mapping; write tables, joins, measures, metrics, dimensions, filters"])
    try:
        glossary = Glossary.model_validate(content)
    except ValidationError as error:
        raise GlossaryError(file, list(_told(error, content))) from error
    found = problems(glossary)
    if found:
        raise GlossaryError(file, found)
    return glossary


def _told(error: ValidationError, content: dict[str, Any]) -> Iterable[str]:
    for each in error.errors(include_url=False, include_input=False, include_context=False):
        remedy = _REMEDIES.get(each["type"], "correct it")
        yield f"{_place(each['loc'], content)}: {each['msg'].lower()}; {remedy}"


def _place(location: tuple[int | str, ...], content: dict[str, Any]) -> str:
    """`metrics[3] (arpu).formula`: the entry by its number and its name."""
    if len(location) < 2 or location[0] not in _SECTIONS or not isinstance(location[1], int):
        return ".".join(map(str, location)) or "the file"
    section, number, rest = str(location[0]), location[1], location[2:]
    entry = content[section][number]
    name = entry.get("name") if isinstance(entry, dict) else None
    return ".".join([f"{section}[{number}] ({name or 'unnamed'})", *map(str, rest)])
