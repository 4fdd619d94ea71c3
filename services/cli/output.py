"""What the commands share: where they print, and how they fail."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path

from rich.console import Console

PLAIN_WIDTH = 200


class Exit(IntEnum):
    """The exit codes, as `dataflow-ai --help` documents them."""

    DONE = 0
    FAILED = 1  # a file, a server or a setting; a sentence on standard error
    USAGE = 2  # wrong arguments
    BLOCKED = 3  # done, but a person has to look: release is blocked, or a check of severity error failed
    INTERRUPTED = 130  # by Ctrl-C; what was done is kept


class CliError(Exception):
    """A sentence for the person at the terminal; ends the command with exit code 1."""


def make_console(*, error: bool = False) -> Console:
    """Colour on a terminal, plain lines of a fixed width elsewhere."""
    console = Console(stderr=error, highlight=False)
    return console if console.is_terminal else Console(stderr=error, highlight=False, width=PLAIN_WIDTH)


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
