"""SQL validation over REST, under the three mounts."""

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
