"""A description of an asset and its parts (columns, fields of a topic, charts, tasks): by rules from names, keys and
links; in a model's words where it keeps to them. What a person wrote stands beside, and for a part it stays."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from statistics import fmean
from string import Template
from typing import Any

import yaml

from services.catalog.table import Column, Table
from services.copilot.catalog_answers.columns import Told, told
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
BY_PERSON, BY_MODEL, KIND_ONLY = 1.0, 0.8, 0.3
PARTS = {"table": "columns", "topic": "fields", "dashboard": "charts", "pipeline": "tasks"}
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
    """What is known of an asset. `feeds`, `fed_by`: qualified names of its neighbours in lineage."""

    table: Table
    fed_by: Sequence[str] = ()
    feeds: Sequence[str] = ()


def by_rules(facts: Facts, language: str) -> Description:
    """What names, keys and links tell. Every column has a line, some of them empty."""
    table = facts.table
    columns, tags = [], dict[str, None]()
    for column in table.columns:
        found = _part(table, column, language)
        tags.update(dict.fromkeys(found.tags))
        if column.description:
            columns.append(ColumnText(column.name, column.description, BY_PERSON))
        else:
            columns.append(ColumnText(column.name, found.text, found.confidence))
    return Description(
        _asset_text(facts, language), columns, [t for t in tags if t not in table.tags], table.description
    )


def _part(asset: Table, part: Column, language: str) -> Told:
    """Of a column or field what its name tells; of a chart or task, whose names are no nouns, its kind and place."""
    if asset.kind not in ("dashboard", "pipeline"):
        return told(part.name.rsplit(".", 1)[-1], language)
    forms = _texts()[language]["part"][asset.kind]
    form = forms["leads"] if part.leads_to else forms["alone"]
    values = {"name": part.name, "type": part.data_type or "?", "names": _names(part.leads_to)}
    return Told(Template(form).substitute(values), KIND_ONLY)


def _asset_text(facts: Facts, language: str) -> str:
    asset, texts = facts.table, _texts()[language]
    subject = told(asset.name, language).text.rstrip(".") or asset.name
    count = sum(not column.nested for column in asset.columns)
    head = Template(texts["head" if count else "bare"][asset.kind])
    said = [head.substitute(name=asset.name, subject=subject.lower(), count=count)]
    named = {
        "key": asset.primary_key,
        "links": [key.references.rsplit(".", 1)[-1] for key in asset.foreign_keys],
        **_inside(asset),
        "fed_by": facts.fed_by,
        "feeds": facts.feeds,
        "owners": asset.owners if asset.kind != "table" else (),
    }
    for what, names in named.items():
        form = texts[what][asset.kind] if isinstance(texts[what], dict) else texts[what]
        said += [Template(form).substitute(names=_names(names))] if names else []
    return " ".join(said)


def _inside(asset: Table) -> dict[str, Sequence[str]]:
    """What a dashboard shows, and where a pipeline begins and ends."""
    if asset.kind == "dashboard":
        return {"charts": [chart.name for chart in asset.columns]}
    later = {name for task in asset.columns for name in task.leads_to}
    if asset.kind != "pipeline" or not later:
        return {}
    begins = [task.name for task in asset.columns if task.name not in later]
    return {"begins": begins, "ends": [task.name for task in asset.columns if not task.leads_to]}


@cache
def _texts() -> Mapping[str, Any]:
    table: Mapping[str, Any] = yaml.safe_load(resources.files(__package__).joinpath("describe.yaml").read_text("utf-8"))
    return table


def _names(names: Sequence[str]) -> str:
    each = list(dict.fromkeys(names))
    return ", ".join(f"`{name}`" for name in each[:5]) + (f" (+{len(each) - 5})" if len(each) > 5 else "")


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
    base = [Factor("names", round(0.6 * share, 2), f"how much of the names of its {PARTS[facts.table.kind]} is known")]
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
            problems.append(f"there is no {name!r} among the {PARTS[facts.table.kind]}")
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
    names += [*(column.name for column in table.columns), *table.owners]
    names += [part for each in (*facts.fed_by, *facts.feeds) for part in (each, each.rsplit(".", 1)[-1])]
    names += [part for key in table.foreign_keys for part in (key.references, key.references.rsplit(".", 1)[-1])]
    return {name.lower() for name in names if name}


def _shown(facts: Facts) -> dict[str, Any]:
    table = facts.table
    return {
        table.kind: table.qualified_name or table.name,
        "written_by_a_person": table.description,
        "primary_key": list(table.primary_key),
        "foreign_keys": [{"columns": list(key.columns), "references": key.references} for key in table.foreign_keys],
        "filled_from": list(facts.fed_by)[:10],
        "feeds": list(facts.feeds)[:10],
        "owners": list(table.owners),
        "tags": list(table.tags),
        PARTS[table.kind]: [
            {
                "name": column.name,
                "type": column.data_type,
                "written_by_a_person": column.description,
                "words": pieces(column.name),
                **({"followed_by": list(column.leads_to)} if column.leads_to else {}),
            }
            for column in table.columns[:MOST_COLUMNS]
        ],
    }
