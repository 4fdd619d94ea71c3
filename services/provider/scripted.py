"""The scripted wire: answers, streams, tool calls, faults and delays from a file. For tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator

from dataflow.provider.v1.completion_pb2 import FinishReason, Prompt
from services.provider.script import Reply, Script, words
from services.provider.wire import Accepted, Event, Finish, Text, ToolPiece, Usage

ARGUMENT_PIECE = 12  # characters of a tool call's arguments that make one token


class ScriptedWire:
    """Each call takes the next reply of the first rule that matches."""

    def __init__(self, script: Script) -> None:
        self._script = script

    async def stream(self, prompt: Prompt, model: str) -> AsyncGenerator[Event, None]:
        reply = self._script.reply(prompt)
        await asyncio.sleep(reply.delay)
        if reply.fault is not None and reply.fault.after_tokens == 0:
            raise reply.fault.error()
        yield Accepted(reply.model or (self._script.model if model == "scripted" else model))
        yield Usage(prompt_tokens=_prompt_tokens(reply, prompt))
        tokens = list(_tokens(reply, prompt))
        whole = len(tokens) <= prompt.max_tokens
        tokens = tokens[: prompt.max_tokens]
        for sent, token in enumerate(tokens):
            if await _ends(reply, sent):
                return
            await asyncio.sleep(reply.token_delay)
            yield token
        if await _ends(reply, None):
            return
        count = len(tokens) if reply.completion_tokens is None else reply.completion_tokens
        yield Usage(completion_tokens=count, cost_usd=reply.cost_usd)
        yield Finish(_finish(reply) if whole else FinishReason.length)

    async def probe(self, model: str = "") -> None:
        """Always there."""

    async def close(self) -> None:
        """Has no connections."""


async def _ends(reply: Reply, sent: int | None) -> bool:
    """What the script lets happen after `sent` tokens, None: after the last. True where the stream is cut."""

    def due(after: int | None) -> bool:
        return after is not None and (sent is None or after == sent)

    if due(reply.stall_after):
        await asyncio.Event().wait()
    if reply.fault is not None and due(reply.fault.after_tokens):
        raise reply.fault.error()
    return due(reply.cut_after)


def _tokens(reply: Reply, prompt: Prompt) -> Iterator[Text | ToolPiece]:
    for piece in reply.pieces(prompt):
        yield Text(piece)
    for index, call in enumerate(reply.tool_calls):
        text = call.arguments
        yield ToolPiece(index, call.id or f"call_{index}", call.name, text[:ARGUMENT_PIECE])
        for start in range(ARGUMENT_PIECE, len(text), ARGUMENT_PIECE):
            yield ToolPiece(index, arguments=text[start : start + ARGUMENT_PIECE])


def _prompt_tokens(reply: Reply, prompt: Prompt) -> int:
    """What the script says, or the words of system text and turns."""
    if reply.prompt_tokens is not None:
        return reply.prompt_tokens
    return len(words(prompt.system)) + sum(len(words(message.content)) for message in prompt.messages)


def _finish(reply: Reply) -> FinishReason.Value:
    if reply.finish is not None:
        return reply.finish
    return FinishReason.tool_calls if reply.tool_calls else FinishReason.stop
