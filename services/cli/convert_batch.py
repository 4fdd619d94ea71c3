"""`dataflow-ai convert --server`: an estate as batches of a Migration Engine, whose whole fleet then works on it."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from services.cli.convert_estate import Engine as Converter
from services.cli.convert_server import OVER, POLL_SECONDS, Sent, convert_alone, fields, packed, result
from services.cli.estate_find import MACRO
from services.cli.estate_task import Done, Options, Task
from services.cli.output import CliError
from services.cli.rest import AwayError, BrokenOffError, Engine, UnreachableError
from services.migration.report.entry import failed_entry

MIB = 1024 * 1024
FULL_BYTES = 32 * MIB  # of one archive; servers take 50 MiB where they are not set otherwise
FULL_EXPORTS = 2000  # of one archive, which the server reads before it answers
LARGE_BYTES = 8 * MIB  # an export that is sent by itself
AWAY_SECONDS = 30.0  # a server that is started anew goes on with its batches
UNDER_WAY = frozenset({"queued", "running"})
POISONOUS = "POISONOUS"  # a member that became a job all the same
CANCELLED = "CANCELLED"
Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


def on_server(options: Options, *, url: str, at_once: int) -> Converter:
    """Conversions on the server at `url`: several are a batch, whose results are fetched `at_once` at a time.

    A refusal is a failed entry. What of a batch has not begun when the run ends is cancelled. Raises UnreachableError
    where nothing answers, or the key is not taken.
    """

    def run(tasks: list[Task]) -> Iterator[Done]:
        with Engine(url, options.key) as engine, ThreadPoolExecutor(at_once) as threads:
            estate = Estate(engine, options, threads)
            for archive in archives(tasks, options):
                yield from estate.batch(archive) if archive.sent else ()
                yield from estate.alone(archive.alone)

    return run


@dataclass(slots=True)
class Archive:
    """Exports packed for one batch, by their paths in it, and tasks that are to be sent by themselves."""

    content: io.BytesIO = field(default_factory=io.BytesIO)
    sent: dict[str, Sent] = field(default_factory=dict)
    alone: list[Task] = field(default_factory=list)


def archives(tasks: list[Task], options: Options) -> Iterator[Archive]:
    """The exports in archives of about FULL_BYTES at most.

    By itself goes the only one, a large one, one that cannot be read (which then says why), and a macro: beside others
    it would be taken for a part of them.
    """
    left = iter(tasks)
    while True:
        archive = Archive()
        with zipfile.ZipFile(archive.content, "w", zipfile.ZIP_DEFLATED) as target:
            for task in left:
                path = f"{len(archive.sent):05}/{task.path.name}"  # in a folder of its own: no other is beside it
                try:
                    sent, content = packed(task, options) if len(tasks) > 1 else (None, b"")
                except CliError:
                    sent, content = None, b""
                if sent is None or len(content) > LARGE_BYTES or task.path.suffix.lower() == MACRO:
                    archive.alone.append(task)
                    continue
                target.writestr(path, content)
                archive.sent[path] = sent
                if archive.content.tell() >= FULL_BYTES or len(archive.sent) >= FULL_EXPORTS:
                    break
        if not archive.sent and not archive.alone:
            return
        yield archive


@dataclass(frozen=True, slots=True)
class Estate:
    """The server of one run, and the threads that send to it and fetch from it."""

    engine: Engine
    options: Options
    threads: ThreadPoolExecutor

    def alone(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Exports uploaded one by one."""
        waiting = [self.threads.submit(convert_alone, self.engine, self.options, task) for task in tasks]
        try:
            for future in as_completed(waiting):
                yield future.result()
        finally:
            _drop(waiting)

    def batch(self, archive: Archive) -> Iterator[Done]:
        """One batch; what the server sets aside of it, or all where it refuses the archive, is left to `alone`."""
        content = archive.content.getvalue()
        archive.content.close()
        try:
            begun = self.engine.begin_batch("exports.zip", content, fields(self.options))
            jobs = _jobs(begun, archive.sent)
        except UnreachableError:
            raise
        except CliError:
            jobs = {}
        set_aside = set(archive.sent) - {path for path, _ in jobs.values()}
        archive.alone += [archive.sent[path].task for path in archive.sent if path in set_aside]
        if jobs:
            yield from self._worked_off(str(begun["batch_id"]), {job: sent for job, (_, sent) in jobs.items()})

    def _worked_off(self, batch: str, jobs: dict[str, Sent]) -> Iterator[Done]:
        """Results as they come; `jobs` are in the order in which they are begun."""
        fetching: set[Future[Done]] = set()
        ended = 0
        try:
            while jobs or fetching:
                for job in self._ended(batch, list(jobs), ended) if jobs else ():
                    ended += job.get("status_reason") != CANCELLED
                    fetching.add(self.threads.submit(self._fetched, jobs.pop(str(job["job_id"])), job))
                if not fetching:
                    time.sleep(POLL_SECONDS)
                    continue
                done, fetching = wait(fetching, timeout=POLL_SECONDS)
                for future in done:
                    yield future.result()
        finally:
            _drop(fetching)
            if jobs:
                with suppress(CliError):
                    self.engine.cancel_batch(batch)

    def _ended(self, batch: str, left: list[str], ended: int) -> Iterator[dict[str, Any]]:
        """Jobs that are over, as their statuses say; how many are to be found, the batch's own count tells."""
        now = patiently(self.engine.batch, batch)
        to_find = int(now.get("done", 0)) - ended if now.get("status") in UNDER_WAY else len(left)
        for name in left:
            if to_find <= 0:
                return
            job = patiently(self.engine.status, name)
            if job.get("status") in OVER:
                to_find -= 1
                yield job

    def _fetched(self, sent: Sent, job: dict[str, Any]) -> Done:
        try:
            return patiently(result, self.engine, self.options, sent, job, _seconds(job))
        except UnreachableError:
            raise
        except CliError as error:
            return Done(failed_entry(sent.task.key, "SERVER", str(error), _seconds(job)))


def _jobs(begun: dict[str, Any], sent: dict[str, Sent]) -> dict[str, tuple[str, Sent]]:
    """Job → path and export: jobs stand in the order of the archive. Raises CliError where that cannot be."""
    skipped = {str(each.get("path")) for each in begun.get("skipped", ()) if each.get("reason") != POISONOUS}
    taken = [(path, each) for path, each in sent.items() if path not in skipped]
    names = [str(name) for name in begun.get("jobs", ())]
    if len(names) != len(taken):
        raise CliError("The server did not answer as a Migration Engine does: check --server.")
    return dict(zip(names, taken, strict=True))


def patiently(call: Callable[Arguments, Answer], *given: Arguments.args, **named: Arguments.kwargs) -> Answer:
    """The answer of a call that can be repeated; a server that is away gets a while to come back."""
    until = time.monotonic() + AWAY_SECONDS
    while True:
        try:
            return call(*given, **named)
        except (AwayError, BrokenOffError):
            if time.monotonic() > until:
                raise
            time.sleep(POLL_SECONDS)


def _seconds(job: dict[str, Any]) -> float:
    """From the begin of the first stage of a job to the end of its last."""
    stages = job.get("stages", ())
    times = [stage.get(name) for stage in stages for name in ("started_at", "finished_at")]
    moments = [datetime.fromisoformat(str(each)) for each in times if each]
    return (max(moments) - min(moments)).total_seconds() if moments else 0.0


def _drop(waiting: Iterable[Future[Done]]) -> None:
    for future in waiting:
        future.cancel()
