"""AgentService. Only translates."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from dataflow.copilot.v1 import agent_pb2, agent_pb2_grpc
from services.copilot.agent.agent import Agent
from services.copilot.agent.decisions import LONGEST_COMMENT, Decision
from services.copilot.agent.replies import Reply, event_of, named, turn_of, whole
from services.copilot.agent.work import Work
from services.copilot.chat.events import stream_error
from services.copilot.model.client import ModelUnavailable
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail
from services.runtime.errors import InvalidArgument

MOST_CHARACTERS = 32_000
LONGEST_ID = 200
_HASH = re.compile(r"[0-9a-fA-F]{64}\Z")


class AgentServicer(agent_pb2_grpc.AgentServiceServicer):
    def __init__(self, around: Surroundings) -> None:
        self._agent = Agent(around)

    async def ChatWithAgent(self, request: Any, context: Any) -> agent_pb2.ChatWithAgentResponse:
        work = await self._told(request)
        return await self._whole(work, agent_pb2.ChatWithAgentResponse())

    async def StreamAgent(self, request: Any, context: Any) -> AsyncIterator[agent_pb2.StreamAgentResponse]:
        work = await self._told(request)
        begun = False
        try:
            async with aclosing(self._agent.events(work)) as events:
                async for event in events:
                    if not begun:  # not before: what cannot begin is the call's status
                        yield named(work.held.session_id)
                        begun = True
                    yield event_of(event)
            done = await self._reply(work, agent_pb2.ChatWithAgentResponse())
        except Exception as error:  # why: once an event was sent only the stream's last one can tell it
            if not begun:
                raise
            yield agent_pb2.StreamAgentResponse(error=stream_error(error))
            return
        yield agent_pb2.StreamAgentResponse(done=done)

    async def ApproveAction(self, request: Any, context: Any) -> agent_pb2.ApproveActionResponse:
        decision = decision_of(request)
        work = await self._agent.decided(decision)
        if work is None:
            session = await self._agent.session(decision.session_id)
            return turn_of(agent_pb2.ApproveActionResponse(), session, "", Tail())
        return await self._whole(work, agent_pb2.ApproveActionResponse())

    async def GetAgentSession(self, request: Any, context: Any) -> agent_pb2.GetAgentSessionResponse:
        return whole(await self._agent.session(_id(request.session_id, "session_id")))

    async def aclose(self) -> None:
        await self._agent.aclose()

    async def _told(self, request: Any) -> Work:
        return await self._agent.told(*message_of(request))

    async def _whole(self, work: Work, reply: Reply) -> Reply:
        """The work's reply. Where the model falls silent after something was done, what was done is told."""
        try:
            async with aclosing(self._agent.events(work)) as events:
                async for _ in events:
                    pass
        except ModelUnavailable:
            if not work.moved:
                raise
        return await self._reply(work, reply)

    async def _reply(self, work: Work, reply: Reply) -> Reply:
        session = await self._agent.session(work.held.session_id)
        return turn_of(reply, session, "".join(work.said), work.tail)


def message_of(request: Any) -> tuple[str, str]:
    """(session id, message). InvalidArgument names the field and what to send."""
    if not request.message.strip("\x00 \t\r\n"):
        raise InvalidArgument("message: is empty; say what the agent should do")
    if len(request.message) > MOST_CHARACTERS:
        raise InvalidArgument(f"message: has {len(request.message):,} characters; at most {MOST_CHARACTERS:,} are read")
    return _id(request.session_id, "session_id", required=False), request.message


def decision_of(request: Any) -> Decision:
    """InvalidArgument names the field and what to send."""
    if request.approved and not _HASH.match(request.arguments_hash):
        raise InvalidArgument("arguments_hash: is required to approve: send the pending action's, 64 hex digits")
    if len(request.comment) > LONGEST_COMMENT:
        raise InvalidArgument(f"comment: has more than {LONGEST_COMMENT:,} characters")
    return Decision(
        _id(request.session_id, "session_id"),
        _id(request.action_id, "action_id"),
        request.approved,
        request.comment,
        request.arguments_hash,
    )


def _id(value: str, field: str, *, required: bool = True) -> str:
    if required and not value:
        raise InvalidArgument(f"{field}: is empty")
    if len(value) > LONGEST_ID or "\x00" in value:
        raise InvalidArgument(f"{field}: is no id of ours")
    return value
