"""SuggestService. Only translates."""

from __future__ import annotations

from statistics import fmean
from typing import Any

from dataflow.common.v1 import dialect_pb2
from dataflow.copilot.v1 import suggest_pb2, suggest_pb2_grpc
from services.copilot.confidence import Factor
from services.copilot.knowledge.dialects import told_by_sql
from services.copilot.suggest.answer import suggestions
from services.copilot.suggest.place import MOST_PREFIX, MOST_SUFFIX, Place, Proposal
from services.copilot.suggest.reach import in_reach
from services.copilot.suggest.suggest import told_by_text
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail, finished
from services.runtime.errors import InvalidArgument

USUAL, MOST = 5, 20


class SuggestServicer(suggest_pb2_grpc.SuggestServiceServicer):
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def Suggest(self, request: Any, context: Any) -> suggest_pb2.SuggestResponse:
        tail = Tail()
        most = request.max_suggestions or USUAL
        if not 1 <= most <= MOST:
            raise InvalidArgument(f"max_suggestions: is {most}; send 1 to {MOST}, or leave it out")
        place = await self._place(request, tail)
        return reply(await suggestions(self._around, place, most, tail), tail)

    async def _place(self, request: Any, tail: Tail) -> Place:
        prefix, suffix = request.prefix[-MOST_PREFIX:], request.suffix[:MOST_SUFFIX]
        text = prefix + suffix
        language = suggest_pb2.Language.Value.Name(request.language) if request.language else told_by_text(text)
        asked = request.dialect if request.HasField("dialect") else 0
        dialect = dialect_pb2.SqlDialect.Value.Name(asked) if asked else told_by_sql(text)
        known = await self._around.schemas.known(request.schema, dialect=dialect if asked else "")
        if language != "connection_config":
            tail.missing(*known.degraded)
        return in_reach(Place(language, prefix, suffix, dialect, known.tables, request.pipeline_context.yaml))


def reply(found: list[Proposal], tail: Tail) -> suggest_pb2.SuggestResponse:
    sure = round(fmean(each.confidence for each in found[:3]), 2) if found else 0.0
    tail.factors = [Factor("suggestions", sure, f"{len(found)} that parse in their place")] if found else ()
    tail.rules += sorted({each.kind for each in found if each.source == "rules"})
    response = suggest_pb2.SuggestResponse(
        suggestions=[
            suggest_pb2.Suggestion(
                text=each.text, confidence=each.confidence, source=getattr(Source, each.source), kind=each.kind
            )
            for each in found
        ]
    )
    return finished(response, tail)
