"""InsightsService. Only translates."""

from __future__ import annotations

from statistics import fmean
from typing import Any

from google.protobuf import struct_pb2

from dataflow.copilot.v1 import action_pb2, insights_pb2, insights_pb2_grpc
from services.copilot.confidence import Factor
from services.copilot.insights.board import Board, Insights
from services.copilot.insights.finding import Finding
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail, finished
from services.runtime.errors import InvalidArgument

USUAL, MOST = 5, 20


class InsightsServicer(insights_pb2_grpc.InsightsServiceServicer):
    def __init__(self, around: Surroundings) -> None:
        self._board = Board(around)

    async def ListInsights(self, request: Any, context: Any) -> insights_pb2.ListInsightsResponse:
        tail = Tail()
        limit = request.limit if request.HasField("limit") else USUAL
        if not 1 <= limit <= MOST:
            raise InvalidArgument(f"limit: is {limit}; send 1 to {MOST}")
        found, cached = await self._board.insights(request.pipeline_id, limit)
        return reply(found, cached, tail)

    async def aclose(self) -> None:
        await self._board.aclose()


def reply(found: Insights, cached: bool, tail: Tail) -> insights_pb2.ListInsightsResponse:
    tail.source, tail.exchange = found.source, found.exchange
    tail.missing(*found.degraded)
    tail.rules += found.rules
    tail.factors = _factors(found)
    response = insights_pb2.ListInsightsResponse(insights=map(_insight, found.findings), cached=cached)
    response.generated_at.FromDatetime(found.generated_at)
    return finished(response, tail)


def _factors(found: Insights) -> list[Factor]:
    if found.source == Source.fallback:
        return [Factor("fallback", 0.2, "no service of the platform answered")]
    if found.unknown:
        return [Factor("unknown_pipeline", 0.1, "no service knows a pipeline of this id")]
    sure = round(fmean(each.confidence for each in found.findings), 2) if found.findings else 0.9
    factors = [Factor("findings", sure, f"{len(found.findings)} findings computed from figures")]
    missing = [reason for reason in found.degraded if reason != "llm_unavailable"]
    return [*factors, *(Factor(reason, -0.15, "what it would have told is unknown") for reason in missing)]


def _insight(finding: Finding) -> insights_pb2.Insight:
    insight = insights_pb2.Insight(
        id=finding.id,
        category=finding.category,
        severity=finding.severity,
        title=finding.title,
        description=finding.description,
        recommendation=finding.recommendation,
        asset=finding.asset if finding.kind != "FALLBACK" else "",
        evidence=finding.evidence,
        confidence=finding.confidence,
    )
    if finding.pipeline_id:
        payload = struct_pb2.Struct()
        payload.update({"pipeline_id": finding.pipeline_id})
        insight.actions.add(type=action_pb2.ActionType.open_pipeline, label="Open the pipeline", payload=payload)
    return insight
