"""Valid names that come nearest to a wrong one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher

_MOST = 3
_LOOKED_AT = 40
_ALIKE = 0.55
_A_WORD = 0.7


def _pairs(name: str) -> set[str]:
    padded = f"^{name}$"
    return {padded[at : at + 2] for at in range(len(padded) - 1)}


class Names:
    """Names to choose from, indexed by their pairs of letters so that thousands are searched in a millisecond."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_pair: dict[str, list[str]] = defaultdict(list)
        for name in dict.fromkeys(names):
            for pair in _pairs(name.lower()):
                self._by_pair[pair].append(name)

    def nearest(self, wrong: str) -> list[str]:
        """At most three, best first."""
        wrong = wrong.lower()
        shared = Counter(name for pair in _pairs(wrong) for name in self._by_pair.get(pair, ()))
        scored = ((_likeness(wrong, name.lower()), name) for name, _ in sorted(shared.most_common(_LOOKED_AT)))
        best = sorted((pair for pair in scored if pair[0] >= _ALIKE), key=lambda pair: (-pair[0], pair[1]))
        return [name for _, name in best[:_MOST]]


def _likeness(wrong: str, name: str) -> float:
    """0 to 1; a word of a longer name (`id` of `order_id`) is like it."""
    alike = SequenceMatcher(None, wrong, name).ratio()
    return max(alike, _A_WORD) if wrong in name.split("_") else alike


def nearest(wrong: str, names: Iterable[str]) -> list[str]:
    return Names(names).nearest(wrong)
