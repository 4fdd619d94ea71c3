"""A batch over REST, and a verdict on one of its objects."""

from __future__ import annotations

import asyncio

import pytest

from tests.migration.server.test_batch import SMALL, renamed, zipped
from tests.road.test_migration import MOUNTS

ARCHIVE = zipped({"a/sales.xml": SMALL, "b/sales.xml": renamed(2), "readme.txt": "x"})
SENT = {
    "form": {"files": {"file": ("all.zip", ARCHIVE, "application/zip")}},
    "zip": {"content": ARCHIVE, "headers": {"content-type": "application/zip"}, "params": {"filename": "all.zip"}},
}


@pytest.mark.parametrize("mount", MOUNTS)
@pytest.mark.parametrize("way", SENT)
async def test_a_batch_over_rest(road, mount, way):
    created = await road.migration.post(f"{mount}/batches", **SENT[way])
    assert created.status_code == 200, created.text
    batch = created.json()
    assert (batch["total"], batch["failed"], batch["filename"]) == (2, 0, "all.zip")
    assert batch["skipped"] == [{"path": "readme.txt", "reason": "NOT_AN_EXPORT"}]
    async with asyncio.timeout(30):
        while batch["status"] in {"queued", "running"}:
            await asyncio.sleep(0.1)
            batch = (await road.migration.get(f"{mount}/batches/{batch['batch_id']}")).json()
    assert (batch["status"], batch["done"], batch["eta_seconds"]) == ("completed", 2, 0)
    after = (await road.migration.post(f"{mount}/batches/{batch['batch_id']}/cancel", json={})).json()
    assert after["status"] == "completed"


async def test_a_verdict_over_rest(road):
    sent = await road.migration.post("/api/migration/upload", files={"file": ("sales.xml", SMALL, "text/xml")})
    at = f"/api/migration/jobs/{sent.json()['job_id']}"
    reply = await road.migration.post(
        f"{at}/objects/FIL_ACTIVE/override", json={"action": "mark_wrong", "comment": "no"}
    )
    assert reply.status_code == 200, reply.text
    marked = reply.json()
    assert (marked["confidence"], marked["review"]["action"], marked["review"]["comment"]) == (0, "mark_wrong", "no")
    report = (await road.migration.get(f"{at}/report")).json()
    assert report["manual_required"] == 1
    assert (await road.migration.get(f"{at}/status")).json()["status_reason"] == "RELEASE_BLOCKED"
    refused = await road.migration.post(f"{at}/objects/FIL_ACTIVE/override", json={"action": "edit", "yaml": "x: ["})
    assert (refused.status_code, refused.json()["details"][0]["reason"]) == (400, "BAD_EDIT")
