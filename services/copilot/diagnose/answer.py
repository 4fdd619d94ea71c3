"""A diagnosis with its tail: rules first, a model for what they do not know, first steps where neither does."""

from __future__ import annotations

from services.copilot.diagnose.diagnosis import Diagnosis, Question, diagnose
from services.copilot.diagnose.model_diagnosis import ask_model
from services.copilot.model.client import ModelUnavailable
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail


async def answer(around: Surroundings, question: Question, tail: Tail) -> Diagnosis:
    """The diagnosis; `tail` says where from and how sure."""
    known = diagnose(question)
    tail.source, tail.factors = Source.rules, known.factors
    if known.is_known:
        tail.rules.append(known.rule)
        return known
    try:
        told = await ask_model(around, question, known, tail.exchange)
    except ModelUnavailable as error:
        tail.missing(error.degraded)
        tail.source = Source.fallback
        return known
    if told is None:
        tail.source = Source.fallback
        return known
    tail.source, tail.factors = Source.model, told.factors
    return told
