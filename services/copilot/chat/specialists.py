"""Messages that another capability answers: SQL questions and errors, each as a person would be told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.copilot.catalog_answers.ask import answered
from services.copilot.chat.actions import ProposedAction
from services.copilot.chat.statements import statement_of
from services.copilot.diagnose.diagnosis import Question, diagnose
from services.copilot.diagnose.wording import Remedy
from services.copilot.knowledge.dialects import told_by_question, told_by_sql
from services.copilot.sql.explain.explain import explain
from services.copilot.sql.generate.answer import MOST_CHARACTERS, generate
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail

SURE = 0.8
"""Confidence from which the catalog's answer stands in for a conversation that no model can hold."""
_WARNINGS = {"en": "Look at this first:", "pl": "Najpierw sprawdź:"}
_RUN = {"en": "Run the query", "pl": "Uruchom zapytanie"}


@dataclass(frozen=True, slots=True)
class Told:
    """A specialist's answer in Markdown, with what the user can do next."""

    text: str
    actions: Sequence[ProposedAction] = ()


Specialist = Callable[[Surroundings, str, Any, str, Tail], Awaitable[Told | None]]
"""around, message, PipelineContext, language, tail → the answer, or None where conversation must answer."""


async def ask_sql(around: Surroundings, message: str, context: Any, language: str, tail: Tail) -> Told | None:
    """SQL for the message, or what the statement in it does; None where there is none to be had, so that conversation
    says why or helps otherwise."""
    statement = statement_of(message)
    if statement:
        return await _explained(around, statement, language, tail)
    dialect = told_by_question(message)
    attempt = Tail(exchange=tail.exchange)
    made = await generate(around, message[:MOST_CHARACTERS], dialect, (), True, attempt)
    tail.missing(*attempt.degraded)
    if not made.sql:
        tail.rules.append(f"sql: none ({made.explanation[:200]})")
        return None
    tail.source, tail.confidence, tail.factors = attempt.source, attempt.confidence, attempt.factors
    tail.rules += attempt.rules
    tail.retrieved += attempt.retrieved
    warnings = [f"- {finding.message}" for finding in made.warnings]
    parts = [made.explanation, f"```sql\n{made.sql}\n```"]
    if warnings:
        parts.append("\n".join([_WARNINGS[language], *warnings]))
    action = ProposedAction("run_sql", _RUN[language], {"sql": made.sql, "dialect": dialect})
    return Told("\n\n".join(part for part in parts if part), (action,))


async def _explained(around: Surroundings, statement: str, language: str, tail: Tail) -> Told | None:
    """What a statement does, from its tree; None where it cannot be read."""
    dialect = told_by_sql(statement)
    found = await around.workers.run_cpu(explain, statement, dialect, language)
    if not found.understood:
        return None
    tail.source, tail.factors = Source.rules, found.factors
    tail.rules.append("statement: explained")
    return Told("\n".join([found.text, "", *(f"- {each.text}" for each in found.clauses)]).strip())


async def ask_catalog(around: Surroundings, message: str, context: Any, language: str, tail: Tail) -> Told | None:
    """What the catalog tells by rules; None where the message is not surely about it."""
    attempt = Tail(exchange=tail.exchange)
    answer = await answered(around, message, attempt)
    if sum(each.effect for each in attempt.factors) < SURE:
        return None
    tail.source, tail.confidence, tail.factors = attempt.source, attempt.confidence, attempt.factors
    tail.rules += attempt.rules
    tail.missing(*attempt.degraded)
    return Told(answer.text)


async def ask_diagnosis(around: Surroundings, message: str, context: Any, language: str, tail: Tail) -> Told | None:
    """What an error means and what to do; None where it is not a known error, so that conversation looks at it."""
    made = diagnose(Question(message, yaml=context.yaml, language=language))
    if not made.is_known and context.last_error.strip():
        made = diagnose(Question(context.last_error, yaml=context.yaml, language=language))
    if not made.is_known:
        return None
    tail.source, tail.factors = Source.rules, made.factors
    tail.rules.append(made.rule)
    parts = [f"**{made.root_cause}**", made.explanation, *map(_fix_text, made.remedies)]
    first = made.remedies[0]
    payload = {"rule": made.rule, "object": made.object, "node": made.node, "steps": first.steps, "sql": first.sql}
    action = ProposedAction("apply_fix", first.title, {key: value for key, value in payload.items() if value})
    return Told("\n\n".join(part for part in parts if part), (action,))


def _fix_text(fix: Remedy) -> str:
    return f"### {fix.title}\n{fix.steps}" + (f"\n\n```sql\n{fix.sql}\n```" if fix.sql else "")
