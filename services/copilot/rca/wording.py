"""A ranking in a model's words, taken over only where the words keep to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from services.copilot.language import LANGUAGES
from services.copilot.model.client import Model
from services.copilot.model.exchange import Exchange
from services.copilot.model.json_text import first_json
from services.copilot.model.prompts import DATA_RULE, data, prompt
from services.copilot.rca.analysis import Analysis
from services.copilot.rca.events import shown

TEMPERATURE = 0.2
SECONDS = 60.0
LONGEST = {"summary": 1200, "title": 160, "explanation": 900}
MOST_EVENTS = 40
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_ADDRESS = re.compile(r"https?://|www\.|!\[|\]\(", re.IGNORECASE)
# What looks like the name of a pipeline, table, column or event: it holds _, a dot or a colon, or is all capitals.
_NAME = re.compile(r"\b[^\W\d_]\w*(?:[._:/-]\w+)*[_.:/]\w+(?:[._:/-]\w+)*\b|\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b")
_COMMON = frozenset({"e.g", "i.e", "and/or", "m.in", "np", "read/write"})


@dataclass(frozen=True, slots=True)
class Words:
    """`summary` "" or a hypothesis left out: what the model said there was not kept. By place, from 0."""

    summary: str
    hypotheses: dict[int, tuple[str, str]]

    @property
    def any(self) -> bool:
        return bool(self.summary or self.hypotheses)


async def worded(analysis: Analysis, language: str, model: Model, exchange: Exchange) -> Words:
    """What of the model's words holds, after at most two repairs. Raises ModelUnavailable."""
    system = prompt(__package__, "rca.md").render(data_rule=DATA_RULE, language=LANGUAGES[language])
    asked = _shown(analysis)

    async def check(text: str) -> tuple[Words | None, Sequence[str]]:
        return read(text, analysis, asked)

    answer = await model.checked(
        system, data("analysis", asked), check, exchange, purpose="rca", temperature=TEMPERATURE, seconds=SECONDS
    )
    return answer.value or Words("", {})


def _shown(analysis: Analysis) -> str:
    facts = analysis.facts
    cited = {each for one in analysis.ranked for each in one.evidence}
    near = [event for event in analysis.timeline if event.id in cited]
    near += [event for event in analysis.timeline if event.id not in cited][-MOST_EVENTS:]
    content = {
        "symptom": {
            "pipeline": facts.symptom.pipeline_id if facts else "",
            "at": facts.symptom.at.isoformat(timespec="seconds") if facts else "",
            "texts": [shown(text) for text in facts.symptom.texts[:8]] if facts else [],
        },
        "hypotheses": [
            {
                "number": number,
                "cause": one.cause,
                "title": one.title,
                "confidence": one.confidence,
                "because": one.reasons,
                "evidence": one.evidence,
            }
            for number, one in enumerate(analysis.ranked, start=1)
        ],
        "timeline": [
            {"id": event.id, "at": event.at.isoformat(timespec="seconds"), "asset": event.asset, "text": event.text}
            for event in sorted(near, key=lambda event: event.at)
        ],
    }
    return json.dumps(content, ensure_ascii=False)


def read(text: str, analysis: Analysis, asked: str) -> tuple[Words | None, Sequence[str]]:
    """The words that hold, and what is wrong with the rest."""
    content = first_json(text, dict)
    if content is None:
        return None, ["the answer is no JSON object"]
    problems: list[str] = []
    summary = _words(content, "summary", asked, problems, "summary")
    given = content.get("hypotheses")
    items = [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    if [item.get("number") for item in items] != list(range(1, len(analysis.ranked) + 1)):
        problems.append(f"hypotheses: keep numbers 1 to {len(analysis.ranked)} in that order, no more and no fewer")
    kept: dict[int, tuple[str, str]] = {}
    for item in items:
        number = item.get("number")
        if type(number) is int and 1 <= number <= len(analysis.ranked) and number - 1 not in kept:
            found = list(_wrong_evidence(item, analysis.ranked[number - 1].evidence))
            title = _words(item, "title", asked, found, f"hypothesis {number}")
            explanation = _words(item, "explanation", asked, found, f"hypothesis {number}")
            problems += found
            if title and explanation and not found:
                kept[number - 1] = (title, explanation)
    return Words(summary, kept), problems


def _wrong_evidence(item: dict[str, Any], evidence: Sequence[str]) -> Iterator[str]:
    said = item.get("evidence", [])
    for each in said if isinstance(said, list) else [said]:
        if each not in evidence:
            yield f"hypothesis {item.get('number')}: it does not rest on the event {str(each)[:80]}"


def _words(item: dict[str, Any], name: str, asked: str, problems: list[str], where: str) -> str:
    """A text that keeps to the analysis; else "" and a problem more."""
    given = item.get(name)
    text = " ".join(given.split()) if isinstance(given, str) else ""
    wrong = _wrong(text, LONGEST[name], asked)
    if wrong:
        problems.append(f"{where}: {name} {wrong}")
        return ""
    return text


def _wrong(text: str, longest: int, asked: str) -> str:
    if not text:
        return "is missing"
    if len(text) > longest:
        return f"is longer than {longest} characters"
    if _ADDRESS.search(text):
        return "holds a link"
    known = asked.lower()
    for name in _NAME.findall(text):
        if name.lower().rstrip(".") not in known and name.lower() not in _COMMON:
            return f"names {name[:80]}, which is not in the analysis"
    numbers = set(_NUMBER.findall(asked))
    for number in _NUMBER.findall(text):
        if len(number) > 1 and number not in numbers:
            return f"gives the figure {number[:40]}, which is not in the analysis"
    return ""
