"""Prompts that no provider could take are refused with every problem named."""

from __future__ import annotations

import pytest

from dataflow.provider.v1 import completion_pb2 as c
from services.provider.check import check_prompt
from services.provider.errors import LlmBadRequest
from tests.provider.fakes import prompt, tool, user

MADE = c.ToolCall(id="1", name="run_sql", arguments_json="{}")
GIVEN = c.ToolResult(tool_call_id="1")
ASSISTANT, USER = c.PromptRole.assistant, c.PromptRole.user
SCHEMA = '{"type": "object", "properties": {"a": {"type": "integer"}}}'


def said(text="Yes", *calls):
    made = [c.ToolCall(id=id, name="run_sql", arguments_json=arguments) for id, arguments in calls]
    return c.PromptMessage(role=ASSISTANT, content=text, tool_calls=made)


def results(*ids, text=""):
    given = [c.ToolResult(tool_call_id=id, content="[]") for id in ids]
    return c.PromptMessage(role=USER, content=text, tool_results=given)


def talk(*messages, **fields):
    return c.Prompt(messages=messages, **{"tools": [tool()], **fields})


FINE = [
    prompt(),
    prompt(
        temperature=0, max_tokens=10, stop=["\n\n", "END"], purpose="sql_generate", model="openai/gpt-oss-120b:free"
    ),
    prompt(temperature=2, response_format=c.ResponseFormat.json),
    prompt(response_format=c.ResponseFormat.json_schema, json_schema=SCHEMA),
    prompt(tools=[tool(schema=SCHEMA), tool("b-2")], tool_choice=c.ToolChoice.tool, tool_name="b-2"),
    prompt(tools=[tool()], tool_choice=c.ToolChoice.any),
    prompt(tool_choice=c.ToolChoice.none),
    talk(user(), said(), user()),
    talk(user(), said("", ("1", "{}"), ("2", '{"a": 1}')), results("2", "1", text="go on")),
    talk(user(), said("", ("1", "{}")), results("1"), said("", ("2", "{}")), results("2")),
]


@pytest.mark.parametrize("sound", FINE)
def test_sound_prompts_pass(sound):
    check_prompt(sound)


@pytest.mark.parametrize(
    ("wrong", "field", "what"),
    [
        (c.Prompt(), "prompt.messages", "must not be empty"),
        (talk(user(), said()), "prompt.messages[1].role", "last turn must be the user's"),
        (talk(c.PromptMessage(content="x")), "prompt.messages[0].role", "must be user or assistant"),
        (talk(c.PromptMessage(role=9, content="x")), "prompt.messages[0].role", "must be user or assistant"),
        (prompt(" \n"), "prompt.messages[0].content", "more than blanks"),
        (talk(user(), said(" "), user()), "prompt.messages[1].content", "more than blanks"),
        (
            talk(c.PromptMessage(role=USER, content="x", tool_calls=[MADE])),
            "prompt.messages[0].tool_calls",
            "only the assistant",
        ),
        (
            talk(
                user(),
                c.PromptMessage(role=ASSISTANT, content="x", tool_results=[GIVEN]),
                user(),
            ),
            "prompt.messages[1].tool_results",
            "user's turn",
        ),
        (talk(user(), said("", ("1", "{}")), user()), "prompt.messages[2].tool_results", "lack the result of '1'"),
        (talk(user(), said("", ("1", "{}"), ("2", "{}")), results("1")), "prompt.messages[2].tool_results", "'2'"),
        (talk(user(), said("", ("1", "{}")), results("1", "1")), "tool_results[1].tool_call_id", "answered twice"),
        (talk(results("9", text="x")), "prompt.messages[0].tool_results[0].tool_call_id", "no call of the turn before"),
        (talk(user(), said("", ("1", "{}"), ("1", "{}")), results("1")), "tool_calls[1].id", "repeat"),
        (talk(user(), said("", ("", "{}")), results("")), "tool_calls[0].id", "must not be empty"),
        (talk(user(), said("", ("1", "[1]")), results("1")), "tool_calls[0].arguments_json", "must be a JSON object"),
        (talk(user(), said("", ("1", '{"a":')), results("1")), "tool_calls[0].arguments_json", "line 1 column"),
        (talk(user(), said("", ("1", '{"a": NaN}')), results("1")), "tool_calls[0].arguments_json", "NaN"),
        (talk(user(), said("", ("1", "{}")), results("1"), tools=[]), "tool_calls[0].name", "no tool that the prompt"),
        (prompt(tools=[tool("a b")]), "prompt.tools[0].name", "letters, digits"),
        (prompt(tools=[tool("a" * 65)]), "prompt.tools[0].name", "1 to 64"),
        (prompt(tools=[tool(), tool()]), "prompt.tools[1].name", "repeats run_sql"),
        (prompt(tools=[tool(schema="")]), "prompt.tools[0].input_schema_json", "line 1"),
        (prompt(tools=[tool(schema='{"type": "string"}')]), "prompt.tools[0].input_schema_json", '"type": "object"'),
        (prompt(tools=[tool(schema='{"type": "objct"}')]), "prompt.tools[0].input_schema_json", "is not a JSON Schema"),
        (prompt(tools=[tool(schema=" " * 100_001)]), "prompt.tools[0].input_schema_json", "at most 100000"),
        (prompt(tools=[tool(schema="[" * 100_000)]), "prompt.tools[0].input_schema_json", "nested too deeply"),
        (
            prompt(tools=[tool(schema='{"type": "object", "$ref": "http://127.0.0.1:9/x"}')]),
            "prompt.tools[0].input_schema_json",
            "is not a JSON Schema",
        ),
        (prompt(tools=[tool(f"t{n}") for n in range(129)]), "prompt.tools", "at most 128"),
        (prompt(tool_choice=c.ToolChoice.any), "prompt.tool_choice", "defines none"),
        (prompt(tool_choice=7), "prompt.tool_choice", "has no value 7"),
        (prompt(tools=[tool()], tool_choice=c.ToolChoice.tool, tool_name="x"), "prompt.tool_name", "must name one"),
        (prompt(tools=[tool()], tool_name="run_sql"), "prompt.tool_name", "tool_choice tool only"),
        (prompt(response_format=9), "prompt.response_format", "has no value 9"),
        (prompt(response_format=c.ResponseFormat.json_schema), "prompt.json_schema", "is required"),
        (prompt(response_format=c.ResponseFormat.json, json_schema="{}"), "prompt.json_schema", "json_schema only"),
        (prompt(response_format=c.ResponseFormat.json_schema, json_schema="{"), "prompt.json_schema", "line 1 column"),
        (prompt(temperature=2.1), "prompt.temperature", "0 to 2"),
        (prompt(temperature=float("nan")), "prompt.temperature", "0 to 2"),
        (prompt(max_tokens=-1), "prompt.max_tokens", "0 (the default)"),
        (prompt(stop=list("abcde")), "prompt.stop", "at most 4"),
        (prompt(stop=["a", ""]), "prompt.stop[1]", "must not be empty"),
        (prompt(purpose="SQL generate"), "prompt.purpose", "lower snake case"),
        (prompt(model="a b"), "prompt.model", "without blanks"),
        (prompt(model="x" * 201), "prompt.model", "at most 200"),
    ],
)
def test_problems_are_named_with_their_field(wrong, field, what):
    with pytest.raises(LlmBadRequest) as caught:
        check_prompt(wrong)
    assert field in caught.value.message
    assert what in caught.value.message
    assert field in caught.value.metadata["fields"]


def test_all_problems_are_told_at_once_and_many_are_counted():
    with pytest.raises(LlmBadRequest) as caught:
        check_prompt(prompt(" ", temperature=-1, max_tokens=-1, purpose="-"))
    fields = caught.value.metadata["fields"].split(",")
    assert fields == ["prompt.messages[0].content", "prompt.temperature", "prompt.max_tokens", "prompt.purpose"]
    with pytest.raises(LlmBadRequest, match="and 80 more"):
        check_prompt(c.Prompt(messages=[user(" ") for _ in range(100)]))
