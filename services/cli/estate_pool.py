"""Many tasks on a few processes: one that dies or hangs takes its process with it, and nothing else.

A task whose process died or ran out of time is tried once more, after all others; then it is set aside.
"""

from __future__ import annotations

import math
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from services.runtime.worker_process import settle, start

T = TypeVar("T")
R = TypeVar("R")
TRIES = 2
TASKS_OF_A_PROCESS = 300  # then it is replaced: what libraries keep goes with it
UP = ("UP", None)  # the first a process sends
PATIENCE = 0.5  # seconds between looks at the clock


@dataclass(frozen=True, slots=True)
class Finished(Generic[T, R]):
    """A task that is over: with its result, or with the reason why there is none."""

    task: T
    result: R | None
    reason: str = ""  # WORKER_DIED, TIMEOUT, INTERNAL
    message: str = ""


class _Worker(Generic[T, R]):
    def __init__(self, call: Callable[[T], R]) -> None:
        self._call = call
        self._begin()

    def _begin(self) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs, self._call, os.getpid()), daemon=True)
        with _interrupts_left_to_the_parent():
            self.process.start()
        theirs.close()
        self.task: T | None = None
        self.since = math.inf  # no clock runs while the process starts
        self.done = 0

    def give(self, task: T) -> None:
        if self.done >= TASKS_OF_A_PROCESS:
            self.end()
            self._begin()
        self.done += 1
        try:
            self.pipe.send(task)
        except OSError:  # it died while it had nothing to do
            self.again()
            self.pipe.send(task)
        self.task = task
        if self.is_up:
            self.since = time.monotonic()

    @property
    def is_up(self) -> bool:
        """Whether the process has started; until then `since` is without end."""
        return self.since != math.inf

    def started(self) -> None:
        """Its process says that it is there: the time of its task begins."""
        self.since = time.monotonic()

    def again(self) -> None:
        """A new process in place of one that is dead or has to be."""
        self.end()
        self._begin()

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


@contextmanager
def _interrupts_left_to_the_parent() -> Iterator[None]:
    """A process that begins in here is deaf to Ctrl-C from its first instruction; one that comes meanwhile is kept for
    this process."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: connection.Connection, call: Callable[[Any], Any], parent: int) -> None:
    start(parent, "console", "ERROR")
    pipe.send(UP)
    settled = False
    while True:
        try:
            task = pipe.recv()
        except EOFError:  # the parent has closed its end
            return
        try:
            answer: tuple[str, Any] = ("", call(task))
        except Exception as error:  # noqa: BLE001 - why: the file is marked as failed with it; the others go on
            answer = ("INTERNAL", f"{type(error).__name__}: {error}")
        pipe.send(answer)
        if not settled:
            settled = True
            settle()


class _Line(Generic[T]):
    """Tasks that wait, and which try of its task each worker is at."""

    def __init__(self, tasks: Iterable[T]) -> None:
        self.waiting = deque((task, 1) for task in tasks)
        self._tries: dict[int, int] = {}

    def give(self, index: int, worker: _Worker[T, R]) -> None:
        """The next task, where the worker has none."""
        if worker.task is None and self.waiting:
            task, self._tries[index] = self.waiting.popleft()
            worker.give(task)

    def fill(self, pool: list[_Worker[T, R]]) -> bool:
        """A task for every worker while there are any; whether one of them has one."""
        for index, worker in enumerate(pool):
            self.give(index, worker)
        return any(worker.task is not None for worker in pool)

    def takes_back(self, index: int, finished: Finished[T, R]) -> bool:
        """Whether the task is tried once more, behind all others."""
        again = finished.reason in ("WORKER_DIED", "TIMEOUT") and self._tries[index] < TRIES
        if again:
            self.waiting.append((finished.task, self._tries[index] + 1))
        return again


def run_all(tasks: Iterable[T], call: Callable[[T], R], *, workers: int, timeout: float) -> Iterator[Finished[T, R]]:
    """Each task's end, as they come. `call` is a module-level function or a partial of one; all can be pickled.

    `timeout` are seconds for one task. When the generator is closed, or an interrupt passes through, every process
    is killed.
    """
    line = _Line(tasks)
    pool: list[_Worker[T, R]] = [_Worker(call) for _ in range(max(1, min(workers, len(line.waiting))))]
    try:
        while line.fill(pool):
            connection.wait([worker.pipe for worker in pool if worker.task is not None], min(PATIENCE, timeout))
            for index, worker in enumerate(pool):
                finished = _ended(worker, timeout)
                if finished is None:
                    continue
                again = line.takes_back(index, finished)
                line.give(index, worker)  # it does not wait for whoever takes the result
                if not again:
                    yield finished
    finally:
        for worker in pool:
            worker.end()


def _ended(worker: _Worker[T, R], timeout: float) -> Finished[T, R] | None:
    """How the worker's task ended; None where it goes on."""
    task = worker.task
    if task is None:
        return None
    if worker.pipe.poll():
        try:
            reason, result = worker.pipe.recv()
        except (EOFError, ConnectionError):
            return _died(worker, task)
        if (reason, result) == UP:
            worker.started()
            return None
        worker.task = None
        return Finished(task, None, reason, result) if reason else Finished(task, result)
    if not worker.process.is_alive():
        return _died(worker, task)
    if time.monotonic() - worker.since <= timeout:
        return None
    worker.again()
    return Finished(task, None, "TIMEOUT", f"it took more than {timeout:g} seconds, {TRIES} times; see --timeout")


def _died(worker: _Worker[T, R], task: T) -> Finished[T, R]:
    worker.process.join()
    code = worker.process.exitcode or 0
    how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
    worker.again()
    return Finished(
        task, None, "WORKER_DIED", f"the process converting it {how}, {TRIES} times; it may need more memory"
    )
