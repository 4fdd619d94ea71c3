"""Ways from a table to others over joins that never multiply rows: many to one, hop after hop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.copilot.semantic.model import Glossary, Join

MOST_WAYS = 16
MOST_HOPS = 8

Way = tuple[Join, ...]


class NoWayError(Exception):
    """A table cannot be reached without multiplying rows."""


class SeveralWaysError(Exception):
    """A table can be reached in ways that mean different things. `ways`: their joins' names, in words."""

    def __init__(self, target: str, ways: Sequence[Way]) -> None:
        super().__init__(target)
        self.target = target
        self.ways = [" → ".join(join.name for join in way) for way in ways]


@dataclass
class Ways:
    """Of one glossary; ways found are kept."""

    glossary: Glossary
    _leaving: dict[str, list[Join]] = field(default_factory=dict)
    _known: dict[tuple[str, str], list[Way]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for join in self.glossary.joins:
            self._leaving.setdefault(join.source, []).append(join)

    def every(self, start: str, target: str) -> list[Way]:
        """Every way, shortest first, at most MOST_WAYS; [()] from a table to itself."""
        key = (start, target)
        if key not in self._known:
            self._known[key] = [()] if start == target else self._search(start, target)
        return self._known[key]

    def one(self, start: str, target: str, via: Sequence[str] = ()) -> Way:
        """The only way, or the only one that takes all joins of `via` that leave tables on it. Raises NoWayError,
        SeveralWaysError."""
        ways = self.every(start, target)
        if not ways:
            raise NoWayError
        if len(ways) > 1 and via:
            wanted = set(via)
            named = [way for way in ways if wanted <= {join.name for join in way}]
            ways = named or ways
        if len(ways) > 1:
            raise SeveralWaysError(target, ways)
        return ways[0]

    def _search(self, start: str, target: str) -> list[Way]:
        found: list[Way] = []
        waiting: list[tuple[str, Way]] = [(start, ())]
        while waiting and len(found) < MOST_WAYS:
            at, way = waiting.pop(0)
            passed = {start, *(join.target for join in way)}
            for join in self._leaving.get(at, ()):
                if join.target in passed:
                    continue
                longer = (*way, join)
                if join.target == target:
                    found.append(longer)
                elif len(longer) < MOST_HOPS:
                    waiting.append((join.target, longer))
        return found
