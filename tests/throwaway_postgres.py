"""A real PostgreSQL server in a temporary folder, which a test may kill and start again."""

import contextlib
import dataclasses
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil

from services.stack import processes
from services.stack.cluster_files import open_cluster, remove_cluster
from services.stack.errors import StackError
from services.stack.postgres import ROLE

PORT_ATTEMPTS = 5
PREFIX = "dataflow-postgres-"
OWNER = "owner"


class PostgresServer:
    """A throwaway cluster in a temporary folder. `kill()` and `start()` are for fault tests."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.log = home / "postgres.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.cluster = open_cluster(home, _free_port(), durable=False)
        self._start_on_a_free_port()

    def _start_on_a_free_port(self) -> None:
        for attempt in range(PORT_ATTEMPTS):
            try:
                self.start()
                break
            except StackError:  # another process may have taken the port in between
                if attempt == PORT_ATTEMPTS - 1:
                    raise
                self.cluster = dataclasses.replace(self.cluster, port=_free_port())

    @property
    def port(self) -> int:
        return self.cluster.port

    @property
    def url(self) -> str:
        """The `dataflow` database as its owner."""
        return self.cluster.url

    @property
    def admin_url(self) -> str:
        """The maintenance database as superuser."""
        return self.cluster.admin_url

    @property
    def pid(self) -> int:
        """Process number of the postmaster."""
        assert self._process is not None, "not started"
        return self._process.pid

    def start(self) -> None:
        """Start on the same data and port, and return when connections are accepted (0.2 to 2 s)."""
        if self._process is not None:
            self._process.wait(20)
        # The kernel ends the server with the *thread* that started it, which must therefore be the main one.
        dies_with_us = threading.current_thread() is threading.main_thread()
        with self.log.open("ab") as log:
            command = self.cluster.command(die_with_parent=dies_with_us)
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self.cluster.wait_ready(self._process)
        except StackError as error:
            self.stop()
            raise StackError(f"{error} Its log ends:\n{self.log_tail()}") from None

    def kill(self) -> None:
        """kill -9 of the postmaster, as a crash would; its backends end by themselves moments later."""
        assert self._process is not None, "not started"
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Fast shutdown; nothing of the server runs afterwards."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(20)
            self._process.kill()
            self._process.wait()
        remains = processes.of_cluster(str(self.cluster.data), self.cluster.name)
        processes.end(processes.wait_gone(remains, 2), (signal.SIGKILL, 5.0))

    def remove(self) -> None:
        """Stop, and remove every file."""
        self.stop()
        remove_cluster(self.home)
        shutil.rmtree(self.home, ignore_errors=True)

    def log_tail(self, lines: int = 20) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def create_database(self, prefix: str = "test") -> str:
        """URL of a new empty database with pgvector and pg_trgm, owned by the role of the URL."""
        name = f"{prefix}_{uuid.uuid4().hex[:12]}"
        self.cluster.psql(f"CREATE DATABASE {name} OWNER {ROLE}")
        return self.cluster.address(ROLE, name)

    def drop_database(self, url: str) -> None:
        """Drop what create_database made, whoever is still connected."""
        self.cluster.psql(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _identity(process: psutil.Process) -> str:
    return f"{process.pid} {process.create_time()}"


def _runs(owner: str) -> bool:
    try:
        return _identity(psutil.Process(int(owner.split()[0]))) == owner
    except psutil.NoSuchProcess:
        return False


def _remove_abandoned() -> None:
    """Remove the folders of test runs that were killed; their servers ended with them."""
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, ValueError):
            if not _runs((home / OWNER).read_text()):
                remove_cluster(home)
                shutil.rmtree(home)


@contextlib.contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server of one's own, for tests that break it."""
    _remove_abandoned()
    home = Path(tempfile.mkdtemp(prefix=PREFIX))
    home.chmod(0o711)  # started by root, the server runs as another user
    (home / OWNER).write_text(_identity(psutil.Process()))
    server: PostgresServer | None = None
    try:
        server = PostgresServer(home)
        yield server
    finally:
        if server is not None:
            server.remove()
        remove_cluster(home)
        shutil.rmtree(home, ignore_errors=True)
