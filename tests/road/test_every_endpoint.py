"""Every documented endpoint of the Copilot under its three mounts, with no model, no catalog and no platform: what can
be answered is, marked for what is missing; the rest says 503 at once; nothing is a 500."""

from __future__ import annotations

import pytest

MOUNTS = ("/api/v1/ai", "/api/v1/copilot", "/api/copilot")
TABLE = {"name": "c", "columns": [{"name": "email", "type": "text"}, {"name": "id", "type": "integer"}]}
NO_MODEL, NO_CATALOG = "llm_unavailable", "catalog_unavailable"

# method, path, body, status, source, one of its degraded_reasons ("" none)
CASES = [
    ("POST", "/chat", {"message": "hello"}, 503, "", ""),
    ("POST", "/chat", {"message": "How many active subscribers were there in January 2026?"}, 200, "verified", ""),
    ("GET", "/chat/stream?message=hello", None, 503, "", ""),
    ("POST", "/suggest", {"language": "sql", "prefix": "SELECT * FROM t "}, 200, "rules", NO_MODEL),
    ("GET", "/insights", None, 200, "fallback", "monitor_service_unavailable"),
    ("POST", "/generate-pipeline", {"prompt": "load a into b"}, 503, "", ""),
    ("POST", "/sql/generate", {"question": "list the emails", "tables": [TABLE]}, 503, "", ""),
    ("POST", "/sql/generate", {"question": "revenue by month in 2025"}, 200, "verified", ""),
    ("POST", "/sql/explain", {"sql": "SELECT a FROM t"}, 200, "rules", NO_MODEL),
    ("POST", "/sql/optimize", {"sql": "SELECT a FROM t WHERE a = 1 OR a = 2"}, 200, "rules", NO_MODEL),
    ("POST", "/sql/validate", {"sql": "SELECT 1"}, 200, "rules", NO_CATALOG),
    ("POST", "/semantic/query", {"question": "revenue by segment in 2025"}, 200, "verified", ""),
    ("POST", "/semantic/query", {"question": "what colour is the sky"}, 200, "llm_unavailable", NO_MODEL),
    ("GET", "/semantic/glossary", None, 200, None, ""),
    ("POST", "/quality/generate-rules", {"description": "email must not be null", "table": TABLE}, 200, "rules", ""),
    ("POST", "/describe/asset", {"fully_qualified_name": "a.b.c.d"}, 200, "rules", NO_CATALOG),
    ("POST", "/catalog/ask", {"question": "How many tables are there?"}, 200, "fallback", NO_CATALOG),
    ("POST", "/diagnose", {"error_message": 'ERROR: relation "x" does not exist'}, 200, "rules", ""),
    ("POST", "/diagnose", {"error_message": "the frobnicator is unhappy"}, 200, "fallback", NO_MODEL),
    ("POST", "/schema/match", {"source": TABLE, "target": TABLE}, 200, "rules", "pgvector_unavailable"),
    ("POST", "/agent/chat", {"message": "list the connections"}, 503, "", ""),
    ("GET", "/provider/status", None, 200, None, ""),
]


@pytest.mark.parametrize("mount", MOUNTS)
@pytest.mark.parametrize(("method", "path", "body", "status", "source", "missing"), CASES)
async def test_what_can_be_answered_is_and_the_rest_says_why(road, mount, method, path, body, status, source, missing):
    reply = await road.copilot.request(method, mount + path, json=body)
    assert reply.status_code == status, reply.text
    told = reply.json()
    if status == 503:
        assert told["details"][0]["reason"] == "LLM_UNAVAILABLE"
    elif source is not None:
        assert told["source"] == source
        assert float(reply.headers["x-copilot-confidence"]) == pytest.approx(told["confidence"])
        assert missing in (*told["degraded_reasons"], "")


@pytest.mark.parametrize("mount", MOUNTS)
async def test_root_causes_are_said_to_be_unknown_where_nothing_answers(road, mount):
    reply = await road.copilot.post(f"{mount}/rca/analyze", json={"pipelineId": "p", "windowHours": 24})
    assert reply.status_code == 200, reply.text
    told = reply.json()
    assert told["hypotheses"] == []
    assert told["confidence"] <= 0.1
    assert "monitor_service_unavailable" in told["degradedReasons"]


@pytest.mark.parametrize("mount", MOUNTS)
@pytest.mark.parametrize("path", ["/agent/status/nothing", "/schema/match/nothing"])
async def test_what_is_not_there_is_not_found(road, mount, path):
    assert (await road.copilot.get(mount + path)).status_code == 404
