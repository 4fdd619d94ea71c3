"""Lineage as OpenLineage events, against the shape that the specification gives a JobEvent and its facet."""

import pytest
from jsonschema import Draft202012Validator

from services.migration.pipeline import migrate
from services.migration.report.model import ColumnLineage
from services.migration.report.openlineage import job_event
from tests.cli.conftest import EXPORT
from tests.migration.archives.test_macros import caller

STAMP = "2026-01-31T12:00:00Z"
TEXT = {"type": "string", "minLength": 1}


def shape(required, **properties):
    return {"type": "object", "required": required.split(), "properties": properties}


def exactly(required, **properties):
    return {**shape(required, **properties), "additionalProperties": False}


TRANSFORMATION = exactly(
    "type",
    type={"enum": ["DIRECT", "INDIRECT"]},
    subtype=TEXT,
    description={"type": "string"},
    masking={"type": "boolean"},
)
INPUT_FIELD = shape(
    "namespace name field",
    namespace=TEXT,
    name=TEXT,
    field=TEXT,
    transformations={"type": "array", "minItems": 1, "items": TRANSFORMATION},
)
FACET = shape(
    "_producer _schemaURL fields",
    _producer={"type": "string", "pattern": "^https://"},
    _schemaURL={
        "const": "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json"
        "#/$defs/ColumnLineageDatasetFacet"
    },
    fields={
        "type": "object",
        "minProperties": 1,
        "additionalProperties": shape("inputFields", inputFields={"type": "array", "items": INPUT_FIELD}),
    },
)
DATASET = exactly("namespace name", namespace=TEXT, name=TEXT, facets=exactly("", columnLineage=FACET))
EVENT = {
    **exactly(
        "eventTime producer schemaURL job",
        eventTime={"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"},
        producer={"type": "string", "pattern": "^https://"},
        schemaURL={"const": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent"},
        job=shape("namespace name", namespace=TEXT, name=TEXT, facets={"type": "object"}),
        inputs={"type": "array", "items": DATASET},
        outputs={"type": "array", "items": DATASET},
    ),
    "not": {"required": ["run"]},
}
"""What the specification requires, in version 2-0-2, of the parts that are written here; nothing else is written."""


@pytest.mark.parametrize(("content", "name"), [(EXPORT.encode(), "copy.xml"), (caller("none.yxmc"), "flow.yxmd")])
def test_an_event_has_the_shape_of_the_specification(content, name):
    found = migrate(content, name).report.lineage.columns
    event = job_event("copy", found, reads=["A"], writes=["B"], namespace="dwh", event_time=STAMP)
    Draft202012Validator.check_schema(EVENT)
    Draft202012Validator(EVENT).validate(event)
    datasets = {each["name"]: each for each in event["outputs"]}
    assert {each["name"] for each in event["inputs"]} == {"A", *(line.source for line in found)}
    assert set(datasets) == {"B", *(line.target for line in found)}
    pairs = {
        (given["name"], given["field"], target, column)
        for target, dataset in datasets.items()
        for column, made in dataset["facets"].get("columnLineage", {"fields": {}})["fields"].items()
        for given in made["inputFields"]
    }
    assert pairs == {(line.source, line.source_column, line.target, line.target_column) for line in found}
    assert {each["namespace"] for each in (*event["inputs"], *event["outputs"], event["job"])} == {"dwh"}


def test_a_column_that_comes_two_ways_is_one_field():
    lines = [
        ColumnLineage("m", "S", "A", "T", "X", ("filter",), False),
        ColumnLineage("m", "S", "A", "T", "X", ("sum", "join"), True),
        ColumnLineage("m", "S", "B", "T", "X", (), True),
    ]
    event = job_event("m", lines, namespace="dwh", event_time=STAMP)
    Draft202012Validator(EVENT).validate(event)
    (written,) = event["outputs"]
    first, second = written["facets"]["columnLineage"]["fields"]["X"]["inputFields"]
    assert [(way["subtype"], way["description"]) for way in first["transformations"]] == [
        ("IDENTITY", "filter"),
        ("TRANSFORMATION", "sum → join"),
    ]
    assert (second["field"], len(second["transformations"])) == ("B", 1)
