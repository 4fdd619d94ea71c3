"""How far a run over many files is, on standard error: a bar with the time that is left, after the first second."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

QUIET_SECONDS = 1.0
REFRESHED = 4  # times a second; each costs the processor that workers need
LINE_SECONDS = 30.0  # between lines where there is no terminal


class Bar:
    """`with Bar(console, 1000) as bar: bar.step()`. Without a terminal, a line every half minute."""

    def __init__(self, console: Console, total: int, what: str = "converting") -> None:
        self._console, self._total, self._what = console, total, what
        self._began = self._told = time.monotonic()
        self._done = 0
        columns = (MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
        self._progress = Progress(
            TextColumn(what), BarColumn(), *columns, console=console, transient=True, refresh_per_second=REFRESHED
        )
        self._bar = self._progress.add_task(what, total=total)
        self._shown = False

    def __enter__(self) -> Bar:
        return self

    def step(self, files: int = 1) -> None:
        """So many files more are done."""
        self._done += files
        self._progress.update(self._bar, completed=self._done)
        now = time.monotonic()
        if self._console.is_terminal:
            if not self._shown and now - self._began > QUIET_SECONDS:
                self._shown = True
                self._progress.start()
        elif now - self._told > LINE_SECONDS and self._done < self._total:
            self._told = now
            left = (now - self._began) / max(1, self._done) * (self._total - self._done)
            self._console.print(f"{self._what}: {self._done} of {self._total}, about {left:.0f} s left")

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self._shown:
            self._progress.stop()
