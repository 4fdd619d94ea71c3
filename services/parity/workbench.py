"""The database in which two data sets are compared: a DuckDB file in a folder that goes with it, memory bounded."""

from __future__ import annotations

import contextlib
import math
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from services.parity.errors import ParityError, said

MEMORY_MB = 400
THREADS = 2
SMALL_MB = 128  # below, one thread: each has buffers of its own
DATABASE = "work.duckdb"
INTERRUPTED = "Query interrupted"
"""What DuckDB makes of Ctrl-C."""


class Workbench:
    """Runs statements; what does not fit in memory spills into `folder`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, memory_mb: int) -> None:
        self._connection = connection
        self._memory_mb = memory_mb
        self.folder = folder

    def run(self, statement: str, parameters: Sequence[object] = ()) -> None:
        with named():
            self._connection.execute(statement, list(parameters))

    def parts(self, held: float) -> int:
        """In how many parts that takes so many bytes is worked on, so that little of each spills."""
        return max(1, math.ceil(held / (self._memory_mb << 20)))

    @property
    def stored(self) -> int:
        """Bytes of all that is in the database."""
        return (self.folder / DATABASE).stat().st_size

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with named():
            return self._connection.execute(statement, list(parameters)).fetchall()

    def row(self, statement: str) -> tuple[Any, ...]:
        return self.rows(statement)[0]

    def stream(self, statement: str, size: int = 1000) -> Iterator[tuple[Any, ...]]:
        """The rows of a statement, a few at a time. No other statement may run meanwhile."""
        with named():
            self._connection.execute(statement)
            while part := self._connection.fetchmany(size):
                yield from part


@contextlib.contextmanager
def named() -> Iterator[None]:
    """DuckDB's errors as sentences, and its interruption as Ctrl-C."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise ParityError(
            f"The memory for the comparison is not enough ({said(error)}). Give it more, or compare fewer columns."
        ) from None
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.IOException as error:
        raise ParityError(f"Reading or writing failed: {said(error)}.") from None
    except RuntimeError as error:
        if INTERRUPTED in str(error):
            raise KeyboardInterrupt from None
        raise


@contextlib.contextmanager
def workbench(memory_mb: int = MEMORY_MB, parent: Path | None = None) -> Iterator[Workbench]:
    """An empty database below `parent` (the system's temporary folder), gone afterwards however the block ends."""
    try:
        home = tempfile.TemporaryDirectory(prefix="dataflow-compare-", dir=parent)
    except OSError as error:
        raise ParityError(f"No temporary folder can be made ({error.strerror}). Set TMPDIR to one of yours.") from error
    with home:
        folder = Path(home.name)
        config: dict[str, Any] = {
            "memory_limit": f"{memory_mb}MB",
            "threads": str(THREADS if memory_mb >= SMALL_MB else 1),
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        with duckdb.connect(str(folder / DATABASE), config=config) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET force_compression = 'uncompressed'")  # what is read a few times only
            yield Workbench(connection, folder, memory_mb)


def quoted(name: str) -> str:
    """A name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"
