"""A rewrite as changes of the text, so that what is not concerned stays as it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlglot import exp

if TYPE_CHECKING:
    from services.copilot.sql.optimize.facts import Reading


class Edit(NamedTuple):
    """`text` in place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Candidate:
    """A rewrite a rule proposes. `keeps`: its meaning is kept by construction; else it is advice, never applied."""

    rule: str
    title: str
    impact: str
    edits: Sequence[Edit]
    keeps: bool = True

    def before(self, sql: str) -> str:
        return sql[self._start : self._end]

    def after(self, sql: str) -> str:
        """ "" for advice without a text of its own."""
        changed = apply(sql, self.edits)
        return changed[self._start : self._end + len(changed) - len(sql)] if changed != sql else ""

    @property
    def _start(self) -> int:
        return min(edit.start for edit in self.edits)

    @property
    def _end(self) -> int:
        return max(edit.end for edit in self.edits)


Rule = Callable[["Reading"], Iterator[Candidate]]


def apply(sql: str, edits: Sequence[Edit]) -> str:
    """The text with all edits made; they do not overlap."""
    for edit in sorted(edits, reverse=True):
        sql = sql[: edit.start] + edit.text + sql[edit.end :]
    return sql


def replaced(reading: Reading, node: exp.Expr, text: str) -> Edit:
    return Edit(*reading.span(node), text)


def removed(reading: Reading, start: int, end: int) -> Edit:
    """Nothing in place of a clause, and of the blanks before it; a comment there needs the end of its line."""
    before = max((token.end + 1 for token in reading.tokens if token.end < start), default=0)
    return Edit(start if reading.sql[before:start].strip() else before, end, "")


def condition(reading: Reading, parts: Sequence[exp.Expr]) -> str:
    """The parts put together by AND."""
    return " AND ".join(guarded(reading, part) for part in parts)


def guarded(reading: Reading, part: Any) -> str:
    """In parentheses where AND would bind more tightly."""
    text = reading.text(part)
    return f"({text})" if isinstance(part, exp.Or | exp.Xor) else text


def clause(reading: Reading, node: Any, parts: Sequence[exp.Expr], *more: str) -> Edit:
    """WHERE or HAVING with these conditions in place of its own; without any it goes."""
    texts = [guarded(reading, part) for part in parts] + list(more)
    span = reading.span(node)
    if not texts:
        return removed(reading, *span)
    return Edit(span.start, span.end, f"{node.key.upper()} {' AND '.join(texts)}")


def added(reading: Reading, select: Any, text: str) -> Edit:
    """One more condition in the WHERE of a SELECT, which may have none."""
    where = select.args.get("where")
    if where is not None:
        own = reading.span(where.this)
        return Edit(own.start, own.end, f"{guarded(reading, where.this)} AND {text}")
    end = from_end(reading, select)
    return Edit(end, end, f" WHERE {text}")


def from_end(reading: Reading, select: Any) -> int:
    """Where FROM with its joins ends."""
    nodes = [select.args["from_"], *(select.args.get("joins") or ())]
    return max(reading.span(node).end for node in nodes)
