"""Results packed into a text of bounded length for a prompt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.retrieval.search import Result
from services.runtime.errors import InvalidArgument

DEFAULT_BUDGET = 2_000
MOST = 16_000


@dataclass(frozen=True, slots=True)
class Packed:
    """`tokens` of `text`, counted as asked; `left_out` results did not fit."""

    text: str
    packed: tuple[Result, ...]
    tokens: int
    left_out: int


def budget(asked: int) -> int:
    """Tokens to pack into; 0 means 2,000. InvalidArgument where it is not 0 to 16,000."""
    if not 0 <= asked <= MOST:
        raise InvalidArgument(f"token_budget is {asked}; it must be 0 (the default) to {MOST}")
    return asked or DEFAULT_BUDGET


def pack(results: Sequence[Result], budget: int, count: Callable[[str], int]) -> Packed:
    """Sections `## <type> <name>` with the whole content, best first, while they fit `budget` tokens.

    A result is never cut: half a table is worse than none. One that is too long leaves its place to later ones.
    """
    sections: list[str] = []
    packed: list[Result] = []
    tokens = 0
    for result in results:
        section = f"## {result.entity.entity_type} {result.entity.entity_name}\n{result.entity.content.strip()}"
        size = count(section)  # tokens end at white space, so that sections add up
        if tokens + size <= budget:
            sections.append(section)
            packed.append(result)
            tokens += size
    return Packed("\n\n".join(sections), tuple(packed), tokens, len(results) - len(packed))
