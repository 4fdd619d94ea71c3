"""A model's view of proposals: asked for the unsure ones, taken where its answer holds, column by column."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.copilot.model.client import Model
from services.copilot.model.exchange import Exchange
from services.copilot.model.json_text import first_json
from services.copilot.model.prompts import DATA_RULE, data, prompt
from services.copilot.schema_match.bands import bands
from services.copilot.schema_match.checking import problem_of
from services.copilot.schema_match.column import Column, Proposal, Table
from services.copilot.schema_match.expression import DIALECT

TEMPERATURE = 0.2
SECONDS = 90.0
MOST_ASKED = 60
"""Source columns that a model is asked about, the least sure ones first."""
_SURE = 0.9
_LONGEST_REASON = 300
_ADDRESS = re.compile(r"https?://|www\.|!\[|\]\(", re.IGNORECASE)


@dataclass
class Reviewed:
    """`proposals`: what the model says of a source column, None where it says that nothing fits."""

    proposals: dict[str, Proposal | None] = field(default_factory=dict)
    problems: Sequence[str] = ()


def unsure(source: Table, proposals: Sequence[Proposal]) -> list[str]:
    """Source columns that a model may know better of: all but the exact and the decided ones."""
    known = {each.source: each for each in proposals}
    asked = [
        (known[each.name].confidence if each.name in known else 0.0, number, each.name)
        for number, each in enumerate(source.columns)
        if each.name not in known or _open(known[each.name])
    ]
    chosen = {name for _, _, name in sorted(asked)[:MOST_ASKED]}
    return [each.name for each in source.columns if each.name in chosen]


def _open(proposal: Proposal) -> bool:
    return proposal.status == "proposed" and (proposal.match_type != "EXACT" or proposal.confidence < _SURE)


async def review(
    source: Table, target: Table, proposals: Sequence[Proposal], asked: Sequence[str], model: Model, exchange: Exchange
) -> Reviewed:
    """What a model says of the columns `asked`; only what holds. Raises ModelUnavailable."""
    tiers = "\n".join(f"- {each.name} ({each.low:g} to {each.high:g}): {each.means}" for each in bands().values())
    system = prompt(__package__, "match.md").render(tiers=tiers, data_rule=DATA_RULE, dialect=DIALECT)
    known = {each.source: each for each in proposals}

    async def check(text: str) -> tuple[Reviewed | None, Sequence[str]]:
        return await asyncio.to_thread(read, text, source, target, asked)

    answer = await model.checked(
        system,
        _turn(source, target, known, asked),
        check,
        exchange,
        purpose="schema_match",
        temperature=TEMPERATURE,
        max_tokens=8_192,
        seconds=SECONDS,
    )
    found = answer.value or Reviewed()
    found.problems = answer.problems
    return found


def _turn(source: Table, target: Table, known: Mapping[str, Proposal], asked: Sequence[str]) -> str:
    columns = [source.columns[source.by_name[name]] for name in asked]
    return "\n".join(
        (
            data("source_table", _shown(source, source.columns)),
            data("target_table", _shown(target, target.columns)),
            data("to_match", "\n".join(_candidates(each, known.get(each.name)) for each in columns)),
        )
    )


def _shown(table: Table, columns: Sequence[Column]) -> str:
    return "\n".join((f"{table.name}: {table.description[:300]}", *map(_line, columns)))


def _line(column: Column) -> str:
    return json.dumps([column.name, column.declared, column.told[:200], list(column.samples[:3])], ensure_ascii=False)


def _candidates(column: Column, now: Proposal | None) -> str:
    listed = [now.target, *(name for name, _, _ in now.alternatives)] if now else []
    return json.dumps({"source_column": column.name, "candidates": listed[:5]}, ensure_ascii=False)


def read(text: str, source: Table, target: Table, asked: Sequence[str]) -> tuple[Reviewed | None, list[str]]:
    """What of an answer holds, and what is wrong with the rest."""
    rows = first_json(text, list)
    if rows is None:
        return None, ["the answer is no JSON array"]
    found, problems = Reviewed(), []
    for row in rows:
        name = str(row.get("source_column", "")) if isinstance(row, dict) else ""
        if name not in asked:
            problems.append(f"{name[:80]!r} is none of the source columns to match")
            continue
        made = _one(row, source, target)
        if isinstance(made, str):
            problems.append(f"{name}: {made}")
        else:
            found.proposals.setdefault(name, made)
    return found, problems


def _one(row: Mapping[str, Any], source: Table, target: Table) -> Proposal | str | None:
    """The proposal, None where nothing fits, or what is wrong with it."""
    wanted, kind = row.get("target_column"), str(row.get("match_type", "")).upper()
    if wanted in (None, ""):
        return None
    if not isinstance(wanted, str) or wanted not in target.by_name:
        return f"the target has no column {str(wanted)[:80]!r}"
    if kind not in bands():
        return f"match_type {kind[:40]!r} is none of {', '.join(bands())}"
    reason = " ".join(str(row.get("reasoning") or "").split())[:_LONGEST_REASON]
    sure, expression = row.get("confidence"), str(row.get("transform_expression") or "").strip()
    wrong = _wrong(kind, sure, expression, reason, source, target.columns[target.by_name[wanted]])
    return wrong or Proposal(
        str(row["source_column"]), wanted, kind, bands()[kind].clipped(float(sure or 0)), expression, reason
    )


def _wrong(kind: str, sure: Any, expression: str, reason: str, source: Table, target: Column) -> str:
    band = bands()[kind]
    if isinstance(sure, bool) or not isinstance(sure, int | float) or not band.low <= sure <= band.high:
        return f"confidence of {kind} is a number from {band.low:g} to {band.high:g}"
    if kind in ("EXACT", "SEMANTIC") and expression:
        return f"{kind} copies the value; with an expression it is TYPE_COERCE or TRANSFORM_NEEDED"
    if kind in ("TYPE_COERCE", "TRANSFORM_NEEDED") and not expression:
        return f"{kind} needs a transform_expression"
    if _ADDRESS.search(reason):
        return "reasoning holds a link"
    problem = problem_of(expression, source, target) if expression else ""
    return f"transform_expression: {problem}" if problem else ""
