"""Sessions and events as messages."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from google.protobuf import json_format, struct_pb2

from dataflow.common.v1 import reply_pb2
from dataflow.copilot.v1 import agent_pb2, conversation_pb2
from services.copilot.agent.factors import factors
from services.copilot.agent.records import Call, Session
from services.copilot.agent.texts import text
from services.copilot.agent.work import Ended, Event, Started, Token, Waiting
from services.copilot.model.client import ModelUnavailable
from services.copilot.model.exchange import Exchange
from services.copilot.tail import Tail, finished

Reply = TypeVar("Reply")
_STATUS = agent_pb2.AgentStatus.Value


def reply_of(reply: Reply, session: Session, said: str, tail: Tail) -> Reply:
    """`reply` (a Chat-, Approve- or GetAgentSession response) with the session as it stands, and its tail."""
    message: Any = reply
    status, reason, why = session.state
    message.session_id = session.session_id
    message.message = said
    if status == "failed":
        message.message = "\n\n".join(filter(None, (said, text("failed", str(session.row["language"]), why=why))))
    message.status = _STATUS.Value(status)
    message.pending_actions.extend(_pending(call) for call in session.pending if status == "awaiting_approval")
    message.iterations = session.rounds
    if reason == ModelUnavailable.reason:
        tail.missing(ModelUnavailable.degraded)
    if not tail.exchange.calls:
        tail.source = reply_pb2.Source.rules
    tail.factors = factors(session)
    return finished(reply, tail)


def turn_of(reply: Reply, session: Session, said: str, tail: Tail) -> Reply:
    """With the steps of the present turn."""
    message: Any = reply
    message.steps.extend(_step(call) for call in session.of_turn() if call.finished)
    return reply_of(reply, session, said, tail)


def whole(session: Session) -> agent_pb2.GetAgentSessionResponse:
    """All of a session: every step, what was said, and the use of all its calls."""
    reply = agent_pb2.GetAgentSessionResponse(
        created_at=session.row["created_at"], updated_at=session.row["updated_at"]
    )
    spoken = [said for said in session.said if said.role != "note" and said.content.strip()]
    reply.history.extend(conversation_pb2.Message(role=said.role, content=said.content) for said in spoken)
    reply.steps.extend(_step(call) for call in session.calls if call.finished)
    last = [said.content for said in spoken if said.role == "assistant" and said.turn == session.turn]
    tail = Tail(source=reply_pb2.Source.model, degraded=list(session.row["degraded"]), exchange=_exchange(session))
    return reply_of(reply, session, "\n\n".join(last), tail)


def named(session_id: str) -> agent_pb2.StreamAgentResponse:
    return agent_pb2.StreamAgentResponse(session=agent_pb2.AgentSessionNamed(session_id=session_id))


def event_of(event: Event) -> agent_pb2.StreamAgentResponse:
    match event:
        case Token():
            return agent_pb2.StreamAgentResponse(token=agent_pb2.AgentToken(text=event.text))
        case Started():
            return agent_pb2.StreamAgentResponse(step_started=_begun(event.call))
        case Ended():
            return agent_pb2.StreamAgentResponse(step_finished=_step(event.call))
        case Waiting():
            return agent_pb2.StreamAgentResponse(pending_action=_pending(event.call))


def _begun(call: Call) -> agent_pb2.AgentStep:
    step = agent_pb2.AgentStep(tool=call.tool, input=_struct(call.arguments), step_id=call.call_id)
    if call.started_at is not None:
        step.started_at.FromDatetime(call.started_at)
    return step


def _step(call: Call) -> agent_pb2.AgentStep:
    step = _begun(call)
    step.MergeFrom(agent_pb2.AgentStep(error=call.error, source=call.source))
    if call.output and not call.error:
        step.output.CopyFrom(_struct(call.output))
    if call.started_at is not None and call.finished_at is not None:
        step.duration_ms = max(0, round((call.finished_at - call.started_at).total_seconds() * 1000))
    return step


def _pending(call: Call) -> agent_pb2.PendingAction:
    return agent_pb2.PendingAction(
        action_id=call.call_id,
        tool=call.tool,
        input=_struct(call.arguments),
        arguments_hash=call.arguments_hash,
        summary=call.summary,
        expires_at=call.expires_at,
    )


def _struct(text_of_json: str) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    json_format.ParseDict(json.loads(text_of_json), struct)
    return struct


def _exchange(session: Session) -> Exchange:
    row = session.row
    figures = ("model", "provider", "prompt_tokens", "completion_tokens", "cost_usd")
    return Exchange(calls=row["model_calls"], **{name: row[name] for name in figures})
