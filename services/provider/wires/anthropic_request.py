"""A prompt as a request of Anthropic's Messages API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from anthropic import transform_schema

from dataflow.provider.v1.completion_pb2 import Prompt, PromptMessage, PromptRole, ResponseFormat, ToolChoice
from services.provider.errors import LlmBadRequest
from services.provider.wires.instructions import system_text

# Parameters a request can do without, and the words by which the API names the one it refuses.
OPTIONAL = {
    "temperature": ("temperature",),
    "output_config": ("output_config", "output_format", "structured output", "structured outputs"),
}
MAX_TEMPERATURE = 1.0
CHOICES = {ToolChoice.auto: "auto", ToolChoice.none: "none", ToolChoice.any: "any"}


def request_body(prompt: Prompt, model: str, without: frozenset[str]) -> dict[str, Any]:
    """The request's parameters but `stream`; `without` the parameters of OPTIONAL that this model does not take."""
    schema = None if "output_config" in without else _schema(prompt)
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": prompt.max_tokens,
        "messages": [_turn(message, number) for number, message in enumerate(prompt.messages)],
    }
    if system := system_text(prompt, enforced=schema is not None):
        body["system"] = system
    if prompt.HasField("temperature") and "temperature" not in without:
        body["temperature"] = min(prompt.temperature, MAX_TEMPERATURE)
    if prompt.stop:
        body["stop_sequences"] = list(prompt.stop)
    if schema is not None:
        body["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
    if prompt.tools:
        body |= _tools(prompt)
    return body


def _schema(prompt: Prompt) -> dict[str, Any] | None:
    """The answer's schema in the subset that the API enforces; None where it has none, or cannot be put into that.

    The SDK moves what the API does not take into descriptions, and refuses what has no type ({}, true, `type` lists).
    """
    if prompt.response_format != ResponseFormat.json_schema:
        return None
    try:
        return transform_schema(json.loads(prompt.json_schema))
    except (ValueError, TypeError, AssertionError):
        return None  # the model is told the schema instead


def _tools(prompt: Prompt) -> dict[str, Any]:
    tools = [
        {"name": tool.name, "input_schema": json.loads(tool.input_schema_json)}
        | ({"description": tool.description} if tool.description else {})
        for tool in prompt.tools
    ]
    if prompt.tool_choice == ToolChoice.tool:
        return {"tools": tools, "tool_choice": {"type": "tool", "name": prompt.tool_name}}
    choice = CHOICES.get(prompt.tool_choice)
    return {"tools": tools, "tool_choice": {"type": choice}} if choice else {"tools": tools}


def _turn(message: PromptMessage, number: int) -> dict[str, Any]:
    """One turn. The API wants all results in the user's turn after the calls, before any text, and no empty text."""
    if message.role == PromptRole.assistant:
        blocks = [*_text(message), *(_call(call, number) for call in message.tool_calls)]
        return {"role": "assistant", "content": blocks}
    return {"role": "user", "content": [*map(_result, message.tool_results), *_text(message)]}


def _text(message: PromptMessage) -> Iterator[dict[str, Any]]:
    if message.content.strip():  # the API refuses blank text, too
        yield {"type": "text", "text": message.content}


def _call(call: Any, number: int) -> dict[str, Any]:
    try:
        arguments = json.loads(call.arguments_json or "{}")
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        raise LlmBadRequest(f"messages[{number}]: the arguments of the call {call.id} are no JSON object")
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": arguments}


def _result(result: Any) -> dict[str, Any]:
    block = {"type": "tool_result", "tool_use_id": result.tool_call_id, "content": result.content}
    return block | {"is_error": True} if result.is_error else block
