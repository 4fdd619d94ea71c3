"""A description of a table and its columns: by rules from names, keys and links; in a model's words where it keeps to
them. What a person wrote stands beside, and for a column it stays."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import Any

from services.catalog.table import Table
from services.copilot.catalog_answers.columns import told
from services.copilot.confidence import Factor
from services.copilot.knowledge.landscape import landscape_block
from services.copilot.language import LANGUAGES
from services.copilot.model.client import ModelUnavailable
from services.copilot.model.json_text import first_json
from services.copilot.model.prompts import DATA_RULE, data, prompt
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail
from services.copilot.words import pieces

TEMPERATURE = 0.2
SECONDS = 60.0
LONGEST = 1_000
MOST_COLUMNS = 150
BY_PERSON, BY_MODEL = 1.0, 0.8
_ADDRESS = re.compile(r"https?://|www\.|!\[|\]\(", re.IGNORECASE)
_NAMED = re.compile(r"`([^`\n]{1,200})`")


@dataclass(frozen=True, slots=True)
class ColumnText:
    name: str
    text: str
    confidence: float


@dataclass(frozen=True)
class Description:
    text: str = ""
    columns: Sequence[ColumnText] = ()
    tags: Sequence[str] = ()
    existing: str = ""


@dataclass
class Facts:
    """A table as it is described. `feeds`, `fed_by`: qualified names of its neighbours in lineage."""

    table: Table
    fed_by: Sequence[str] = ()
    feeds: Sequence[str] = ()
    texts: dict[str, str] = field(default_factory=dict)


def by_rules(facts: Facts, language: str) -> Description:
    """What names, keys and links tell. Every column has a line, some of them empty."""
    table = facts.table
    columns, tags = [], dict[str, None]()
    for column in table.columns:
        found = told(column.name.rsplit(".", 1)[-1], language)
        tags.update(dict.fromkeys(found.tags))
        if column.description:
            columns.append(ColumnText(column.name, column.description, BY_PERSON))
        else:
            columns.append(ColumnText(column.name, found.text, found.confidence))
    return Description(
        _table_text(facts, language), columns, [t for t in tags if t not in table.tags], table.description
    )


def _table_text(facts: Facts, language: str) -> str:
    table = facts.table
    subject = told(table.name, language).text.rstrip(".") or table.name
    keys = ", ".join(f"`{name}`" for name in table.primary_key)
    links = ", ".join(dict.fromkeys(f"`{key.references.rsplit('.', 1)[-1]}`" for key in table.foreign_keys))
    count = sum(not column.nested for column in table.columns)
    if language == "pl":
        parts = [f"Tabela `{table.name}` ({subject.lower()}), {count} kolumn."]
        parts += [f"Jeden wiersz na {keys}."] if keys else []
        parts += [f"Odwołuje się do {links}."] if links else []
        parts += [f"Zasilana z: {_names(facts.fed_by)}."] if facts.fed_by else []
        parts += [f"Zasila: {_names(facts.feeds)}."] if facts.feeds else []
        return " ".join(parts)
    parts = [f"Table `{table.name}` ({subject.lower()}) with {count} columns."]
    parts += [f"One row for each {keys}."] if keys else []
    parts += [f"It refers to {links}."] if links else []
    parts += [f"Filled from {_names(facts.fed_by)}."] if facts.fed_by else []
    parts += [f"It feeds {_names(facts.feeds)}."] if facts.feeds else []
    return " ".join(parts)


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:5]) + (f" (+{len(names) - 5})" if len(names) > 5 else "")


async def described(around: Surroundings, facts: Facts, language: str, tail: Tail) -> Description:
    """The description, worded by the model where there is one and its words hold."""
    rules = by_rules(facts, language)
    tail.source = Source.rules
    tail.factors = factors(facts, rules)
    system = prompt(__package__, "describe.md").render(
        language=LANGUAGES[language], landscape=landscape_block(), data_rule=DATA_RULE
    )

    async def check(text: str) -> tuple[Description | None, Sequence[str]]:
        return read(text, facts, rules)

    try:
        answer = await around.model.checked(
            system,
            data("facts", json.dumps(_shown(facts), ensure_ascii=False)),
            check,
            tail.exchange,
            purpose="describe_asset",
            temperature=TEMPERATURE,
            seconds=SECONDS,
            max_tokens=4096,
        )
    except ModelUnavailable as error:
        tail.missing(error.degraded)
        return rules
    if answer.value is None:
        return rules
    tail.source = Source.model
    tail.factors = [
        *tail.factors,
        Factor("model", 0.15 if not answer.problems else 0.05, "worded by the model, checked"),
    ]
    return answer.value


def factors(facts: Facts, found: Description) -> list[Factor]:
    known = [column.confidence for column in found.columns]
    share = fmean(known) if known else 0.0
    base = [Factor("names", round(0.6 * share, 2), "how much of the columns' names is known")]
    if facts.table.primary_key or facts.table.foreign_keys:
        base.append(Factor("keys", 0.1, "keys say what a row is and what it refers to"))
    if facts.fed_by or facts.feeds:
        base.append(Factor("lineage", 0.05, "lineage says where it comes from or goes to"))
    return base


def read(text: str, facts: Facts, rules: Description) -> tuple[Description | None, Sequence[str]]:
    """A model's answer as far as it holds, and what is wrong with it."""
    found = first_json(text, dict)
    if found is None or not isinstance(found.get("description"), str):
        return None, ['the answer is no JSON object with "description" and "columns"']
    problems: list[str] = []
    about = _clean(found["description"], "description", facts, problems)
    told_columns = found.get("columns") if isinstance(found.get("columns"), dict) else {}
    assert isinstance(told_columns, dict)
    by_name = {column.name.lower(): column.name for column in facts.table.columns}
    words: dict[str, str] = {}
    for name, said in told_columns.items():
        if name.lower() not in by_name:
            problems.append(f"there is no column {name!r}")
        elif isinstance(said, str) and (clean := _clean(said, name, facts, problems)):
            words[by_name[name.lower()]] = clean
    columns = [
        column
        if column.confidence == BY_PERSON or column.name not in words
        else ColumnText(column.name, words[column.name], BY_MODEL)
        for column in rules.columns
    ]
    return replace(rules, text=about or rules.text, columns=columns), problems


def _clean(said: str, what: str, facts: Facts, problems: list[str]) -> str:
    """The text where it may stand, else "" and why."""
    said = " ".join(said.split())
    if len(said) > LONGEST:
        problems.append(f"{what}: is longer than {LONGEST} characters")
        return ""
    if _ADDRESS.search(said):
        problems.append(f"{what}: holds a link")
        return ""
    known = _known(facts)
    invented = [name for name in _NAMED.findall(said) if name.lower() not in known]
    if invented:
        problems.append(f"{what}: names `{invented[0]}`, which the facts do not have")
        return ""
    return said


def _known(facts: Facts) -> set[str]:
    table = facts.table
    names = [table.name, table.qualified_name, table.schema, table.database, table.service]
    names += [column.name for column in table.columns]
    names += [part for each in (*facts.fed_by, *facts.feeds) for part in (each, each.rsplit(".", 1)[-1])]
    names += [part for key in table.foreign_keys for part in (key.references, key.references.rsplit(".", 1)[-1])]
    return {name.lower() for name in names if name}


def _shown(facts: Facts) -> dict[str, Any]:
    table = facts.table
    return {
        "table": table.qualified_name or table.name,
        "written_by_a_person": table.description,
        "primary_key": list(table.primary_key),
        "foreign_keys": [{"columns": list(key.columns), "references": key.references} for key in table.foreign_keys],
        "filled_from": list(facts.fed_by)[:10],
        "feeds": list(facts.feeds)[:10],
        "tags": list(table.tags),
        "columns": [
            {
                "name": column.name,
                "type": column.data_type,
                "written_by_a_person": column.description,
                "words": pieces(column.name),
            }
            for column in table.columns[:MOST_COLUMNS]
        ],
    }
