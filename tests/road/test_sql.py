"""SQL checked and written over REST, under the three mounts, with no provider configured."""

from __future__ import annotations

import pytest

MOUNTS = ("/api/v1/ai", "/api/v1/copilot", "/api/copilot")
TABLES = [{"name": "orders", "columns": [{"name": "id", "type": "integer"}, {"name": "total", "type": "numeric"}]}]


@pytest.mark.parametrize("mount", MOUNTS)
async def test_a_statement_is_checked_under_every_mount(road, mount):
    body = {"sql": "SELECT totl FROM orders", "dialect": "postgresql", "tables": TABLES}
    reply = await road.copilot.post(f"{mount}/sql/validate", json=body)
    assert reply.status_code == 200
    found = reply.json()
    assert found["is_valid"] is False
    assert [error["code"] for error in found["errors"]] == ["UNKNOWN_COLUMN"]
    assert found["errors"][0]["nearest"] == ["total"]
    assert found["source"] == "rules"
    assert found["tables_referenced"] == ["orders"]


async def test_an_empty_statement_is_a_bad_request(road):
    reply = await road.copilot.post("/api/v1/ai/sql/validate", json={"sql": ""})
    assert reply.status_code == 400


@pytest.mark.parametrize("mount", MOUNTS)
async def test_a_question_that_the_glossary_covers_is_answered_without_a_model(road, mount):
    body = {"question": "Przychody według regionu w 2025", "dialect": "mssql"}
    reply = await road.copilot.post(f"{mount}/sql/generate", json=body)
    assert reply.status_code == 200
    made = reply.json()
    assert made["sql"].startswith(("SELECT", "WITH"))
    assert (made["source"], made["verified"], made["metrics_used"]) == ("verified", True, ["revenue"])
    assert made["degraded_reasons"] == ["catalog_unavailable"]
    assert reply.headers["x-copilot-confidence"] == f"{made['confidence']:g}"


@pytest.mark.parametrize("mount", MOUNTS)
async def test_a_question_that_needs_a_model_says_that_there_is_none(road, mount):
    body = {"question": "Which orders were above average?", "dialect": "postgresql", "tables": TABLES}
    reply = await road.copilot.post(f"{mount}/sql/generate", json=body)
    assert reply.status_code == 503
    assert "LLM_UNAVAILABLE" in reply.text


async def test_a_question_of_no_words_is_a_bad_request(road):
    reply = await road.copilot.post("/api/v1/ai/sql/generate", json={"question": " "})
    assert reply.status_code == 400
