"""Rewrites that a model proposes: parsed, bound and executed like those of the rules, proven or marked unverified."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.copilot.sql.optimize.execution import Trial, Verdict
from services.copilot.sql.optimize.facts import Reading
from services.copilot.sql.optimize.optimize import Proof, Suggestion
from services.copilot.sql.references import tables_used
from services.copilot.sql.schema_index import SchemaIndex

RULE = "MODEL"
MOST = 2
SECONDS = 12.0
LEAST_TELLING = 3
"""Row sets on which the statement must return something before equal results prove a rewrite that no rule backs."""
_LINE = 200


@dataclass(frozen=True, slots=True)
class Proposal:
    title: str
    sql: str
    impact: str


def proposals(text: str) -> list[Proposal] | None:
    """What the model's answer holds; None where it is no JSON array of the form asked for."""
    start, end = text.find("["), text.rfind("]")
    try:
        listed = json.loads(text[start : end + 1]) if 0 <= start < end else None
    except ValueError:
        return None
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        return None
    found = [_proposal(each) for each in listed[:MOST]]
    return [each for each in found if each is not None] if None not in found else None


def _proposal(each: dict[str, object]) -> Proposal | None:
    sql = each.get("sql")
    if not isinstance(sql, str) or not sql.strip():
        return None
    title, impact = (" ".join(str(each.get(key) or "").split())[:_LINE] for key in ("title", "impact"))
    return Proposal(title or "Proposed by the model", sql.strip().rstrip(";").rstrip(), impact)


def problems(proposal: Proposal, sql: str, dialect: str, index: SchemaIndex | None) -> list[str]:
    """Why a proposal cannot be a rewrite of `sql`, before anything is executed."""
    original = Reading(sql, dialect, index)
    try:
        changed = Reading(proposal.sql, dialect, index)
    except (SqlglotError, RecursionError) as error:
        return [f"It does not parse as {dialect}: {str(error)[:200]}"]
    found = []
    if len(changed.statements) != 1 or not isinstance(changed.tree, exp.Query):
        return ["It must be one query."]
    if index is not None and original.index is not None and changed.index is None:
        found.append("It names tables or columns that do not exist.")
    strange = set(map(str.lower, tables_used(changed.tree))) - set(map(str.lower, tables_used(original.tree)))
    if strange:
        found.append(f"It reads other tables: {', '.join(sorted(strange))}.")
    if _limits(changed) - _limits(original):
        found.append("It limits rows where the statement does not.")
    return found


def _limits(reading: Reading) -> Counter[str]:
    return Counter(each.sql() for each in reading.tree.find_all(exp.Limit, exp.Fetch, exp.Offset, exp.TableSample))


def judged(
    found: Sequence[Proposal], sql: str, dialect: str, index: SchemaIndex | None
) -> tuple[list[Suggestion], list[str]]:
    """Those that are not refuted, with their proof, and notes on the others. `sql` is a single query."""
    original = Reading(sql, dialect, index)
    kept, notes = [], []
    for proposal in found:
        if problems(proposal, sql, dialect, index) or proposal.sql == sql:
            notes.append("a proposal of the model was dropped: it cannot be a rewrite of the statement")
            continue
        trial = Trial(original, time.monotonic() + SECONDS, [proposal.sql])
        try:
            verdict, telling = trial.compare(proposal.sql), trial.telling
        finally:
            trial.close()
        if verdict is Verdict.UNEQUAL:
            notes.append("a proposal of the model was dropped: its result was not the same")
            continue
        proven = verdict is Verdict.EQUAL and telling >= LEAST_TELLING
        proof: Proof = "equal_results" if proven else "unverified"
        kept.append(Suggestion(RULE, proposal.title, sql, proposal.sql, proof, proposal.impact))
    return kept, notes
