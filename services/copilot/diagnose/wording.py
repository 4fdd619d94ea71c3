"""A rule's texts with the names told in the message filled in, in English or Polish; SQL from checked names alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from services.copilot.diagnose.catalogue import Rule, catalogue

_SLOT = re.compile(r"\{([a-z]+)\}")
_NEEDS_NAMES = re.compile(r"\s*\([^(){}]*\{[a-z]+\}[^(){}]*\)|[:,]? ?(?:from|at|near|in|w|z) \{[a-z]+\}(?=$|[ .,:])")
"""Words that only a name makes sense of."""
_SQL_SLOT = re.compile(r"'\{([a-z]+)\}'|\{([a-z]+)\}")
_IDENTIFIER = re.compile(r"[A-Za-z_][\w$#]{0,127}(?:\.[A-Za-z_][\w$#]{0,127}){0,2}\Z", re.ASCII)
_OBJECTS = (
    *(
        "column",
        "object",
        "constraint",
        "table",
        "sequence",
        "index",
        "function",
        "schema",
        "database",
        "topic",
        "file",
    ),
    *(
        "user",
        "role",
        "host",
        "parameter",
        "group",
        "tablespace",
        "cursor",
        "statement",
        "savepoint",
        "type",
        "encoding",
    ),
    *("key", "token", "window"),
)
"""What is concerned, the most particular first. Values of rows are never among them."""
_HIDDEN = frozenset(("value", "number", "kind"))


@dataclass(frozen=True)
class Remedy:
    """Something to do. `sql` is "" where none helps or a name in it is no plain identifier."""

    title: str
    steps: str
    sql: str = ""
    confidence: float = 0.5


@cache
def general() -> Mapping[str, Any]:
    """What is said of a category alone, and the words around a rule, by language."""
    table: Mapping[str, Any] = yaml.safe_load(resources.files(__package__).joinpath("general.yaml").read_text("utf-8"))
    return table


def object_of(slots: Mapping[str, str]) -> str:
    """What is concerned; "" where the message does not tell."""
    return next((slots[name] for name in _OBJECTS if slots.get(name)), "")


def filled(text: str, slots: Mapping[str, str]) -> str:
    """`text` with names in backticks; a name that is not known is left out with the words that only it needs."""
    text = _NEEDS_NAMES.sub(lambda part: part[0] if any(map(slots.get, _SLOT.findall(part[0]))) else "", text)

    def value(hit: re.Match[str]) -> str:
        known = slots.get(hit[1], "") if hit[1] not in _HIDDEN else ""
        return f"`{known.replace('`', '')[:200]}`" if known else ""

    shown = _SLOT.sub(value, text)
    return re.sub(r"\s+([.,:;]|$)", r"\1", re.sub(r"\s{2,}", " ", shown)).strip(" :")


def cause(rule: Rule, slots: Mapping[str, str], language: str) -> str:
    """One sentence. Polish where the rule has it, else what the category says in Polish."""
    if language == "pl":
        text = rule.polish.get("cause") or f"{general()['categories'][rule.category]['pl']['cause']} ({rule.id})"
    else:
        text = rule.cause
    return f"{filled(text, slots).rstrip('.')}."


def remedies(rule: Rule, slots: Mapping[str, str], language: str, confidence: float) -> list[Remedy]:
    """The rule's own fix, then what helps with its category where the fix does not say that already."""
    kind = general()["categories"][rule.category][language]
    polish = language == "pl"
    title = filled(rule.polish.get("fix") or kind["title"] if polish else rule.fix, slots)
    steps = filled(kind["steps"] if polish else rule.steps or kind["steps"], slots)
    sql = statement(rule.sql, slots, catalogue().systems[rule.system].dialect)
    found = [Remedy(title, steps, sql, confidence)]
    if kind["title"] != title and kind["steps"] != steps:
        found.append(Remedy(kind["title"], kind["steps"], "", round(confidence / 2, 2)))
    return found


def in_general(category: str, language: str, confidence: float) -> list[Remedy]:
    """First steps where only the category is known, or not even that."""
    kind = general()["categories"][category][language]
    return [Remedy(kind["title"], kind["steps"], "", confidence)]


def statement(template: str, slots: Mapping[str, str], dialect: str) -> str:
    """SQL with names quoted as the dialect does; "" where a name is missing or no plain identifier."""
    names = [name or other for name, other in _SQL_SLOT.findall(template)]
    if not template or not all(_IDENTIFIER.match(slots.get(name, "")) for name in names):
        return ""

    def value(hit: re.Match[str]) -> str:
        if hit[1]:
            return f"'{slots[hit[1]]}'"
        return ".".join(quoted(part, dialect) for part in slots[hit[2]].split("."))

    return _SQL_SLOT.sub(value, template)


def quoted(name: str, dialect: str) -> str:
    opening, closing = {"mssql": ("[", "]"), "spark": ("`", "`"), "databricks": ("`", "`")}.get(dialect, ('"', '"'))
    return f"{opening}{name}{closing}"


def explained(rule: Rule | None, language: str, facts: Sequence[str]) -> str:
    """The facts of this error, then what to keep in mind about errors of its kind."""
    said = list(facts)
    if rule is not None:
        said.append(f"{general()['categories'][rule.category][language]['about'].rstrip('.')}.")
    return " ".join(said)
