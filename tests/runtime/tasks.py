"""Functions that tests run in other processes; those must be importable."""

import os
import signal
import time
from typing import NoReturn

from services.runtime.errors import NotFound


class StubbornError(Exception):
    """Cannot be unpickled: its constructor wants two arguments, pickle gives one."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


class JobMissing(NotFound):
    reason = "JOB_MISSING"

    def __init__(self, job: str) -> None:
        super().__init__(f"no job {job}", metadata={"job": job})


def pid() -> int:
    return os.getpid()


def double(number: int) -> int:
    return 2 * number


def sleep(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def fail(kind: str) -> NoReturn:
    errors: dict[str, Exception] = {
        "value": ValueError("bad value"),
        "service": JobMissing("7"),
        "stubborn": StubbornError("a", "b"),
        "timeout": TimeoutError("the task's own"),
    }
    raise errors[kind]


def note_and_sleep(path: str, seconds: float) -> None:
    with open(path, "a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(seconds)


def ignores_terminal_signals() -> bool:
    return all(signal.getsignal(number) is signal.SIG_IGN for number in (signal.SIGINT, signal.SIGTERM))
