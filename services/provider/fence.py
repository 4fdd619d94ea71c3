"""JSON in a fenced block, as models like to write it: what is returned is the JSON alone."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"\s*```[A-Za-z0-9_-]*[ \t]*\r?\n(.*?)\r?\n?[ \t]*```\s*\Z", re.DOTALL)


def unfenced(text: str) -> str:
    """The inside where the whole text is one fenced block, else the text.

    >>> unfenced('```json\\n{"a": 1}\\n```')
    '{"a": 1}'
    """
    block = _BLOCK.match(text)
    return block[1] if block else text


class Fence:
    """Streams text as it comes unless it begins as a fenced block: that is held back to the end. Where `active` is
    false everything passes."""

    def __init__(self, active: bool) -> None:
        self._deciding = active
        self._held: list[str] = []

    def feed(self, text: str) -> str:
        """What may be delivered now, perhaps nothing."""
        if not self._deciding and not self._held:
            return text
        self._held.append(text)
        if not self._deciding:
            return ""
        so_far = "".join(self._held)
        start = so_far.lstrip()
        if "```".startswith(start[:3]):  # blank, a beginning of a fence, or a fence
            self._deciding = len(start) < 3
            return ""
        self._deciding = False
        self._held = []
        return so_far

    def rest(self) -> str:
        """What was held back, without its fence."""
        held, self._held = "".join(self._held), []
        return unfenced(held)
