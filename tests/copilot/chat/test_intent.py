"""Intent routing, measured on labelled messages. Nothing is refused: what fits nowhere is conversation."""

from __future__ import annotations

import csv
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.copilot.chat.intent import INTENTS, route

OWN = [line.split("\t") for line in Path(__file__).with_name("intents.tsv").read_text("utf-8").splitlines()]
DEFOG = Path(__file__).parents[4] / "shared" / "testsets" / "defog"
FILES = ("questions_gen_postgres", "instruct_basic_postgres", "instruct_advanced_postgres", "questions_gen_tsql")
SMALL_TALK = Path(__file__).parents[3] / "benchmarks" / "small_talk.txt"
AT_LEAST = 0.95


def share(intent: str, messages: list[str]) -> float:
    return sum(route(message).intent == intent for message in messages) / len(messages)


@pytest.mark.parametrize("intent", INTENTS)
def test_own_messages(intent: str) -> None:
    messages = [text for label, text in OWN if label == intent]
    assert len(messages) >= 15
    assert share(intent, messages) >= AT_LEAST


@pytest.mark.skipif(not DEFOG.exists(), reason="the questions are not here")
@pytest.mark.parametrize("file", FILES)
def test_questions_to_a_database(file: str) -> None:
    with (DEFOG / f"{file}.csv").open(encoding="utf-8", newline="") as rows:
        questions = [row["question"] for row in csv.DictReader(rows)]
    assert share("sql", questions) >= AT_LEAST


def test_small_talk() -> None:
    assert share("chat", SMALL_TALK.read_text("utf-8").splitlines()) >= AT_LEAST


def test_an_error_before_the_user_makes_a_vague_question_a_diagnosis() -> None:
    assert route("why did it fail?").intent == "diagnose"
    assert route("what is wrong here?").intent == "chat"
    assert route("what is wrong here?", has_error=True).intent == "diagnose"


@given(st.text(string.printable + "ąćęłńóśźż", max_size=500))
def test_any_text_has_an_intent(text: str) -> None:
    assert route(text).intent in INTENTS


def test_a_long_text_is_read_in_bounded_time() -> None:
    assert route("select " + "a " * 100_000).intent == "sql"
    assert route("aaaa " * 6_000).intent == "chat"
