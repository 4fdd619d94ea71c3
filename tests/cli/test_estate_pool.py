"""Tasks on a few processes: what dies or hangs is tried twice and set aside, the rest goes on."""

import os
import signal
import time
from functools import partial
from pathlib import Path

import pytest

from services.cli.estate_pool import TRIES, run_all


def behave(log: Path, task: str) -> str:
    """Does what the task's name says, after a line in the log."""
    with log.open("a") as file:
        file.write(f"{task} {os.getpid()}\n")
    kind = task.partition("-")[0]
    if kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "hang":
        time.sleep(60)
    if kind == "exit":
        os._exit(7)
    if kind == "raise":
        raise LookupError("no such thing")
    return task.upper()


def ran(log: Path, task: str) -> int:
    return [line.split()[0] for line in log.read_text().splitlines()].count(task)


@pytest.mark.parametrize(
    ("bad", "reason", "message", "tries"),
    [
        ("kill", "WORKER_DIED", "signal 9", TRIES),
        ("exit", "WORKER_DIED", "code 7", TRIES),
        ("hang", "TIMEOUT", "more than 6 seconds", TRIES),
        ("raise", "INTERNAL", "LookupError: no such thing", 1),
    ],
)
def test_a_bad_task_is_set_aside_and_the_others_are_done(tmp_path, bad, reason, message, tries):
    log = tmp_path / "log"
    limit = 6.0 if bad == "hang" else 60.0
    ended = list(run_all([bad, "a", "b", "c"], partial(behave, log), workers=2, timeout=limit))
    assert {each.task: each.result for each in ended} == {bad: None, "a": "A", "b": "B", "c": "C"}
    (set_aside,) = [each for each in ended if each.result is None]
    assert set_aside.reason == reason
    assert message in set_aside.message
    assert ran(log, bad) == tries
    assert [ran(log, name) for name in "abc"] == [1, 1, 1]


def test_a_closed_run_leaves_no_process(tmp_path):
    log = tmp_path / "log"
    run = run_all(["a", "hang"], partial(behave, log), workers=2, timeout=60)
    next(run)
    while not ran(log, "hang"):
        time.sleep(0.05)
    run.close()
    for line in log.read_text().splitlines():
        with pytest.raises(ProcessLookupError):
            os.kill(int(line.split()[1]), 0)


def test_a_worker_does_not_wait_for_whoever_takes_results(tmp_path):
    log = tmp_path / "log"
    run = run_all(["a", "b"], partial(behave, log), workers=1, timeout=60)
    assert next(run).result == "A"
    deadline = time.monotonic() + 60
    while not ran(log, "b"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    run.close()


def test_nothing_to_do_starts_nothing():
    assert list(run_all([], str.upper, workers=2, timeout=1)) == []
