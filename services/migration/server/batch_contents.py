"""A batch's archive taken apart in a process of the pool, a few megabytes at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from services.migration.parsers.archives import Unit, Units, open_batch, take, units

SLICE = 8 * 1024 * 1024  # bytes of exports that travel between processes at once
MOST_IN_SLICE = 200


def plan(archive: str, filename: str) -> Units:
    """What is in it. Runs in the pool; raises ExportError where the archive as a whole is refused."""
    return units(open_batch(Path(archive).read_bytes(), filename))


def contents(archive: str, filename: str, chosen: Sequence[Unit]) -> list[bytes]:
    """The bytes of some units, in their order. Runs in the pool."""
    opened = open_batch(Path(archive).read_bytes(), filename)
    return [take(opened, unit) for unit in chosen]


def slices(all_units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """The units in runs of about SLICE bytes; a larger one by itself."""
    current: list[Unit] = []
    size = 0
    for unit in all_units:
        if current and (size + unit.size > SLICE or len(current) == MOST_IN_SLICE):
            yield current
            current, size = [], 0
        current.append(unit)
        size += unit.size
    if current:
        yield current
