"""A session as a prompt: what was said, each tool call with its one result in the user's next turn, before any text.

Long sessions lose their oldest turns, whole, so that no call stands without its result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dataflow.provider.v1 import completion_pb2
from services.copilot.agent.records import Call, Said, Session
from services.copilot.agent.tools.table import definitions
from services.copilot.knowledge import dsl
from services.copilot.knowledge.landscape import landscape_block
from services.copilot.language import LANGUAGES
from services.copilot.model.prompts import DATA_RULE, Rendered, data, prompt

TEMPERATURE = 0.1
MAX_TOKENS = 8_000
LONGEST_RESULT = 24_000
SHORTEST_RESULT = 500
MOST_CHARACTERS = 240_000
MESSAGE = 200
"""Characters that a message or a call counts for besides its text: the number of messages is bounded too."""
_ROLES = completion_pb2.PromptRole
_OF_PEOPLE = ("rejected", "expired")


def system(language: str) -> Rendered:
    return prompt(__package__, "agent.md").render(
        language=LANGUAGES[language],
        data_rule=DATA_RULE,
        landscape=landscape_block(),
        reference=dsl.reference(),
    )


def prompt_of(session: Session, *, last_round: bool) -> completion_pb2.Prompt:
    """Without its system text. In the last round the model may call no tool."""
    choice = completion_pb2.ToolChoice.none if last_round else completion_pb2.ToolChoice.auto
    return completion_pb2.Prompt(
        messages=_merged(_messages(session)),
        temperature=TEMPERATURE,
        max_tokens=MAX_TOKENS,
        response_format=completion_pb2.ResponseFormat.text,
        tools=definitions(),
        tool_choice=choice,
        purpose="agent",
    )


def _messages(session: Session) -> Iterator[completion_pb2.PromptMessage]:
    recent = _recent(session)
    lengths = _lengths([call for call in session.calls if call.position >= recent[0].position])
    for said in recent:
        if said.role != "assistant":
            yield completion_pb2.PromptMessage(role=_ROLES.user, content=said.content)
            continue
        calls = [call for call in session.calls if call.position == said.position]
        if not calls and not said.content.strip():
            continue
        asked = [
            completion_pb2.ToolCall(id=call.call_id, name=call.tool, arguments_json=call.arguments) for call in calls
        ]
        yield completion_pb2.PromptMessage(role=_ROLES.assistant, content=said.content, tool_calls=asked)
        if calls:
            yield completion_pb2.PromptMessage(
                role=_ROLES.user, tool_results=[_result(call, lengths[call.call_id]) for call in calls]
            )


def _recent(session: Session) -> Sequence[Said]:
    """The latest turns that have room; the present one always."""
    room, first = MOST_CHARACTERS, session.turn
    for turn in range(session.turn, 0, -1):
        room -= sum(MESSAGE + len(said.content) for said in session.said if said.turn == turn)
        room -= sum(
            MESSAGE + len(call.arguments) + min(len(call.output), LONGEST_RESULT)
            for call in session.calls
            if call.turn == turn
        )
        if room < 0:
            break
        first = turn
    return [said for said in session.said if said.turn >= first]


def _lengths(calls: Sequence[Call]) -> dict[str, int]:
    """How much of each result is shown: of the latest ones all there is room for, of older ones the beginning."""
    room, lengths = MOST_CHARACTERS, {}
    for call in reversed(calls):
        lengths[call.call_id] = max(SHORTEST_RESULT, min(LONGEST_RESULT, room))
        room -= min(len(call.output) + len(call.error), lengths[call.call_id])
    return lengths


def _result(call: Call, most: int) -> completion_pb2.ToolResult:
    text = call.error or call.output
    own = call.decision in _OF_PEOPLE  # a person's words are no data
    content = text if own else data("tool_result", text, most)
    return completion_pb2.ToolResult(tool_call_id=call.call_id, content=content, is_error=bool(call.error))


def _merged(messages: Iterator[completion_pb2.PromptMessage]) -> list[completion_pb2.PromptMessage]:
    """One turn of the user after another is one turn: results first, then the texts."""
    merged: list[completion_pb2.PromptMessage] = []
    for message in messages:
        if merged and message.role == _ROLES.user == merged[-1].role and not message.tool_results:
            merged[-1].content = "\n\n".join(part for part in (merged[-1].content, message.content) if part)
        else:
            merged.append(message)
    return merged
