"""How messages print: documented names, values, zeros, times; camelCase where it is documented."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import grpc
import pytest

from tests.edge.conftest import Stage
from tests.edge.recording_server import message
from tests.edge.replies import aborting, aborting_in_trailers, replying

MIGRATION = "dataflow.migration.v1"
COPILOT = "dataflow.copilot.v1"
STATUS = f"/{MIGRATION}.MigrationService/GetJobStatus"


async def job_as_json(stage: Stage, **fields: Any) -> dict[str, Any]:
    stage.servers["migration"].answers[STATUS] = replying(message(f"{MIGRATION}.GetJobStatusResponse")(**fields))
    reply = await stage.migration.get("/api/migration/jobs/j1/status")
    assert reply.headers["content-type"] == "application/json"
    body: dict[str, Any] = reply.json()
    return body


@pytest.mark.parametrize("value", ["uploaded", "parsing", "completed_with_warnings", "failed"])
async def test_enum_values_print_as_documented(stage: Stage, value: str) -> None:
    assert (await job_as_json(stage, status=value))["status"] == value


async def test_zeros_empty_lists_and_empty_strings_print(stage: Stage) -> None:
    body = await job_as_json(stage)
    assert body["total_objects"] == 0
    assert body["confidence"] == 0
    assert body["stages"] == []
    assert body["status_reason"] == ""


async def test_counts_are_numbers_and_times_are_rfc_3339(stage: Stage) -> None:
    body = await job_as_json(
        stage, total_objects=28, confidence=0.85, created_at=datetime(2027, 1, 15, 8, 0, 0, 500_000, tzinfo=UTC)
    )
    assert (body["total_objects"], body["confidence"]) == (28, 0.85)
    assert body["created_at"] == "2027-01-15T08:00:00.500Z"


MATCH = f"{COPILOT}.SchemaMatchService"


@pytest.mark.parametrize("value", ["EXACT", "SEMANTIC", "TYPE_COERCE", "TRANSFORM_NEEDED"])
async def test_upper_case_values_print_as_documented(stage: Stage, value: str) -> None:
    reply = message(f"{COPILOT}.GetSchemaMatchResponse")()
    reply.matches.add(match_type=value)
    stage.servers["copilot"].answers[f"/{MATCH}/GetSchemaMatch"] = replying(reply)
    body = (await stage.copilot.get("/api/copilot/schema/match/m1")).json()
    assert body["matches"][0]["match_type"] == value


@pytest.mark.parametrize("value", ["snowflake", "teradata", "postgresql", "sap_hana", "mssql"])
async def test_documented_dialects_are_accepted(stage: Stage, value: str) -> None:
    received = []

    async def answer(request: Any, _: Any) -> Any:
        received.append(request)
        return message(f"{COPILOT}.ValidateSqlResponse")()

    stage.servers["copilot"].answers[f"/{COPILOT}.SqlService/ValidateSql"] = answer
    reply = await stage.copilot.post("/api/v1/ai/sql/validate", json={"sql": "select 1", "dialect": value})
    assert reply.status_code == 200, reply.text
    field = received[0].DESCRIPTOR.fields_by_name["dialect"]
    assert field.enum_type.values_by_number[received[0].dialect].name == value


async def test_root_cause_analysis_speaks_camel_case(stage: Stage) -> None:
    reply = message(f"{COPILOT}.AnalyzeIncidentResponse")(summary="s", token_count=7)
    reply.hypotheses.add(title="t", suggested_action="restart")
    seen = []

    async def answer(request: Any, _: Any) -> Any:
        seen.append(request)
        return reply

    stage.servers["copilot"].answers[f"/{COPILOT}.RcaService/AnalyzeIncident"] = answer
    body = (await stage.copilot.post("/api/copilot/rca/analyze", json={"pipelineId": "p", "windowHours": 3})).json()
    assert (seen[0].pipeline_id, seen[0].window_hours) == ("p", 3)
    assert {"tokenCount", "toolCallCount", "citedAssets", "latencyMs", "confidence"} <= set(body)
    assert body["hypotheses"][0]["suggestedAction"] == "restart"
    assert not [key for key in body if "_" in key]


async def test_snake_case_everywhere_else(stage: Stage) -> None:
    stage.servers["copilot"].answers[f"/{COPILOT}.ChatService/Chat"] = replying(message(f"{COPILOT}.ChatResponse")())
    body = (await stage.copilot.post("/api/copilot/chat", json={"message": "hi"})).json()
    assert {"conversation_id", "rag_mode", "latency_ms"} <= set(body)


async def test_unknown_fields_of_a_body_are_ignored(stage: Stage) -> None:
    reply = await stage.copilot.post("/api/copilot/chat", json={"message": "hi", "colour": "red"})
    assert reply.status_code == 200


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("INVALID_ARGUMENT", 400),
        ("FAILED_PRECONDITION", 400),
        ("UNAUTHENTICATED", 401),
        ("PERMISSION_DENIED", 403),
        ("NOT_FOUND", 404),
        ("ALREADY_EXISTS", 409),
        ("ABORTED", 409),
        ("RESOURCE_EXHAUSTED", 429),
        ("INTERNAL", 500),
        ("UNIMPLEMENTED", 501),
        ("UNAVAILABLE", 503),
        ("DEADLINE_EXCEEDED", 504),
    ],
)
async def test_a_servers_error_keeps_code_message_and_details(stage: Stage, code: str, status: int) -> None:
    stage.servers["migration"].answers[STATUS] = aborting(grpc.StatusCode[code], f"żółw: {code}", "SOME_REASON")
    reply = await stage.migration.get("/api/migration/jobs/j1/status")
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/json"
    body = reply.json()
    assert (body["code"], body["message"]) == (grpc.StatusCode[code].value[0], f"żółw: {code}")
    assert [(detail["reason"], detail["domain"]) for detail in body["details"]] == [("SOME_REASON", "dataflow.ai")]


async def test_ready_is_503_with_its_own_body(stage: Stage) -> None:
    body = message("dataflow.ops.v1.GetReadinessResponse")(
        status="degraded", reasons=["pgvector_unavailable", "llm_unavailable"]
    )
    stage.servers["copilot"].answers["/dataflow.ops.v1.OpsService/GetReadiness"] = replying(body, x_http_status="503")
    reply = await stage.copilot.get("/ready")
    assert reply.status_code == 503
    assert (reply.json()["status"], reply.json()["reasons"]) == (
        "degraded",
        ["pgvector_unavailable", "llm_unavailable"],
    )
    assert "x-http-status" not in reply.headers


@pytest.mark.parametrize("make", [aborting, aborting_in_trailers], ids=["in headers", "in trailers"])
@pytest.mark.parametrize(
    ("method", "verb", "path"),
    [("UploadExport", "POST", "upload"), ("GetJobStatus", "GET", "jobs/j/status"), ("CompareData", "POST", "compare")],
)
async def test_a_server_can_ask_for_413(stage: Stage, make: Any, method: str, verb: str, path: str) -> None:
    answer = make(grpc.StatusCode.INVALID_ARGUMENT, "too large", "FILE_TOO_LARGE", x_http_status="413")
    stage.servers["migration"].answers[f"/{MIGRATION}.MigrationService/{method}"] = answer
    reply = await stage.migration.request(verb, f"/api/migration/{path}")
    assert (reply.status_code, reply.json()["details"][0]["reason"]) == (413, "FILE_TOO_LARGE")
    assert "x-http-status" not in reply.headers


@pytest.mark.parametrize("nonsense", ["teapot", "99", "600", "12345", ""])
async def test_a_nonsensical_status_is_not_taken_over(stage: Stage, nonsense: str) -> None:
    reply_type = message(f"{MIGRATION}.GetJobStatusResponse")
    stage.servers["migration"].answers[STATUS] = replying(reply_type(), x_http_status=nonsense)
    reply = await stage.migration.get("/api/migration/jobs/j1/status")
    assert (reply.status_code, "x-http-status" in reply.headers) == (200, False)
