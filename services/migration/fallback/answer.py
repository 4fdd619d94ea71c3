"""A model's answer: read from its text, and kept with what is known of it.

Models put fences and prose around JSON whatever they are told; the object is found among it. Nothing is guessed beyond
that: an answer that is not what was asked for is named so, and asked for again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

LONGEST_SQL = 30_000
LONGEST_TEXT = 2_000
MOST_ASSUMPTIONS = 20


@dataclass(frozen=True, slots=True)
class Reply:
    """What the text of an answer says. `sql` is "" where the model declines; `explanation` then says why."""

    sql: str
    explanation: str = ""
    assumptions: tuple[str, ...] = ()
    confidence: float | None = None  # what the model says of itself, 0 to 1


class UnusableReplyError(Exception):
    """The text is not the object that was asked for; the message says what is wrong with it, for the model to mend."""


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """The end of one question. It is good where there is SQL and no problem.

    `unavailable` says why no model answered, "" where one did. Tokens and cost are those of all rounds together.
    """

    reply: Reply = Reply("")
    problems: tuple[str, ...] = ()  # of the last round, as the checks name them
    notes: tuple[str, ...] = ()  # what could not be checked
    unavailable: str = ""
    rounds: int = 0
    model: str = ""
    provider: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None  # None where the price is not known

    @property
    def good(self) -> bool:
        return bool(self.reply.sql) and not self.problems and not self.unavailable

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> ModelAnswer:
        """An answer from what `as_dict` made of it."""
        reply = {**data["reply"], "assumptions": tuple(data["reply"]["assumptions"])}
        lists = {name: tuple(data[name]) for name in ("problems", "notes")}
        return cls(**{**data, **lists, "reply": Reply(**reply)})


def read_reply(text: str) -> Reply:
    """The reply in a model's text. Raises UnusableReplyError."""
    data = next((found for found in _objects(text) if "sql" in found), None)
    if data is None:
        raise UnusableReplyError("there is no JSON object with the key `sql` in it; answer with that object alone")
    sql, explanation, assumptions = data["sql"], data.get("explanation", ""), data.get("assumptions") or []
    if sql is not None and not isinstance(sql, str):
        raise UnusableReplyError("`sql` must be a text, or null where it can't be done")
    if len(sql or "") > LONGEST_SQL:
        raise UnusableReplyError(f"`sql` is longer than {LONGEST_SQL} characters")
    if any(not (ch.isprintable() or ch in "\n\t\r") for ch in sql or ""):
        raise UnusableReplyError("`sql` holds control characters")
    if not isinstance(explanation, str) or not isinstance(assumptions, list):
        raise UnusableReplyError("`explanation` must be a text and `assumptions` a list of texts")
    return Reply(
        (sql or "").strip().rstrip(";").strip(),
        one_line(explanation),
        tuple(one_line(str(item)) for item in assumptions[:MOST_ASSUMPTIONS]),
        _confidence(data.get("confidence")),
    )


def one_line(text: str) -> str:
    """The text on one line, shortened, without control characters: it goes into reports and pipelines."""
    line = "".join(ch if ch.isprintable() else " " for ch in text)
    line = " ".join(line.split())
    return line if len(line) <= LONGEST_TEXT else f"{line[: LONGEST_TEXT - 1]}…"


def _confidence(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)


MOST_OBJECTS = 50


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in a text, outermost first."""
    decoder = json.JSONDecoder(strict=False)  # models write line breaks inside texts
    place = text.find("{")
    for _ in range(MOST_OBJECTS):
        if place < 0:
            return
        try:
            found, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            end = place + 1
        else:
            if isinstance(found, dict):
                yield found
        place = text.find("{", end)
