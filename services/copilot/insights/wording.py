"""Findings in a model's words, item by item only where those words keep to the finding."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from services.copilot.insights.finding import CATEGORIES, Finding
from services.copilot.knowledge.landscape import landscape_block
from services.copilot.model.client import Model
from services.copilot.model.exchange import Exchange
from services.copilot.model.json_text import first_json
from services.copilot.model.prompts import DATA_RULE, data, prompt

TEMPERATURE = 0.2
SECONDS = 90.0
LONGEST = {"title": 140, "description": 500, "recommendation": 500}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ADDRESS = re.compile(r"https?://|www\.|!\[|\]\(", re.IGNORECASE)


async def worded(findings: Sequence[Finding], model: Model, exchange: Exchange) -> tuple[list[Finding], int]:
    """The findings, and how many of them the model worded. Raises ModelUnavailable."""
    system = prompt(__package__, "insights.md").render(
        landscape=landscape_block(), data_rule=DATA_RULE, categories=", ".join(CATEGORIES)
    )
    by_id = {finding.id: finding for finding in findings}

    async def check(text: str) -> tuple[dict[str, Finding] | None, Sequence[str]]:
        return _read(text, by_id)

    asked = data("findings", json.dumps([_shown(finding) for finding in findings], ensure_ascii=False))
    answer = await model.checked(
        system, asked, check, exchange, purpose="insights", temperature=TEMPERATURE, seconds=SECONDS, repairs=1
    )
    good = answer.value or {}
    return [good.get(finding.id, finding) for finding in findings], len(good)


def _shown(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "category": finding.category,
        "severity": finding.severity,
        "asset": finding.asset,
        "title": finding.title,
        "description": finding.description,
        "recommendation": finding.recommendation,
        "evidence": list(finding.evidence),
    }


def _read(text: str, by_id: dict[str, Finding]) -> tuple[dict[str, Finding] | None, Sequence[str]]:
    """The findings whose wording holds, by id, and what is wrong with the rest."""
    rows = first_json(text, list)
    if rows is None:
        return None, ["the answer is no JSON array"]
    good: dict[str, Finding] = {}
    problems: list[str] = []
    for row in rows:
        finding = by_id.get(str(row.get("id", ""))) if isinstance(row, dict) else None
        if finding is None:
            problems.append("an item has an id that no finding has")
            continue
        words = {name: " ".join(str(row.get(name, "")).split()) for name in LONGEST}
        wrong = _wrong(words, finding)
        if wrong:
            problems.append(f"{finding.id}: {wrong}")
        else:
            good[finding.id] = finding.worded(**words)
    return good, problems


def _wrong(words: dict[str, str], finding: Finding) -> str:
    """Why the words do not keep to the finding; "" where they do."""
    for name, longest in LONGEST.items():
        if not words[name]:
            return f"{name} is missing"
        if len(words[name]) > longest:
            return f"{name} is longer than {longest} characters"
    told = " ".join(words.values())
    if _ADDRESS.search(told):
        return "it holds a link"
    known = set(_NUMBER.findall(json.dumps(_shown(finding), ensure_ascii=False)))
    invented = [number for number in _NUMBER.findall(told) if number not in known and len(number) > 1]
    return f"the figure {invented[0]} is not in the finding" if invented else ""
