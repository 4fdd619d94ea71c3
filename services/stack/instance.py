"""One stack a home: the lock, the home's folders, and what an earlier run left behind."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

from services.stack import processes
from services.stack.errors import StackError
from services.stack.supervision import SUPERVISOR, Supervision

LOCK = "stack.lock"
#: A Unix socket's path has 108 bytes at most, the supervisor appends a number to it while it binds.
LONGEST_SOCKET_PATH = 90
#: An orphaned supervisor may be stopping its programs in order.
ORPHANS_STOP_SECONDS = 40.0


def prepare_home(home: Path) -> None:
    """Make the home and its folders. Raises StackError where that is not possible."""
    try:
        home.mkdir(mode=0o711, parents=True, exist_ok=True)
        (home / "logs").mkdir(mode=0o700, exist_ok=True)
        (home / "run").mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=home / "run"):
            pass
    except OSError as error:
        raise StackError(
            f"Cannot write to {home} ({error.strerror}): make it yours, or set DATAFLOW_HOME to another directory."
        ) from error


@contextlib.contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the home's lock. The kernel frees it with the process, so a lock is never stale.

    Raises StackError naming the process that has it.
    """
    path = home / LOCK
    descriptor = _acquire(path)
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _acquire(path: Path) -> int:
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise StackError(
                f"The stack of {path.parent} is already running (process {holder(path.parent) or 'unknown'}): stop it "
                "with Ctrl-C there or `python -m services.stack down`, or set DATAFLOW_HOME and ports for a second."
            ) from None
        if _is_current(path, descriptor):
            return descriptor
        os.close(descriptor)  # the one who had it removed the file between our open and our lock


def _is_current(path: Path, descriptor: int) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    return False


def holder(home: Path) -> int | None:
    """Process number of the running stack of `home`; None when none runs."""
    try:
        with (home / LOCK).open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                text = file.read().strip()
                return int(text) if text.isdecimal() else None
    except FileNotFoundError:
        pass
    return None


def supervision_of(home: Path) -> Supervision:
    """Where the supervisor of `home` keeps its files; the socket moves to the temporary folder for a long path."""
    run = home / "run"
    socket = run / "supervisor.sock"
    if len(os.fsencode(socket)) > LONGEST_SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
        socket = Path(tempfile.gettempdir(), f"dataflow-{os.geteuid()}-{digest}", "supervisor.sock")
    return Supervision(home, run, socket, home / "logs")


def prepare_socket(supervision: Supervision) -> None:
    """Make the folder of the socket. Raises StackError where somebody else could reach into it."""
    folder = supervision.socket.parent
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise StackError(f"{folder} is not yours alone: remove it, or set DATAFLOW_HOME to a shorter path.")


def end_orphans(home: Path) -> int:
    """End what still runs of an earlier stack of `home` whose launcher was killed. Returns how many there were.

    A supervisor that lives is asked to stop its programs in order; programs without one are asked themselves.
    PostgreSQL clears its own directory when it starts.
    """
    mark = {processes.HOME_VARIABLE: str(home)}
    orphans = processes.carrying(mark)
    supervisors = processes.carrying({**mark, processes.PROGRAM_VARIABLE: SUPERVISOR})
    processes.end(supervisors or orphans, (signal.SIGTERM, ORPHANS_STOP_SECONDS if supervisors else 5.0))
    left = processes.end(processes.carrying(mark), (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))
    if left:
        raise StackError(f"Process {left[0].pid} of an earlier run cannot be ended: end it, then start again.")
    return len(orphans)


def tidy(supervision: Supervision) -> None:
    """Remove the files that mean something only while the stack runs."""
    shutil.rmtree(supervision.run, ignore_errors=True)
    if supervision.socket.parent != supervision.run:
        shutil.rmtree(supervision.socket.parent, ignore_errors=True)
