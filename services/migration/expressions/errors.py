"""The two ways an expression comes to nothing: its text is wrong, or no equal SQL exists.

ExpressionError   the text does not follow the language (place named)
Refused           the text is fine, and there is no SQL for it (reason named); never leaves the package
"""

from __future__ import annotations

_EXCERPT = 40  # characters of the offending text that a message shows


class ExpressionError(ValueError):
    """Text that is not an expression of its language.

    `offset` counts characters from 0, `line` from 1; `excerpt` is the offending text, shortened.
    """

    def __init__(self, reason: str, text: str, offset: int) -> None:
        self.reason = reason
        self.offset = offset
        self.line = text.count("\n", 0, offset) + 1
        self.excerpt = text[offset : offset + _EXCERPT].split("\n", 1)[0].rstrip("\r")
        near = f" near {self.excerpt!r}" if self.excerpt else " at the end"
        super().__init__(f"{reason} (line {self.line}, character {offset}{near})")


class Refused(Exception):  # noqa: N818 - a decision, not an error
    """No SQL of this dialect gives what the tool gives; the message says why."""
