"""Suggestions of both tiers: rules at once, the model's while there is time and room."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from services.copilot.knowledge import dsl
from services.copilot.knowledge.dialects import dialects
from services.copilot.model.client import ModelUnavailable, Turn, User
from services.copilot.model.prompts import DATA_RULE, Rendered, data, prompt
from services.copilot.suggest.place import Place, Proposal
from services.copilot.suggest.suggest import kept, suggest
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail
from services.runtime.context import within

TEMPERATURE = 0.1
MODEL_SECONDS = 2.0
SPARE_SECONDS = 0.2
"""Of the caller's deadline, left for checking and sending."""
CHECK_SECONDS = 20.0
MAX_TOKENS = 300
MOST_TABLES = 20
LONGEST = 400
_LINE = re.compile(r"\s*(?P<confidence>[01](?:\.\d+)?|\.\d+)\s*\|(?P<text>.+)\Z")


async def suggestions(around: Surroundings, place: Place, most: int, tail: Tail) -> list[Proposal]:
    """At most `most`, best first. Never fails for a model that is away or slow; the tail says so."""
    found: list[Proposal] = await around.workers.run_cpu(suggest, place, most, timeout=CHECK_SECONDS)
    tail.source = Source.rules
    if len(found) < most and (place.prefix.strip() or place.suffix.strip()):
        found = await _with_model(around, place, most, found, tail)
    return found


async def _with_model(
    around: Surroundings, place: Place, most: int, found: Sequence[Proposal], tail: Tail
) -> list[Proposal]:
    try:
        text = await around.model.answer(
            _system(place, most),
            [Turn(User, f"{data('before', place.prefix)}\n{data('after', place.suffix)}")],
            tail.exchange,
            purpose="suggest",
            temperature=TEMPERATURE,
            max_tokens=MAX_TOKENS,
            seconds=max(0.01, within(MODEL_SECONDS + SPARE_SECONDS) - SPARE_SECONDS),
        )
    except ModelUnavailable as error:
        tail.missing(error.degraded)
        return list(found)
    told = read_lines(text)
    more = await around.workers.run_cpu(kept, place, told, most, timeout=CHECK_SECONDS)
    texts = {each.text for each in found}
    added = [each for each in more if each.text not in texts]
    if added and not found:
        tail.source = Source.model
    return sorted([*found, *added], key=lambda each: -each.confidence)[:most]


def read_lines(text: str) -> list[Proposal]:
    """`0.8|text` a line, as the prompt asks for it; anything else is passed over."""
    found = []
    for rank, line in enumerate(text.splitlines()):
        match = _LINE.match(line)
        if match and len(match["text"]) <= LONGEST:
            inserted = match["text"].replace("\\n", "\n").rstrip("\r")
            found.append(Proposal(inserted, "completion", min(1.0, float(match["confidence"])), "model", rank))
    return found


def _system(place: Place, most: int) -> Rendered:
    return prompt(__package__, "suggest.md").render(
        language={"yaml": "DataFlow YAML", "sql": "SQL", "python": "Python"}.get(place.language, "connection"),
        most=str(most),
        facts=_facts(place),
        data_rule=DATA_RULE,
    )


def _facts(place: Place) -> str:
    parts = []
    if place.language == "sql":
        parts.append(f"Dialect: {dialects()[place.dialect].title}\n{dialects()[place.dialect].block}")
    if place.language == "yaml":
        parts.append(dsl.brief())
    if place.tables:
        parts.append(data("schema", "\n".join(map(_shown, place.tables[:MOST_TABLES])), 8_000))
    return "\n\n".join(parts)


def _shown(table: Any) -> str:
    name = ".".join(part for part in (table.schema, table.name) if part)
    return f"{name}({', '.join(column.name for column in table.columns)})"
