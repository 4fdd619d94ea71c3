"""What a message asks for: conversation, SQL, or help with an error. A table of rules; never a refusal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from services.copilot.diagnose.match import match
from services.copilot.words import folded

INTENTS = ("chat", "sql", "diagnose")
ENOUGH = 1.0
MOST_READ = 4_000
"""Characters that are looked at: the beginning of a message says what it asks for."""


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    weight: float
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Routed:
    """`intent`: one of INTENTS; `scores`: the sum of each; `rules`: `intent.rule` of all that matched."""

    intent: str
    scores: Mapping[str, float]
    rules: tuple[str, ...]


@cache
def rules() -> Mapping[str, tuple[Rule, ...]]:
    """The rules of `intents.yaml` by intent."""
    table = yaml.safe_load(resources.files(__package__).joinpath("intents.yaml").read_text("utf-8"))
    return {
        intent: tuple(
            Rule(each["name"], each["weight"], re.compile(each["pattern"], re.MULTILINE)) for each in table[intent]
        )
        for intent in INTENTS
    }


def route(message: str, has_error: bool = False) -> Routed:
    """The intent of a message. `has_error`: the user has the error of a run before them."""
    text = folded(message[:MOST_READ]).lower().replace("’", "'")
    matched = {intent: [rule for rule in rules()[intent] if rule.pattern.search(text)] for intent in INTENTS}
    scores = {intent: round(sum(rule.weight for rule in found), 2) for intent, found in matched.items()}
    names = tuple(f"{intent}.{rule.name}" for intent, found in matched.items() for rule in found)
    if scores["diagnose"] < ENOUGH and match(message[:MOST_READ]):
        scores["diagnose"] = round(scores["diagnose"] + ENOUGH, 2)
        names = ("diagnose.known_error", *names)
    if has_error and scores["diagnose"] > 0:
        scores["diagnose"] += 0.7
    if scores["diagnose"] >= ENOUGH:
        return Routed("diagnose", scores, names)
    if scores["sql"] >= ENOUGH and scores["sql"] > scores["chat"]:
        return Routed("sql", scores, names)
    return Routed("chat", scores, names)
