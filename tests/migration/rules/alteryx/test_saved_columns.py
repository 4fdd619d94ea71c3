"""Real workflows hold the columns that each tool gave when it ran last: those of the rules are the same."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from services.migration.pipeline import migrate
from services.migration.rules import alteryx
from services.migration.rules.alteryx import frame
from services.migration.rules.context import Outcome
from services.migration.rules.steps.context import StepContext
from services.migration.rules.steps.rule import StepRule

CORPUS = Path(__file__).parents[5] / "shared" / "corpus" / "alteryx"
FILES = sorted(CORPUS.glob("*.yx*")) if CORPUS.is_dir() else []
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not FILES, reason="the corpus is not here")]
Seen = dict[str, tuple[StepContext, dict[str, tuple[list[str], list[str]]]]]


def watched(rule: StepRule, seen: Seen) -> StepRule:
    """The rule, which notes for every output the columns that were saved and those that it gives."""

    def convert(context: StepContext) -> Outcome:
        outcome = rule.convert(context)
        ports = {}
        for port, relation in outcome.outputs.items():
            saved = [each.name.strip() for each in context.step.fields if each.group == (port or "Output")]
            if saved:
                ports[port] = (sorted(saved), sorted(column.name for column in frame.visible(relation)))
        seen[context.name] = (context, ports)
        return outcome

    return replace(rule, convert=convert)


def is_guessed(context: StepContext) -> bool:
    """True for a source of which neither a last run nor its own settings tell the columns."""
    fed = any(link.to_step == context.name for link in context.mapping.links)
    return not fed and not context.step.fields and context.step.type != "TextInput"


def behind(names: set[str], context: StepContext) -> set[str]:
    """The steps of these names and all that they feed."""
    found = set(names)
    while True:
        more = {link.to_step for link in context.mapping.links if link.from_step in found} - found
        if not more:
            return found
        found |= more


@cache
def compared(path: Path) -> tuple[int, dict[str, tuple[list[str], list[str]]]]:
    """How many outputs have columns to compare, and those that differ: name of the step → saved, given."""
    seen: Seen = {}
    with pytest.MonkeyPatch.context() as patch:
        for kind, rule in alteryx.RULES.items():
            patch.setitem(alteryx.RULES, kind, watched(rule, seen))
        made = migrate(path.read_bytes(), path.name, dialect="postgresql", generated_at="2026-01-01T00:00:00Z")
    guessed = {str(item.object) for item in made.result.mappings[0].objects if item.target_type == "manual"}
    guessed |= {name for name, (context, _) in seen.items() if is_guessed(context)}
    known = [
        (name, pair)
        for name, (context, ports) in seen.items()
        for pair in ports.values()
        if name not in behind(guessed, context)
    ]
    return len(known), {name: pair for name, pair in known if pair[0] != pair[1]}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:80])
def test_the_columns_are_those_of_the_last_run(path: Path) -> None:
    assert compared(path)[1] == {}


def test_there_are_columns_to_compare() -> None:
    assert sum(compared(path)[0] for path in FILES) >= 2 * len(FILES)
