"""The part of a sentence that says for which rows a rule is: `when status is active`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.copilot.quality.compiling.types import family
from services.copilot.quality.wording.mentions import MARK, Described, Marked
from services.copilot.quality.wording.values import DATE, NUMBER, iso, listed, number

_OPENING = (
    r"(?:when(?:ever)?|if|where|for (?:all |the )?(?:rows|records|those)?(?: (?:where|with|when|"
    r"in which|that have))?|in case|jesli|jezeli|gdy|kiedy|gdzie|o ile|dla (?:wierszy|"
    r"rekordow)?(?: (?:gdzie|z|w ktorych|o|ktore maja))?|tam gdzie|only (?:if|when|where|for))"
)
_UNLESS = r"(?:unless|except when|except where|chyba ze|z wyjatkiem gdy|oprocz gdy)"
_FIRST = re.compile(
    rf"^\s*(?P<word>{_OPENING}|{_UNLESS}) (?P<condition>.+?)(?:,? then |,? wtedy |,? to "
    r"(?=[\ue000-\uf8ff])|, )(?P<rest>.+)$"
)
_LAST = re.compile(rf"^(?P<rest>.+?),? (?P<word>{_OPENING}|{_UNLESS}) (?P<condition>[^,]*{MARK}.*|{MARK}.*)$")
_CERTAIN = rf"(?:when(?:ever)?|if|where|jesli|jezeli|gdy|kiedy|o ile|only (?:if|when)|{_UNLESS})"
# Conditions that name no column that is known: they are found so that no rule is made without them.
_STRICT = (
    re.compile(rf"^\s*(?P<word>{_CERTAIN}) (?P<condition>.+?)(?:,? then |,? wtedy |, )(?P<rest>.+)$"),
    re.compile(rf"^(?P<rest>.+?),? (?P<word>{_CERTAIN}) (?P<condition>.+)$"),
)
_BARE = re.compile(rf"^\s*(?P<word>{_OPENING}|{_UNLESS}) (?P<condition>{MARK}.+)$")
_NEXT = re.compile(rf",? (?P<begin>(?:the |its )?{MARK})")
_JOINED = re.compile(rf",? (?:and|but|oraz|i|a|ale) (?=(?:{_CERTAIN}) .+(?:,| then | wtedy | to ))")
_OPEN_END = re.compile(r" (?:and|or|i|oraz|lub|albo)$")
_NARROWED = re.compile(
    r"\b(?:if|when|whenever|unless|except|otherwise|else|jesli|jezeli|gdy|kiedy|chyba|oprocz|poza|"
    r"(?:only|tylko) (?:on|in|at|during|for|after|before|from|w|we|na|dla|po|przed|od|podczas))\b"
)
_IS = r"(?:is|are|=|==|equals?|equal to|jest|sa|rowna sie|rowne|to|wynosi|was|ma wartosc|has value)"
_SIGNS = (
    (r"(?:>=|at least|co najmniej|nie mniejsz\w+ niz|greater than or equal to)", ">="),
    (r"(?:<=|at most|najwyzej|nie wieksz\w+ niz|less than or equal to)", "<="),
    (r"(?:>|greater than|more than|above|over|wieksz\w+ niz|powyzej|after|later than|po)", ">"),
    (r"(?:<|less than|below|under|mniejsz\w+ niz|ponizej|before|earlier than|przed)", "<"),
)


@dataclass(frozen=True, slots=True)
class Condition:
    """`parts` are joined by `joined`; each is (column, operator, value), value None for the operators about nulls."""

    parts: tuple[tuple[str, str, Any], ...]
    joined: str = "AND"
    negated: bool = False


def is_narrowed(unread: str) -> bool:
    """Words of a condition are among those not read: the others say something else without it."""
    return _NARROWED.search(unread) is not None


def split_before_condition(marked: str) -> tuple[int, int] | None:
    """The joint between what holds always and a sentence with a condition of its own: `…, and if …, then …`."""
    found = _JOINED.search(marked)
    return found.span() if found and not _BARE.match(marked) else None


def split_condition(
    marked: str, reads: Callable[[int, int], bool]
) -> tuple[tuple[int, int], tuple[int, int], bool] | None:
    """Places of the condition and of the rest in a marked sentence, and whether it is an exception. `reads` tells
    whether a part of the sentence can be read as a condition."""
    bare = _BARE.match(marked)
    if bare and not _FIRST.match(marked):
        low, high = bare.span("condition")
        ends = ((low + each.start(), low + each.start("begin")) for each in _NEXT.finditer(marked[low:high]))
        for end, rest in ends:
            if not _OPEN_END.search(marked[low:end]) and reads(low, end):
                return (low, end), (rest, high), re.fullmatch(_UNLESS, bare["word"]) is not None
    for pattern in (_FIRST, _LAST, *_STRICT):
        found = pattern.match(marked)
        if found and (pattern in _STRICT or re.search(MARK, found["condition"])):
            negated = re.fullmatch(_UNLESS, found["word"]) is not None
            return found.span("condition"), found.span("rest"), negated
    return None


def read_condition(marked: Marked, start: int, end: int, columns: Mapping[str, Described]) -> Condition | None:
    """The condition in a part of a sentence; None where any of it cannot be read."""
    text = marked.marked[start:end].strip(" .,")
    offset = marked.marked.index(text, start) if text else start
    joined = "OR" if re.search(rf" (?:or|lub|albo) (?={MARK})", text) else "AND"
    parts = []
    for low, high in _pieces(text):
        part = _part(marked, offset + low, offset + high, columns)
        if part is None:
            return None
        parts.append(part)
    return Condition(tuple(parts), joined) if parts else None


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for match in re.finditer(rf" (?:and|or|i|oraz|lub|albo) (?={MARK})", text):
        yield at, match.start()
        at = match.end()
    yield at, len(text)


def _part(marked: Marked, start: int, end: int, columns: Mapping[str, Described]) -> tuple[str, str, Any] | None:
    text = marked.marked[start:end]
    subject = re.match(rf"\s*(?:the |a )?(?P<mark>{MARK})\s*", text)
    if not subject:
        return None
    mention = marked.mention(subject["mark"])
    if len(mention.columns) > 1:
        return None
    name, rest, at = mention.columns[0], text[subject.end() :], start + subject.end()
    kind = family(columns[name].type)
    if re.fullmatch(rf"(?:{_IS} )?(?:null|empty|missing|pust\w+|not (?:filled|set|given)|niewypelnion\w+)", rest):
        return name, "IS NULL", None
    if re.fullmatch(
        rf"(?:{_IS} )?(?:(?:not|nie jest|is not) ?(?:null|empty|missing|pust\w+)|filled|set|given|"
        r"present|known|podan\w+|wypelnion\w+|niepust\w+|exists|istnieje)",
        rest,
    ):
        return name, "IS NOT NULL", None
    for words, sign in _SIGNS:
        found = re.fullmatch(rf"(?:{_IS} )?{words} ?(?P<value>{DATE}|{NUMBER})", rest)
        if found:
            value = found["value"]
            return name, sign, iso(value) if re.fullmatch(DATE, value) else number(value)
    return _equal(marked, name, kind, rest, at)


def _equal(marked: Marked, name: str, kind: str, rest: str, at: int) -> tuple[str, str, Any] | None:
    found = re.fullmatch(
        rf"(?:{_IS} )?(?P<not>not |nie |different from |rozn\w+ od |!= ?|<> ?)?(?:{_IS} )?(?:one of |"
        r"in |jedn\w+ z )?(?P<value>.+)",
        rest,
    )
    if not found:
        return None
    values = listed(marked.said(at + found.start("value"), at + found.end("value")))
    words = sum(len(str(value).split()) for value in values)
    if not values or (words > 2 * len(values) and "'" not in rest and '"' not in rest):
        return None
    if kind == "boolean":
        values = [str(value).lower() in ("true", "tak", "yes", "prawda") for value in values]
    elif kind == "text":
        values = [str(value) for value in values]
    elif kind in ("number", "integer") and any(isinstance(value, str) for value in values):
        return None
    return name, "NOT IN" if found["not"] else "IN", values
