"""Each kind of bad input has its own clear JSON error, and none of it reaches a server."""

from __future__ import annotations

from typing import Any

import pytest

from tests.edge.conftest import Stage
from tests.edge.replies import error_of

MIB = 1 << 20
JSON = {"content-type": "application/json"}
UNKNOWN = (404, 5, "UNKNOWN_PATH")
METHOD = (405, 12, "METHOD_NOT_ALLOWED")
MALFORMED = (400, 3, "MALFORMED_REQUEST")
TOO_LARGE = (413, 8, "PAYLOAD_TOO_LARGE")
TOO_LONG = (431, 3, "HEADERS_TOO_LARGE")
CHAT = "/api/copilot/chat"
SQL = "/api/copilot/sql/generate"
JOBS = "/api/migration/jobs"

BAD = [
    # id, method, path, request, error, word of the message
    ("unknown path", "GET", "/api/v1/ai/nothing", {}, UNKNOWN, "/api/v1/ai/nothing"),
    ("unknown path, alias", "GET", "/api/copilot/nothing?x=1", {}, UNKNOWN, "/api/copilot/nothing."),
    ("mount without its slash", "GET", "/api/copilotx/chat", {}, UNKNOWN, "/api/copilotx/chat"),
    ("outside the API", "GET", "/favicon.ico", {}, UNKNOWN, "/favicon.ico"),
    ("wrong method", "GET", CHAT, {}, METHOD, "POST, not GET"),
    ("wrong method, variable", "DELETE", f"{JOBS}/j1/status", {}, METHOD, "GET, not DELETE"),
    ("wrong method, two allowed", "PUT", f"{CHAT}/stream", {}, METHOD, "GET, POST, not PUT"),
    ("wrong method, /health", "POST", "/health", {}, METHOD, "GET, not POST"),
    ("cut JSON", "POST", CHAT, {"content": '{"message":', "headers": JSON}, MALFORMED, "end of string"),
    ("not JSON", "POST", CHAT, {"content": "hello", "headers": JSON}, MALFORMED, "hello"),
    ("a list", "POST", CHAT, {"json": []}, MALFORMED, "The body must be a JSON object."),
    ("a number for a text", "POST", CHAT, {"json": {"message": 5}}, MALFORMED, "message: 5 is not a text"),
    ("enum, its choices", "POST", SQL, {"json": {"dialect": "x"}}, MALFORMED, '"x" is none of snowflake, '),
    ("enum in the query, its choices", "GET", f"{JOBS}?status=x", {}, MALFORMED, " is none of uploaded, parsing, "),
    ("wrong type", "POST", "/api/copilot/rca/analyze", {"json": {"windowHours": "soon"}}, MALFORMED, "soon"),
    ("wrong type of message", "POST", CHAT, {"json": {"message": {"a": 1}}}, MALFORMED, "message"),
    ("unknown enum value", "POST", SQL, {"json": {"dialect": "oracle"}}, MALFORMED, '"oracle"'),
    ("enum in upper case", "POST", SQL, {"json": {"dialect": "SNOWFLAKE"}}, MALFORMED, "SNOWFLAKE"),
    ("unknown enum in the query", "GET", f"{JOBS}?status=lost", {}, MALFORMED, '"lost"'),
    ("unknown query parameter", "GET", f"{JOBS}?colour=red", {}, MALFORMED, 'There is no parameter "colour" here.'),
    ("unknown query parameter, POST", "POST", f"{CHAT}?colour=red", {"json": {}}, MALFORMED, "colour"),
    ("number in the query", "GET", f"{JOBS}?page=first", {}, MALFORMED, '"first"'),
    ("unknown upload option", "POST", "/api/migration/upload?colour=red", {"content": b"x"}, MALFORMED, "colour"),
    ("path variable in the body", "POST", f"{JOBS}/j1/convert", {"json": {"job_id": "j2"}}, MALFORMED, "job_id"),
    ("underscore in a header", "GET", "/health", {"headers": {"x_y": "1"}}, MALFORMED, "underscore"),
    ("long headers", "GET", "/health", {"headers": {"x-long": "a" * 70_000}}, TOO_LONG, "too large"),
    ("long address", "GET", f"{CHAT}/stream?message={'a' * 64_000}", {}, TOO_LONG, "POST"),
    ("JSON above its limit", "POST", CHAT, {"json": {"message": "a" * (4 * MIB)}}, TOO_LARGE, "4 MiB"),
]


@pytest.mark.parametrize(
    ("method", "path", "request_", "error", "word"), [row[1:] for row in BAD], ids=[row[0] for row in BAD]
)
async def test_bad_input_is_a_clear_json_error(
    stage: Stage, method: str, path: str, request_: dict[str, Any], error: tuple[int, int, str], word: str
) -> None:
    reply = await stage.copilot.request(method, path, **request_)
    assert word in error_of(reply, *error)
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
    assert (
        await stage.copilot.post("/api/copilot/chat", content='{"message": "x"}', headers=headers)
    ).status_code == 200


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
