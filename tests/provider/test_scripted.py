"""The scripted provider: its file, its rules, and what it does."""

from __future__ import annotations

import asyncio
import time

import pytest

from dataflow.provider.v1 import completion_pb2 as c
from services.provider import errors
from services.provider.script import words
from services.provider.script_file import FAULTS, ScriptError, load_script, parse_script
from services.provider.scripted import ScriptedWire
from services.provider.wire import Finish, Text, ToolPiece, Usage
from tests.provider.fakes import Bench, kinds, prompt, text_of, tool, user

RULES = """
model: m
default: nothing fits
rules:
  - when: {purpose: sql_generate, user: customers}
    reply: by purpose and text
  - when: {user_matches: "(?i)^HELLO"}
    reply: by pattern
  - when: {system: You are a}
    reply: by system
  - when: {system_matches: "x+y"}
    reply: by system pattern
  - when: {tool_result: rows}
    reply: by tool result
  - when: {user: in turn}
    replies: [one, two]
  - when: {user: around}
    replies: [one, two]
    cycle: true
  - when: {user: say}
    reply: {echo: true}
"""


def replied(*results):
    given = [c.ToolResult(tool_call_id="1", content=text) for text in results]
    return c.PromptMessage(role=c.PromptRole.user, tool_results=given)


async def events(yaml, asked=None):
    asked = asked or prompt(max_tokens=4096)
    return [event async for event in ScriptedWire(parse_script(yaml)).stream(asked, "scripted")]


def reply(text):
    return f"default: {text}"


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        (prompt("all customers", purpose="sql_generate"), ["by purpose and text"]),
        (prompt("all customers"), ["nothing fits"]),
        (prompt("hello you"), ["by pattern"]),
        (prompt("x", system="You are a pirate"), ["by system"]),
        (prompt("x", system="xxy"), ["by system pattern"]),
        (c.Prompt(messages=[user("x"), replied("3 rows", "1 row")]), ["by tool result"]),
        (prompt("in turn"), ["one", "two", "two"]),
        (prompt("around"), ["one", "two", "one"]),
        (prompt("say  this \n"), ["say  this \n"]),
        (c.Prompt(messages=[user("say it"), replied("x")]), ["say it"]),
    ],
)
def test_the_first_rule_that_matches_answers(asked, answers):
    script = parse_script(RULES)
    assert ["".join(script.reply(asked).pieces(asked)) for _ in answers] == answers


@pytest.mark.parametrize("text", ["", " ", "a", "a b", "  a\n\nb  ", "SELECT 1\n"])
def test_words_join_to_the_text(text):
    assert "".join(words(text)) == text
    assert all(words(text))


async def test_text_tools_and_use_as_the_file_says():
    made = await events(
        "default: {text: a b, tool_calls: [{name: f, arguments: {q: 1}}, {name: g, id: z, arguments: '{\"cut'}],"
        " prompt_tokens: 9, completion_tokens: 4, cost_usd: 0.5, model: m2}"
    )
    assert made[0].model == "m2"
    assert [event for event in made if isinstance(event, Text)] == [Text("a"), Text(" b")]
    pieces = [event for event in made if isinstance(event, ToolPiece)]
    assert pieces == [ToolPiece(0, "call_0", "f", '{"q": 1}'), ToolPiece(1, "z", "g", '{"cut')]
    assert made[-2:] == [Usage(completion_tokens=4, cost_usd=0.5), Finish(c.FinishReason.tool_calls)]


async def test_max_tokens_cuts_it_as_a_model_is_cut():
    made = await events(reply("a b c d"), prompt(max_tokens=2))
    assert [event.text for event in made if isinstance(event, Text)] == ["a", " b"]
    assert made[-1] == Finish(c.FinishReason.length)


async def test_delays_take_their_time():
    began = time.perf_counter()
    await events("default: {text: a b c, delay: 0.05, token_delay: 0.02}")
    assert time.perf_counter() - began >= 0.1


@pytest.mark.parametrize("after", [0, 1, 2, 3, 99])
async def test_faults_come_after_as_many_tokens_as_are_said(after):
    wire = ScriptedWire(
        parse_script(
            f"default: {{text: a b c, fault: {{reason: LLM_RATE_LIMITED, retry_after: 7, after_tokens: {after}}}}}"
        )
    )
    made = {}

    async def collect():
        async for event in wire.stream(prompt(max_tokens=99), "scripted"):
            made[len(made)] = event

    with pytest.raises(errors.LlmRateLimited) as caught:
        await collect()
    assert sum(isinstance(event, Text) for event in made.values()) == min(after, 3)
    assert caught.value.retry_after == 7


@pytest.mark.parametrize("after", [0, 2, 99])
async def test_a_cut_ends_without_a_finish_and_a_stall_does_not_end(after):
    made = await events(f"default: {{text: a b c, cut_after: {after}}}")
    assert sum(isinstance(event, Text) for event in made) == min(after, 3)
    assert not any(isinstance(event, Finish) for event in made)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await events(f"default: {{text: a b c, stall_after: {after}}}")


def test_every_fault_of_the_taxonomy_can_be_written():
    for reason in FAULTS:
        script = parse_script(f"default: {{fault: {{reason: {reason}}}}}")
        assert script.default.next().fault.error().reason == reason
    assert len(FAULTS) == 9


@pytest.mark.parametrize(
    ("yaml", "problems"),
    [
        ("", ["1: the script is empty"]),
        ("[", ["1: is not YAML"]),
        ("- a", ["1: the script must be a mapping of model, default, rules"]),
        ("modl: x", ["1: the script has no 'modl'; known are model, default, rules"]),
        ("rules:\n  - reply: x\n    reply: y", ["3: reply is there twice"]),
        ("rules:\n  - when: {user: x}", ["2: a rule needs a reply"]),
        ("rules: {}", ["1: rules must be a list"]),
        ("rules:\n- when:\n    user: 5\n  reply: x", ["3: user must be a text; quote it"]),
        ("rules:\n- when:\n    user_matches: '('\n  reply: x", ["3: user_matches is no regular expression"]),
        (
            "default:\n  delay: soon\n  token_delay: -1",
            ["2: delay must be a number", "3: token_delay must be a number"],
        ),
        ("default: {cut_after: 1.5}", ["1: cut_after must be a whole number"]),
        ("default: {echo: perhaps}", ["1: echo must be true or false"]),
        ("default:\n  fault: {reason: LLM_SLEEPY}", ["2: reason must be one of"]),
        ("default:\n  fault: {retry_after: 1}", ["2: a fault needs a reason"]),
        ("default:\n  finish: maybe", ["2: finish must be one of stop, length"]),
        ("default:\n  tool_calls:\n    - {arguments: {}}", ["3: a tool call needs a name"]),
        ("default:\n  tool_calls: [{name: f, arguments: {d: 2026-01-01}}]", ["2: arguments must be JSON; quote dates"]),
    ],
)
def test_problems_are_named_by_line_and_all_at_once(yaml, problems):
    with pytest.raises(ScriptError) as caught:
        parse_script(yaml, "s.yaml")
    lines = str(caught.value).splitlines()
    for problem in problems:
        assert any(line.startswith(f"s.yaml:{problem}") for line in lines), (problem, lines)


def test_the_packaged_example_is_sound_and_answers():
    assert len(load_script().rules) > 5


async def test_through_the_engine():
    wire = ScriptedWire(load_script())
    bench = Bench(wire)
    answer = await bench.engine.complete(prompt("x", purpose="agent", tools=[tool()]))
    assert (answer.tool_calls[0].name, answer.finish_reason) == ("run_sql", c.FinishReason.tool_calls)
    answer = await bench.engine.complete(prompt("be patient"))
    assert (answer.content, answer.attempts) == ("Here it is.", 3)
    messages = await bench.stream(prompt("break off"))
    assert (kinds(messages)[-1], text_of(messages)) == ("error", "This sentence is")
