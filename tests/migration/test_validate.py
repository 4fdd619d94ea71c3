from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.migration.conversion import ConversionResult, ConversionSource, Issue
from services.migration.validate import Validation, as_dict, validate_conversion
from services.pipelines.dsl.document import dump, dump_all
from services.pipelines.severity import Severity
from services.pipelines.structure import STRUCTURAL_CHECKS, check_of, validate_structure, with_execution
from tests.migration.conversions import FILTER, item, mapping, released, result
from tests.pipelines.dsl.samples import CUSTOMERS, node, pipeline

LEGACY = {"tool": "powercenter", "object": "SQ", "source": "rule_engine"}
MANUAL = node("manual", {"original": "int x;", "original_type": "Java", "reason": "code", "todo": "write it"})


def truncating(origin: bool) -> dict[str, Any]:
    source = {**CUSTOMERS, "config": {**CUSTOMERS["config"], "pre_sql": "TRUNCATE TABLE s", "dialect": "oracle"}}
    return pipeline(FILTER, sources=({**source, "origin": LEGACY} if origin else source,))


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in pipeline(FILTER).items() if name != key}


def cyclic() -> dict[str, Any]:
    edges = [("customers", "a"), ("b", "a"), ("a", "b"), ("b", "target")]
    where = {"condition": "status = 'A'"}
    return pipeline(
        node("sql_where", where, "a"), node("sql_where", where, "b"), edges=[{"from": s, "to": t} for s, t in edges]
    )


@pytest.mark.parametrize(
    ("text", "check", "severity"),
    [
        ("name: [", "yaml_syntax", "error"),
        ("name: a\nname: b", "yaml_syntax", "error"),
        (dump(without("nodes")), "required_keys", "error"),
        (dump(without("name")), "required_keys", "error"),
        (dump(pipeline(node("sql_wher", {}))), "node_schema", "error"),
        (dump(pipeline(node("sql_where", {"condition": "nope = 1"}))), "node_schema", "error"),
        (dump(pipeline(FILTER, edges=[{"from": "customers", "to": "stepp"}])), "edge_references", "error"),
        (dump(cyclic()), "dependencies", "error"),
        (dump(truncating(origin=False)), "dangerous_sql", "error"),
        (dump(truncating(origin=True)), "dangerous_sql", "warning"),
        (dump_all([pipeline(FILTER), pipeline(FILTER)]), "node_schema", "error"),
    ],
)
def test_each_structural_check_finds_its_own(text: str, check: str, severity: str) -> None:
    found = validate_structure(text)
    assert check in STRUCTURAL_CHECKS
    assert {finding.severity.value for finding in found.of_check(check)} == {severity}
    assert found.is_valid is (severity == "warning")
    assert all(issue.startswith(("ERROR: ", "WARNING: ")) for issue in found.issues)
    if check != "edge_references":  # an unknown end also leaves a node without its input
        assert {check_of(finding) for finding in found.findings} == {check}


@pytest.mark.parametrize(
    "document",
    [
        pipeline(FILTER),
        pipeline(MANUAL),
        {"name": "wf", "orchestration": {"tasks": [{"id": "a", "type": "pipeline", "pipeline": "p"}]}},
    ],
)
def test_good_documents_are_valid(document: dict[str, Any]) -> None:
    found = validate_structure(dump(document))
    assert (found.is_valid, found.issues, len(found.documents)) == (True, (), 1)


def test_a_warning_does_not_make_invalid() -> None:
    unread = {**CUSTOMERS, "id": "unread"}
    edges = [{"from": "customers", "to": "step"}, {"from": "step", "to": "target"}]
    found = validate_structure(dump(pipeline(FILTER, sources=(CUSTOMERS, unread), edges=edges)))
    assert found.is_valid
    assert [finding.code for finding in found.warnings] == ["UNUSED_NODE"]


@pytest.mark.parametrize(
    ("tasks", "said"),
    [
        ([("a", ["b"]), ("b", ["a"])], "a → b"),
        ([("a", []), ("a", [])], "used twice"),
        ([("load", []), ("b", ["laod"])], "Did you mean 'load'?"),
        ([("a", []), ("b", ["a"])], ""),
    ],
)
def test_orchestrations_are_checked(tasks: list[tuple[str, list[str]]], said: str) -> None:
    listed = [{"id": name, "type": "pipeline", "pipeline": "p", "depends_on": before} for name, before in tasks]
    found = validate_structure(dump({"name": "wf", "orchestration": {"tasks": listed}}))
    assert found.is_valid is (said == "")
    assert said == "" or said in found.issues[0]


CHECKS = (
    "yaml_syntax",
    "sql_safety",
    "transform_coverage",
    "confidence",
    "node_completeness",
    "mapping_issues",
    "executes",
)


def checked(conversion: ConversionResult, text: str | None = None) -> Validation:
    return validate_conversion(released(conversion) if text is None else text, conversion)


def failing(validation: Validation) -> list[str]:
    return [check.name for check in validation.checks if not check.passed]


def test_a_good_conversion_passes_every_check() -> None:
    validation = checked(result(item()))
    assert tuple(check.name for check in validation.checks) == CHECKS
    assert failing(validation) == []
    assert as_dict(validation)["is_valid"] is True
    assert as_dict(validation)["checks"][0] == {
        "name": "yaml_syntax",
        "passed": True,
        "severity": "error",
        "message": "The YAML is well-formed and every reference resolves",
        "issues": [],
    }


LOST = item("JAVA", 0.0, target_type="manual", source=ConversionSource.UNSUPPORTED)
ISSUE = Issue(Severity.ERROR, "DANGLING", "the port PRICE leads nowhere", mapping="m_x", object="EXP")
NO_SINK = {**pipeline(FILTER), "nodes": pipeline(FILTER)["nodes"][:-1], "edges": [{"from": "customers", "to": "step"}]}


@pytest.mark.parametrize(
    ("conversion", "text", "name"),
    [
        (result(item()), "name: [", "yaml_syntax"),
        (replace(result(item()), mappings=(mapping(item(), document=truncating(origin=False)),)), None, "sql_safety"),
        (result(item(), LOST, LOST), None, "transform_coverage"),
        (result(item(confidence=0.59)), None, "confidence"),
        (replace(result(item()), mappings=(mapping(item(), document=NO_SINK),)), None, "node_completeness"),
        (result(item(issues=(ISSUE,))), None, "mapping_issues"),
        (result(item(), issues=(ISSUE,)), None, "mapping_issues"),
    ],
)
def test_each_check_fails_for_its_own_reason(conversion: ConversionResult, text: str | None, name: str) -> None:
    validation = checked(conversion, text)
    assert name in failing(validation)
    assert not validation.is_valid
    check = next(check for check in validation.checks if check.name == name)
    assert check.message
    assert check.issues or name == "confidence"


@pytest.mark.parametrize(
    ("conversion", "passed"),
    [
        (result(item(), LOST), {"transform_coverage": True, "confidence": False}),
        (result(item(confidence=0.60)), {"transform_coverage": True, "confidence": True}),
        (ConversionResult(), {"transform_coverage": True, "confidence": True}),
    ],
)
def test_bounds_belong_to_the_passing_side(conversion: ConversionResult, passed: dict[str, bool]) -> None:
    text = released(conversion) if conversion.mappings else dump(pipeline(FILTER))
    found = {check.name: check.passed for check in checked(conversion, text).checks}
    assert {name: found[name] for name in passed} == passed


MANUAL = {"original": "<x/>", "original_type": "Java", "reason": "Java is not read", "todo": "Write it in SQL"}
BROKEN = {**pipeline(node("sql_where", {"condition": "nonsense(status)"})), "name": "m_x"}
UNCONVERTED = {**pipeline(node("manual", MANUAL)), "name": "m_x"}


@pytest.mark.parametrize(
    ("document", "passed", "message", "issue"),
    [
        (pipeline(FILTER), True, "1 of 1 pipelines ran over made-up rows", ""),
        (BROKEN, False, "1 of 1 pipelines ran over made-up rows; 1 of them failed", "ERROR: node 'step'"),
        (UNCONVERTED, True, "0 of 1 pipelines ran over made-up rows", "WARNING: node 'step'"),
        (NO_SINK | {"name": ""}, True, "0 of 1 pipelines ran over made-up rows", ""),
    ],
)
def test_every_sound_pipeline_is_executed(document: dict[str, Any], passed: bool, message: str, issue: str) -> None:
    check = checked(result(item()), dump(document)).checks[-1]
    assert (check.name, check.passed, check.message) == ("executes", passed, message)
    assert [text[: len(issue)] for text in check.issues] == ([issue] if issue else [])


def test_runs_of_many_pipelines_share_a_bound() -> None:
    found = with_execution(validate_structure(dump(pipeline(FILTER))), seconds=0.0)
    assert found.executed == 0
    assert [finding.code for finding in found.findings] == ["NOT_EXECUTED"]


def test_the_tools_own_truncate_only_warns() -> None:
    validation = checked(replace(result(item()), mappings=(mapping(item(), document=truncating(origin=True)),)))
    safety = validation.checks[1]
    assert validation.is_valid
    assert safety.passed
    assert safety.issues[0].startswith("WARNING: node 'customers'")
