"""`dataflow-ai … --server` against the real servers behind Envoy: what comes back is what this machine makes of it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest

from tests.migration.server.test_batch import SMALL

LEFT, RIGHT = "id;total\n1;10\n2;20\n", "id;total\n1;10\n2;25\n3;30\n"


async def command(*arguments):
    """(exit code, standard output, standard error) of the command; the servers run in this process meanwhile."""
    line = [sys.executable, "-m", "services.cli.main", *map(str, arguments)]
    done = await asyncio.to_thread(subprocess.run, line, capture_output=True, text=True, check=False, timeout=300)
    return done.returncode, done.stdout, done.stderr


def told(text):
    """Files of `convert --json`, without what differs from run to run."""
    return {
        each["file"]: {name: value for name, value in each.items() if name != "seconds"}
        for each in json.loads(text)["files"]
    }


@pytest.mark.slow
async def test_an_estate_on_a_server_is_that_of_this_machine(road, tmp_path):
    url = f"http://127.0.0.1:{road.migration_port}"
    exports = tmp_path / "exports"
    for number in range(5):
        path = exports / f"area{number % 2}" / "sales.xml" if number < 2 else exports / f"{number}.xml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(SMALL.replace(b"m_active", b"m_cli%d" % number))
    (exports / "empty.xml").write_bytes(b"")
    there = await command("convert", exports, "-o", tmp_path / "there", "--server", url, "--json")
    here = await command("convert", exports, "-o", tmp_path / "here", "--json")
    assert there[0] == here[0] == 1  # one is empty
    mine, theirs = told(here[1]), told(there[1])
    assert theirs.pop("empty.xml")["status"] == mine.pop("empty.xml")["status"] == "failed"
    assert theirs == mine
    listed = (await road.migration.get("/api/v1/migration/jobs", params={"page_size": 100})).json()["items"]
    assert len({job["batch_id"] for job in listed if job["filename"] in {"2.xml", "3.xml", "4.xml"}} - {""}) == 1
    job = next(job["job_id"] for job in listed if job["filename"] == "4.xml")
    code, out, err = await command("validate", job, "--server", url, "--json")
    assert (code, err, json.loads(out)["total"]) == (0, "", {"jobs": 1, "valid": 1, "errors": 0, "warnings": 0})


@pytest.mark.slow
async def test_a_comparison_by_a_server_is_that_of_this_machine(road, tmp_path):
    files = tmp_path / "left.csv", tmp_path / "right.csv"
    for path, text in zip(files, (LEFT, RIGHT), strict=True):
        path.write_text(text)
    url = f"http://127.0.0.1:{road.migration_port}"
    there, here = [
        await command("compare", *files, "--keys", "id", "--json", *more) for more in (("--server", url), ())
    ]
    found, wanted = json.loads(there[1]), json.loads(here[1])
    assert there[0] == here[0] == 1
    for name in ("equal", "row_count_left", "row_count_right", "only_left", "only_right", "differing", "samples"):
        assert found[name] == wanted[name]
    code, _, err = await command("compare", "@nowhere:t", files[0], "--server", url)
    assert (code, "COMPARE_CONNECTIONS names none such" in err) == (2, True)
