import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from services.runtime.logs import configure_logging


@pytest.fixture
def log_text() -> Iterator[Callable[[], str]]:
    """The log of the test as JSON text, DEBUG and up."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("json", "DEBUG", stream)
    try:
        yield stream.getvalue
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()


@pytest.fixture
def log_lines(log_text: Callable[[], str]) -> Callable[[], list[dict[str, Any]]]:
    """The same, parsed, without the health checks that proxies of other tests' servers ask for all the time."""

    def lines() -> list[dict[str, Any]]:
        parsed = [json.loads(line) for line in log_text().splitlines()]
        return [line for line in parsed if line.get("method") != "/grpc.health.v1.Health/Check"]

    return lines
