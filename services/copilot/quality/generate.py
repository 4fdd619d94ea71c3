"""From a description to rules: the grammar first, a model for what it cannot read, then the dry run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.copilot.confidence import Factor, total
from services.copilot.model.client import ModelUnavailable
from services.copilot.quality.job import Job, Outcome, check_answer, dry_run, read_description
from services.copilot.quality.model_rules import Proposed, system_prompt, user_turn
from services.copilot.quality.naming import named
from services.copilot.quality.rule import Rule
from services.copilot.quality.trying import Tried
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail
from services.runtime.logs import get_logger
from services.runtime.workers import TaskTimeout, WorkerDied

log = get_logger("quality")

READ_SECONDS = 20.0
TRY_SECONDS = 20.0
TEMPERATURE = 0.1


@dataclass
class Generated:
    """`tried`: one for each rule, or none where no rows were given."""

    rules: list[Rule] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)


async def generate(job: Job, around: Surroundings, tail: Tail) -> Generated:
    """The rules of a description; what nobody could read is in the warnings."""
    outcome = await around.workers.run_cpu(read_description, job, timeout=READ_SECONDS)
    tail.rules.append(f"grammar: {len(outcome.rules)} rules")
    if outcome.unread:
        await _ask_model(job, outcome, around, tail)
    rules = named(outcome.rules)
    tried = await _tried(rules, job, around) if rules and job.rows else []
    tail.factors = _factors(rules, outcome)
    warnings = list(dict.fromkeys([*outcome.warnings, *outcome.unread.values()]))
    return Generated(rules, warnings, tried)


async def _ask_model(job: Job, outcome: Outcome, around: Surroundings, tail: Tail) -> None:
    """Lets the model read what the grammar could not; its rules come after the grammar's."""

    async def check(text: str) -> tuple[Proposed | None, list[str]]:
        return await around.workers.run_cpu(check_answer, text, job, timeout=READ_SECONDS)

    try:
        answer = await around.model.checked(
            system_prompt(job.table, job.columns, job.dialect),
            user_turn(list(outcome.unread), job.rows),
            check,
            tail.exchange,
            purpose="quality_rules",
            temperature=TEMPERATURE,
        )
    except ModelUnavailable as error:
        tail.missing(error.degraded)
        return
    _take(answer.value, answer.problems, outcome, tail)


def _take(found: Proposed | None, problems: Sequence[str], outcome: Outcome, tail: Tail) -> None:
    outcome.warnings += [f"the model's answer: {problem}" for problem in problems]
    if found is None:
        return
    known = {(rule.type, rule.column) for rule in outcome.rules}
    added = [rule for rule in found.rules if (rule.type, rule.column) not in known]
    outcome.rules += added
    outcome.warnings += found.warnings
    if added:
        tail.source = Source.model
    left = [each.strip().lower() for each in found.unread]
    if found.rules and not problems:
        unread = outcome.unread.items()
        outcome.unread = {said: told for said, told in unread if any(_alike(said, each) for each in left)}


def _alike(said: str, unread: str) -> bool:
    said = said.lower()
    return bool(unread) and (unread in said or said in unread)


async def _tried(rules: list[Rule], job: Job, around: Surroundings) -> list[Tried]:
    """The dry run; where the whole of it takes too long, each rule says so."""
    try:
        return await around.workers.run_cpu(dry_run, rules, job, timeout=TRY_SECONDS)
    except (TaskTimeout, WorkerDied) as error:
        log.warning("dry run ended", reason=error.reason)
        return [Tried(len(job.rows), error="the dry run took too long or too much memory") for _ in rules]


def _factors(rules: list[Rule], outcome: Outcome) -> list[Factor]:
    """The reply is as sure as its rules are on average; less where clauses were not read."""
    if not rules:
        return []
    mean = sum(total(rule.factors) for rule in rules) / len(rules)
    factors = [Factor("rules", round(mean, 4), "the mean of the rules' own confidence")]
    if outcome.unread:
        count = len(outcome.unread)
        factors.append(Factor("unread", -min(0.3, 0.1 * count), f"{count} parts of the description were not read"))
    return factors
