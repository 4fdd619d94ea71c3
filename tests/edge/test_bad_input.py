"""Each kind of bad input has its own clear JSON error, and none of it reaches a server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.edge.conftest import Stage
from tests.edge.replies import error_of

MIB = 1 << 20
JSON = {"content-type": "application/json"}

BAD = [
    # id, method, path, request, status, code, reason, word of the message
    ("unknown path", "GET", "/api/v1/ai/nothing", {}, 404, 5, "UNKNOWN_PATH", "/api/v1/ai/nothing"),
    ("unknown path, alias", "GET", "/api/copilot/nothing?x=1", {}, 404, 5, "UNKNOWN_PATH", "/api/copilot/nothing."),
    ("mount without its slash", "GET", "/api/copilotx/chat", {}, 404, 5, "UNKNOWN_PATH", "/api/copilotx/chat"),
    ("outside the API", "GET", "/favicon.ico", {}, 404, 5, "UNKNOWN_PATH", "/favicon.ico"),
    ("wrong method", "GET", "/api/copilot/chat", {}, 405, 12, "METHOD_NOT_ALLOWED", "POST, not GET"),
    ("wrong method, variable", "DELETE", "/api/migration/jobs/j1/status", {}, 405, 12, "METHOD_NOT_ALLOWED", "GET, not DELETE"),
    ("wrong method, two allowed", "PUT", "/api/v1/ai/chat/stream", {}, 405, 12, "METHOD_NOT_ALLOWED", "GET, POST, not PUT"),
    ("wrong method, /health", "POST", "/health", {}, 405, 12, "METHOD_NOT_ALLOWED", "GET, not POST"),
    ("cut JSON", "POST", "/api/copilot/chat", {"content": '{"message":', "headers": JSON}, 400, 3, "MALFORMED_REQUEST", "end of string"),
    ("not JSON", "POST", "/api/copilot/chat", {"content": "hello", "headers": JSON}, 400, 3, "MALFORMED_REQUEST", "hello"),
    ("a list", "POST", "/api/copilot/chat", {"json": []}, 400, 3, "MALFORMED_REQUEST", "message"),
    ("wrong type", "POST", "/api/copilot/rca/analyze", {"json": {"windowHours": "soon"}}, 400, 3, "MALFORMED_REQUEST", "soon"),
    ("wrong type of message", "POST", "/api/copilot/chat", {"json": {"message": {"a": 1}}}, 400, 3, "MALFORMED_REQUEST", "message"),
    ("unknown enum value", "POST", "/api/copilot/sql/generate", {"json": {"dialect": "oracle"}}, 400, 3, "MALFORMED_REQUEST", '"oracle"'),
    ("enum in upper case", "POST", "/api/copilot/sql/generate", {"json": {"dialect": "SNOWFLAKE"}}, 400, 3, "MALFORMED_REQUEST", "SNOWFLAKE"),
    ("unknown enum in the query", "GET", "/api/migration/jobs?status=lost", {}, 400, 3, "MALFORMED_REQUEST", '"lost"'),
    ("unknown query parameter", "GET", "/api/migration/jobs?colour=red", {}, 400, 3, "MALFORMED_REQUEST", '"colour"'),
    ("unknown query parameter, POST", "POST", "/api/copilot/chat?colour=red", {"json": {}}, 400, 3, "MALFORMED_REQUEST", "colour"),
    ("number in the query", "GET", "/api/migration/jobs?page=first", {}, 400, 3, "MALFORMED_REQUEST", '"first"'),
    ("unknown parameter of an upload", "POST", "/api/migration/upload?colour=red", {"files": {"file": b"x"}}, 400, 3, "MALFORMED_REQUEST", "colour"),
    ("path variable again in the body", "POST", "/api/migration/jobs/j1/convert", {"json": {"job_id": "j2"}}, 400, 3, "MALFORMED_REQUEST", "job_id"),
    ("underscore in a header", "GET", "/health", {"headers": {"x_y": "1"}}, 400, 3, "MALFORMED_REQUEST", "Bad"),
    ("long headers", "GET", "/health", {"headers": {"x-long": "a" * 70_000}}, 431, 3, "HEADERS_TOO_LARGE", "too large"),
    ("long address", "GET", f"/api/copilot/chat/stream?message={'a' * 64_000}", {}, 431, 3, "HEADERS_TOO_LARGE", "POST"),
    ("JSON above its limit", "POST", "/api/copilot/chat", {"json": {"message": "a" * (4 * MIB)}}, 413, 8, "PAYLOAD_TOO_LARGE", "4 MiB"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "request_", "status", "code", "reason", "word"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
async def test_bad_input_is_a_clear_json_error(
    stage: Stage, method: str, path: str, request_: dict[str, Any], status: int, code: int, reason: str, word: str
) -> None:
    reply = await stage.copilot.request(method, path, **request_)
    assert word in error_of(reply, status, code, reason)
    # an upload may begin before its size is known, nothing else arrives anywhere
    assert [method for _, method in stage.calls if "Upload" not in method] == []


async def test_405_names_the_methods_in_a_header(stage: Stage) -> None:
    assert (await stage.copilot.get("/api/copilot/chat")).headers["allow"] == "POST"
    assert (await stage.copilot.head("/health")).headers["allow"] == "GET"


async def test_a_post_without_body_reaches_the_server_as_an_empty_message(stage: Stage) -> None:
    """The server knows which fields are required and says so; the edge does not."""
    assert (await stage.copilot.post("/api/copilot/chat")).status_code == 200
    assert (await stage.migration.post("/api/migration/jobs/j1/validate")).status_code == 200
    assert len(stage.calls) == 2


async def test_json_is_read_whatever_the_content_type_says(stage: Stage) -> None:
    """`curl -d` sends a form's content type."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert (await stage.copilot.post("/api/copilot/chat", content='{"message": "x"}', headers=headers)).status_code == 200


async def test_two_errors_of_one_client_do_not_disturb_its_next_call(stage: Stage) -> None:
    for _ in range(2):
        assert (await stage.copilot.post("/api/copilot/chat", content="{", headers=JSON)).status_code == 400
    assert (await stage.copilot.get("/health")).status_code == 200


async def test_an_object_name_may_hold_an_escaped_slash(stage: Stage) -> None:
    seen = []

    async def answer(request: Any, _: Any) -> Any:
        seen.append(request)
        return type(request)()

    method = "/dataflow.migration.v1.MigrationService/OverrideObject"
    stage.servers["migration"].answers[method] = answer
    await stage.migration.post("/api/migration/jobs/j1/objects/m_orders%2Fexp_total/override", json={})
    assert (seen[0].job_id, seen[0].name) == ("j1", "m_orders/exp_total")
