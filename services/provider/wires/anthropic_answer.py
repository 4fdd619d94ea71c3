"""An answer of Anthropic's Messages API, as it is streamed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from dataflow.provider.v1.completion_pb2 import FinishReason
from services.provider.wire import Accepted, Event, Finish, Text, Thinking, ToolPiece, Usage
from services.provider.wires.faults import fault_of
from services.provider.wires.figures import dollars, tokens, words
from services.provider.wires.peer import Peer
from services.provider.wires.refusals import error_of

FINISHES = {
    "end_turn": FinishReason.stop,
    "stop_sequence": FinishReason.stop,
    "max_tokens": FinishReason.length,
    "model_context_window_exceeded": FinishReason.length,
    "tool_use": FinishReason.tool_calls,
    "refusal": FinishReason.content_filter,
}
# The prompt's tokens are told in three parts: not cached, written to the cache, read from it.
PROMPT_TOKENS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


class AnthropicAnswer:
    """Reads one answer. Events of types it does not know are passed over, as the API's versioning policy asks."""

    def __init__(self, peer: Peer, *, own_model: bool = False) -> None:
        self.finished = False
        self._began = False
        self.ended = False
        self._peer = peer
        self._own_model = own_model
        self._prompt: dict[str, int] = {}
        self._calls: dict[int, int] = {}  # a content block's index → the call's
        self._written: set[int] = set()  # blocks whose arguments have begun

    def end_mark(self, data: bytes) -> Iterator[Event] | None:
        return None

    def take(self, content: Any) -> Iterator[Event]:
        kind = content["type"]
        handler = self._HANDLERS.get(kind)
        if handler is None:
            return
        if not self._began and kind != "error":
            self._began = True
            yield Accepted(words((content.get("message") or {}).get("model")))
        yield from handler(self, content)

    def _start(self, content: dict[str, Any]) -> Iterator[Event]:
        message = content["message"]
        yield self._usage(message.get("usage") or {}, words(message.get("model")))

    def _block_start(self, content: dict[str, Any]) -> Iterator[Event]:
        block, index = content["content_block"], content["index"]
        if block["type"] == "text" and (text := words(block.get("text"))):
            yield Text(text)
        elif block["type"] == "tool_use":
            self._calls[index] = len(self._calls)
            arguments = json.dumps(block["input"]) if block.get("input") else ""
            if arguments:
                self._written.add(index)
            yield ToolPiece(self._calls[index], words(block["id"]), words(block["name"]), arguments)

    def _delta(self, content: dict[str, Any]) -> Iterator[Event]:
        delta, index = content["delta"], content["index"]
        if delta["type"] == "text_delta" and (text := words(delta["text"])):
            yield Text(text)
        elif delta["type"] == "input_json_delta" and index in self._calls:
            if piece := words(delta["partial_json"]):
                self._written.add(index)
                yield ToolPiece(self._calls[index], arguments=piece)
        elif delta["type"] in ("thinking_delta", "signature_delta"):
            yield Thinking()

    def _block_stop(self, content: dict[str, Any]) -> Iterator[Event]:
        index = content["index"]
        if index in self._calls and index not in self._written:
            self._written.add(index)
            yield ToolPiece(self._calls[index], arguments="{}")

    def _message_delta(self, content: dict[str, Any]) -> Iterator[Event]:
        if used := content.get("usage"):
            yield self._usage(used)
        reason = content["delta"].get("stop_reason")
        if reason and not self.finished:
            self.finished = True
            yield Finish(FINISHES.get(reason, FinishReason.unspecified))

    def _stop(self, content: dict[str, Any]) -> Iterator[Event]:
        self.ended = True
        return iter(())

    def _error(self, content: dict[str, Any]) -> Iterator[Event]:
        raise error_of(fault_of(content), self._peer, own_model=self._own_model)

    def _usage(self, used: dict[str, Any], model: str = "") -> Usage:
        """Figures are cumulative; a later event may tell some of the prompt's parts, or none."""
        told = {name: tokens(used.get(name)) for name in PROMPT_TOKENS}
        self._prompt |= {name: count for name, count in told.items() if count is not None}
        prompt = sum(self._prompt.values()) if self._prompt else None
        return Usage(prompt, tokens(used.get("output_tokens")), dollars(used.get("cost")), model)  # a cost: OpenRouter

    _HANDLERS: ClassVar[dict[str, Callable[[AnthropicAnswer, dict[str, Any]], Iterator[Event]]]] = {
        "message_start": _start,
        "content_block_start": _block_start,
        "content_block_delta": _delta,
        "content_block_stop": _block_stop,
        "message_delta": _message_delta,
        "message_stop": _stop,
        "error": _error,
    }
