"""What is usual for a pipeline, told from its own runs: rows and time of like days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from services.copilot.platform.records import Run
from services.copilot.rca.symptom import began, is_failed

FEWEST = 4
"""Good runs from which on something can be called usual."""
WEEKEND_DAYS = (5, 6)
FEWER, MORE, SLOWER = 0.6, 1.6, 1.7


@dataclass(frozen=True, slots=True)
class Usual:
    """Medians of the good runs before one on the same kind of day; None: not known."""

    rows_read: float | None = None
    rows_written: float | None = None
    seconds: float | None = None
    good: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """A run against what is usual: ratios, 1 where usual, None where not known."""

    read: float | None = None
    written: float | None = None
    seconds: float | None = None

    def classes(self, failed: bool) -> dict[str, float]:
        """Symptoms that the ratios show. A failed run's rows written and time say nothing."""
        found: dict[str, float] = {}
        rows = [self.read] if failed else [self.read, self.written]
        if any(ratio is not None and ratio <= FEWER for ratio in rows):
            found["few_rows"] = 0.35 if failed else 0.85
        if any(ratio is not None and ratio >= MORE for ratio in rows):
            found["many_rows"] = 0.35 if failed else 0.85
        if not failed and self.seconds is not None and self.seconds >= SLOWER:
            found["slow"] = 0.8
        return found


def is_weekend(moment: datetime) -> bool:
    return moment.weekday() in WEEKEND_DAYS


def usual(runs: Sequence[Run], before: datetime, like: datetime | None = None) -> Usual:
    """Of one pipeline's runs that began before a moment; on days like `like` where there are enough of them."""
    good = [run for run in runs if not is_failed(run) and run.finished_at and began(run, before) < before]
    weekend = is_weekend(like or before)
    alike = [run for run in good if is_weekend(began(run, before)) == weekend]
    chosen = alike if len(alike) >= FEWEST else good
    return Usual(
        _median([run.rows_read for run in chosen]),
        _median([run.rows_written for run in chosen]),
        _median([run.duration_seconds for run in chosen]),
        len(chosen),
    )


def measured(run: Run, normal: Usual) -> Measured:
    return Measured(
        _ratio(run.rows_read, normal.rows_read),
        _ratio(run.rows_written, normal.rows_written),
        _ratio(run.duration_seconds, normal.seconds),
    )


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if len(known) >= FEWEST else None


def _ratio(value: float | None, normal: float | None) -> float | None:
    return None if value is None or not normal else value / normal
