"""Calls that recurse deeper than Python allows at first: on a thread of its own with a large stack."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

FRAMES = 30_000
STACK_BYTES = 512 * 1024 * 1024  # address space, of which only what is used becomes memory
_ONE_AT_A_TIME = threading.Lock()


def deeply(work: Callable[[], T]) -> T:
    """`work()` with room for FRAMES frames. What it raises is raised, RecursionError where even that is not enough."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - why: raised again below, on the caller's thread
            errors.append(error)

    with _ONE_AT_A_TIME:
        limit, size = sys.getrecursionlimit(), threading.stack_size(STACK_BYTES)
        sys.setrecursionlimit(FRAMES)
        try:
            thread = threading.Thread(target=run, name="deeply")
            thread.start()
            thread.join()
        finally:
            sys.setrecursionlimit(limit)
            threading.stack_size(size)
    if errors:
        raise errors[0]
    return results[0]
