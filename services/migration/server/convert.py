"""One conversion: the pure core in a process of the pool, its stages written down as they are entered."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from services.migration.ast import Tool
from services.migration.fallback import ModelAnswer, ModelRequest
from services.migration.pipeline import complete, draft
from services.migration.review import Verdict, apply
from services.migration.server import outcome
from services.migration.server.outcome import Outcome
from services.runtime.workers import Workers

POLL_S = 0.05
JOURNAL = "stages-"
ARCHIVE = "batch-"
STALE_S = 24 * 3600.0

OnStage = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Export:
    """An upload, ready for the core.

    `answers` are a language model's, by request. With `may_ask` a conversion stops where it needs more of them.
    """

    content: bytes
    filename: str
    tool: Tool
    dialect: str
    answers: Mapping[str, ModelAnswer] = field(default_factory=dict)
    may_ask: bool = False
    verdicts: tuple[Verdict, ...] = ()  # of people, on the export's objects


Asked = tuple[ModelRequest, ...]
Converted = Outcome | Asked


def started() -> None:
    """Run in the pool: a process that has done so has imported what a conversion needs."""


def convert_in_process(export: Export, journal: str) -> Converted:
    """Runs in the pool. `journal` is a file to which each stage's name is appended as a line."""

    def note(stage: str) -> None:
        with Path(journal).open("a", encoding="utf-8") as lines:
            lines.write(f"{stage}\n")

    drawn = draft(
        export.content,
        export.filename,
        tool=export.tool,
        dialect=export.dialect,
        on_stage=note,
        answers=export.answers,
    )
    if export.may_ask and drawn.result.requests:
        return drawn.result.requests
    reviewed = replace(drawn, result=apply(drawn.result, export.verdicts))
    return outcome.of(complete(reviewed, on_stage=note))


async def convert(workers: Workers, export: Export, on_stage: OnStage, *, limit_s: float, spool: Path) -> Converted:
    """Converts an export, calling `on_stage` with each status the core enters, in order; or stops to ask.

    Raises what the core raises (ExportError), WorkerDied where the process was killed, TaskTimeout after `limit_s`.
    """
    with tempfile.NamedTemporaryFile(prefix=JOURNAL, dir=await asyncio.to_thread(made, spool)) as file:
        journal = Path(file.name)
        work = asyncio.ensure_future(workers.run_cpu(convert_in_process, export, str(journal), timeout=limit_s))
        seen = 0
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=POLL_S)
                seen = await _report(journal, seen, on_stage)
            return await work
        finally:
            work.cancel()
            with suppress(BaseException):  # why: only waits for the end; what `work` raised was raised above
                await work


def made(folder: Path) -> Path:
    """`folder`, made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sweep(spool: Path) -> None:
    """Removes journals and archives that servers killed long ago left in the spool."""
    for left in (*spool.glob(f"{JOURNAL}*"), *spool.glob(f"{ARCHIVE}*")):
        with suppress(FileNotFoundError, PermissionError):  # another server was faster, or it is another user's
            if time.time() - left.stat().st_mtime > STALE_S:
                left.unlink()


async def _report(journal: Path, seen: int, on_stage: OnStage) -> int:
    """Calls `on_stage` for the complete lines after the first `seen`; returns how many there are now."""
    text = await asyncio.to_thread(journal.read_text, encoding="utf-8")
    stages = text.split("\n")[:-1]
    for stage in stages[seen:]:
        await on_stage(stage)
    return len(stages)
