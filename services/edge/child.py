"""Becomes a program that ends when its parent does: `python -IS child.py PARENT PROGRAM ARGUMENT…`.

A launcher that is killed leaves no Envoy behind. Done in a process of its own, not between fork and exec: gRPC and
threads in the parent do not bear Python code there. Without Linux's prctl it only becomes the program.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(parent: str, *command: str) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != int(parent):  # it ended before the request
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  the caller's own binary, no shell


if __name__ == "__main__":
    main(*sys.argv[1:])
