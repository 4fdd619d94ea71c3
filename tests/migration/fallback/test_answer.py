"""Reading what models write, and keeping it."""

from __future__ import annotations

import json

import pytest

from services.migration.fallback.answer import (
    LONGEST_SQL,
    LONGEST_TEXT,
    ModelAnswer,
    Reply,
    UnusableReplyError,
    read_reply,
)
from tests.migration.fallback.samples import answer

PLAIN = '{"sql": "SELECT 1", "explanation": "one", "assumptions": ["a"], "confidence": 0.5}'
READ = Reply("SELECT 1", "one", ("a",), 0.5)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (PLAIN, READ),
        (f"```json\n{PLAIN}\n```", READ),
        (f"Sure! Here is {{the}} query:\n```\n{PLAIN}\n```\nHope {{that}} helps.", READ),
        (f'{{"note": {{"a": 1}}}} {PLAIN}', READ),
        ('{"sql": "SELECT 1;\n"}', Reply("SELECT 1")),
        ('{"sql": "SELECT\n 1 -- {\n"}', Reply("SELECT\n 1 -- {")),
        ('{"sql": null, "explanation": "no body"}', Reply("", "no body")),
        ('{"sql": "", "confidence": 7}', Reply("")),
        ('{"sql": "S", "confidence": true, "assumptions": null}', Reply("S")),
        ('{"sql": "S", "explanation": "a\\u0007\\n  b", "assumptions": [1, "x\\ny"]}', Reply("S", "a b", ("1", "x y"))),
    ],
)
def test_the_object_is_found_and_read(text: str, wanted: Reply) -> None:
    assert read_reply(text) == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no JSON object"),
        ("I cannot do that.", "no JSON object"),
        (PLAIN[:30], "no JSON object"),
        ('{"query": "SELECT 1"}', "no JSON object with the key `sql`"),
        ('{"sql": ["SELECT 1"]}', "must be a text"),
        (json.dumps({"sql": "S" * (LONGEST_SQL + 1)}), "longer than"),
        ('{"sql": "SELECT \\u0000"}', "control characters"),
        ('{"sql": "SELECT \\ud800"}', "control characters"),
        ('{"sql": "S", "explanation": {}}', "must be a text"),
        ("{" * 100_000, "no JSON object"),
        ("[" * 100_000 + "{", "no JSON object"),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_answer_is_named(text: str, said: str) -> None:
    with pytest.raises(UnusableReplyError, match=said):
        read_reply(text)


def test_texts_are_shortened() -> None:
    found = read_reply(json.dumps({"sql": "S", "explanation": "x" * 9_999, "assumptions": ["y"] * 99}))
    assert (len(found.explanation), len(found.assumptions)) == (LONGEST_TEXT, 20)


@pytest.mark.parametrize("kept", [answer(), ModelAnswer(unavailable="x"), answer(problems=("a",), cost_usd=None)])
def test_an_answer_survives_being_kept(kept: ModelAnswer) -> None:
    assert ModelAnswer.of(json.loads(json.dumps(kept.as_dict()))) == kept


@pytest.mark.parametrize(
    ("kept", "good"),
    [(answer(), True), (answer(sql=""), False), (answer(problems=("p",)), False), (answer(unavailable="u"), False)],
)
def test_only_checked_sql_is_good(kept: ModelAnswer, good: bool) -> None:
    assert kept.good is good
