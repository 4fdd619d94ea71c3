"""One export from bytes to gate: on every generated construct, and on the public corpus where it is at hand."""

from __future__ import annotations

import pickle
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from benchmarks.generate_powercenter import constructs, generate
from services.migration import pipeline
from services.migration.ast import Tool
from services.migration.expressions.sql.dialects import DIALECTS
from services.migration.gate import Outcome
from services.migration.parsers import ExportError
from services.migration.pipeline import Migration, migrate
from services.pipelines.dsl.document import load_all
from services.pipelines.severity import Severity

AT = "2026-01-01T00:00:00Z"
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "powercenter"
FILES = sorted(path for path in CORPUS.glob("*.xml") if "malformed" not in path.name) if CORPUS.is_dir() else []
CONSTRUCTS = constructs()
NOT_RELEASED = {
    "aggregator_without_group": set(),
    "expression_with_state": {"MANUAL_CONVERSION", "LOW_OVERALL_CONFIDENCE"},
    "http": {"MANUAL_CONVERSION", "LOW_OVERALL_CONFIDENCE"},
    "java": {"MODEL_UNAVAILABLE", "LOW_OVERALL_CONFIDENCE"},
    "sql_transform": {"MODEL_UNAVAILABLE", "LOW_OVERALL_CONFIDENCE"},
    "stored_procedure": {"MODEL_UNAVAILABLE", "LOW_OVERALL_CONFIDENCE"},
    "normalizer": {"LOW_CONFIDENCE"},
    "transaction_control": {"LOW_CONFIDENCE"},
    "parameters": {"LOW_CONFIDENCE"},
}


def expressions(document: dict[str, Any]) -> list[str]:
    """Every SQL text in the document's own dialect."""
    found: list[str] = []
    for node in document["nodes"]:
        config = node.get("config", {})
        if config.get("dialect"):
            continue
        found += [config[key] for key in ("condition", "strategy") if len(str(config.get(key, "")).split()) > 1]
        found += [text for text in config.get("group_by", ()) if isinstance(text, str)]
        for part in (*config.get("columns", ()), *config.get("variables", ()), *config.get("branches", ())):
            found += [part[key] for key in ("expression", "condition") if key in part]
    return found


def nothing_is_lost(result: Migration) -> None:
    """Every instance of every mapping is in the report and in the pipeline."""
    ast = result.result
    for mapping in ast.mappings:
        in_pipeline = {node["origin"]["object"] for node in mapping.pipeline["nodes"]}
        in_report = {item.name for item in result.report.objects if item.mapping == mapping.mapping}
        objects = {item.object for item in mapping.objects}
        assert objects == in_pipeline == in_report
        assert sum(len(item.nodes) for item in mapping.objects) == len(mapping.pipeline["nodes"])


@pytest.mark.parametrize("name", CONSTRUCTS)
@pytest.mark.parametrize("dialect", ["postgresql", "duckdb"])
def test_construct(name: str, dialect: str) -> None:
    result = migrate(CONSTRUCTS[name], f"{name}.xml", dialect=dialect, generated_at=AT)
    parsed = pipeline.parse_export(CONSTRUCTS[name], f"{name}.xml")
    for mapping, converted in zip(parsed.mappings, result.result.mappings, strict=True):
        names = {item.name for item in (*mapping.sources, *mapping.transformations, *mapping.targets)}
        assert {item.object for item in converted.objects} == names
    nothing_is_lost(result)
    assert not result.structure.errors
    assert {issue.code for issue in result.release.blocking} == NOT_RELEASED.get(name, set())
    for document in load_all(result.text):
        for text in expressions(document.data) if not document.is_orchestration else ():
            sqlglot.parse_one(text, dialect=DIALECTS[dialect].sqlglot)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:40])
def test_corpus_file(path: Path) -> None:
    result = migrate(path.read_bytes(), path.name, generated_at=AT)
    nothing_is_lost(result)
    assert not result.structure.errors


@pytest.mark.parametrize("dialect", ["postgresql", "snowflake", "teradata", "sap_hana", "mssql", "duckdb"])
def test_every_dialect_parses_back(dialect: str) -> None:
    result = migrate(generate(mappings=3, seed=5), "g.xml", dialect=dialect, generated_at=AT)
    assert not result.structure.errors
    for mapping in result.result.mappings:
        for text in expressions(mapping.pipeline):
            assert isinstance(sqlglot.parse_one(text, dialect=DIALECTS[dialect].sqlglot), exp.Expr)


def flowline() -> bytes:
    found = next((path for path in FILES if "FLOWLINE" in path.name), None)
    if found is None:
        pytest.skip("the public corpus is not at hand")
    return found.read_bytes()


def test_flowline_is_converted_as_a_whole() -> None:
    result = migrate(flowline(), "FLOWLINE.xml", generated_at=AT)
    kinds = Counter(item.source_type for mapping in result.result.mappings for item in mapping.objects)
    assert {kind: kinds[kind] for kind in ("Source Qualifier", "Expression", "Joiner", "Sorter", "Aggregator")} == {
        "Source Qualifier": 28,
        "Expression": 25,
        "Joiner": 16,
        "Sorter": 15,
        "Aggregator": 9,
    }
    assert (kinds["Router"], kinds["Union Transformation"], kinds["Filter"]) == (2, 2, 1)
    assert [document.kind for document in result.documents] == ["pipeline"] * 3 + ["orchestration"]
    # Its ports and targets are narrower than what feeds them: made-up extremes overflow, as they would in the tool.
    assert {finding.code for finding in result.structure.findings} <= {"ROW_ERROR"}
    assert all(finding.severity is Severity.INFO for finding in result.structure.findings)
    assert all(check.passed for check in result.validation.checks)
    assert result.release.outcome is Outcome.COMPLETED_WITH_WARNINGS
    assert not any(item.target_type == "manual" for mapping in result.result.mappings for item in mapping.objects)
    codes = Counter(issue.code for issue in result.report.issues)
    assert codes["VARIABLE_READ_AFTER_ASSIGNMENT"] == 5
    assert codes["CROSSED_COLUMNS"] == 4


def test_stages_are_told_in_order() -> None:
    seen: list[str] = []
    migrate(CONSTRUCTS["filter"], "f.xml", on_stage=seen.append)
    assert seen == ["parsing", "parsed", "converting", "validating", "validated", "completed"]


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = (migrate(CONSTRUCTS["router"], "f.xml", generated_at=AT) for _ in range(2))
    assert first.text == second.text
    assert first.report == second.report
    assert "2026-01-01T00:00:00Z" in first.text


def test_a_migration_runs_in_another_process() -> None:
    data = CONSTRUCTS["lookup"]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = pool.submit(migrate, data, "l.xml", generated_at=AT).result(timeout=120)
    assert found == migrate(data, "l.xml", generated_at=AT)
    assert len(pickle.dumps(found)) < 200_000


@pytest.mark.parametrize(
    ("data", "tool", "said"),
    [
        (b"", None, "is empty"),
        (b"<HTML></HTML>", None, "HTML page"),
        (CONSTRUCTS["filter"], Tool.SSIS, "not from SSIS"),
    ],
)
def test_a_file_that_is_no_export_is_refused(data: bytes, tool: Tool | None, said: str) -> None:
    with pytest.raises(ExportError, match=said):
        migrate(data, "x.xml", tool=tool)


def test_mappings_of_one_name_in_two_folders_keep_apart() -> None:
    ast = pipeline.parse_export(CONSTRUCTS["filter"], "f.xml")
    mapping = ast.mappings[0]
    twice = replace(ast, mappings=(mapping, replace(mapping, folder="OTHER")))
    result = pipeline.convert(twice, generated_at=AT)
    assert [item.mapping for item in result.mappings] == [f"{mapping.folder}.{mapping.name}", f"OTHER.{mapping.name}"]
    assert [item.pipeline["metadata"]["source_object"] for item in result.mappings] == [mapping.name] * 2


def test_an_export_without_mappings_completes_with_a_warning() -> None:
    ast = replace(pipeline.parse_export(CONSTRUCTS["filter"], "f.xml"), mappings=())
    result = pipeline.convert(ast, generated_at=AT)
    assert result.mappings == ()
