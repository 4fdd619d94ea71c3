from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from services.migration.ast import (
    FieldGroup,
    InventoryItem,
    MappingAST,
    Origin,
    SourceDefinition,
    Tool,
    Transformation,
    TransformationField,
    WorkflowAST,
)
from services.migration.conversion import ConversionResult, ConversionSource, Issue, Review
from services.migration.gate import decide
from services.migration.report import RENDERERS, MigrationReport, build_report, to_csv, to_html, to_json
from services.migration.report.complexity import (
    Measures,
    classify,
    count_calls,
    highest,
    measure_mapping,
    measure_pipeline,
)
from services.migration.report.effort import estimate, outcome
from services.migration.report.lineage import pipeline_lineage
from services.pipelines.severity import Severity
from services.pipelines.structure import ValidationResult
from tests.migration.conversions import item, mapping, result
from tests.pipelines.dsl.samples import CUSTOMERS, ORDERS, node, pipeline

MANUAL = item("JAVA", 0.0, source_type="Java", target_type="manual", source=ConversionSource.UNSUPPORTED)
LLM = item("PROC", 0.7, source=ConversionSource.LLM, requires_manual_review=True)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "auto_converted"),
        ({"confidence": 0.85}, "auto_converted"),
        ({"confidence": 0.849}, "needs_review"),
        ({"requires_manual_review": True}, "needs_review"),
        ({"confidence": 0.60}, "needs_review"),
        ({"confidence": 0.59}, "manual_required"),
        ({"target_type": "manual"}, "manual_required"),
        ({"source": ConversionSource.UNSUPPORTED}, "manual_required"),
        ({"source": ConversionSource.LLM_UNAVAILABLE}, "manual_required"),
    ],
)
def test_every_object_has_one_outcome(changes: dict[str, Any], expected: str) -> None:
    assert outcome(replace(item(), **changes)) == expected


@pytest.mark.parametrize(
    ("conversion", "hours"),
    [
        (ConversionResult(), (0, 0, 0, 0, 0, 0)),
        (result(item()), (0.25, 0, 0, 0.5, 4.0, 4.75)),
        (result(item(), LLM), (0.25, 2.0, 1.0, 0.5, 4.0, 7.75)),
        (result(item(), MANUAL), (0.25, 4.0, 0, 0.5, 4.0, 8.75)),
        (ConversionResult((mapping(item()), mapping(item(), name="b"))), (0.5, 0, 0, 1.0, 4.0, 5.5)),
    ],
)
def test_effort(conversion: ConversionResult, hours: tuple[float, ...]) -> None:
    found = estimate(conversion)
    assert (
        found.base_hours,
        found.review_hours,
        found.llm_hours,
        found.testing_hours,
        found.integration_hours,
        found.total_hours,
    ) == hours


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        (Measures(components=9, calls=9, lookups=3, sources=1, targets=1, long_expressions=1), "simple"),
        (Measures(joins=1), "medium"),
        (Measures(sources=2), "medium"),
        (Measures(long_expressions=2), "medium"),
        (Measures(sources=2, targets=2), "medium"),
        (Measures(sources=2, targets=2, joins=1), "complex"),
        (Measures(restructures=1), "complex"),
        (Measures(lookups=7), "complex"),
        (Measures(components=20, calls=20), "complex"),
        (Measures(components=20, calls=20, restructures=1), "very_complex"),
        (Measures(components=50), "very_complex"),
        (Measures(long_expressions=8), "very_complex"),
        (Measures(lookups=15), "very_complex"),
    ],
)
def test_complexity_classes(measures: Measures, expected: str) -> None:
    assert classify(measures) == expected


def test_an_export_is_as_complex_as_its_most_complex_mapping() -> None:
    assert highest(["simple", "complex", "medium"]) == "complex"
    assert highest([]) == "simple"


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("A + B", 0),
        ("IIF(ISNULL(A), 'f(x) g(y)', SUBSTR(B, 1))", 3),
        ("A -- f(x)\n+ TRIM (B)", 1),
        ("A IN (1, 2) AND (B > 1)", 0),
        (":LKP.lkp_x(A)", 1),
        ("'it''s f(x)'", 0),
    ],
)
def test_calls(text: str, calls: int) -> None:
    assert count_calls(text) == calls


WHERE = Origin("wf.xml", 3, "MAPPING m_x")


def field(name: str, expression: str = "") -> TransformationField:
    return TransformationField(name, expression=expression)


AST = MappingAST(
    "m_x",
    "FOLDER",
    WHERE,
    sources=(
        SourceDefinition("A", "source", "A", "Oracle", WHERE),
        SourceDefinition("B", "source", "B", "Oracle", WHERE),
    ),
    targets=(SourceDefinition("T", "target", "T", "Oracle", WHERE),),
    transformations=(
        Transformation("J", "Joiner", WHERE, attributes={"Join Condition": "A = B"}),
        Transformation("L", "Lookup Procedure", WHERE),
        Transformation("N", "Normalizer", WHERE),
        Transformation("E", "Expression", WHERE, fields=(field("x", "f(g(h(i(j(1)))))"), field("y", "y"))),
        Transformation("R", "Router", WHERE, groups=(FieldGroup("big", "output", 1, "ABS(A) > 1"),)),
    ),
)


def test_a_mapping_is_measured_as_its_tool_has_it() -> None:
    assert measure_mapping(AST) == Measures(
        long_expressions=1, calls=6, components=8, sources=2, targets=1, joins=1, lookups=1, restructures=1
    )


def test_a_pipeline_is_measured_where_nothing_else_is_at_hand() -> None:
    found = measure_pipeline(pipeline(node("sql_where", {"condition": "coalesce(trim(status), 'x') = 'A'"})))
    assert found == Measures(calls=2, components=3, sources=1, targets=1)


ISSUE = Issue(
    Severity.ERROR, "UNKNOWN_FUNCTION", "FOO is not known", "Write it by hand.", "m_x", "EXP", "PORT", WHERE, "FOO(1)"
)


def full_report() -> MigrationReport:
    conversion = result(item(warnings=("rounding differs",)), LLM, MANUAL, issues=(ISSUE, ISSUE))
    inventory = (InventoryItem("mapplet", "m1", "F", WHERE), InventoryItem("mapplet", "m2", "F", WHERE))
    workflow = WorkflowAST(Tool.POWERCENTER, "wf.xml", mappings=(AST,), inventory=inventory)
    return build_report(
        conversion, job_id="j1", filename="wf.xml", generated_at="2026-01-31T12:00:00Z", workflow=workflow
    )


def test_counts_add_up_and_issues_are_listed_errors_first() -> None:
    report = full_report()
    assert (report.auto_converted, report.needs_review, report.manual_required) == (1, 1, 1)
    assert report.total_objects == 3
    (summary,) = report.mappings
    assert (summary.auto_converted, summary.needs_review, summary.manual_required) == (1, 1, 1)
    assert summary.total_objects == len(report.objects) == 3
    assert report.overall_confidence == pytest.approx(0.56)
    assert (report.complexity, summary.complexity) == ("complex", "complex")
    assert [(issue.severity, issue.code) for issue in report.issues] == [
        ("error", "UNKNOWN_FUNCTION"),
        ("warning", "CONVERSION_WARNING"),
    ]
    first = report.issues[0]
    assert (first.category, first.effort_hours, first.excerpt, first.origin.line) == ("needs_work", 0.0, "FOO(1)", 3)
    assert report.inventory == {"mapplet": 2}
    assert report.objects[0].node_ids == ("step",)


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"confidence": 0.79}, True),
        ({"confidence": 0.80}, False),
        ({"requires_manual_review": True}, True),
        ({"target_type": "manual"}, True),
        ({"source": ConversionSource.LLM_UNAVAILABLE}, True),
        ({"confidence": 0.1, "review": Review("edit", "", "", "2026-01-31T12:00:00Z")}, False),
    ],
)
def test_an_object_is_flagged_for_review_where_the_gate_holds_it_back(changes: dict[str, Any], flag: bool) -> None:
    conversion = result(replace(item("A"), **changes))
    (told,) = build_report(conversion).objects
    named = {issue.object for issue in decide(conversion, ValidationResult()).blocking}
    assert (told.requires_manual_review, "A" in named) == (flag, flag)


def test_why_an_object_was_not_converted_is_told_once_with_what_is_to_do() -> None:
    by_hand = ({"id": "java", "config": {"reason": "it runs Java", "todo": "Write the class as SQL."}},)
    conversion = result(replace(MANUAL, warnings=("it runs Java", "it keeps a state"), nodes=by_hand))
    issues = build_report(conversion, noticed=decide(conversion, ValidationResult()).blocking).issues
    told = [(issue.code, issue.message, issue.remedy) for issue in issues if issue.object == "JAVA"]
    assert told == [
        ("MANUAL_CONVERSION", "Java was not converted: it runs Java", "Write the class as SQL."),
        ("CONVERSION_WARNING", "it keeps a state", "Check that the difference does not matter for this data."),
    ]


def test_hours_of_issues_are_those_of_the_reviews() -> None:
    low, warned = item("LOW", 0.75, warnings=("differs",)), item("SO", 0.82, warnings=("one", "two"))
    conversion = result(low, warned, MANUAL, item("UNNAMED", 0.82))
    report = build_report(conversion, noticed=decide(conversion, ValidationResult()).blocking)
    hours = [(issue.code, issue.object, issue.effort_hours) for issue in report.issues]
    assert ("LOW_OVERALL_CONFIDENCE", "", 0.0) in hours
    assert ("LOW_CONFIDENCE", "LOW", 2.0) in hours
    assert ("CONVERSION_WARNING", "LOW", 0.0) in hours
    assert hours.count(("CONVERSION_WARNING", "SO", 1.0)) == 2
    assert ("MANUAL_CONVERSION", "JAVA", 4.0) in hours
    assert sum(each[2] for each in hours) == report.effort.review_hours - 2.0, "an object that no issue names"


def test_an_export_without_mappings_has_a_report() -> None:
    report = build_report(ConversionResult(), filename="inventory.xml")
    assert (report.total_objects, report.overall_confidence, report.effort.total_hours) == (0, 0.0, 0.0)
    assert "The export holds no mapping." in to_html(report)


def test_json_is_the_report() -> None:
    data = json.loads(to_json(full_report()))
    assert data["mappings"][0]["name"] == "m_x"
    assert data["issues"][0]["origin"] == {"file": "wf.xml", "line": 3, "element": "MAPPING m_x"}
    assert data["effort"]["total_hours"] == full_report().effort.total_hours


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_csv_runs_no_formula(text: str) -> None:
    report = build_report(result(item(name=text, warnings=(text,)), issues=(replace(ISSUE, message=text),)))
    rows = list(csv.DictReader(io.StringIO(to_csv(report))))
    assert [row["record"] for row in rows] == ["issue", "issue", "object", "mapping", "total"]
    assert [row["message"] for row in rows[:3]] == [f"'{text}"] * 3
    assert rows[2]["object"] == f"'{text}"
    assert (rows[0]["severity"], rows[0]["line"], rows[2]["confidence"]) == ("error", "3", "0.98")


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_html_stands_alone_and_is_escaped() -> None:
    evil = '<script>alert(1)</script> & "q" $title'
    conversion = result(item(name=evil, warnings=(evil,)), issues=(replace(ISSUE, message=evil),))
    page = _Texts()
    page.feed(to_html(build_report(conversion, filename=evil)))
    assert "script" not in page.tags
    assert "".join(page.texts).count(evil) >= 4
    assert {"html", "style", "table", "h2"} <= set(page.tags)


def test_every_format_has_a_renderer() -> None:
    assert {name: kind.split(";")[0] for name, (kind, _) in RENDERERS.items()} == {
        "json": "application/json",
        "csv": "text/csv",
        "html": "text/html",
    }
    assert all(render(full_report()) for _, render in RENDERERS.values())


TWO = [
    {"from": "orders", "to": "j"},
    {"from": "customers", "to": "j"},
    {"from": "j", "to": "e"},
    {"from": "e", "to": "target"},
]
JOIN = node(
    "sql_join",
    {
        "type": "inner",
        "left": "orders",
        "right": "customers",
        "condition": "l.cust_id = r.cust_id",
        "columns": [{"name": "amount", "expression": "l.amount"}, {"name": "who", "expression": 'r."Full Name"'}],
    },
    "j",
)
COMPUTE = node(
    "sql_expression",
    {
        "variables": [{"name": "v", "expression": "amount * 2"}],
        "columns": [{"name": "label", "expression": "v || who"}, {"name": "one", "expression": "1"}],
        "passthrough": ["who"],
    },
    "e",
)


def test_lineage_goes_back_to_the_source_columns() -> None:
    sink = {
        "config": {
            "schema": "DIM",
            "table": "T",
            "mode": "append",
            "columns": [
                {"name": "LABEL", "from": "label"},
                {"name": "WHO", "from": "who"},
                {"name": "ONE", "from": "one"},
            ],
        }
    }
    lines = pipeline_lineage("m", pipeline(JOIN, COMPUTE, sources=(CUSTOMERS, ORDERS), edges=TWO, sink=sink))
    assert {(x.source, x.source_column, x.target, x.target_column, x.via, x.transformed) for x in lines} == {
        ("ORDERS", "amount", "DIM.T", "LABEL", ("j", "e"), True),
        ("CRM.CUSTOMERS", "Full Name", "DIM.T", "LABEL", ("j", "e"), True),
        ("CRM.CUSTOMERS", "Full Name", "DIM.T", "WHO", ("j", "e"), False),
    }


@pytest.mark.parametrize(
    ("kind", "config", "expected"),
    [
        (
            "source_connector_sql_pushdown",
            {"columns": [{"name": "x", "from": "customers.cust_id"}]},
            {("cust_id", "x", False)},
        ),
        (
            "distinct",
            {"columns": ["status"]},
            {("cust_id", "cust_id", False), ("status", "status", False), ("Full Name", "Full Name", False)},
        ),
        (
            "unpivot",
            {"columns": [{"column": "status"}, {"column": "Full Name"}], "name_column": "k", "value_column": "v"},
            {("status", "v", False), ("Full Name", "v", False)},
        ),
        (
            "normalizer",
            {"occurs": 2, "columns": [{"name": "v", "from": ["status", "Full Name"]}]},
            {("status", "v", False), ("Full Name", "v", False)},
        ),
        (
            "pivot",
            {"key": "status", "columns": [{"name": "a", "when": "A", "value": "cust_id"}]},
            {("cust_id", "a", True), ("status", "a", True)},
        ),
        ("sql_group_by", {"columns": [{"name": "n", "expression": "max(cust_id)"}]}, {("cust_id", "n", True)}),
        (
            "text_to_columns",
            {"column": "Full Name", "delimiters": " ", "columns": [{"name": "first"}]},
            {
                ("Full Name", "first", True),
                ("cust_id", "cust_id", False),
                ("status", "status", False),
                ("Full Name", "Full Name", False),
            },
        ),
        (
            "sql_union_all",
            {"columns": [{"name": "u"}], "inputs": [{"ref": "customers", "columns": ["status"]}]},
            {("status", "u", False)},
        ),
        (
            "manual",
            {"original": "x", "original_type": "J", "reason": "r", "todo": "t", "columns": [{"name": "z"}]},
            set(),
        ),
    ],
)
def test_lineage_through_every_sort_of_node(kind: str, config: dict[str, Any], expected: set[tuple[Any, ...]]) -> None:
    lines = pipeline_lineage("m", pipeline(node(kind, config)))
    assert {(line.source_column, line.target_column, line.transformed) for line in lines} == expected


def test_lineage_of_a_flow_longer_than_the_stack() -> None:
    """A chain of a thousand steps: columns are followed without recursion."""
    source = {"id": "n0", "type": "source", "connector": "inline", "columns": [{"name": "a", "type": "integer"}]}
    chain = [
        {"id": f"n{i}", "type": "transformation", "transform": "sql_where", "config": {"condition": "a > 0"}}
        for i in range(1, 1000)
    ]
    sink = {"id": "n1000", "type": "sink", "connector": "inline", "config": {"columns": [{"name": "a"}]}}
    nodes = [source, *chain, sink]
    for before, after in pairwise(nodes):
        after["depends_on"] = [before["id"]]
    edges = [{"from": f"n{i}", "to": f"n{i + 1}"} for i in range(1000)]
    document = {"name": "long", "version": "1", "dialect": "postgresql", "nodes": nodes, "edges": edges}
    (line,) = pipeline_lineage("long", document)
    assert (line.source_column, line.target_column) == ("a", "a")
    assert len(line.via) == 999
