"""Lineage as OpenLineage events: one JobEvent for each pipeline, with the columnLineage facet on what it writes.

Field names are those of OpenLineage 2-0-2 and of its facet ColumnLineageDatasetFacet 1-2-0 (openlineage.io/spec). An
event of a job, not of a run: nothing has run yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from services.migration.report.model import ColumnLineage

PRODUCER = "https://github.com/dataflow-ai/dataflow-ai"
EVENT_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent"
FACET_SCHEMA = (
    "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet"
)
SUBTYPES = {False: "IDENTITY", True: "TRANSFORMATION"}


def job_event(
    name: str,
    columns: Iterable[ColumnLineage],
    *,
    reads: Iterable[str] = (),
    writes: Iterable[str] = (),
    namespace: str,
    event_time: str,
) -> dict[str, Any]:
    """One pipeline. `reads` and `writes` name datasets of which no column is traced too; `event_time` is RFC 3339."""
    lines = list(columns)
    inputs = dict.fromkeys([*reads, *(line.source for line in lines)])
    outputs = dict.fromkeys([*writes, *(line.target for line in lines)])
    fields = _fields(lines, namespace)
    return {
        "eventTime": event_time,
        "producer": PRODUCER,
        "schemaURL": EVENT_SCHEMA,
        "job": {"namespace": namespace, "name": name, "facets": {}},
        "inputs": [{"namespace": namespace, "name": each, "facets": {}} for each in inputs],
        "outputs": [
            {"namespace": namespace, "name": each, "facets": _facets(fields[each]) if each in fields else {}}
            for each in outputs
        ],
    }


def _facets(fields: dict[str, Any]) -> dict[str, Any]:
    return {"columnLineage": {"_producer": PRODUCER, "_schemaURL": FACET_SCHEMA, "fields": fields}}


def _fields(lines: Iterable[ColumnLineage], namespace: str) -> dict[str, dict[str, Any]]:
    """Dataset → its columns with the input columns of each, once, and every way that leads there."""
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    ways: dict[tuple[str, str, str, str], list[dict[str, str]]] = {}
    for line in lines:
        way = {"type": "DIRECT", "subtype": SUBTYPES[line.transformed], "description": " → ".join(line.via)}
        key = (line.target, line.target_column, line.source, line.source_column)
        if key in ways:  # another way of the same column into the same column
            ways[key].append(way)
            continue
        ways[key] = [way]
        column = found[line.target].setdefault(line.target_column, {"inputFields": []})
        given = {"namespace": namespace, "name": line.source, "field": line.source_column, "transformations": ways[key]}
        column["inputFields"].append(given)
    return found
