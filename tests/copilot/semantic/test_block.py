"""The glossary and the landscape as prompts have them: generated from what the code uses, and within their budgets."""

from __future__ import annotations

import pytest

from services.copilot.knowledge.landscape import tokens_of
from services.copilot.semantic.answer import from_glossary
from services.copilot.semantic.block import LANDSCAPE_TOKENS, TOKENS, glossary_block, hints
from services.copilot.semantic.layer import layer

_FRAME = 450
"""Tokens of the prompt file itself and of the question's own terms."""


def test_every_entry_is_in_the_block():
    block = glossary_block(layer())
    glossary = layer().glossary
    for kind, entries in (
        ("metric", glossary.metrics),
        ("dimension", glossary.dimensions),
        ("filter", glossary.filters),
    ):
        for entry in entries:
            assert f"- {kind} {entry.name}:" in block
            assert layer().formula_of(kind, entry.name) in block


def test_what_the_question_names_comes_first_with_its_tables():
    lines = glossary_block(layer(), ["net_adds", "region"]).splitlines()
    assert lines[0].startswith("- metric net_adds")
    assert lines[1].startswith("- dimension region")
    shown = "\n".join(lines)
    assert "- table dm.fact_subscription_event(" in shown
    assert "fact_subscription_event.subscription_id = dim_subscription.subscription_id" in shown


@pytest.mark.parametrize("budget", [100, 400, 1000, TOKENS])
def test_it_stays_within_its_budget_and_says_what_it_left_out(budget):
    block = glossary_block(layer(), ["arpu"], budget)
    assert tokens_of(block) <= budget + 40
    assert ("are not shown" in block) == (budget < TOKENS)


def test_a_snapshot_says_that_it_is_one():
    (line,) = (line for line in glossary_block(layer()).splitlines() if line.startswith("- metric active_subscribers"))
    assert "only the last month_start" in line


@pytest.mark.parametrize("question", ["Revenue growth by region without roaming", "Profit", "Jaki wzrost ARPU?"])
def test_the_hints_of_a_question_keep_their_budget(question):
    answer = from_glossary(question, "postgresql")
    text = hints(answer)
    assert tokens_of(text) <= TOKENS + LANDSCAPE_TOKENS + _FRAME
    for word in answer.unresolved:
        assert f"“{word}”" in text
    for term in answer.terms:
        assert f"“{term.text}”: {term.kind} {term.name} = {term.formula}" in text
    assert "${" not in text
