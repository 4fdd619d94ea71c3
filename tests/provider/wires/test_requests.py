"""What the providers receive: each prompt in the dialect of its wire, to the letter."""

from __future__ import annotations

import pytest

from dataflow.provider.v1.completion_pb2 import ResponseFormat, ToolCall, ToolChoice, ToolDefinition, ToolResult
from services.provider.errors import LlmBadRequest
from tests.provider.wires.prompts import assistant, prompt, user
from tests.provider.wires.servers import streamed
from tests.provider.wires.voices import KEY, MODEL, VOICES, Answer

SCHEMA = (
    '{"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": false}'
)
PARSED = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}
JSON_ONLY = "Answer with one JSON value and nothing else: no text before or after it, no code fence."
TOOL = ToolDefinition(name="count", description="Counts rows.", input_schema_json=SCHEMA)
CONVERSATION = (
    user("How many?"),
    assistant(
        "I look.",
        tool_calls=[
            ToolCall(id="call_a", name="count", arguments_json='{"n": 1}'),
            ToolCall(id="call_b", name="count", arguments_json=""),
        ],
    ),
    user(
        "And now?",
        tool_results=[
            ToolResult(tool_call_id="call_a", content="12"),
            ToolResult(tool_call_id="call_b", content="refused by the user", is_error=True),
        ],
    ),
)
ANTHROPIC = ("anthropic", "anthropic-at-openrouter")
OPENAI = ("openrouter", "local")
HELLO = {"anthropic": [{"role": "user", "content": [{"type": "text", "text": "Say hello"}]}]} | {
    "openai": [{"role": "user", "content": "Say hello"}]
}

# The prompt, and what of the request's body the Messages API and chat completions have to be told.
CASES = {
    "plain": (
        prompt(),
        {"messages": HELLO["anthropic"], "max_tokens": 64},
        {"messages": HELLO["openai"], "max_tokens": 64},
    ),
    "system": (
        prompt(system="Be brief."),
        {"system": "Be brief.", "messages": HELLO["anthropic"]},
        {"messages": [{"role": "system", "content": "Be brief."}, *HELLO["openai"]]},
    ),
    "turns": (
        prompt(user("a"), assistant("b"), user("c")),
        {
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "a"}]},
                {"role": "assistant", "content": [{"type": "text", "text": "b"}]},
                {"role": "user", "content": [{"type": "text", "text": "c"}]},
            ]
        },
        {
            "messages": [
                {"role": "user", "content": "a"},
                {"role": "assistant", "content": "b"},
                {"role": "user", "content": "c"},
            ]
        },
    ),
    "temperature": (prompt(temperature=0.2), {"temperature": 0.2}, {"temperature": 0.2}),
    "temperature 0": (prompt(temperature=0.0), {"temperature": 0.0}, {"temperature": 0.0}),
    "temperature above 1": (prompt(temperature=1.6), {"temperature": 1.0}, {"temperature": 1.6}),
    "no temperature": (prompt(), {"temperature": None}, {"temperature": None}),
    "stop": (prompt(stop=["END", "\n\n"]), {"stop_sequences": ["END", "\n\n"]}, {"stop": ["END", "\n\n"]}),
    "json": (
        prompt(system="Be brief.", response_format=ResponseFormat.json),
        {"system": f"Be brief.\n\n{JSON_ONLY}", "output_config": None},
        {
            "messages": [{"role": "system", "content": f"Be brief.\n\n{JSON_ONLY}"}, *HELLO["openai"]],
            "response_format": {"type": "json_object"},
        },
    ),
    "json schema": (
        prompt(response_format=ResponseFormat.json_schema, json_schema=SCHEMA),
        {"output_config": {"format": {"type": "json_schema", "schema": PARSED}}, "system": None},
        {
            "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": PARSED}},
            "messages": HELLO["openai"],
        },
    ),
    "tools": (
        prompt(tools=[TOOL]),
        {"tools": [{"name": "count", "description": "Counts rows.", "input_schema": PARSED}], "tool_choice": None},
        {
            "tools": [
                {
                    "type": "function",
                    "function": {"name": "count", "description": "Counts rows.", "parameters": PARSED},
                }
            ],
            "tool_choice": None,
        },
    ),
    "tool choice auto": (
        prompt(tools=[TOOL], tool_choice=ToolChoice.auto),
        {"tool_choice": {"type": "auto"}},
        {"tool_choice": "auto"},
    ),
    "tool choice none": (
        prompt(tools=[TOOL], tool_choice=ToolChoice.none),
        {"tool_choice": {"type": "none"}},
        {"tool_choice": "none"},
    ),
    "tool choice any": (
        prompt(tools=[TOOL], tool_choice=ToolChoice.any),
        {"tool_choice": {"type": "any"}},
        {"tool_choice": "required"},
    ),
    "tool choice named": (
        prompt(tools=[TOOL], tool_choice=ToolChoice.tool, tool_name="count"),
        {"tool_choice": {"type": "tool", "name": "count"}},
        {"tool_choice": {"type": "function", "function": {"name": "count"}}},
    ),
    "tool results": (
        prompt(*CONVERSATION, tools=[TOOL]),
        {
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "How many?"}]},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "text", "text": "I look."},
                        {"type": "tool_use", "id": "call_a", "name": "count", "input": {"n": 1}},
                        {"type": "tool_use", "id": "call_b", "name": "count", "input": {}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": "call_a", "content": "12"},
                        {
                            "type": "tool_result",
                            "tool_use_id": "call_b",
                            "content": "refused by the user",
                            "is_error": True,
                        },
                        {"type": "text", "text": "And now?"},
                    ],
                },
            ]
        },
        {
            "messages": [
                {"role": "user", "content": "How many?"},
                {
                    "role": "assistant",
                    "content": "I look.",
                    "tool_calls": [
                        {"id": "call_a", "type": "function", "function": {"name": "count", "arguments": '{"n": 1}'}},
                        {"id": "call_b", "type": "function", "function": {"name": "count", "arguments": "{}"}},
                    ],
                },
                {"role": "tool", "tool_call_id": "call_a", "content": "12"},
                {"role": "tool", "tool_call_id": "call_b", "content": "Error: refused by the user"},
                {"role": "user", "content": "And now?"},
            ]
        },
    ),
    "results without text": (
        prompt(
            user("a"),
            assistant(tool_calls=[ToolCall(id="call_a", name="count", arguments_json="{}")]),
            user(tool_results=[ToolResult(tool_call_id="call_a", content="12")]),
        ),
        {
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "a"}]},
                {"role": "assistant", "content": [{"type": "tool_use", "id": "call_a", "name": "count", "input": {}}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "call_a", "content": "12"}]},
            ]
        },
        {
            "messages": [
                {"role": "user", "content": "a"},
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [
                        {"id": "call_a", "type": "function", "function": {"name": "count", "arguments": "{}"}}
                    ],
                },
                {"role": "tool", "tool_call_id": "call_a", "content": "12"},
            ]
        },
    ),
}


@pytest.mark.parametrize(("asked", "messages_api", "chat_completions"), CASES.values(), ids=CASES.keys())
async def test_the_body(voice, connect, asked, messages_api, chat_completions):
    line = await connect(voice, streamed(voice.frames(Answer())))
    await line.events(asked)
    body = line.server.requests[0].body
    expected = messages_api if voice.name in ANTHROPIC else chat_completions
    assert {name: body.get(name) for name in expected} == expected
    assert body["stream"] is True


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("anthropic", MODEL),
        ("anthropic-at-openrouter", f"anthropic/{MODEL}"),
        ("openrouter", MODEL),
        ("local", MODEL),
    ],
)
async def test_the_address_and_the_model(connect, name, model):
    line = await connect(VOICES[name], streamed(VOICES[name].frames(Answer())))
    await line.events()
    request = line.server.requests[0]
    assert (request.method, request.path, request.body["model"]) == ("POST", VOICES[name].path, model)


@pytest.mark.parametrize(
    ("name", "present", "absent"),
    [
        ("anthropic", {"x-api-key": KEY, "anthropic-version": "2023-06-01"}, ["authorization", "x-title"]),
        (
            "anthropic-at-openrouter",
            {
                "authorization": f"Bearer {KEY}",
                "anthropic-version": "2023-06-01",
                "x-title": "DataFlow AI",
                "http-referer": "https://dataflow.ai",
            },
            ["x-api-key"],
        ),
        (
            "openrouter",
            {"authorization": f"Bearer {KEY}", "x-title": "DataFlow AI", "http-referer": "https://dataflow.ai"},
            ["x-api-key", "anthropic-version"],
        ),
        ("local", {"authorization": f"Bearer {KEY}"}, ["x-title", "http-referer", "x-api-key"]),
    ],
)
async def test_the_headers(connect, name, present, absent):
    line = await connect(VOICES[name], streamed(VOICES[name].frames(Answer())))
    await line.events()
    headers = line.server.requests[0].headers
    assert {each: headers.get(each) for each in present} == present
    assert [each for each in absent if each in headers] == []
    assert headers["accept-encoding"] == "identity"  # a compressed stream comes in lumps


@pytest.mark.parametrize(
    ("name", "asked_for"),
    [("openrouter", {"usage": {"include": True}}), ("local", {"stream_options": {"include_usage": True}})],
)
async def test_use_is_asked_for(connect, name, asked_for):
    line = await connect(VOICES[name], streamed(VOICES[name].frames(Answer())))
    await line.events()
    assert asked_for.items() <= line.server.requests[0].body.items()


@pytest.mark.parametrize("schema", ["{}", "true", '{"type": ["integer", "null"]}', '{"properties": {"x": {}}}'])
@pytest.mark.parametrize("name", ANTHROPIC)
async def test_a_schema_that_the_api_cannot_enforce_is_told(connect, name, schema):
    line = await connect(VOICES[name], streamed(VOICES[name].frames(Answer())))
    await line.events(prompt(response_format=ResponseFormat.json_schema, json_schema=schema))
    body = line.server.requests[0].body
    assert "output_config" not in body
    assert body["system"].endswith(f"It must be valid against this JSON Schema:\n{schema}")


@pytest.mark.parametrize("name", ANTHROPIC)
async def test_a_history_with_arguments_that_are_no_object_is_refused(connect, name):
    line = await connect(VOICES[name], streamed(VOICES[name].frames(Answer())))
    call = ToolCall(id="call_a", name="count", arguments_json='{"n": ')
    with pytest.raises(LlmBadRequest, match=r"messages\[1\].*call_a"):
        await line.events(prompt(user("a"), assistant(tool_calls=[call]), user("b")))
    assert line.server.requests == []


async def test_the_environment_changes_nothing(voice, connect, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "ANTHROPIC_BASE_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "of-someone-else")
    line = await connect(voice, streamed(voice.frames(Answer())))
    await line.events()
    assert "of-someone-else" not in repr(line.server.requests[0].headers)
