"""An answer of the OpenAI chat-completions dialect, as the many servers that speak it write it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dataflow.provider.v1.completion_pb2 import FinishReason
from services.provider.wire import Accepted, Event, Finish, Text, Thinking, ToolPiece, Usage
from services.provider.wires.faults import fault_of
from services.provider.wires.figures import dollars, tokens, words
from services.provider.wires.peer import Peer
from services.provider.wires.refusals import error_of

DONE = b"[DONE]"
FINISHES = {
    "stop": FinishReason.stop,
    "eos": FinishReason.stop,  # servers that pass the engine's own reason on
    "eos_token": FinishReason.stop,
    "stop_sequence": FinishReason.stop,
    "end_turn": FinishReason.stop,
    "length": FinishReason.length,
    "max_tokens": FinishReason.length,
    "tool_calls": FinishReason.tool_calls,
    "function_call": FinishReason.tool_calls,
    "tool_use": FinishReason.tool_calls,
    "content_filter": FinishReason.content_filter,
    "safety": FinishReason.content_filter,
}
REASONING = ("reasoning_content", "reasoning", "reasoning_details", "thinking")  # DeepSeek and vLLM, OpenRouter, Ollama


@dataclass(slots=True)
class Call:
    """A tool call being written. `upstream`: the index the server gives it; `waiting`: arguments before its name."""

    index: int
    upstream: int | None
    id: str = ""
    name: str = ""
    waiting: str = ""
    written: bool = False  # any argument text


class OpenAiAnswer:
    """Reads one answer, streamed or whole."""

    def __init__(self, peer: Peer, *, free: bool, own_model: bool = False) -> None:
        self.finished = False
        self.ended = False
        self._peer = peer
        self._free = free
        self._own_model = own_model
        self._began = False
        self._calls: list[Call] = []

    def end_mark(self, data: bytes) -> Iterator[Event] | None:
        return self._end() if data.strip() == DONE else None

    def _end(self) -> Iterator[Event]:
        """An explicit end counts as a finish whose reason was not said, as long as there was an answer."""
        self.ended = True
        if self._began and not self.finished:
            yield from self._finish("unsaid")

    def take(self, content: Any) -> Iterator[Event]:
        if content.get("error"):
            raise error_of(fault_of(content), self._peer, own_model=self._own_model)
        if not self._began:
            self._began = True
            yield Accepted(words(content.get("model")))
        choices = content.get("choices") or ()
        if choices and not self.finished:
            yield from self._choice(choices[0])
        if used := content.get("usage"):
            yield self._usage(used, words(content.get("model")))

    def _choice(self, choice: dict[str, Any]) -> Iterator[Event]:
        delta = choice.get("delta") or choice.get("message") or {}
        if text := _text(delta.get("content")) or words(delta.get("refusal")):
            yield Text(text)
        elif any(delta.get(name) for name in REASONING):
            yield Thinking()
        for position, piece in enumerate(delta.get("tool_calls") or ()):
            yield from self._tool(piece, position)
        if reason := choice.get("finish_reason"):
            if choice.get("error") or reason == "error":
                raise error_of(fault_of(choice), self._peer)
            yield from self._finish(str(reason).lower())

    def _usage(self, used: dict[str, Any], model: str) -> Usage:
        cost = 0.0 if self._free else dollars(used.get("cost"))
        return Usage(tokens(used.get("prompt_tokens")), tokens(used.get("completion_tokens")), cost, model)

    def _tool(self, piece: dict[str, Any], position: int) -> Iterator[Event]:
        function = piece.get("function") or {}
        arguments = function.get("arguments") or ""
        if not isinstance(arguments, str):
            arguments = json.dumps(arguments)  # servers that give the object itself
        call = self._call(piece, position)
        if call.name:
            if arguments:
                call.written = True
                yield ToolPiece(call.index, arguments=arguments)
            return
        call.waiting += arguments
        if name := words(function.get("name")):
            call.name, call.written = name, bool(call.waiting)
            call.id = call.id or f"call_{secrets.token_hex(12)}"
            yield ToolPiece(call.index, call.id, call.name, call.waiting)

    def _call(self, piece: dict[str, Any], position: int) -> Call:
        """The call this piece belongs to. A server may leave out index or id, or give all calls the same index."""
        upstream, own = piece.get("index"), words(piece.get("id"))
        same = [call for call in self._calls if call.upstream == upstream]
        starts = bool((piece.get("function") or {}).get("name"))
        if upstream is None and not own:
            # without both only the place tells: a named piece begins a call, any other goes on with one
            same = [] if starts else self._calls[-1:] or same
        call = same[-1] if same else None
        if call is None or (own and call.id and own != call.id and (starts or position)):
            call = Call(len(self._calls), upstream)
            self._calls.append(call)
        call.id = call.id or own
        return call

    def _finish(self, reason: str) -> Iterator[Event]:
        meant = FINISHES.get(reason, FinishReason.unspecified)
        if meant in (FinishReason.stop, FinishReason.unspecified) and self._calls:
            meant = FinishReason.tool_calls  # Ollama and llama.cpp say stop
        if meant == FinishReason.tool_calls:
            yield from (ToolPiece(call.index, arguments="{}") for call in self._calls if call.name and not call.written)
        self.finished = True
        yield Finish(meant)


def _text(content: Any) -> str:
    """The text of a delta; Mistral gives a list of parts."""
    if isinstance(content, list):
        return "".join(words(part.get("text")) for part in content if part.get("type") == "text")
    return words(content)
