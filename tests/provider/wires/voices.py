"""How each provider says the same thing: one answer, written in the dialect of the wire that is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.provider.wire import Wire
from services.provider.wires.anthropic import AnthropicWire, through_openrouter
from services.provider.wires.local import LocalWire
from services.provider.wires.openrouter import OpenRouterWire

KEY = "sk-test-0123456789abcdef-never-shown"
MODEL = "the-model"
ANSWERING = "the-model-that-answered"


@dataclass(frozen=True)
class Tool:
    """A tool call and the pieces its arguments come in."""

    id: str
    name: str
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What a provider says. `parts` in order; a string is text. `finish` as the OpenAI dialect names it."""

    parts: tuple[str | Tool, ...] = ("Hello", " world")
    finish: str | None = "stop"
    prompt_tokens: int = 11
    completion_tokens: int = 3
    cost: float = 0.0025


def sse(data: Any, event: str = "") -> bytes:
    name = f"event: {event}\n" if event else ""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return f"{name}data: {text}\n\n".encode()


# --- the Messages API -----------------------------------------------------------------------------------------------

STOP_REASONS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}


def anthropic_frames(answer: Answer) -> list[bytes]:
    def event(kind: str, **fields: Any) -> bytes:
        return sse({"type": kind, **fields}, kind)

    # of eleven tokens four are said to come from the cache
    used = {"input_tokens": answer.prompt_tokens - 4, "cache_read_input_tokens": 4, "output_tokens": 1}
    frames = [
        event("message_start", message={"id": "msg_1", "role": "assistant", "model": ANSWERING, "usage": used}),
        event("ping"),
    ]
    blocks = _blocks(answer.parts)
    for index, block in enumerate(blocks):
        if isinstance(block, Tool):
            start = {"type": "tool_use", "id": block.id, "name": block.name, "input": {}}
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ("", *block.pieces)]
        else:
            start = {"type": "text", "text": ""}
            deltas = [{"type": "text_delta", "text": text} for text in block]
        frames.append(event("content_block_start", index=index, content_block=start))
        frames += [event("content_block_delta", index=index, delta=delta) for delta in deltas]
        frames.append(event("content_block_stop", index=index))
    if answer.finish:
        delta = {"stop_reason": STOP_REASONS[answer.finish], "stop_sequence": None}
        frames.append(event("message_delta", delta=delta, usage={"output_tokens": answer.completion_tokens}))
        frames.append(event("message_stop"))
    return frames


def _blocks(parts: Sequence[str | Tool]) -> list[list[str] | Tool]:
    blocks: list[list[str] | Tool] = []
    for part in parts:
        if isinstance(part, str) and blocks and isinstance(blocks[-1], list):
            blocks[-1].append(part)
        else:
            blocks.append([part] if isinstance(part, str) else part)
    return blocks


# --- chat completions -----------------------------------------------------------------------------------------------


def openai_frames(answer: Answer, *, with_cost: bool) -> list[bytes]:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return sse({"id": "c1", "object": "chat.completion.chunk", "model": ANSWERING, "choices": [choice]})

    frames = [chunk({"role": "assistant", "content": ""})]
    calls = 0
    for part in answer.parts:
        if isinstance(part, str):
            frames.append(chunk({"content": part}))
            continue
        first = {"index": calls, "id": part.id, "type": "function", "function": {"name": part.name, "arguments": ""}}
        frames.append(chunk({"tool_calls": [first]}))
        frames += [chunk({"tool_calls": [{"index": calls, "function": {"arguments": piece}}]}) for piece in part.pieces]
        calls += 1
    if answer.finish:
        used = {"prompt_tokens": answer.prompt_tokens, "completion_tokens": answer.completion_tokens}
        cost = {"cost": answer.cost} if with_cost else {}
        frames.append(chunk({}, answer.finish))
        frames.append(sse({"id": "c1", "model": ANSWERING, "choices": [], "usage": used | cost}))
        frames.append(sse("[DONE]"))
    return frames


# --- the voices -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Voice:
    """One wire, and the provider at its other end."""

    name: str
    wire: Callable[[str], Wire]  # of the server's address
    path: str  # that a completion is asked at
    probe_path: str
    frames: Callable[[Answer], list[bytes]]
    error: Callable[[int, str, str], dict[str, Any]]  # status, type or code, message → body
    key_setting: str
    url_setting: str
    peer: str  # its name in errors
    cost: float | None  # of Answer()

    def error_event(self, status: int, kind: str, message: str) -> bytes:
        return sse(self.error(status, kind, message), "error" if "anthropic" in self.name else "")


def _anthropic_error(_status: int, kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}


def _openrouter_error(status: int, kind: str, message: str) -> dict[str, Any]:
    return {"error": {"code": status, "message": message, "metadata": {"error_type": kind}}, "user_id": "u"}


def _openai_error(_status: int, kind: str, message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": kind}}


VOICES = {
    voice.name: voice
    for voice in (
        Voice(
            name="anthropic",
            wire=lambda url: AnthropicWire(key=KEY, base_url=url),
            path="/v1/messages",
            probe_path="/v1/models?limit=1",
            frames=anthropic_frames,
            error=_anthropic_error,
            key_setting="ANTHROPIC_API_KEY",
            url_setting="ANTHROPIC_BASE_URL",
            peer="anthropic",
            cost=None,
        ),
        Voice(
            name="anthropic-at-openrouter",
            wire=lambda url: through_openrouter(key=KEY, base_url=f"{url}/api"),
            path="/api/v1/messages",
            probe_path="/api/v1/key",
            frames=anthropic_frames,
            error=_anthropic_error,
            key_setting="OPENROUTER_API_KEY",
            url_setting="OPENROUTER_BASE_URL",
            peer="openrouter",
            cost=None,
        ),
        Voice(
            name="openrouter",
            wire=lambda url: OpenRouterWire(key=KEY, base_url=f"{url}/api/v1"),
            path="/api/v1/chat/completions",
            probe_path="/api/v1/key",
            frames=lambda answer: openai_frames(answer, with_cost=True),
            error=_openrouter_error,
            key_setting="OPENROUTER_API_KEY",
            url_setting="OPENROUTER_BASE_URL",
            peer="openrouter",
            cost=0.0025,
        ),
        Voice(
            name="local",
            wire=lambda url: LocalWire(base_url=f"{url}/v1/", key=KEY),
            path="/v1/chat/completions",
            probe_path="/v1/models",
            frames=lambda answer: openai_frames(answer, with_cost=False),
            error=_openai_error,
            key_setting="LOCAL_LLM_API_KEY",
            url_setting="LOCAL_LLM_BASE_URL",
            peer="local",
            cost=0.0,
        ),
    )
}
