"""What a predicate of the grammar is: a pattern over a marked clause, and the rules that it makes of a match."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from services.copilot.quality.compiling.types import Family, family
from services.copilot.quality.wording.mentions import MARK, Described, Marked
from services.copilot.quality.wording.values import DATE, NUMBER, SPAN

About = Literal["each", "together", "table"]
C = f"(?:{MARK})"
CS = rf"{C}(?:(?: ?, ?(?:and |oraz |i )?| and | & | or | i | oraz | a | plus | \+ |\+){C})*"
N = NUMBER
D = DATE
T = SPAN
BE = (
    r"(?:(?:must|should|shall|will|can|may|has to|have to|needs? to|is|are|jest|sa|musi|musza|powin\w+|moze|moga|ma|"
    r"maja) )?"
)
OTHER = r"(?:(?:always|only|zawsze|tylko|also|too|tez|rowniez) )?"


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule that a predicate makes. `about`: one for each subject column, one for all together, or for the table.

    `column`: a column of its own, instead of the subjects. `problem`: why there is no rule after all. `name`: the
    predicate's.
    """

    type: str = ""
    parameters: Mapping[str, Any] | None = None
    about: About = "each"
    column: str = ""
    problem: str = ""
    note: str = ""
    name: str = ""


@dataclass(frozen=True)
class Found:
    """A match in a clause, with the table's columns."""

    clause: Marked
    match: re.Match[str]
    columns: Mapping[str, Described]

    def __getitem__(self, group: str) -> str:
        """What the group matched, folded; "" where it did not."""
        return self.match.groupdict().get(group) or ""

    def said(self, group: str) -> str:
        """What the group matched, as it was written."""
        start, end = self.match.span(group) if group in self.match.re.groupindex else (-1, -1)
        return self.clause.said(start, end) if start >= 0 else ""

    def named(self, group: str) -> list[str]:
        """The columns in a group, the first of each mention."""
        marks = re.findall(MARK, self[group])
        return [self.clause.mention(mark).columns[0] for mark in marks]

    def family(self, column: str) -> Family:
        return family(self.columns[column].type) if column in self.columns else ""


Build = Callable[[Found], list[Draft]]


@dataclass(frozen=True)
class Predicate:
    name: str
    pattern: re.Pattern[str]
    build: Build


def predicate(name: str, pattern: str, build: Build) -> Predicate:
    """A pattern that begins or ends with a letter or a digit does so where a word does."""
    edges = r"(?:(?<![0-9a-z])|(?![0-9a-z]))", r"(?:(?![0-9a-z])|(?<![0-9a-z]))"
    return Predicate(name, re.compile(f"{edges[0]}(?:{pattern}){edges[1]}"), build)


def simply(type_: str, about: About = "each", **parameters: Any) -> Build:
    """A rule whose parameters don't depend on the words."""
    return lambda _found: [Draft(type_, parameters, about)]
