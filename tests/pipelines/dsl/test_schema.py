from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from services.pipelines.dsl.document import load
from services.pipelines.dsl.language import config_definition, connectors, definition, kinds, resolved, schema
from services.pipelines.dsl.relation import KIND_OUTPUTS
from services.pipelines.dsl.schema import validate
from tests.pipelines.dsl.samples import document, node, pipeline


def test_the_schema_is_valid_and_every_kind_has_a_definition() -> None:
    Draft202012Validator.check_schema(schema())
    assert set(kinds()) <= schema()["$defs"].keys()
    assert set(kinds()) == KIND_OUTPUTS.keys()
    dispatched = {
        branch["if"]["properties"]["transform"]["const"]: branch["then"]["properties"]["config"]["$ref"]
        for branch in definition("node")["allOf"]
        if "transform" in branch["if"]["properties"]
    }
    assert dispatched == {kind: f"#/$defs/{kind}" for kind in kinds()}


def test_at_least_the_21_connectors_are_known_and_described() -> None:
    named = {"teradata", "sap_hana", "snowflake", "databricks", "oracle", "mssql", "kafka", "s3", "postgresql"}
    assert named <= connectors().keys()
    assert len(connectors()) >= 21
    assert all(connectors().values())


def _properties(part: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(part, dict):
        for name, child in (part.get("properties") or {}).items():
            if "if" not in path.rsplit("/", 2) and "then" not in path:
                yield f"{path}/{name}", child
        for key, child in part.items():
            if key not in ("if", "then", "else", "not"):
                yield from _properties(child, f"{path}/{key}")
    elif isinstance(part, list):
        for index, child in enumerate(part):
            yield from _properties(child, f"{path}/{index}")


def test_every_property_is_described_and_every_object_is_closed() -> None:
    undescribed = [path for path, part in _properties(schema()) if not resolved(part).get("description")]
    assert undescribed == []
    opened = [
        name
        for name, part in schema()["$defs"].items()
        if part.get("type") == "object" and "additionalProperties" not in part
    ]
    assert opened == []


TYPES = [
    "string",
    "varchar(20)",
    "char(1)",
    "decimal(10,2)",
    "decimal(38, 0)",
    "decimal(5)",
    "timestamp(6)",
    "date",
    "binary(16)",
    "boolean",
    "unknown",
    "timestamp_tz",
    "text",
    "varchar",
]
NOT_TYPES = ["varchar2(20)", "decimal(10.2)", "VARCHAR(20)", "varchar(0)", "int", "number", "decimal(10,2) not null"]


@pytest.mark.parametrize(("name", "good"), [(t, True) for t in TYPES] + [(t, False) for t in NOT_TYPES])
def test_types(name: str, good: bool) -> None:
    data = pipeline()
    data["nodes"][0]["columns"] = [{"name": "a", "type": name}]
    findings = validate(document(data))
    assert (findings == []) is good
    assert good or "decimal(p,s)" in findings[0].message


BASE = """
name: p
nodes:
  - id: customers
    type: source
    connector: oracle
    config: {table: CUSTOMERS}
    columns: [{name: a, type: integer}]
  - id: active
    type: transformation
    transform: sql_where
    depends_on: [customers]
    config: {condition: a > 1}
  - id: target
    type: sink
    connector: csv
    depends_on: [active]
    config: {path: x.csv, mode: append}
edges:
  - {from: customers, to: active}
  - {from: active, to: target}
"""


def test_a_good_document_has_no_findings() -> None:
    assert validate(load(BASE)) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "line", "said"),
    [
        ("condition: a > 1", "conditon: a > 1", "node 'active', config.conditon", 13, "Did you mean 'condition'?"),
        ("{condition: a > 1}", "{}", "node 'active', config", 13, "`condition` is missing"),
        ("sql_where", "sql_wher", "node 'active', transform", 11, "Did you mean 'sql_where'?"),
        ("connector: oracle", "connector: orcle", "node 'customers', connector", 6, "Did you mean 'oracle'?"),
        ("type: sink", "type: snik", "node 'target', type", 15, "source, transformation, sink"),
        ("id: active", "id: Active One", "node 'Active One', id", 9, "lower-case letters"),
        (
            "connector: csv",
            "connector: csv\n    transform: sql_where",
            "node 'target', transform",
            17,
            "no meaning on a sink",
        ),
        ("mode: append", "mode: apend", "node 'target', config.mode", 18, "Did you mean 'append'?"),
        ("name: p\n", "name: p\nversion: 1.20\n", "version", 3, "Put it in quotes"),
        ("name: p\n", "name: p\ncolour: red\n", "colour", 3, "not known here"),
        ("name: p\n", "", "document", 2, "`name` is missing"),
        ("to: active}", "too: active}", "edges[0].too", 20, "Did you mean 'to'?"),
        ("depends_on: [active]", "depends_on: active", "node 'target', depends_on", 17, "should be a list"),
        ("depends_on: [active]", "depends_on: [active, active]", "node 'target', depends_on", 17, "twice"),
        ("a > 1", "''", "node 'active', config.condition", 13, ""),
        (
            "type: transformation\n",
            "type: transformation\n    confidence: 1.5\n",
            "node 'active', confidence",
            11,
            "above 1",
        ),
    ],
)
def test_errors_point(old: str, new: str, place: str, line: int, said: str) -> None:
    assert old in BASE
    findings = validate(load(BASE.replace(old, new, 1)))
    expected = f"ERROR: {place} (line {line}): "
    assert any(str(finding).startswith(expected) and said in finding.message for finding in findings), findings


ORCHESTRATION = {
    "name": "wf_daily",
    "orchestration": {
        "kind": "workflow",
        "tasks": [
            {"id": "load", "type": "pipeline", "pipeline": "m_load"},
            {
                "id": "clean",
                "type": "sql",
                "connection": "DWH",
                "sql": "DELETE FROM t WHERE d < 1",
                "depends_on": ["load"],
            },
            {
                "id": "tell",
                "type": "notify",
                "message": "failed",
                "depends_on": [{"task": "load", "outcome": "failure", "condition": "$load.Status = FAILED"}],
            },
            {
                "id": "each",
                "type": "loop",
                "items": "*.csv",
                "variable": "f",
                "tasks": [{"id": "one", "type": "script", "command": "echo x"}],
            },
        ],
        "handlers": [
            {"on": "error", "tasks": [{"id": "h", "type": "manual", "original": "x", "reason": "y", "todo": "z"}]}
        ],
    },
}


def test_orchestrations_have_their_own_shape() -> None:
    assert validate(document(ORCHESTRATION)) == []
    broken = json.loads(json.dumps(ORCHESTRATION))
    del broken["orchestration"]["tasks"][0]["pipeline"]
    broken["orchestration"]["tasks"][3]["tasks"][0]["type"] = "scrip"
    messages = [str(finding) for finding in validate(document(broken))]
    assert any("orchestration.tasks[0]" in text and "`pipeline` is missing" in text for text in messages)
    assert any("tasks[3].tasks[0].type" in text and "'script'" in text for text in messages)


@pytest.mark.parametrize("kind", [*kinds()])
def test_an_empty_configuration_names_what_it_lacks(kind: str) -> None:
    required = definition(kind).get("required", [])
    messages = " ".join(finding.message for finding in validate(document(pipeline(node(kind, {})))))
    assert all(f"`{name}` is missing" in messages for name in required)


def test_config_definition_is_told_by_type_and_kind() -> None:
    assert config_definition({"type": "sink"}) == "sinkConfig"
    assert config_definition({"type": "transformation", "transform": "pivot"}) == "pivot"
    assert config_definition({"type": "transformation", "transform": "nope"}) == ""


def test_the_schema_file_ends_where_it_should() -> None:
    path = Path(__file__).parents[3] / "services/pipelines/dsl/pipeline.schema.json"
    assert json.loads(path.read_text("utf-8")) == schema()
