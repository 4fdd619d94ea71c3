"""The sample data as files, and reading them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

FILES = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class SampleColumn:
    name: str
    type: str
    required: bool
    description: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleTable:
    """`references` maps columns to schema.table.column of the same service."""

    service: str
    service_type: str
    database: str
    schema: str
    name: str
    description: str
    owner: str
    tags: tuple[str, ...]
    key: tuple[str, ...]
    columns: tuple[SampleColumn, ...]
    references: Mapping[str, str]

    @property
    def qualified_name(self) -> str:
        return f"{self.service}.{self.database}.{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class SamplePipeline:
    """`at` is the time of day (the minute of the hour for an hourly one) a run begins, UTC."""

    name: str
    owner: str
    every: str
    at: str
    minutes: float
    rows: int
    """Written by a usual run; `read` are those read."""
    read: int
    version: int
    description: str
    yaml: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    nodes: tuple[tuple[str, str], ...]
    """(id, type) in order."""
    edges: tuple[tuple[str, str], ...]
    """(from, to), ids of nodes."""


class Estate:
    """Everything of the files but what caused the incidents, which only tests know."""

    @cached_property
    def services(self) -> dict[str, Any]:
        """Name → its file's content."""
        found = (_read(path) for path in sorted((FILES / "catalog").glob("*.yaml")))
        return {content["service"]: content for content in found}

    @cached_property
    def tables(self) -> dict[str, SampleTable]:
        """By qualified name."""
        tables = (
            _table(content, schema["name"], given)
            for content in self.services.values()
            for schema in content["schemas"]
            for given in schema["tables"]
        )
        return {table.qualified_name: table for table in tables}

    @cached_property
    def operations(self) -> dict[str, Any]:
        """pipelines, quality, connections."""
        content: dict[str, Any] = _read(FILES / "pipelines.yaml")
        return content

    @cached_property
    def assets(self) -> dict[str, Any]:
        """topics, dashboards."""
        content: dict[str, Any] = _read(FILES / "assets.yaml")
        return content

    @cached_property
    def incidents(self) -> dict[str, Any]:
        """incidents, noise."""
        content: dict[str, Any] = _read(FILES / "incidents.yaml")
        return content

    @cached_property
    def pipelines(self) -> dict[str, SamplePipeline]:
        return {given["name"]: self.pipeline(given) for given in self.operations["pipelines"]}

    @cached_property
    def asset_edges(self) -> list[tuple[str, str, str]]:
        """(from, to, "") of the topics and dashboards, which no pipeline joins to tables."""
        found = []
        for each in (*self.assets["topics"], *self.assets["dashboards"]):
            own = f"{each['service']}.{each['name']}"
            found += [(self.qualified(table), own, "") for table in each.get("from", ())]
            found += [(own, self.qualified(table), "") for table in each.get("to", ())]
        return found

    def kind_of(self, name: str) -> str:
        """topic, dashboard or table."""
        named = {
            f"{each['service']}.{each['name']}": kind[:-1] for kind, listed in self.assets.items() for each in listed
        }
        return named.get(name, "table")

    def pipeline(self, given: Mapping[str, Any], text: str = "") -> SamplePipeline:
        """`text` is its YAML; "" reads the file of its name."""
        text = text or (FILES / "pipelines" / f"{given['name']}.yaml").read_text(encoding="utf-8")
        document = yaml.safe_load(text)
        nodes = document["nodes"]
        return SamplePipeline(
            **{key: given[key] for key in ("name", "owner", "every", "at", "minutes", "rows", "version")},
            read=given.get("read", given["rows"]),
            description=document.get("description", ""),
            yaml=text,
            sources=self._tables_of(nodes, "source"),
            targets=self._tables_of(nodes, "sink"),
            nodes=tuple((node["id"], node["type"]) for node in nodes),
            edges=tuple((edge["from"], edge["to"]) for edge in document.get("edges", ())),
        )

    def qualified(self, short: str) -> str:
        """`service/schema.table` as a qualified name. Raises KeyError."""
        service, _, rest = short.partition("/")
        name = f"{service}.{self.services[service]['database']}.{rest}"
        return self.tables[name].qualified_name

    def _tables_of(self, nodes: list[dict[str, Any]], kind: str) -> tuple[str, ...]:
        services = {each["id"]: each["service"] for each in self.operations["connections"]}
        found = []
        for node in nodes:
            config = node.get("config", {})
            service = services.get(config.get("connection"), "")
            if node["type"] == kind and service and "table" in config:
                name = f"{service}.{self.services[service]['database']}.{config.get('schema')}.{config['table']}"
                found.append(name)
        return tuple(found)


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _table(content: Mapping[str, Any], schema: str, given: Mapping[str, Any]) -> SampleTable:
    return SampleTable(
        service=content["service"],
        service_type=content["type"],
        database=content["database"],
        schema=schema,
        name=given["name"],
        description=given.get("description", ""),
        owner=given.get("owner", ""),
        tags=tuple(given.get("tags", ())),
        key=tuple(given.get("key", ())),
        columns=tuple(map(_column, given["columns"].strip().splitlines())),
        references={
            column: target if target.count(".") == 2 else f"{schema}.{target}"
            for column, target in given.get("references", {}).items()
        },
    )


def _column(line: str) -> SampleColumn:
    """`name | type | ! | description | tags`, the later parts optional."""
    name, kind, required, about, tags = ([part.strip() for part in line.split("|")] + [""] * 4)[:5]
    return SampleColumn(name, kind, required == "!", about, tuple(tags.split()))
