"""Is a prompt one that any provider could take? Every problem is named with its field, all of them at once."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

from dataflow.provider.v1.completion_pb2 import Prompt, PromptRole, ResponseFormat, ToolChoice
from services.provider.conversation import conversation_problems
from services.provider.errors import LlmBadRequest
from services.provider.json_text import NotJsonError, parse_object, schema_problem

MOST_MESSAGES = 2000
MOST_TOOLS = 128
MOST_STOPS = 4
MOST_MAX_TOKENS = 1_000_000
LONGEST_MODEL = 200
SHOWN = 20  # problems in one error

TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
_PURPOSE = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_MODEL = re.compile(r"[\x21-\x7e]+\Z")

Problem = tuple[str, str]  # field, what is wrong with it


def check_prompt(prompt: Prompt) -> None:
    """Raises LlmBadRequest naming every problem; `fields` in its metadata lists where."""
    found = [problem for rule in _RULES for problem in rule(prompt)]
    if not found:
        return
    shown = "; ".join(f"{field} {what}" for field, what in found[:SHOWN])
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    fields = ",".join(dict.fromkeys(field for field, _ in found[:SHOWN]))
    raise LlmBadRequest(f"the prompt cannot be sent: {shown}{more}", metadata={"fields": fields})


def _numbers(prompt: Prompt) -> Iterator[Problem]:
    if prompt.HasField("temperature") and not (math.isfinite(prompt.temperature) and 0 <= prompt.temperature <= 2):
        yield "prompt.temperature", "must be 0 to 2"
    if not 0 <= prompt.max_tokens <= MOST_MAX_TOKENS:
        yield "prompt.max_tokens", f"must be 0 (the default) to {MOST_MAX_TOKENS}"


def _stops(prompt: Prompt) -> Iterator[Problem]:
    if len(prompt.stop) > MOST_STOPS:
        yield "prompt.stop", f"has {len(prompt.stop)} texts, at most {MOST_STOPS} are allowed"
    for number, text in enumerate(prompt.stop):
        if not text:
            yield f"prompt.stop[{number}]", "must not be empty"


def _labels(prompt: Prompt) -> Iterator[Problem]:
    if prompt.purpose and not _PURPOSE.match(prompt.purpose):
        yield "prompt.purpose", "must be lower snake case, at most 64 characters"
    if prompt.model and (len(prompt.model) > LONGEST_MODEL or not _MODEL.match(prompt.model)):
        yield "prompt.model", f"must be a model id of printable characters without blanks, at most {LONGEST_MODEL}"


def _format(prompt: Prompt) -> Iterator[Problem]:
    if prompt.response_format not in ResponseFormat.Value.values():
        yield "prompt.response_format", f"has no value {prompt.response_format}"
    elif prompt.response_format != ResponseFormat.json_schema:
        if prompt.json_schema:
            yield "prompt.json_schema", "goes with response_format json_schema only"
    elif not prompt.json_schema:
        yield "prompt.json_schema", "is required for response_format json_schema"
    elif problem := schema_problem(prompt.json_schema):
        yield "prompt.json_schema", problem


def _tools(prompt: Prompt) -> Iterator[Problem]:
    if len(prompt.tools) > MOST_TOOLS:
        yield "prompt.tools", f"has {len(prompt.tools)} tools, at most {MOST_TOOLS} are allowed"
    names = set()
    for number, tool in enumerate(prompt.tools):
        field = f"prompt.tools[{number}]"
        if not TOOL_NAME.match(tool.name):
            yield f"{field}.name", "must be 1 to 64 letters, digits, '_' and '-'"
        elif tool.name in names:
            yield f"{field}.name", f"repeats {tool.name}"
        names.add(tool.name)
        if problem := _not_an_object_schema(tool.input_schema_json):
            yield f"{field}.input_schema_json", problem


def _not_an_object_schema(text: str) -> str:
    problem = schema_problem(text)
    if problem:
        return problem
    return "" if parse_object(text).get("type") == "object" else 'must be a schema with "type": "object"'


def _tool_choice(prompt: Prompt) -> Iterator[Problem]:
    choice = prompt.tool_choice
    if choice not in ToolChoice.Value.values():
        yield "prompt.tool_choice", f"has no value {choice}"
    elif choice in (ToolChoice.any, ToolChoice.tool) and not prompt.tools:
        yield "prompt.tool_choice", "demands a tool, and the prompt defines none"
    elif choice == ToolChoice.tool and prompt.tool_name not in {tool.name for tool in prompt.tools}:
        yield "prompt.tool_name", "must name one of the prompt's tools"
    if prompt.tool_name and choice != ToolChoice.tool:
        yield "prompt.tool_name", "goes with tool_choice tool only"


def _messages(prompt: Prompt) -> Iterator[Problem]:
    if not prompt.messages:
        yield "prompt.messages", "must not be empty"
        return
    if len(prompt.messages) > MOST_MESSAGES:
        yield "prompt.messages", f"has {len(prompt.messages)} turns, at most {MOST_MESSAGES} are allowed"
        return
    if prompt.messages[-1].role == PromptRole.assistant:
        yield f"prompt.messages[{len(prompt.messages) - 1}].role", "the last turn must be the user's"
    yield from conversation_problems(prompt)


def _calls(prompt: Prompt) -> Iterator[Problem]:
    defined = {tool.name for tool in prompt.tools}
    for turn, message in enumerate(prompt.messages[:MOST_MESSAGES]):
        for number, call in enumerate(message.tool_calls):
            field = f"prompt.messages[{turn}].tool_calls[{number}]"
            if call.name not in defined:
                yield f"{field}.name", f"{call.name[:64]!r} is no tool that the prompt defines"
            try:
                parse_object(call.arguments_json)
            except NotJsonError as error:
                yield f"{field}.arguments_json", str(error)


_RULES: tuple[Callable[[Prompt], Iterator[Problem]], ...] = (
    _messages,
    _calls,
    _tools,
    _tool_choice,
    _format,
    _numbers,
    _stops,
    _labels,
)
