"""Findings: what a check has to say about a place in a document."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from services.pipelines.severity import Severity

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found. `line` and `column` count from 1; 0 where the text is not at hand."""

    severity: Severity
    code: str  # constant, upper case
    message: str  # says what is wrong and what to do; the place is in the fields below
    path: Path = ()  # keys and indexes from the document's root
    node: str = ""  # id of the node concerned
    line: int = 0
    column: int = 0

    @property
    def place(self) -> str:
        """`node 'active', config.condition (line 12)`, or as much of it as is known."""
        path = self.path[2:] if self.node and self.path[:1] == ("nodes",) else self.path
        parts = [f"node '{self.node}'"] if self.node else []
        if path:
            parts.append(dotted(path))
        text = ", ".join(parts) or "document"
        return f"{text} (line {self.line})" if self.line else text

    def __str__(self) -> str:
        """`ERROR: node 'active', config.condition (line 12): …`."""
        return f"{self.severity.upper()}: {self.place}: {self.message}"


def dotted(path: Path) -> str:
    """A path as people write it: `nodes[3].config.columns[0].name`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`, upper and lower case alike; "" where none is near."""
    folded = {candidate.casefold(): candidate for candidate in known}
    matches = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[matches[0]] if matches else ""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """` Did you mean 'x'?`, or "" where no known name is near."""
    match = nearest(name, known)
    return f" Did you mean '{match}'?" if match else ""
