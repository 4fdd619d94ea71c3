"""An answer about the catalog and its words: the catalog's made harmless, a model's kept to the facts."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.copilot.language import LANGUAGES
from services.copilot.model.client import ModelUnavailable
from services.copilot.model.prompts import DATA_RULE, data, prompt
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail

TEMPERATURE = 0.1
SECONDS = 60.0
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?![\w])")
_NAMED = re.compile(r"`([^`\n]{1,300})`")
_TARGET = re.compile(r"\](?=[(\[:])")
_TAG = re.compile(r"<(?=[a-zA-Z/!])")
_ADDRESS = re.compile(r"https?://|www\.|!\[|\]\(", re.IGNORECASE)


@dataclass
class Answer:
    """`cited`: (table's id, qualified name, words of the catalog). `counts`: what code counted."""

    text: str = ""
    cited: list[tuple[str, str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    shown: int = 0
    total: int = 0
    facts: list[str] = field(default_factory=list)
    known: bool = True
    """False: it says that what is asked is not known."""

    @property
    def truncated(self) -> bool:
        return self.shown < self.total


def inert(text: str) -> str:
    """Words of the catalog in a Markdown answer: no link, image or tag of theirs is one there."""
    return _TAG.sub("‹", _TARGET.sub("] ", text))


async def worded(around: Surroundings, question: str, answer: Answer, language: str, tail: Tail) -> Answer:
    """The answer in a model's words, where every figure and name of them stands in the facts."""
    if not answer.cited:
        return answer
    system = prompt(__package__, "ask.md").render(language=LANGUAGES[language], data_rule=DATA_RULE)
    facts = {"facts": answer.facts, "counts": answer.counts, "shown": answer.shown, "total": answer.total}
    known = json.dumps(facts, ensure_ascii=False)

    async def check(text: str) -> tuple[str | None, Sequence[str]]:
        problems = list(wrong(text, known, answer))
        return (None if problems else text.strip()), problems

    try:
        told = await around.model.checked(
            system,
            f"{question}\n\n{data('facts', known)}",
            check,
            tail.exchange,
            purpose="ask_catalog",
            temperature=TEMPERATURE,
            seconds=SECONDS,
            repairs=1,
        )
    except ModelUnavailable as error:
        tail.missing(error.degraded)
        return answer
    if told.value:
        answer.text = told.value
        tail.source = Source.model
    return answer


def wrong(text: str, known: str, answer: Answer) -> list[str]:
    """What in a model's words does not stand in the facts."""
    problems = []
    if not text.strip():
        problems.append("the answer is empty")
    figures = set(_NUMBER.findall(known))
    invented = [number for number in _NUMBER.findall(text) if number not in figures]
    if invented:
        problems.append(f"the figure {invented[0]} is not in the facts")
    lower = known.lower()
    names = [name for name in _NAMED.findall(text) if name.lower() not in lower]
    if names:
        problems.append(f"`{names[0]}` is not in the facts")
    if _ADDRESS.search(text):
        problems.append("it holds a link")
    if answer.truncated and str(answer.total) not in text:
        problems.append(f"it does not say that {answer.shown} of {answer.total} are shown")
    return problems
