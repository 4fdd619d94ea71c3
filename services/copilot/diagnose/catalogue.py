"""The catalogue of known errors, read from its YAML files once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml

from services.copilot.diagnose.pattern import Pattern, compiled

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

CATEGORIES = (
    *("connection", "authentication", "schema", "data_quality", "resource", "timeout", "configuration", "unknown"),
)


@dataclass(frozen=True)
class Rule:
    """One known error. `id`: `postgresql.23505`. `polish` holds cause and fix where they are written in Polish."""

    id: str
    system: str
    code: str
    category: str
    cause: str
    fix: str
    steps: str = ""
    sql: str = ""
    polish: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    consequence: bool = False
    """It follows from another error, which is the one to look for."""
    holds: Sequence[str] = ()
    """Of a family of codes: parts of them of which each has one."""


@dataclass(frozen=True)
class System:
    """`signs`: texts that tell it; `codes`: where its numbers stand, the code as the first group."""

    key: str
    name: str
    dialect: str
    signs: Sequence[str]
    codes: Sequence[re.Pattern[str]]
    rules: Mapping[str, Rule]
    families: Sequence[tuple[re.Pattern[str], Rule]] = ()
    """For codes that are made of words and not in the rules: the first whose words one of them holds."""


@dataclass(frozen=True)
class Catalogue:
    systems: Mapping[str, System]
    anchored: Mapping[str, Sequence[tuple[Pattern, Rule]]]
    """By a word that the text must hold: the patterns to try."""
    named: Mapping[str, Rule]
    """By the name of a condition or of the exception that drivers make of it, lower case."""

    @property
    def rules(self) -> Sequence[Rule]:
        return [rule for system in self.systems.values() for rule in system.rules.values()]


@cache
def catalogue() -> Catalogue:
    """All systems' errors. `""` is the key of what any system may report."""
    folder = resources.files(__package__) / "catalogue"
    systems: dict[str, System] = {}
    anchored: dict[str, list[tuple[Pattern, Rule]]] = defaultdict(list)
    tables = [_read(file) for file in sorted(folder.iterdir(), key=lambda each: each.name) if file.is_file()]
    for table in [*tables, _postgresql(folder / "postgresql")]:
        rules = {row["code"]: _rule(table["system"], row) for row in table["rules"]}
        codes = [re.compile(code, re.IGNORECASE | re.MULTILINE) for code in table["codes"]]
        families = [(re.compile("|".join(rule.holds)), rule) for rule in rules.values() if rule.holds]
        system = System(table["system"], table["name"], table["dialect"], table["signs"], codes, rules, families)
        systems[system.key] = system
        for row in table["rules"]:
            for text in row.get("texts", ()):
                pattern = compiled(text)
                anchored[pattern.anchor].append((pattern, rules[row["code"]]))
    return Catalogue(
        systems, anchored, {**_classes(systems["kafka"].rules.values()), **_named(systems["postgresql"].rules.values())}
    )


def _postgresql(folder: Any) -> dict[str, Any]:
    """PostgreSQL's files as one table: its codes by class, and the texts of its messages by code."""
    parts = {file.name: _read(file) for file in sorted(folder.iterdir(), key=lambda each: each.name)}
    table: dict[str, Any] = parts.pop("system.yaml")
    texts = parts.pop("messages.yaml")["messages"]
    rows = [row for part in parts.values() for row in part["rules"]]
    table["rules"] = [
        {**row, "texts": texts.pop(row["code"], []), "sql": table["sql"].get(row["code"], "")} for row in rows
    ]
    if texts:
        raise ValueError(f"messages of codes that no file defines: {', '.join(texts)}")
    return table


def _read(file: Any) -> Any:
    return yaml.load(file.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - why: the safe loader, in C where it is there


def _rule(system: str, row: Mapping[str, Any]) -> Rule:
    if row["category"] not in CATEGORIES:
        raise ValueError(f"{system}.{row['code']}: {row['category']} is no category")
    kept = {key: row[key] for key in ("cause", "fix", "steps", "sql", "name", "consequence") if key in row}
    if "holds" in row:
        kept["holds"] = row["holds"].split()
    return Rule(
        f"{system or 'generic'}.{row['code']}", system, row["code"], row["category"], polish=row.get("pl", {}), **kept
    )


def _classes(rules: Any) -> dict[str, Rule]:
    """`unknown_topic_or_partition`: the error that UnknownTopicOrPartitionException is the exception of."""
    names = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", rule.code.removesuffix("Exception")).lower(): rule for rule in rules}
    return {name: rule for name, rule in names.items() if "_" in name}


def _named(rules: Any) -> dict[str, Rule]:
    """`unique_violation`, `UniqueViolation` (psycopg), `UniqueViolationError` (asyncpg)."""
    found: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda each: each.code[:2] < "03"):  # two warnings share names with errors
        plain = rule.name.replace("_", "")
        for name in (rule.name, plain, f"{plain}error"):
            if len(plain) > 8 and plain not in ("warning", "internalerror", "systemerror"):
                found.setdefault(name, rule)
    return found
