"""Every pipeline of the real exports, and of those drawn for each construct, executes on PostgreSQL on made-up rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.generate_powercenter import constructs
from services.migration.parsers import ExportError
from services.migration.pipeline import convert, deliver, parse_export
from services.pipelines.dsl.columns import resolve
from services.pipelines.dsl.document import Document, load
from services.pipelines.runner import Given, RunFailedError, run_on
from services.pipelines.runner.hints import hints
from services.pipelines.runner.on_postgresql import on_postgresql
from services.pipelines.runner.rows import Level, rows, sample_value

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "powercenter"
OVERFLOWS = ("out of range", "overflow")


def refused(document: Document, url: str) -> list[str]:
    """What PostgreSQL refuses, but for results of the largest values that their type can't hold."""
    found = resolve(document)
    told = hints(document, found)
    listed = document.data.get("parameters") or ()
    values = {item["name"]: sample_value(item.get("type", "string")) for item in listed if "default" not in item}
    said = []
    for level in (Level.LARGEST, Level.ODD):
        with on_postgresql(url) as engine:
            try:
                played = run_on(engine, document, Given(rows(found, told, level), parameters=values), heed_guards=False)
                assert all(played.total(sink) >= 0 for sink in played.sinks)
                return said
            except RunFailedError as error:
                if level == Level.ODD or not any(word in error.said for word in OVERFLOWS):
                    return [f"{document.name}: {error}: {' '.join(error.sql.split())[:1500]}"]
    return said


def executed(data: bytes, name: str, url: str) -> tuple[list[str], int]:
    """What is refused, and how many pipelines ran."""
    said, ran = [], 0
    for output in deliver(convert(parse_export(data, name), dialect="postgresql", generated_at="2026-01-01T00:00:00Z")):
        made = load(output.yaml) if output.kind == "pipeline" else None
        if made and not any(each.get("transform") == "manual" for each in made.nodes()):
            said += refused(made, url)
            ran += 1
    return said, ran


@pytest.mark.slow
@pytest.mark.parametrize("name", constructs())
def test_every_construct_executes(name: str, postgres_url: str) -> None:
    try:
        assert executed(constructs()[name], name, postgres_url)[0] == []
    except ExportError:
        assert name.startswith("broken")


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside this tree")
@pytest.mark.parametrize("name", sorted(path.name for path in CORPUS.glob("*.xml") if "malformed" not in path.name))
def test_every_real_file_executes(name: str, postgres_url: str) -> None:
    assert executed((CORPUS / name).read_bytes(), name, postgres_url)[0] == []


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside this tree")
def test_real_files_are_run_at_all(postgres_url: str) -> None:
    path = next(CORPUS.glob("*FLOWLINE*"))
    assert executed(path.read_bytes(), path.name, postgres_url)[1] == 3
