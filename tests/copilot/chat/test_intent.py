"""Intent routing, measured on labelled messages. Nothing is refused: what fits nowhere is conversation."""

from __future__ import annotations

import csv
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.copilot.chat.intent import INTENTS, route

LABELLED = ("intents", "intents_tuned", "intents_held_out")
"""Written with the rules; looked at to better them; never looked at while the rules were written."""
DEFOG = Path(__file__).parents[4] / "shared" / "testsets" / "defog"
FILES = ("questions_gen_postgres", "instruct_basic_postgres", "instruct_advanced_postgres", "questions_gen_tsql")
SMALL_TALK = Path(__file__).parents[3] / "benchmarks" / "small_talk.txt"
AT_LEAST = 0.95


def share(intent: str, messages: list[str]) -> float:
    return sum(route(message).intent == intent for message in messages) / len(messages)


def labelled(name: str) -> list[tuple[str, str]]:
    lines = Path(__file__).with_name(f"{name}.tsv").read_text("utf-8").splitlines()
    return [(label, text.replace("\\n", "\n")) for label, text in (line.split("\t") for line in lines)]


@pytest.mark.parametrize("name", LABELLED)
def test_labelled_messages(name: str) -> None:
    messages = labelled(name)
    assert all(sum(label == intent for label, _ in messages) >= 15 for intent in INTENTS)
    assert sum(route(text).intent == label for label, text in messages) / len(messages) >= AT_LEAST


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
    assert route("\n" * 6_000).intent == "chat"


def test_an_error_of_the_catalogue_needs_no_words_of_trouble() -> None:
    routed = route("Numeric value 'abc' is not recognized")
    assert routed.intent == "diagnose"
    assert route("the Object 'STG.CUST' does not exist").intent == "diagnose"
