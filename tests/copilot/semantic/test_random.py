"""Sentences put together at random from the words of the glossary and the grammar: none breaks anything, and what is
covered runs."""

from __future__ import annotations

import random

import duckdb
import pytest

from services.copilot.semantic.answer import from_glossary
from services.copilot.semantic.layer import layer
from services.copilot.semantic.words import known
from tests.copilot.semantic.sample import TODAY

SENTENCES = 600
SHAPES = (
    "{m} by {d} in 2025",
    "{m} and {m} by {d} and {d} {t}",
    "{v} {m} {t}",
    "top 3 {d} by {m} {t}",
    "{m} {p} {v} by {d}, {d} {t}",
    "{d} with {m} above 10 {t}",
    "{m} wg {d} {t}",
    "{any} {any} {any} {any}",
    "{m} {any} {d} {any} {v} {any}",
)
TIMES = ("last month", "in 2025", "since 2025", "w zeszłym roku", "last 7 days", "Q1 2025", "at the end of 2025", "")


def _sentences() -> list[str]:
    chance = random.Random(7)
    glossary = layer().glossary
    words = {
        "m": [word for each in glossary.metrics for word in each.words],
        "d": [word for each in glossary.dimensions for word in each.words],
        "v": [word for each in glossary.filters for word in each.words]
        + [value.value for each in glossary.dimensions for value in each.values],
        "t": list(TIMES),
        "p": ["for", "in", "of", "dla", "w", "without"],
    }
    words["any"] = [word for found in words.values() for word in found]
    words["any"] += [form for forms in (*known().keywords.values(), *known().times.values()) for form in forms]
    words["any"] += ["5", "2%", "1,000", '"x"', "Max 40", "unknown", ";"]
    made = []
    for _ in range(SENTENCES):
        sentence = chance.choice(SHAPES)
        while "{" in sentence:
            name = sentence[sentence.index("{") + 1 : sentence.index("}")]
            sentence = sentence.replace(f"{{{name}}}", chance.choice(words[name]), 1)
        made.append(sentence)
    return made


def test_nothing_breaks_and_what_is_covered_runs(sample_duckdb):
    covered, failed = 0, []
    for sentence in _sentences():
        answer = from_glossary(sentence, "duckdb", today=TODAY)
        if not answer.covered:
            assert answer.sql == ""
            assert answer.explanation
            continue
        covered += 1
        try:
            sample_duckdb.execute(answer.sql).fetchall()
        except duckdb.Error as error:
            failed.append((sentence, str(error)))
    assert not failed
    assert covered > SENTENCES // 6


@pytest.mark.parametrize(
    "question",
    [
        "\x00",
        "🙂 revenue",
        "revenue\u202e by region",
        "{region}",
        "${x}",
        "%s",
        "'" * 99,
        "revenue by region " * 60,
        "１２３",
        "ﬀ",
    ],
)
def test_odd_text_breaks_nothing(question):
    answer = from_glossary(question, "postgresql", today=TODAY)
    assert not answer.covered
