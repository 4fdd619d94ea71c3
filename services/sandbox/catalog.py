"""The catalog's side: OpenMetadata's JSON of the sample tables."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.sandbox.changes import Change
from services.sandbox.estate import Estate, SampleColumn, SampleTable
from services.sandbox.http import Answer, Asked, Problem
from services.sandbox.moments import milliseconds

MARK = "Sample data of the sandbox."
_NAMESPACE = uuid.UUID("6b1f6a52-6d3d-4e0b-9c3e-7d8f0a5b1c2d")
BEFORE = timedelta(days=400)
"""How long before the start the tables were first seen."""

_WORD = re.compile(r"\w+")
_TYPE = re.compile(r"(\w+)(?:\((\d+)(?:,(\d+))?\))?")
_TYPES = {
    **dict.fromkeys(("nvarchar", "varchar2", "varchar"), "VARCHAR"),
    **dict.fromkeys(("number", "decimal"), "DECIMAL"),
    **dict.fromkeys(("timestamp_ntz", "datetime2", "timestamp"), "TIMESTAMP"),
    **dict.fromkeys(("int", "integer"), "INT"),
    **dict.fromkeys(("bit", "boolean"), "BOOLEAN"),
}
"""Where OpenMetadata's type is not the database's own in upper case."""


def identifier(kind: str, name: str) -> str:
    """The same id for the same name, whenever it is asked."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}:{name}"))


class CatalogSide:
    """Answers for the sample tables; `changes` are their schema changes, newest first."""

    def __init__(self, estate: Estate, changes: list[Change], started: datetime) -> None:
        self._estate = estate
        self._changes = changes
        self._begun = started - BEFORE
        self._by_id = {identifier("table", name): table for name, table in estate.tables.items()}

    def version(self, _: Asked) -> Answer:
        return {"version": "1.9.0-sandbox", "revision": MARK}

    def tables(self, asked: Asked) -> Answer:
        service = asked.query.get("service", "")
        if service and service not in self._estate.services:
            raise Problem(404, "SERVICE_NOT_FOUND", f"databaseService instance for {service} not found")
        database, schema = asked.query.get("database", ""), asked.query.get("databaseSchema", "")
        rows = [
            self._entity(table)
            for name, table in self._estate.tables.items()
            if service in ("", table.service)
            and name.startswith(f"{database}." if database else "")
            and name.startswith(f"{schema}." if schema else "")
        ]
        return _page(rows, asked)

    def table(self, asked: Asked) -> Answer:
        return self._entity(self._named(asked.parts["name"]))

    def versions(self, asked: Asked) -> Answer:
        """OpenMetadata's EntityHistory: each version as a JSON text, newest first."""
        table = self._by_id.get(asked.parts["id"])
        if table is None:
            raise Problem(404, "ENTITY_NOT_FOUND", f"table instance for {asked.parts['id']} not found")
        changes = [change for change in self._changes if change.asset == table.qualified_name]
        entity = self._entity(table)
        found = [
            {**entity, "version": _version(number), **_described(change)}
            for number, change in zip(range(len(changes), 0, -1), changes, strict=True)
        ]
        found.append({**entity, "version": _version(0), "updatedAt": milliseconds(self._begun)})
        return {"entityType": "table", "versions": [json.dumps(each, ensure_ascii=False) for each in found]}

    def search(self, asked: Asked) -> Answer:
        """Tables whose name, description or columns hold words of `q`; the more and the rarer the place, the better."""
        query = asked.query.get("q", "*")
        words = [] if query.strip() in ("", "*") else _words(query)
        rows = [(_score(table, words), table) for table in self._estate.tables.values()]
        hits = sorted(((score, table) for score, table in rows if score or not words), key=lambda hit: -hit[0])
        start = asked.number("from", 0, most=10_000)
        size = asked.number("size", 10, most=1_000)
        shown = [
            {"_index": "table_search_index", "_id": identifier("table", table.qualified_name), "_score": score}
            | {"_source": self._entity(table) | {"entityType": "table"}}
            for score, table in hits[start : start + size]
        ]
        return {"hits": {"total": {"value": len(hits), "relation": "eq"}, "hits": shown}}

    def lineage(self, asked: Asked) -> Answer:
        """OpenMetadata's EntityLineage, from what the pipelines read and write."""
        table = self._named(asked.parts["name"])
        edges = [*self._estate.asset_edges, *_loads(self._estate)]
        own = table.qualified_name
        up = _walk(own, [(end, start) for start, end, _ in edges], asked.number("upstreamDepth", 1))
        down = _walk(own, [(start, end) for start, end, _ in edges], asked.number("downstreamDepth", 1))
        return {
            "entity": self._reference(own),
            "nodes": [self._reference(name) for name in sorted((up | down) - {own})],
            "upstreamEdges": [self._edge(*edge) for edge in edges if {edge[0], edge[1]} <= up],
            "downstreamEdges": [self._edge(*edge) for edge in edges if {edge[0], edge[1]} <= down],
        }

    def services(self, asked: Asked) -> Answer:
        rows = [
            {
                "id": identifier("service", name),
                "name": name,
                "fullyQualifiedName": name,
                "displayName": f"{name} (sandbox)",
                "serviceType": content["type"],
                "description": f"{content['description']} {MARK}",
            }
            for name, content in self._estate.services.items()
        ]
        return _page(rows, asked)

    def databases(self, asked: Asked) -> Answer:
        rows = [
            _named_entity("database", f"{name}.{content['database']}", content["type"])
            for name, content in self._estate.services.items()
            if asked.query.get("service", name) == name
        ]
        return _page(rows, asked)

    def schemas(self, asked: Asked) -> Answer:
        rows = [
            _named_entity("databaseSchema", f"{name}.{content['database']}.{schema['name']}", content["type"])
            for name, content in self._estate.services.items()
            for schema in content["schemas"]
            if asked.query.get("database", f"{name}.{content['database']}") == f"{name}.{content['database']}"
        ]
        return _page(rows, asked)

    def _named(self, name: str) -> SampleTable:
        table = self._estate.tables.get(name)
        if table is None:
            raise Problem(404, "ENTITY_NOT_FOUND", f"table instance for {name} not found")
        return table

    def _reference(self, name: str) -> dict[str, Any]:
        kind = self._estate.kind_of(name)
        return {
            "id": identifier(kind, name),
            "type": kind,
            "name": name.rsplit(".", 1)[-1],
            "fullyQualifiedName": name,
        }

    def _edge(self, source: str, target: str, pipeline: str) -> dict[str, Any]:
        ends = {key: self._reference(name)["id"] for key, name in (("fromEntity", source), ("toEntity", target))}
        if not pipeline:
            return ends
        reference = {"id": identifier("pipeline", pipeline), "type": "pipeline", "name": pipeline}
        return {**ends, "lineageDetails": {"pipeline": reference}}

    def _entity(self, table: SampleTable) -> dict[str, Any]:
        place = f"{table.service}.{table.database}"
        changed = [change.at for change in self._changes if change.asset == table.qualified_name]
        return {
            "id": identifier("table", table.qualified_name),
            "name": table.name,
            "fullyQualifiedName": table.qualified_name,
            "description": table.description,
            "version": _version(len(changed)),
            "updatedAt": milliseconds(changed[0] if changed else self._begun),
            "updatedBy": "ingestion-bot",
            "href": f"/catalog/api/v1/tables/{identifier('table', table.qualified_name)}",
            "tableType": "Regular",
            "columns": [_column(table, column) for column in table.columns],
            "tableConstraints": list(_constraints(table)),
            "tags": tags_of(table.tags),
            "owners": owned(table.owner),
            "service": {"id": identifier("service", table.service), "type": "databaseService", "name": table.service},
            "serviceType": table.service_type,
            "database": {"id": identifier("database", place), "type": "database", "name": table.database},
            "databaseSchema": {
                "id": identifier("databaseSchema", f"{place}.{table.schema}"),
                "type": "databaseSchema",
                "name": table.schema,
            },
            "extension": {"origin": MARK},
        }


def _column(table: SampleTable, column: SampleColumn) -> dict[str, Any]:
    found = _TYPE.fullmatch(column.type)
    name, first, second = found.groups() if found else (column.type, None, None)
    kind = _TYPES.get(name, name.upper())
    sizes = {"precision": int(first), "scale": int(second or 0)} if first and kind == "DECIMAL" else {}
    sizes |= {"dataLength": int(first)} if first and kind in ("VARCHAR", "CHAR") else {}
    alone = table.key == (column.name,)
    return {
        "name": column.name,
        "dataType": kind,
        "dataTypeDisplay": column.type,
        **sizes,
        "description": column.description,
        "fullyQualifiedName": f"{table.qualified_name}.{column.name}",
        "tags": tags_of(column.tags),
        "constraint": "PRIMARY_KEY" if alone else "NOT_NULL" if column.required else "NULL",
    }


def _constraints(table: SampleTable) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"constraintType": "PRIMARY_KEY", "columns": list(table.key)}] if table.key else []
    for column, target in table.references.items():
        referred = [f"{table.service}.{table.database}.{target}"]
        found.append({"constraintType": "FOREIGN_KEY", "columns": [column], "referredColumns": referred})
    return found


def tags_of(names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"tagFQN": name, "source": "Classification", "labelType": "Manual", "state": "Confirmed"} for name in names]


def owned(team: str) -> list[dict[str, Any]]:
    return [{"id": identifier("team", team), "type": "team", "name": team}]


def _named_entity(kind: str, name: str, service_type: str) -> dict[str, Any]:
    short = name.rsplit(".", 1)[-1]
    shown = {"id": identifier(kind, name), "name": short, "fullyQualifiedName": name}
    return {**shown, "serviceType": service_type, "description": MARK}


def _version(changes: int) -> float:
    """OpenMetadata counts a table's versions in tenths."""
    return round(0.1 + 0.1 * changes, 1)


def _described(change: Change) -> dict[str, Any]:
    field = f"columns.{change.column}" + {"type_changed": ".dataType", "comment_changed": ".description"}.get(
        change.kind, ""
    )
    part = {"column_added": "fieldsAdded", "column_removed": "fieldsDeleted"}.get(change.kind, "fieldsUpdated")
    item = {"name": field, "oldValue": change.old or None, "newValue": change.new or None}
    empty: dict[str, Any] = {"fieldsAdded": [], "fieldsUpdated": [], "fieldsDeleted": []}
    changed = {**empty, part: [item]}
    return {"updatedAt": milliseconds(change.at), "updatedBy": change.author, "changeDescription": changed}


def _loads(estate: Estate) -> Iterator[tuple[str, str, str]]:
    """(source, target, pipeline) of what pipelines read and write."""
    for pipeline in estate.pipelines.values():
        for source in pipeline.sources:
            yield from ((source, target, pipeline.name) for target in pipeline.targets)


def _walk(start: str, edges: list[tuple[str, str]], depth: int) -> set[str]:
    """What is at most `depth` steps from `start`, itself included."""
    reached = {start}
    for _ in range(depth):
        reached |= {end for begin, end in edges if begin in reached}
    return reached


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text.replace("_", " "))]


def _score(table: SampleTable, words: list[str]) -> float:
    places: Mapping[str, float] = {
        " ".join((table.name, *_words(table.name))).lower(): 3.0,
        table.description.lower(): 1.0,
        " ".join(f"{column.name} {column.description}" for column in table.columns).lower(): 0.5,
        f"{table.service} {table.schema}".lower(): 0.5,
    }
    return sum(weight for word in words for text, weight in places.items() if word in text)


def _page(rows: list[dict[str, Any]], asked: Asked) -> Answer:
    """OpenMetadata's page: `after` is a cursor that means nothing to the client."""
    limit = asked.number("limit", 10, most=1_000_000)
    after = asked.query.get("after", "")
    if after and not after.isdigit():
        raise Problem(400, "CURSOR", "Invalid cursor")
    start = int(after or 0)
    paging: dict[str, Any] = {"total": len(rows)}
    if start + limit < len(rows):
        paging["after"] = str(start + limit)
    return {"data": rows[start : start + limit], "paging": paging}
