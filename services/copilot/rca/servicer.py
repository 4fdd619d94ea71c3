"""RcaService. Only translates."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dataflow.copilot.v1 import rca_pb2, rca_pb2_grpc
from services.copilot.language import detect
from services.copilot.model.client import ModelUnavailable
from services.copilot.rca.analysis import Analysis, analyse
from services.copilot.rca.finding_symptom import Asked
from services.copilot.rca.ranking import factors
from services.copilot.rca.wording import Words, worded
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail, finished
from services.runtime.errors import InvalidArgument, NotFound

MOST_HOURS = 720
LONGEST_TEXT = 10_000
NOTHING = {
    "en": "Nothing was found that could be analysed: {why}. No cause is named.",
    "pl": "Nie znaleziono niczego, co można by przeanalizować: {why}. Nie wskazano przyczyny.",
}
WHY = {
    "en": {
        "away": "services that hold the evidence do not answer",
        "unknown": "no such run, alert or pipeline, or nothing unusual about it in the last 30 days",
        "no_cause": "the events of the window explain nothing of what is seen",
    },
    "pl": {
        "away": "usługi przechowujące ślady nie odpowiadają",
        "unknown": "nie ma takiego uruchomienia, alertu ani potoku albo nic w nim nie odbiegało od normy przez 30 dni",
        "no_cause": "zdarzenia w oknie czasu nie wyjaśniają objawu",
    },
}


class PipelineUnknown(NotFound):
    reason = "PIPELINE_NOT_FOUND"


class RcaServicer(rca_pb2_grpc.RcaServiceServicer):
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def AnalyzeIncident(self, request: Any, context: Any) -> rca_pb2.AnalyzeIncidentResponse:
        tail = Tail()
        asked = _asked(request)
        language = detect(asked.description)
        found = await analyse(self._around.platform, asked, request.window_hours, datetime.now(UTC), language)
        if found.unknown:
            raise PipelineUnknown(found.unknown)
        words = await self._worded(found, language, tail)
        return reply(found, words, language, tail)

    async def _worded(self, found: Analysis, language: str, tail: Tail) -> Words:
        """No model's words where there is nothing to word, or no model."""
        if not found.ranked:
            return Words("", {})
        try:
            return await worded(found, language, self._around.model, tail.exchange)
        except ModelUnavailable as error:
            tail.missing(error.degraded)
            return Words("", {})


def _asked(request: Any) -> Asked:
    asked = Asked(request.pipeline_id, request.run_id, request.alert_id, request.description)
    if not any((asked.pipeline_id, asked.run_id, asked.alert_id, asked.description.strip())):
        raise InvalidArgument(
            "pipeline_id, run_id, alert_id: none is set; send one, or a description that names a pipeline"
        )
    if len(asked.description) > LONGEST_TEXT:
        raise InvalidArgument(f"description: is longer than {LONGEST_TEXT} characters; shorten it")
    if not 0 <= request.window_hours <= MOST_HOURS:
        raise InvalidArgument(f"window_hours: is {request.window_hours}; send 1 to {MOST_HOURS}, or 0 for 24")
    return asked


def reply(found: Analysis, words: Words, language: str, tail: Tail) -> rca_pb2.AnalyzeIncidentResponse:
    tail.source = Source.model if words.any else Source.rules
    tail.missing(*found.reading.degraded)
    tail.rules += list(dict.fromkeys(one.cause for one in found.ranked))
    tail.factors = factors(found.ranked, found.reading.degraded, found.reading.truncated)
    used = tail.exchange
    response = rca_pb2.AnalyzeIncidentResponse(
        summary=words.summary if found.ranked else _nothing(found, language),
        token_count=used.prompt_tokens + used.completion_tokens,
        tool_call_count=found.reading.calls,
    )
    for event in found.timeline:
        shown = response.timeline.add(
            id=event.id, kind=event.kind, asset=event.asset, description=event.text, source=event.source
        )
        shown.at.FromDatetime(event.at)
    for place, one in enumerate(found.ranked):
        title, explanation = words.hypotheses.get(place, (one.title, ""))
        response.hypotheses.add(
            title=title,
            explanation=explanation,
            confidence=one.confidence,
            evidence=one.evidence,
            suggested_action=one.action,
        )
    for name, kind, url in found.assets:
        response.cited_assets.add(name=name, type=kind, url=url)
    return finished(response, tail)


def _nothing(found: Analysis, language: str) -> str:
    why = "away" if found.reading.degraded else "unknown" if found.facts is None else "no_cause"
    return NOTHING[language].format(why=WHY[language][why])
