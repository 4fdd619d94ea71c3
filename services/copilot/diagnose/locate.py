"""The line of a log with the first real error, and the known error it reports: causes before what follows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.copilot.diagnose.lines import CAUSED_BY, LONGEST, clean, follows, is_frame, level
from services.copilot.diagnose.match import Match, match, system_of
from services.copilot.diagnose.scan import marked_lines
from services.copilot.diagnose.secrets import without_secrets

BLOCK_LINES = 60
JOINED = 3
"""Lines that one wrapped message may take."""
WHOLE = 40
"""Texts of so few lines are read whole."""


@dataclass(frozen=True)
class Located:
    """`line` from 1, 0 where no line tells of an error. `text`: the line and what belongs to it, without secrets."""

    line: int
    text: str
    match: Match | None = None


def locate(text: str, system: str = "") -> Located:
    """The failing line of a text of any length."""
    lines = text.split("\n")
    told = system_of(text[:4000]) or system_of(text[-4000:])
    candidates = range(len(lines)) if len(lines) <= WHOLE else marked_lines(text)
    return _Reading(lines, system, told).best(candidates)


class _Reading:
    def __init__(self, lines: Sequence[str], system: str, told: str) -> None:
        self.lines, self.system, self.told = lines, system, told

    def best(self, candidates: Sequence[int]) -> Located:
        """The first line with a known error; of short texts a warning with one; else the first that looks like one."""
        fallback: dict[int, int] = {}
        consequence: Located | None = None
        whole = len(self.lines) <= WHOLE
        marked = set(marked_lines("\n".join(self.lines))) if whole else set(candidates)
        for number in candidates:
            shown = clean(self.lines[number])
            if not shown.strip() or is_frame(shown):
                continue
            rank = level(shown)
            found = self._match(number, shown) if rank == 2 else None
            if found and rank == 2:
                located = self._root(number, found)
                if located.match and not located.match.rule.consequence:
                    return located
                consequence = consequence or located
            key = rank * 10 + (number in marked) * 5 + bool(found)
            fallback.setdefault(key, number)
        if consequence:
            return consequence
        if not fallback or max(fallback) < 10:
            return Located(0, without_secrets("\n".join(map(clean, self.lines[:BLOCK_LINES]))[:LONGEST]))
        number = fallback[max(fallback)]
        if not whole and number not in marked:
            return Located(0, "")
        found = self._match(number, clean(self.lines[number]))
        return (self._warned(candidates) if whole and not found else None) or self._root(number, found)

    def _warned(self, candidates: Sequence[int]) -> Located | None:
        """The first warning with a known error: where no error line has one, it often is what they follow from."""
        for number in candidates:
            shown = clean(self.lines[number])
            found = self._match(number, shown) if level(shown) == 1 and not is_frame(shown) else None
            if found and not found.rule.consequence:
                return self._root(number, found)
        return None

    def _match(self, number: int, shown: str) -> Match | None:
        """What the line reports, alone or joined with the lines it was wrapped over."""
        found = self._of(shown)
        for more in range(1, JOINED):
            if (found and found.slots) or number + more >= len(self.lines):
                break
            following = clean(self.lines[number + more])
            if level(following) < 2 or is_frame(following) or not following.strip() or CAUSED_BY.match(following):
                break
            shown = f"{shown.rstrip()} {following.strip()}"
            longer, alone = self._of(shown), self._of(following)
            same = found is None or (longer is not None and longer.rule is found.rule)
            if longer and same and (alone is None or follows(following) or (found and alone.rule is found.rule)):
                found = longer
        return found

    def _of(self, text: str) -> Match | None:
        return match(without_secrets(text[:LONGEST]), self.system, self.told)

    def _root(self, number: int, found: Match | None) -> Located:
        """The deepest known cause below the line, or the line itself with all that belongs to it."""
        end = number + 1
        causes: list[int] = []
        while end < min(len(self.lines), number + 400):
            line = self.lines[end][:LONGEST]
            if CAUSED_BY.match(line):
                causes.append(end)
            elif not follows(line):
                break
            end += 1
        for cause in reversed(causes):
            deeper = self._match(cause, clean(self.lines[cause]))
            if deeper and not deeper.rule.consequence:
                return Located(cause + 1, self._block(cause, end), deeper)
        if causes and found is None:
            return Located(causes[-1] + 1, self._block(causes[-1], end))
        return Located(number + 1, self._block(number, end), self._richer(number, end, found))

    def _block(self, number: int, end: int) -> str:
        shown = [clean(line) for line in self.lines[number : min(max(end, number + 3), number + BLOCK_LINES)]]
        return without_secrets("\n".join(shown)[: 2 * LONGEST])

    def _richer(self, number: int, end: int, found: Match | None) -> Match | None:
        """The same rule with the slots that the lines below fill (DETAIL, CONTEXT)."""
        if found is None or end == number + 1:
            return found
        whole = self._of("\n".join(clean(line) for line in self.lines[number : min(end, number + 12)]))
        return whole if whole and whole.rule is found.rule and len(whole.slots) > len(found.slots) else found
