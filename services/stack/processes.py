"""Finding and ending processes that belong to one stack, whoever is their parent now.

A process is known by what it carries itself, never by a recorded number alone, since numbers are used again:
servers carry the stack's home in their environment, PostgreSQL its data directory or cluster name in its
command line.
"""

import contextlib
import signal
import time
from collections.abc import Iterator

import psutil

HOME_VARIABLE = "DATAFLOW_STACK_HOME"
PROGRAM_VARIABLE = "DATAFLOW_STACK_PROGRAM"


def carrying(marks: dict[str, str]) -> list[psutil.Process]:
    """Processes whose environment has all of `marks`, without this process."""
    return [process for process in _others() if _has(process, marks)]


def _has(process: psutil.Process, marks: dict[str, str]) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        return marks.items() <= process.environ().items()
    return False


def of_cluster(data: str, cluster_name: str) -> list[psutil.Process]:
    """The postmaster of data directory `data` and the server processes titled with `cluster_name`."""
    title = f"postgres: {cluster_name}:"
    return [process for process in _others() if _serves(process, data, title)]


def _serves(process: psutil.Process, data: str, title: str) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        line = process.cmdline()
        is_postmaster = bool(line) and line[0].endswith("/postgres") and line[1:3] == ["-D", data]
        return is_postmaster or (bool(line) and line[0].startswith(title))
    return False


def _others() -> Iterator[psutil.Process]:
    own = psutil.Process()
    return (process for process in psutil.process_iter() if process.pid != own.pid)


def end(processes: list[psutil.Process], *signals: tuple[signal.Signals, float]) -> list[psutil.Process]:
    """Send each signal and wait its seconds, until none of `processes` is left. Returns those still there."""
    alive = processes
    for number, seconds in signals:
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        alive = wait_gone(alive, seconds)
        if not alive:
            break
    return alive


def wait_gone(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those of `processes` that still run after at most `seconds`. A zombie counts as gone."""
    deadline = time.monotonic() + seconds
    alive = [process for process in processes if running(process)]
    while alive and time.monotonic() < deadline:
        time.sleep(0.02)
        alive = [process for process in alive if running(process)]
    return alive


def running(process: psutil.Process) -> bool:
    """Whether the very process (number and start time) still runs."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False
