"""A home and free ports for a stack, and a launcher that is always stopped."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import pytest

from services.stack import processes
from services.stack.postgres import Cluster
from services.stack.settings import LISTENERS, SERVERS

UP_SECONDS = 90.0
LAST_LINE = "dataflow-ai convert EXPORT.xml"


@contextlib.contextmanager
def temporary_home():
    """A home that the account of PostgreSQL reaches, also for root; pytest's own folders are root's alone."""
    base = Path(tempfile.mkdtemp(prefix="dataflow-stack-"))
    base.chmod(0o711)
    folder = base / "home"
    folder.mkdir(mode=0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(base)


@pytest.fixture
def home():
    """An empty home."""
    with temporary_home() as folder:
        yield folder


def free_ports(count: int) -> list[int]:
    """Ports nothing listens on now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def port_variables() -> dict[str, str]:
    """Every port of a stack, each free."""
    names = [f"{server}_{kind}_PORT".upper() for server in SERVERS for kind in ("grpc", "metrics")]
    names += [f"{name}_SERVICE_PORT".upper() for name in LISTENERS] + ["POSTGRES_PORT", "SANDBOX_PORT"]
    return {name: str(port) for name, port in zip(names, free_ports(len(names)), strict=True)}


class Launched:
    """A running `up` in a process of its own."""

    def __init__(self, home: Path, command: list[str], variables: dict[str, str]) -> None:
        self.home = home
        self.output = home.parent / "output"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        self.environment = {**kept, "DATAFLOW_HOME": str(home), **variables}
        self.command = [sys.executable, *command]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, expect: str = LAST_LINE) -> "Launched":
        """Start, and return when `expect` has been printed."""
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        self.wait_for(lambda: expect in self.text() or self.process.poll() is not None)
        assert expect in self.text(), self.text()
        return self

    def text(self) -> str:
        return self.output.read_text(errors="replace")

    def wait_for(self, condition, seconds: float = UP_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not within {seconds} s; output:\n{self.text()}"
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGINT) -> int:
        """Signal, and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(UP_SECONDS)

    def url(self, listener: str, path: str) -> str:
        return f"http://127.0.0.1:{self.environment[listener.upper() + '_SERVICE_PORT']}{path}"

    def get(self, listener: str, path: str) -> httpx.Response:
        with httpx.Client(trust_env=False, timeout=10) as client:
            return client.get(self.url(listener, path))

    def answers(self, listener: str) -> bool:
        """Whether GET /health is 200 now."""
        try:
            return self.get(listener, "/health").status_code == 200
        except httpx.TransportError:
            return False

    def of(self, program: str):
        """Processes of a program, by name."""
        return processes.carrying(
            {processes.HOME_VARIABLE: str(self.home), processes.PROGRAM_VARIABLE: program}
        ) or self._postgres(program)

    def _postgres(self, program: str):
        if program != "postgres":
            return []
        return [p for p in self.all_postgres() if "-D" in p.cmdline()]

    def all_postgres(self):
        cluster = Cluster(self.home.resolve() / "postgres", self.home, None, 1, "")
        return processes.of_cluster(str(cluster.data), cluster.name)

    def left(self):
        """Everything of this stack that still runs."""
        return processes.carrying({processes.HOME_VARIABLE: str(self.home)}) + self.all_postgres()

    def clean(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(UP_SECONDS)
            self.process.kill()
            self.process.wait()
        processes.end(self.left(), (signal.SIGKILL, 10.0))


@contextlib.contextmanager
def launcher(home: Path):
    """launch(*command, **variables) → Launched, not yet started; all are stopped at the end."""
    launched: list[Launched] = []

    def make(*command: str, **variables: str) -> Launched:
        launched.append(Launched(home, list(command), {**port_variables(), **variables}))
        return launched[-1]

    try:
        yield make
    finally:
        for each in launched:
            each.clean()


@pytest.fixture
def launch(home):
    """A launcher in the test's own home."""
    with launcher(home) as make:
        yield make


@pytest.fixture(scope="module")
def module_launch():
    """A launcher for a stack that the tests of a file share."""
    with temporary_home() as folder, launcher(folder) as make:
        yield make
