"""Action blocks: read wherever the answer is cut, never shown, dropped where they cannot be read."""

from __future__ import annotations

import itertools
import json

import pytest

from services.copilot.chat.actions import ActionReader

PAYLOAD = {"sql": "SELECT 'a]b', \"c\" FROM t[1]", "deep": {"list": [1, [2]]}}
SQL = f'[ACTION type=run_sql label="Run it" payload={json.dumps(PAYLOAD)}]'
GO = '[ACTION type=navigate payload={"path": "/catalog"}]'
ANSWER = f'Here [1] is [ACTIONS] and [a\ntable]: [ACTION type=navigate payload={{"path": "/catalog"}}]\n{SQL} done ['


def read(answer: str, *cuts: int) -> tuple[str, ActionReader]:
    reader = ActionReader()
    places = [0, *cuts, len(answer)]
    shown = [reader.feed(answer[a:b]) for a, b in itertools.pairwise(places)]
    return "".join([*shown, reader.end()]), reader


def test_blocks_are_read_and_taken_out() -> None:
    shown, reader = read(ANSWER)
    assert shown == "Here [1] is [ACTIONS] and [a\ntable]: \n done ["
    assert [(each.type, each.label) for each in reader.actions] == [("navigate", "Navigate"), ("run_sql", "Run it")]
    assert reader.actions[1].payload == PAYLOAD
    assert reader.dropped == []


def test_a_block_split_at_any_two_places_never_leaks() -> None:
    whole, _ = read(ANSWER)
    for first in range(len(ANSWER)):
        for second in range(first, len(ANSWER), 7):
            shown, reader = read(ANSWER, first, second)
            assert (shown, len(reader.actions)) == (whole, 2)


def test_what_is_shown_early_stays_a_beginning_of_the_whole() -> None:
    reader, shown = ActionReader(), ""
    whole, _ = read(ANSWER)
    for char in ANSWER:
        shown += reader.feed(char)
        assert whole.startswith(shown)
        assert "ACTION type" not in shown


@pytest.mark.parametrize(
    ("block", "payload"),
    [
        ('[ACTION type="open_table" label=\'T\' payload={"table": "a.b"}]', {"table": "a.b"}),
        ("[action Type=open_table payload={'table': 'a'} label=Open the table]", {"table": "a"}),
        ('[ACTION type=open_table label=Open payload={"table": "a",}]', {"table": "a"}),
        ('[ACTION\n  type=open_table\n  payload={\n  "table": "line\nbreak"\n}\n]', {"table": "line\nbreak"}),
        ("[ACTION type=run_pipeline label=Run]", {}),
    ],
)
def test_blocks_as_models_write_them(block: str, payload: dict[str, object]) -> None:
    shown, reader = read(f"a{block}b")
    assert shown == "ab"
    assert [each.payload for each in reader.actions] == [payload]


@pytest.mark.parametrize(
    ("block", "why"),
    [
        ("[ACTION type=launch_missiles payload={}]", "no type of action"),
        ("[ACTION type=run_sql payload={}]", "needs 'sql'"),
        ('[ACTION type=run_sql payload=["SELECT 1"]]', "no JSON object"),
        ('[ACTION type=run_sql payload={"sql": "a" b}]', "no JSON object"),
        ('[ACTION type=run_sql payload={\n"sql": "a" b\n}]', "no JSON object"),
        ('[ACTION type=run_sql colour=red payload={"sql": "SELECT 1"}]', "something else"),
        ('[ACTION type=navigate payload={"path": "https://evil.example/x"}]', "outside"),
        ('[ACTION type=navigate payload={"path": "//evil.example/x"}]', "outside"),
    ],
)
def test_a_block_that_cannot_be_read_is_dropped(block: str, why: str) -> None:
    for cut in range(len(block) + 1):
        shown, reader = read(f"a{block} b\nc", 1 + cut)
        assert shown == "a b\nc"
        assert reader.actions == []
        assert [why in each for each in reader.dropped] == [True]


@pytest.mark.parametrize(
    "answer", ['a[ACTION type=run_sql payload={"sql": "SELECT', "a[ACTION type=", "a[ACTION type=run_sql"]
)
def test_a_block_without_an_end_is_dropped(answer: str) -> None:
    shown, reader = read(answer)
    assert (shown, reader.actions, len(reader.dropped)) == ("a", [], 1)


@pytest.mark.parametrize("answer", ["a [ACTION", "see [ACTION items] below", "x[0] = [ACTION  typo", "[", "[[[["])
def test_what_is_no_block_is_shown(answer: str) -> None:
    shown, reader = read(answer)
    assert (shown, reader.actions, reader.dropped) == (answer, [], [])


def test_an_endless_block_is_given_up() -> None:
    reader = ActionReader()
    shown = reader.feed("a[ACTION type=run_sql payload={") + "".join(reader.feed("x" * 1000) for _ in range(100))
    assert shown.startswith("a")
    assert reader.dropped == ["the block has no end"]
