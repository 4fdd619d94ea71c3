"""SQL dialects as `dialects.yaml` tells of them: hints for prompts, and the facts that code goes by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

DEFAULT = "postgresql"
_QUIET = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class DialectNotes:
    """`no_limit`: what to write instead of LIMIT, with `{count}`; `no_brackets`: instead of a name in square brackets,
    with `{name}`; each empty where the dialect has it."""

    name: str
    title: str
    names: tuple[re.Pattern[str], ...]
    signs: tuple[re.Pattern[str], ...]
    hints: tuple[str, ...]
    no_limit: str = ""
    no_brackets: str = ""

    @property
    def block(self) -> str:
        """The hints as a prompt has them: one a line."""
        return "\n".join(f"- {hint}" for hint in self.hints)


@cache
def dialects() -> Mapping[str, DialectNotes]:
    """By the project's dialect name, in the order of the file."""
    text = resources.files("services.copilot.knowledge").joinpath("dialects.yaml").read_text("utf-8")
    return {
        name: DialectNotes(
            name,
            row["title"],
            tuple(re.compile(each, re.IGNORECASE) for each in row["names"]),
            tuple(re.compile(each, re.IGNORECASE | re.DOTALL) for each in row["signs"]),
            tuple(row["hints"]),
            row.get("no_limit", ""),
            row.get("no_brackets", ""),
        )
        for name, row in yaml.safe_load(text)["dialects"].items()
    }


def told_by_sql(sql: str) -> str:
    """The dialect that a statement's own words tell, read outside strings and comments; else postgresql."""
    text = bare(sql)
    return next((each.name for each in dialects().values() if any(sign.search(text) for sign in each.signs)), DEFAULT)


def bare(sql: str) -> str:
    """A statement's text without what stands in strings and comments."""
    return _QUIET.sub(" ", sql)


def told_by_question(question: str) -> str:
    """The dialect that a question names first; else postgresql."""
    found = [
        (match.start(), each.name)
        for each in dialects().values()
        for name in each.names
        if (match := name.search(question))
    ]
    return min(found)[1] if found else DEFAULT
