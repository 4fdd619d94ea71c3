"""SchemaMatchService. Only translates."""

from __future__ import annotations

from typing import Any

from google.protobuf import json_format

from dataflow.copilot.v1 import schema_match_pb2, schema_match_pb2_grpc
from services.copilot.schema_match.answer import SECONDS, matched
from services.copilot.schema_match.decisions import applied
from services.copilot.schema_match.messages import (
    asked_of,
    decisions_of,
    filled,
    proposals_of,
    request_of,
    stored_reply,
    stored_text,
)
from services.copilot.schema_match.store import AWAY, Store
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail, finished


class SchemaMatchServicer(schema_match_pb2_grpc.SchemaMatchServiceServicer):
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._store = Store(around.database)

    async def MatchSchemas(self, request: Any, context: Any) -> schema_match_pb2.MatchSchemasResponse:
        tail = Tail()
        asked = asked_of(request)
        proposals = await matched(self._around, self._store, asked, tail)
        reply = finished(filled(schema_match_pb2.MatchSchemasResponse(), proposals, asked), tail)
        reply.match_id, created = await self._store.add(request_of(request), stored_text(reply))
        if created is None:
            reply.degraded_reasons.extend({AWAY} - set(reply.degraded_reasons))
            return reply
        reply.created_at.FromDatetime(created)
        reply.updated_at.FromDatetime(created)
        return reply

    async def OverrideMatches(self, request: Any, context: Any) -> schema_match_pb2.OverrideMatchesResponse:
        decisions = decisions_of(request)
        async with self._store.changing(request.match_id) as change:
            asked = asked_of(json_format.Parse(change.stored.request, schema_match_pb2.MatchSchemasRequest()))
            reply = stored_reply(change.stored, schema_match_pb2.OverrideMatchesResponse())
            proposals, kept = await self._around.workers.run_cpu(
                applied, proposals_of(reply), decisions, asked.source, asked.target, asked.one_to_one, timeout=SECONDS
            )
            filled(reply, proposals, asked)
            changed = await change.save(stored_text(reply), asked.source, asked.target, kept)
        reply.match_id = request.match_id
        reply.updated_at.FromDatetime(changed)
        return reply

    async def GetSchemaMatch(self, request: Any, context: Any) -> schema_match_pb2.GetSchemaMatchResponse:
        reply = stored_reply(await self._store.get(request.match_id), schema_match_pb2.GetSchemaMatchResponse())
        reply.match_id = request.match_id
        return reply
