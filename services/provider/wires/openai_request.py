"""A prompt as a request of the OpenAI chat-completions dialect."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dataflow.provider.v1.completion_pb2 import Prompt, PromptMessage, PromptRole, ResponseFormat, ToolChoice
from services.provider.wires.instructions import system_text

# Parameters a request can do without, and the words by which a server that refuses one names it.
OPTIONAL = {
    "stream_options": ("stream_options",),
    "response_format": ("response_format",),
    "temperature": ("temperature",),
    "max_tokens": ("max_completion_tokens",),  # the name that OpenAI's newer models want instead
}
CHOICES = {ToolChoice.auto: "auto", ToolChoice.none: "none", ToolChoice.any: "required"}


def request_body(prompt: Prompt, model: str, without: frozenset[str]) -> dict[str, Any]:
    """The request, always streamed; `without` the parameters of OPTIONAL that this model does not take."""
    enforced = "response_format" not in without
    body: dict[str, Any] = {
        "model": model,
        "messages": list(_messages(prompt, enforced)),
        "stream": True,
        "max_completion_tokens" if "max_tokens" in without else "max_tokens": prompt.max_tokens,
    }
    if prompt.HasField("temperature") and "temperature" not in without:
        body["temperature"] = prompt.temperature
    if prompt.stop:
        body["stop"] = list(prompt.stop)
    if enforced and (form := _response_format(prompt)):
        body["response_format"] = form
    if prompt.tools:
        body |= _tools(prompt)
    return body


def _response_format(prompt: Prompt) -> dict[str, Any] | None:
    if prompt.response_format == ResponseFormat.json:
        return {"type": "json_object"}
    if prompt.response_format == ResponseFormat.json_schema:
        return {"type": "json_schema", "json_schema": {"name": "answer", "schema": json.loads(prompt.json_schema)}}
    return None


def _tools(prompt: Prompt) -> dict[str, Any]:
    tools = [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": json.loads(tool.input_schema_json),
            },
        }
        for tool in prompt.tools
    ]
    if prompt.tool_choice == ToolChoice.tool:
        return {"tools": tools, "tool_choice": {"type": "function", "function": {"name": prompt.tool_name}}}
    choice = CHOICES.get(prompt.tool_choice)
    return {"tools": tools, "tool_choice": choice} if choice else {"tools": tools}


def _messages(prompt: Prompt, enforced: bool) -> Iterator[dict[str, Any]]:
    if system := system_text(prompt, enforced=enforced):
        yield {"role": "system", "content": system}
    for message in prompt.messages:
        yield from _assistant(message) if message.role == PromptRole.assistant else _user(message)


def _assistant(message: PromptMessage) -> Iterator[dict[str, Any]]:
    turn: dict[str, Any] = {"role": "assistant", "content": message.content or None}
    if message.tool_calls:
        turn["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments_json or "{}"},
            }
            for call in message.tool_calls
        ]
    else:
        turn["content"] = message.content
    yield turn


def _user(message: PromptMessage) -> Iterator[dict[str, Any]]:
    """Results first, each a message of its own; the dialect has no flag for a failed one, so its text says it."""
    for result in message.tool_results:
        content = f"Error: {result.content}" if result.is_error else result.content
        yield {"role": "tool", "tool_call_id": result.tool_call_id, "content": content}
    if message.content or not message.tool_results:
        yield {"role": "user", "content": message.content}
