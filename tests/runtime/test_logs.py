import io
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from services.runtime.logs import configure_logging, get_logger


def test_structlog_and_stdlib_share_one_form(log_lines: Callable[[], list[dict[str, Any]]]) -> None:
    structlog.contextvars.bind_contextvars(request_id="r-1")
    try:
        get_logger("ours").info("one", count=1)
        logging.getLogger("theirs").warning("two %s", "sk-ant-0123456789", extra={"password": "pw"})
    finally:
        structlog.contextvars.clear_contextvars()
    one, two = log_lines()
    assert {"event": "one", "count": 1, "logger": "ours", "level": "info", "request_id": "r-1"}.items() <= one.items()
    expected = {"event": "two [redacted]", "logger": "theirs", "level": "warning", "password": "[redacted]"}
    assert expected.items() <= two.items()
    assert one["timestamp"].endswith("Z")


def test_traceback_is_logged_without_local_variables(log_text: Callable[[], str]) -> None:
    local_secret = "hidden-" + "value"
    try:
        raise ValueError("boom password=hunter2")
    except ValueError:
        get_logger("x").exception("failed")
    assert "ValueError: boom" in log_text()
    assert local_secret not in log_text()
    assert "hunter2" not in log_text()


@pytest.mark.parametrize(
    ("name", "level", "shown"),
    [("httpx", "info", False), ("httpx", "warning", True), ("grpc", "info", False), ("pgqueuer", "info", True)],
)
def test_chatty_libraries_are_quiet(log_text: Callable[[], str], name: str, level: str, shown: bool) -> None:
    logging.getLogger(name).log(logging.getLevelName(level.upper()), "GET http://x/?key=1")
    assert ("GET http" in log_text()) is shown


@pytest.mark.parametrize(("form", "is_json"), [("json", True), ("console", False), ("auto", True)])
def test_form(form: Any, is_json: bool, log_text: Callable[[], str]) -> None:
    stream = io.StringIO()
    configure_logging(form, "INFO", stream, service="probe")
    get_logger("x").info("hello", api_key="abc", size=3)
    get_logger("x").debug("not shown")
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert "abc" not in line
    assert "probe" in line
    assert line.startswith("{") is is_json
    if is_json:
        assert json.loads(line)["size"] == 3
