"""A question while it is read, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from services.copilot.semantic.asked import Applied, Chosen
from services.copilot.semantic.items import Item, Reading
from services.copilot.semantic.model import Glossary
from services.copilot.semantic.times import Period


@dataclass
class Draft:
    """A question while it is read. `ranked`: the first of something are asked for; `headed`: it began with what is
    compared; `united`: dimensions of which several values were joined by "and"; `pieces`: names of the patterns so far.
    """

    glossary: Glossary
    metrics: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    conditions: list[Chosen | Applied] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    bounds: list[tuple[str, str, float]] = field(default_factory=list)
    order: str = ""
    descending: bool | None = None
    limit: int = 0
    ranked: bool = False
    headed: bool = False
    united: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def begun(self) -> bool:
        return bool(self.metrics or self.groups)

    @property
    def only(self) -> str:
        """The figure, where there is just one."""
        return self.metrics[0] if len(self.metrics) == 1 else ""

    def group(self, name: str) -> None:
        if name not in self.groups:
            self.groups.append(name)

    def metric(self, name: str) -> bool:
        """False where it was named before: then two figures of one kind are compared, which is not understood."""
        if name in self.metrics:
            return False
        self.metrics.append(name)
        return True


Taken = Sequence[tuple[Item, Reading]]
Rule = Callable[[Draft, Taken, str], bool]
