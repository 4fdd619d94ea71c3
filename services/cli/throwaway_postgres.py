"""A PostgreSQL server for one command: made in a temporary folder, stopped and removed afterwards."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from services.cli.output import CliError
from services.stack.cluster_files import open_cluster, remove_cluster
from services.stack.errors import StackError
from services.stack.postgres import Cluster

PREFIX = "dataflow-conformance-"
STOP_SECONDS = 20.0
REMEDY = "Give --url or DATABASE_URL, the address of a PostgreSQL server that runs."


@contextlib.contextmanager
def throwaway_postgres() -> Iterator[str]:
    """The URL of an empty database. Raises CliError where no server can be started."""
    home = Path(tempfile.mkdtemp(prefix=PREFIX))
    home.chmod(0o711)  # started by root, the server runs as another user, who has to pass through
    server: subprocess.Popen[bytes] | None = None
    try:
        try:
            cluster = open_cluster(home, _free_port(), durable=False)
            server = _start(cluster, home / "postgres.log")
            cluster.wait_ready(server)
        except (StackError, OSError) as error:
            raise CliError(f"PostgreSQL cannot be started here: {error} {REMEDY}") from error
        yield cluster.url
    finally:
        if server is not None:
            _stop(server)
        remove_cluster(home)
        shutil.rmtree(home, ignore_errors=True)


def _start(cluster: Cluster, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as file:
        return subprocess.Popen(cluster.command(), stdin=subprocess.DEVNULL, stdout=file, stderr=file)  # noqa: S603  # our own program and arguments


def _stop(server: subprocess.Popen[bytes]) -> None:
    """A fast shutdown; a server that does not end by itself is killed."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(STOP_SECONDS)
    if server.poll() is None:
        server.kill()
    server.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
