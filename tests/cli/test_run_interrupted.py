"""Ctrl-C: the command ends, says no more than that, and leaves nothing behind."""

import signal
import subprocess
import sys
import time

import pytest
import yaml

from services.pipelines.runner.on_postgresql import on_postgresql
from tests.cli.conftest import hear_interrupts
from tests.cli.test_run import PIPELINE

BEGUN_SECONDS = 60.0


@pytest.fixture
def endless(tmp_path):
    """A pipeline that puts every row of three sources beside every other."""
    sources = [{**PIPELINE["nodes"][0], "id": f"s{number}"} for number in range(3)]
    steps = [
        {
            "id": f"step{number}",
            "type": "transformation",
            "transform": "append",
            "depends_on": [left, right],
            "config": {"left": left, "right": right, "columns": [{"name": "id", "expression": "l.id + r.id"}]},
        }
        for number, (left, right) in enumerate((("s0", "s1"), ("step0", "s2")))
    ]
    sink = {**PIPELINE["nodes"][2], "depends_on": ["step1"]}
    document = {"name": "m_endless", "nodes": [*sources, *steps, sink]}
    path = tmp_path / "m_endless.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    rows = tmp_path / "rows.csv"
    rows.write_text("id\n" + "1\n" * 20000)
    return [str(path), *(part for number in range(3) for part in ("--input", f"s{number}={rows}"))]


def is_busy(url):
    with on_postgresql(url) as engine:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '%INSERT INTO%'"
        return engine.fetch(asked)[0][0] > 0


@pytest.mark.slow
def test_on_postgresql(endless, postgres_database):
    command = [sys.executable, "-m", "services.cli.main", "run", *endless, "--engine", "postgresql"]
    until = time.monotonic() + BEGUN_SECONDS
    with subprocess.Popen(
        [*command, "--database", postgres_database],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear_interrupts,
    ) as process:
        try:
            while not is_busy(postgres_database):
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < until
                time.sleep(0.1)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=BEGUN_SECONDS)
        finally:
            process.kill()
    until = time.monotonic() + BEGUN_SECONDS
    assert process.returncode == 130
    assert "Traceback" not in out + err
    while is_busy(postgres_database):
        assert time.monotonic() < until
        time.sleep(0.1)
