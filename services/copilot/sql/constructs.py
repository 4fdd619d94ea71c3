"""What a dialect does not have although others do: constructs found in the text, functions by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from services.copilot.sql.findings import Findings, Severity

MOST = 20
"""Findings of one statement."""
_INSIDE = re.compile(
    r"--[^\n]*|/\*.*?(?:\*/|$)|(?<![\w$])\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|$)|(?P<quote>['\"])(?:(?!(?P=quote)).)*(?:(?P=quote)|$)",
    re.DOTALL,
)
_BRACKETS = re.compile(r"\[[^\[\]\n]*\]")


@dataclass(frozen=True, slots=True)
class Construct:
    """`word` stands in every text that has it; `missing`: what to write instead, by the dialects without it."""

    code: str
    title: str
    word: str
    found: re.Pattern[str]
    missing: Mapping[str, str]
    severity: Severity


def constructs(sql: str, dialect: str, findings: Findings) -> None:
    """Reports what `dialect` has not. The text need not parse."""
    text, upper = _bare(sql, dialect), sql.upper()
    for each in _table()[0]:
        instead = each.missing.get(dialect) if each.word in upper else None
        for match in each.found.finditer(text) if instead else ():
            start, end = match.span("at" if "at" in each.found.groupindex else 0)
            findings.add_at(
                f"DIALECT_{each.code}",
                f"{dialect} has no {each.title}.",
                start,
                end,
                severity=each.severity,
                fix=f"Instead: {instead}",
            )
            if findings.count() >= MOST:
                return


def instead_of(function: str, dialect: str) -> str:
    """What to write in place of a function that another dialect has; empty where there is nothing to tell."""
    return _table()[1].get(function, {}).get(dialect, "")


def _bare(sql: str, dialect: str) -> str:
    """The statement with the inside of strings and quoted names, and all comments, as blanks of the same length."""

    def blanks(match: re.Match[str]) -> str:
        said, quote = match[0], match["quote"]
        if quote is None or len(said) == 1:
            return " " * len(said)
        return quote + ("_" if quote == '"' else " ") * (len(said) - 2) + said[-1]

    text = _INSIDE.sub(blanks, sql)
    if dialect == "mssql":
        text = _BRACKETS.sub(lambda match: "[" + "_" * (len(match[0]) - 2) + "]", text)
    return text


@cache
def _table() -> tuple[tuple[Construct, ...], Mapping[str, Mapping[str, str]]]:
    text = resources.files("services.copilot.knowledge").joinpath("constructs.yaml").read_text("utf-8")
    document = yaml.safe_load(text)
    functions = {name: dict(_by_dialect(row)) for name, row in document["functions"].items()}
    return tuple(_construct(code, row) for code, row in document["constructs"].items()), functions


def _construct(code: str, row: Mapping[str, Any]) -> Construct:
    found = re.compile(row["found"], re.IGNORECASE | re.DOTALL)
    return Construct(code, row["title"], row.get("word", ""), found, row["missing"], row.get("severity", "error"))


def _by_dialect(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for instead, names in row.items():
        for name in names.split():
            yield name, instead
