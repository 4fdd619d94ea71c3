"""What happens inside a process of the pool."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import structlog

from services.runtime.logs import LogFormat, configure_logging

T = TypeVar("T")
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_COLLECT_AFTER = (50_000, 20, 50)
_SETTLED = False


class TaskError(RuntimeError):
    """A task raised an error that cannot travel between processes; the text names its type and message."""


def start(parent: int, log_format: LogFormat, log_level: str) -> None:
    """First thing a process does. It outlives no parent and leaves signals of the terminal to it."""
    configure_logging(log_format, log_level, worker=os.getpid())
    # a running conversion must survive the SIGTERM its process group gets while the server drains
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if sys.platform == "linux":
        # works also while a C extension holds the interpreter lock
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def settle() -> None:
    """Takes what is loaded out of the collector's walks, once the first task has loaded it, and makes them rarer.

    Syntax trees and modules of a conversion are half a million objects that live as long as the process; walking them
    took a third of a small conversion's time (benchmarks/against_others.py).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def invoke(fn: Callable[..., T], args: tuple[Any, ...], request_id: str) -> T:
    """`fn(*args)`, what it logs marked with the request it works for.

    An error that does not survive pickling becomes TaskError instead of killing the pool.
    """
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    try:
        return fn(*args)
    except Exception as error:  # why: raised again below, in a form that can travel
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - why: our own bytes, made on this line
        except Exception:  # noqa: BLE001 - why: __reduce__ and constructors of any library run here
            raise TaskError(f"{type(error).__name__}: {error}") from None
        raise
    finally:
        _settle_once()


def _settle_once() -> None:
    global _SETTLED
    if not _SETTLED:
        _SETTLED = True
        settle()
