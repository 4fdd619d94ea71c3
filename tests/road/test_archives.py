"""A project uploaded with a form over REST, to its documents."""

from __future__ import annotations

import yaml

from tests.migration.archives.packed import packed
from tests.migration.archives.test_project import PROJECT
from tests.road.test_migration import MOUNTS, form


async def test_a_project_over_rest(road):
    mount = MOUNTS[0]
    reply = await road.migration.post(f"{mount}/upload", files=form(packed(PROJECT), "Sales.ispac"))
    assert reply.status_code == 200, reply.text
    job = reply.json()
    assert (job["status"], job["migration_type"], job["filename"]) == ("completed", "ssis", "Sales.ispac")
    text = (await road.migration.get(f"{mount}/jobs/{job['job_id']}/download", params={"format": "yaml"})).text
    assert [document["name"] for document in yaml.safe_load_all(text)] == ["Load.Load", "pkg", "Load"]


async def test_an_archive_that_leads_elsewhere_is_a_400(road):
    reply = await road.migration.post(f"{MOUNTS[0]}/upload", files=form(packed({"../x.dtsx": b"x"}), "x.zip"))
    assert reply.status_code == 400
    assert reply.json()["details"][0]["reason"] == "UNSAFE_ARCHIVE"
    assert "'../x.dtsx'" in reply.json()["message"]
