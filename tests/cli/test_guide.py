"""The migration guide followed step by step, as a newcomer would: every command block of the page, in order."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.generate_powercenter import generate
from tests.cli.conftest import EXPORT

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "migration-guide.md"
ROOT = GUIDE.parents[1]


def blocks() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with exports, and `dataflow-ai` on the path."""
    folder = tmp_path_factory.mktemp("guide")
    exports = folder / "exports"
    (exports / "sales").mkdir(parents=True)
    (exports / "copy.xml").write_text(EXPORT)
    (exports / "sales" / "generated.xml").write_bytes(generate(mappings=1, columns=4, seed=3))
    (exports / "sales" / "copy.xml").write_text(EXPORT.replace('NAME="m_copy"', 'NAME="m_again"'))
    command = folder / "bin" / "dataflow-ai"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m services.cli.main "$@"\n')
    command.chmod(0o755)
    return folder


def follow(folder: Path, block: str) -> subprocess.CompletedProcess[str]:
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "NO_PROXY": "*"}
    return subprocess.run(["sh", "-c", block], cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_every_step_of_the_guide_does_what_it_says(place):
    assert len(blocks()) >= 8
    codes = {0, 3}  # 3: something is left for a person, as the guide says of generated exports
    for block in blocks():
        ended = follow(place, block)
        assert ended.returncode in codes, (block, ended.stdout, ended.stderr)
        assert "Traceback" not in ended.stderr
    assert (place / "assessment.html").read_text().startswith("<!doctype html>")
    files = json.loads((place / "converted.json").read_text())["files"]
    assert [each["file"] for each in files] == ["copy.xml", "sales/copy.xml", "sales/generated.xml"]
    again = json.loads((place / "again.json").read_text())["total"]
    assert again["unchanged"] == again["files"] == 3
    total = next(csv.DictReader((place / "batch.csv").read_text().splitlines()))
    assert int(total["objects"]) == again["objects"]
    assert "<svg" in (place / "copy.html").read_text()
    assert json.loads((place / "lineage.json").read_text())["columns"]
    events = json.loads((place / "openlineage.json").read_text())
    assert {event["job"]["namespace"] for event in events} == {"warehouse"}
    assert (place / "ran" / "customers_out.csv").exists()
    valid = json.loads((place / "valid.json").read_text())["total"]
    assert valid["files"] == valid["valid"] == len(list((place / "out").rglob("*.yaml")))
    assert valid["executed"] > 0
    assert json.loads((place / "comparison.json").read_text())["equal"] is True
    assert "3 people, 25 hours a week each" in (place / "batch.html").read_text()


def test_every_command_of_the_guide_is_one_that_there_is(run):
    text = GUIDE.read_text(encoding="utf-8")
    named = set(re.findall(r"^(?:\$ )?dataflow-ai ([a-z][a-z-]*)", text, re.MULTILINE))
    named |= set(re.findall(r"`dataflow-ai ([a-z][a-z-]*)", text))
    assert {"assess", "convert", "validate", "compare", "serve"} <= named
    for command in named:
        assert run(command, "--help")[0] == 0, command


def test_the_guide_names_only_pages_that_exist():
    for name in re.findall(r"\]\(([\w./-]+)\)", GUIDE.read_text(encoding="utf-8")):
        assert (GUIDE.parent / name).exists(), name
