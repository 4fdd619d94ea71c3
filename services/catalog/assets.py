"""Topics, dashboards and pipelines, read from OpenMetadata's JSON without trusting its shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.catalog.table import (
    MAX_COLUMNS,
    Column,
    Table,
    columns_of,
    objects_of,
    table_of,
    tags_of,
    text_of,
)


@dataclass(frozen=True, slots=True)
class AssetKind:
    """`path`: of the REST interface. `fields`: asked for. `parts`: what stands in the place of columns."""

    path: str
    fields: str
    parts: Callable[[Mapping[str, Any]], Iterator[Column]]


def asset_of(kind: str, given: Any) -> Table:
    """`kind`: a key of KINDS. Raises NoTableError where the answer is no such thing."""
    asset = table_of("", given)
    return replace(asset, kind=kind, columns=tuple(KINDS[kind].parts(given))[:MAX_COLUMNS])


def _fields(given: Mapping[str, Any]) -> Iterator[Column]:
    """Of the message's schema. Avro and Protobuf wrap them in one record, whose own name is left out."""
    schema = given.get("messageSchema")
    found = objects_of(schema.get("schemaFields")) if isinstance(schema, dict) else []
    if len(found) == 1 and objects_of(found[0].get("children")):
        found = objects_of(found[0].get("children"))
    return columns_of(found)


def _charts(given: Mapping[str, Any]) -> Iterator[Column]:
    for chart in objects_of(given.get("charts")):
        name = text_of(chart, "displayName") or text_of(chart, "name")
        if name:
            yield Column(name, text_of(chart, "chartType"), text_of(chart, "description"), tags=tags_of(chart))


def _tasks(given: Mapping[str, Any]) -> Iterator[Column]:
    for task in objects_of(given.get("tasks")):
        name = text_of(task, "name")
        if name:
            after = task.get("downstreamTasks")
            then = tuple(each for each in after if isinstance(each, str)) if isinstance(after, list) else ()
            about = text_of(task, "description")
            yield Column(name, text_of(task, "taskType"), about, tags=tags_of(task), leads_to=then)


KINDS = {
    "topic": AssetKind("topics", "tags,owners", _fields),
    "dashboard": AssetKind("dashboards", "charts,tags,owners", _charts),
    "pipeline": AssetKind("pipelines", "tasks,tags,owners", _tasks),
}
