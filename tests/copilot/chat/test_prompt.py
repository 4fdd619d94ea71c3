"""What the chat prompt holds: all that is shared, or only what a first short question touches."""

from __future__ import annotations

import pytest

from dataflow.copilot.v1 import conversation_pb2
from services.copilot.chat.prompt import chat_prompt
from services.copilot.grounding import PackedContext
from services.copilot.model.prompts import tokens_of

NOTHING_OPEN = conversation_pb2.PipelineContext()
OPEN = conversation_pb2.PipelineContext(pipeline_id="p1")
KINDS = "Kinds of transform:"
ALL_TERMS = "- PESEL: "


def text_of(said, context=NOTHING_OPEN, **more):
    return chat_prompt("en", said, context, PackedContext(), **more).text


@pytest.mark.parametrize(
    "said",
    [
        "build a pipeline from Kafka to S3",
        "Zbuduj przepływ z hurtowni",
        "copy the invoices every night",
        "how do I deduplicate?",
        "what can sql_join do",
        "a question of many words " * 20,
    ],
)
def test_what_touches_pipelines_is_answered_with_the_whole_language(said):
    assert KINDS in text_of(said)
    assert ALL_TERMS in text_of(said)


@pytest.mark.parametrize("said", ["hello", "what is churn?", "Co to jest ARPU?", "who owns the figures of complaints?"])
def test_a_first_short_question_about_something_else_gets_a_shorter_prompt(said):
    short = text_of(said)
    assert KINDS not in short
    assert ALL_TERMS not in short
    assert "DWH-MONA" in short
    assert tokens_of(short) < 0.6 * tokens_of(text_of("pipeline"))


def test_terms_that_are_named_stay():
    assert "- churn: " in text_of("what is churn?")
    assert "- ARPU: " in text_of("Co to jest ARPU?")
    assert "Terms:" not in text_of("hello")


def test_an_open_pipeline_or_a_conversation_before_brings_the_whole():
    assert KINDS in text_of("hello", OPEN)
    assert KINDS in text_of("and now?", is_first=False)
