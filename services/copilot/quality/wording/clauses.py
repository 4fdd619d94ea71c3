"""Descriptions cut into sentences, and sentences into clauses that say one thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

_END = re.compile(r"\s*(?:[\n\r]+|;|(?<=[^\s.])\.(?=\s|$)|!(?=\s|$)|\?(?=\s|$))\s*")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,2}[.)]|[a-z]\))\s+")
_JOINT = re.compile(
    r"\s*,\s*(?:(?:and|or|but|oraz|i|a|ale|a takze|as well as|while|plus)\s+)?|\s+(?:and also|and|"
    r"but|oraz|i|a takze|as well as|ale|a|while|plus|nor|ani)\s+"
)
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|„[^”\n]*”|`[^`\n]*`|\([^()\n]*\)|\[[^\[\]\n]*\](?!\S)|/\^[^/\n]*/")
_MOST_JOINTS = 24  # of a sentence; what comes after is one clause
_NUMBERED = re.compile(r"\s*\(?(?:\d{1,2}|[a-z])\.")
_NOT_AN_END = re.compile(r"\b(?:e\.g|i\.e|np|min|max|nr|tys|incl|approx|ok|std|tzn|tj|etc|itd|proc)\.$", re.IGNORECASE)


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Places of quoted and bracketed text, which is not cut."""
    return [match.span() for match in _QUOTED.finditer(text)]


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Places of the sentences: ends of lines and of sentences, semicolons; bullets are left out."""
    quiet, at = quoted_spans(text), 0
    for match in _END.finditer(text):
        inside = any(low < match.start() < high for low, high in quiet)
        said = text[at : match.start() + 1]
        if inside or _NOT_AN_END.search(said) or _NUMBERED.fullmatch(said):
            continue
        yield from _trimmed(text, at, match.start())
        at = match.end()
    yield from _trimmed(text, at, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    bullet = _BULLET.match(text[start:end])
    start += bullet.end() if bullet else 0
    while start < end and text[start].isspace():
        start += 1
    if text[start:end].strip(" .,;:-–"):
        yield start, end


def clauses(
    marked: str, start: int, end: int, says: Callable[[str], bool], kept: Sequence[tuple[int, int]] = ()
) -> Iterator[tuple[int, int]]:
    """Places of the clauses of a sentence; a joint is one where both sides say something by themselves. `kept` places
    are not cut.
    """
    quiet = [*quoted_spans(marked), *kept]
    joints = [
        match
        for match in _JOINT.finditer(marked, start, end)
        if not any(low < match.start() < high for low, high in quiet)
    ]
    at, joints = start, joints[:_MOST_JOINTS]
    for number, joint in enumerate(joints):
        if says(marked[at : joint.start()]) and _begins(
            marked, joint.end(), [*(j.start() for j in joints[number + 1 :]), end], says
        ):
            yield at, joint.start()
            at = joint.end()
    yield at, end


def _begins(marked: str, start: int, ends: list[int], says: Callable[[str], bool]) -> bool:
    """Something is said from a joint to the next one; or to a later one, where it begins with a column."""
    if says(marked[start : ends[0]]):
        return True
    begins_with_column = re.match(r"\s*(?:(?:the|a|each|every|kolumna|pole) )?[\ue000-\uf8fe]", marked[start : ends[0]])
    return bool(begins_with_column) and any(says(marked[start:until]) for until in ends[1:])
