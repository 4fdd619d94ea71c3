"""What the commands share: where they print, and how they fail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

PLAIN_WIDTH = 200
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that a terminal obeys or that turn what is read around; line ends and tabs are none."""


class Exit(IntEnum):
    """The exit codes, as `dataflow-ai --help` documents them."""

    DONE = 0
    FAILED = 1  # a file, a server or a setting; a sentence on standard error
    USAGE = 2  # wrong arguments
    BLOCKED = 3  # done, but a person has to look: release is blocked, or a check of severity error failed
    INTERRUPTED = 130  # by Ctrl-C; what was done is kept


class CliError(Exception):
    """A sentence for the person at the terminal; ends the command with exit code 1."""


class _Console(Console):
    """Leaves out control characters, which have no width, so that no name of an export commands the terminal."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            if segment.control or not CONTROL.search(segment.text):
                yield segment
            else:
                yield Segment(CONTROL.sub("", segment.text), segment.style)


def make_console(*, error: bool = False) -> Console:
    """Colour on a terminal, plain lines of a fixed width elsewhere."""
    console = _Console(stderr=error, highlight=False)
    return console if console.is_terminal else _Console(stderr=error, highlight=False, width=PLAIN_WIDTH)


def read(path: Path) -> bytes:
    """The bytes of a file. Raises CliError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CliError(f"{path}: cannot be read ({error.strerror}).") from error


def write(path: Path, content: bytes) -> None:
    """Write a file, folders included. Raises CliError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise CliError(f"{path}: cannot be written ({error.strerror}).") from error
