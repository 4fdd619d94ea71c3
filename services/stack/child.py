"""Start a program so that it dies with its parent, and never beside remains of its former self.

    python -m services.stack.child [--signal INT] [--user UID:GID] [--cluster DATA NAME] -- PROGRAM ARGUMENT…

Ends what an earlier run of the same program left behind (worker processes of a killed server, backends of a
killed postmaster), asks the kernel to send `--signal` when the parent dies (Linux), changes the account, and
becomes the program: same process number, same signals, no process in between.
"""

import argparse
import ctypes
import os
import signal
import sys
from pathlib import Path

from services.stack import processes
from services.stack.errors import StackError

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def die_with_parent(number: signal.Signals, parent: int) -> None:
    """Have the kernel send `number` to this process when its parent ends; nothing where it is not Linux."""
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:  # it ended before the request
        sys.exit(1)


def become(account: str) -> None:
    """Take the account `UID:GID` with no further groups, in a folder it can look into."""
    uid, gid = (int(part) for part in account.split(":"))
    os.chdir("/")
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def clear_former_program() -> None:
    """End processes that carry the same stack and program names as this one, and are not its ancestors."""
    names = (processes.HOME_VARIABLE, processes.PROGRAM_VARIABLE)
    marks = {name: os.environ[name] for name in names if name in os.environ}
    if len(marks) == len(names):
        processes.end(processes.carrying(marks), (signal.SIGKILL, 5.0))


def clear_former_cluster(data: Path, name: str) -> None:
    """End what still runs on data directory `data`, then remove its stale lock file.

    A backend of a killed postmaster ends by itself within moments; a postmaster whose supervisor was killed
    is asked for a fast shutdown first. The lock file of a killed postmaster would block the start if its
    number was used again.
    Raises StackError when something on the directory cannot be ended.
    """
    former = processes.wait_gone(processes.of_cluster(str(data), name), 0.5)
    left = processes.end(former, (signal.SIGINT, 10.0), (signal.SIGKILL, 5.0))
    if left:
        raise StackError(f"Process {left[0].pid} still uses {data} and cannot be ended: end it, then start again.")
    (data / "postmaster.pid").unlink(missing_ok=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Become a program that dies with its parent.")
    parser.add_argument("--signal", help="sent when the parent ends, such as TERM; none without")
    parser.add_argument("--user", help="UID:GID to run as")
    parser.add_argument("--cluster", nargs=2, metavar=("DATA", "NAME"), help="PostgreSQL directory and cluster name")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def main() -> None:
    """Clear, prepare, exec."""
    parent = os.getppid()
    arguments = _arguments()
    try:
        clear_former_program()
        if arguments.cluster:
            clear_former_cluster(Path(arguments.cluster[0]), arguments.cluster[1])
    except StackError as error:
        sys.exit(str(error))
    if arguments.user:
        become(arguments.user)
    if arguments.signal:
        die_with_parent(signal.Signals[f"SIG{arguments.signal}"], parent)
    os.execvp(arguments.command[0], arguments.command)  # noqa: S606  # the caller is our own program table


if __name__ == "__main__":
    main()
