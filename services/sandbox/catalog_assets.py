"""The catalog's topics, dashboards and pipelines, as OpenMetadata gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.sandbox.catalog import identifier, owned, tags_of
from services.sandbox.estate import Estate, SamplePipeline
from services.sandbox.http import Answer, Asked, Problem

ORCHESTRATOR = "dataflow"
"""The service that the pipelines belong to: dataflow.usage_daily."""


class AssetSide:
    """Answers by name for one `kind`: topic, dashboard or pipeline; and its neighbours in lineage."""

    def __init__(self, estate: Estate, kind: str) -> None:
        self._kind = kind
        self._found = {
            "topic": {f"{each['service']}.{each['name']}": each for each in estate.assets["topics"]},
            "dashboard": {f"{each['service']}.{each['name']}": each for each in estate.assets["dashboards"]},
            "pipeline": {f"{ORCHESTRATOR}.{name}": _of_pipeline(each) for name, each in estate.pipelines.items()},
        }[kind]
        self._estate = estate

    def asset(self, asked: Asked) -> Answer:
        name, given = self._named(asked)
        service = name.partition(".")[0]
        return {
            "id": identifier(self._kind, name),
            "name": given["name"],
            "fullyQualifiedName": name,
            "description": given["description"],
            "tags": tags_of(tuple(given.get("tags", ()))),
            "owners": owned(given["owner"]),
            "service": {"id": identifier("service", service), "type": f"{self._kind}Service", "name": service},
            **_PARTS[self._kind](given),
        }

    def lineage(self, asked: Asked) -> Answer:
        """One step either way: what it is made from, and what it fills."""
        name, given = self._named(asked)
        own = {"id": identifier(self._kind, name), "type": self._kind, "name": given["name"]}
        ends = {key: [self._table(each) for each in given.get(key, ())] for key in ("from", "to")}
        return {
            "entity": own | {"fullyQualifiedName": name},
            "nodes": [*ends["from"], *ends["to"]],
            "upstreamEdges": [{"fromEntity": end["id"], "toEntity": own["id"]} for end in ends["from"]],
            "downstreamEdges": [{"fromEntity": own["id"], "toEntity": end["id"]} for end in ends["to"]],
        }

    def _named(self, asked: Asked) -> tuple[str, Mapping[str, Any]]:
        name = asked.parts["name"]
        if name not in self._found:
            raise Problem(404, "ENTITY_NOT_FOUND", f"{self._kind} instance for {name} not found")
        return name, self._found[name]

    def _table(self, name: str) -> dict[str, Any]:
        qualified = self._estate.qualified(name) if "/" in name else name
        short = qualified.rsplit(".", 1)[-1]
        return {"id": identifier("table", qualified), "type": "table", "name": short, "fullyQualifiedName": qualified}


def _of_pipeline(pipeline: SamplePipeline) -> Mapping[str, Any]:
    return {
        "name": pipeline.name,
        "description": pipeline.description,
        "owner": pipeline.owner,
        "nodes": pipeline.nodes,
        "edges": pipeline.edges,
        "from": pipeline.sources,
        "to": pipeline.targets,
    }


def _fields(given: Mapping[str, Any]) -> dict[str, Any]:
    fields = [
        {"name": name, "dataType": kind, "description": about, "tags": tags_of(tuple(tags.split()))}
        for name, kind, about, tags in _lines(given["fields"])
    ]
    return {"serviceType": "Kafka", "messageSchema": {"schemaType": given["schema"], "schemaFields": fields}}


def _charts(given: Mapping[str, Any]) -> dict[str, Any]:
    charts = [
        {"id": identifier("chart", name), "type": "chart", "name": name, "chartType": kind, "description": about}
        for name, kind, about, _ in _lines(given["charts"])
    ]
    return {"serviceType": "Superset", "charts": charts}


def _tasks(given: Mapping[str, Any]) -> dict[str, Any]:
    tasks = [
        {"name": node, "taskType": kind, "downstreamTasks": [end for start, end in given["edges"] if start == node]}
        for node, kind in given["nodes"]
    ]
    return {"serviceType": "CustomPipeline", "tasks": tasks}


def _lines(text: str) -> Iterator[list[str]]:
    for line in text.strip().splitlines():
        yield ([part.strip() for part in line.split("|")] + [""] * 3)[:4]


_PARTS = {"topic": _fields, "dashboard": _charts, "pipeline": _tasks}
