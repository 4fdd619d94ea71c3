"""Servers as processes: exit codes, signals, and what is left of them after kill -9."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from grpc import aio

from tests.runtime import scripted as s

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.runtime.probe_server"]


def environment(**settings: str) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**inherited, "LOG_FORMAT": "json", **settings}


def outcome(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=ROOT, env=environment(**settings), capture_output=True, text=True, timeout=60
    )


class Process:
    """A started server."""

    def __init__(self, **settings: str) -> None:
        self.popen = subprocess.Popen(COMMAND, cwd=ROOT, env=environment(**settings), stderr=subprocess.PIPE, text=True)
        self.lines: list[str] = []
        assert self.popen.stderr is not None
        for line in self.popen.stderr:
            self.lines.append(line)
            if '"event": "serving"' in line:
                self.address = json.loads(line)["address"]
                return
        raise AssertionError("".join(self.lines))

    def ended(self) -> int:
        """Exit code; the rest of the log is in `lines`."""
        rest = self.popen.communicate(timeout=30)[1]
        self.lines.extend(rest.splitlines(keepends=True))
        return self.popen.returncode


@contextmanager
def started(**settings: str) -> Iterator[Process]:
    process = Process(**settings)
    try:
        yield process
    finally:
        process.popen.kill()
        process.popen.communicate(timeout=30)


def test_help_prints_the_table() -> None:
    done = outcome("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "DATAFLOW_API_KEYS" in done.stdout


def test_version() -> None:
    assert outcome("--version").stdout == "Probe server 1.2.3\n"


@pytest.mark.parametrize(
    ("arguments", "settings", "code", "said"),
    [
        (("--port", "1"), {}, 2, "unknown argument '--port'"),
        ((), {"GRPC_PORT": "x", "LOG_LEVEL": "loud"}, 2, "2 problems in its settings"),
        ((), {"PROBE_GRPC_HOST": "0.0.0.0"}, 2, "DATAFLOW_API_KEYS must be set"),
        ((), {"GRPC_HOST": "localhost", "METRICS_PORT": "off", "GRPC_PORT": "TAKEN"}, 1, "GRPC_PORT: cannot listen"),
        ((), {"METRICS_PORT": "TAKEN"}, 1, "METRICS_PORT: cannot listen"),
    ],
)
def test_what_cannot_start_says_why(arguments: tuple[str, ...], settings: dict[str, str], code: int, said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = outcome(*arguments, **{name: port if text == "TAKEN" else text for name, text in settings.items()})
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


async def at_work(server: int, workers: int) -> list[psutil.Process]:
    """The server's children, when that many of its pool are there and have had time to take their work."""
    async with asyncio.timeout(60):
        while True:
            await asyncio.sleep(0.3)
            children = psutil.Process(server).children(recursive=True)
            if len([child for child in children if "spawn_main" in " ".join(child.cmdline())]) == workers:
                return children


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_lets_running_work_finish_and_leaves_nothing(number: signal.Signals) -> None:
    with started(SHUTDOWN_GRACE_SECONDS="20") as process:
        async with aio.insecure_channel(process.address) as channel:
            await s.text_unary(channel, "Pid")(s.text())
            call = asyncio.ensure_future(s.text_unary(channel, "Work")(s.text("1")))
            children = await at_work(process.popen.pid, 1)
            # as a terminal or a supervisor does it: the whole group gets the signal
            for target in (process.popen.pid, *(child.pid for child in children)):
                os.kill(target, number)
            assert int((await call).value) in {child.pid for child in children}
        assert await asyncio.to_thread(process.ended) == 0
        assert [json.loads(line)["event"] for line in process.lines][-1] == "stopped"  # and every line is JSON
        assert psutil.wait_procs(children, timeout=10)[1] == []


async def test_no_process_outlives_a_killed_server() -> None:
    with started(PROCESS_POOL_SIZE="2") as process:
        async with aio.insecure_channel(process.address) as channel:
            await asyncio.gather(*(s.text_unary(channel, "Work")(s.text("0.1")) for _ in range(2)))
            busy = asyncio.ensure_future(s.text_unary(channel, "Work")(s.text("60")))
            children = await at_work(process.popen.pid, 2)
            process.popen.kill()
            with pytest.raises(aio.AioRpcError):
                await busy
        assert psutil.wait_procs(children, timeout=10)[1] == []
