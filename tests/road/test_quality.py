"""Quality rules over REST, under the three mounts, with no provider configured."""

from __future__ import annotations

import pytest

MOUNTS = ("/api/v1/ai", "/api/v1/copilot", "/api/copilot")
TABLE = {
    "name": "customers",
    "columns": [{"name": "pesel", "type": "char(11)"}, {"name": "revenue", "type": "numeric"}],
}


@pytest.mark.parametrize("mount", MOUNTS)
async def test_rules_are_read_and_tried_under_every_mount(road, mount):
    rows = [{"pesel": "1", "revenue": -2}, {"pesel": "44051401359", "revenue": 0}]
    body = {"description": "PESEL must be valid. Przychód nie może być ujemny", "table": TABLE, "sample_rows": rows}
    reply = await road.copilot.post(f"{mount}/quality/generate-rules", json=body)
    assert reply.status_code == 200
    made = reply.json()
    assert [rule["type"] for rule in made["rules"]] == ["REGEX", "RANGE"]
    assert [rule["dry_run"] for rule in made["rules"]] == [{"rows": 2, "failing": 1, "error": ""}] * 2
    assert made["source"] == "rules"
    assert reply.headers["x-copilot-confidence"] == f"{made['confidence']:g}"


async def test_what_needs_a_model_is_named_where_there_is_none(road):
    body = {"description": "revenue must be lovely", "table": TABLE}
    reply = await road.copilot.post("/api/v1/ai/quality/generate-rules", json=body)
    assert reply.status_code == 200
    made = reply.json()
    assert made["rules"] == []
    assert made["degraded_reasons"] == ["llm_unavailable"]
    assert any("lovely" in warning for warning in made["warnings"])


async def test_an_empty_description_is_a_bad_request(road):
    reply = await road.copilot.post("/api/v1/ai/quality/generate-rules", json={"description": ""})
    assert reply.status_code == 400
