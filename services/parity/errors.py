"""What a comparison can fail with."""

from __future__ import annotations


class ParityError(Exception):
    """A sentence or two for the person who asked: the place and the remedy, never an address or a password."""


def said(error: Exception) -> str:
    """The first line of a database's message, without the statement."""
    text = str(error).split("\n\n", 1)[0].split("\nLINE", 1)[0].split("\n", 1)[0].strip()
    return text.removeprefix("Invalid Input Error: ").rstrip(".") or type(error).__name__
