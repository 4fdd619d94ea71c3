"""What the catalog's other answers hold, read without trusting their shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.catalog.table import NoTableError, Table, objects_of, table_of, text_of

MAX_NODES = 2_000  # of one lineage answer that are read


@dataclass(frozen=True, slots=True)
class Page:
    """Tables as the catalog gives them, unchecked. `after` is "" on the last page; `total` None where not said."""

    tables: tuple[Any, ...]
    after: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Tables of a search, best first, with `total` matches of which `tables` are a part."""

    tables: tuple[Table, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Named:
    """A service, database or schema."""

    name: str
    qualified_name: str
    description: str = ""
    kind: str = ""
    """`Teradata`, `Snowflake`, … of a service; else ""."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A node of lineage. `kind` is OpenMetadata's entity type: table, pipeline, dashboard, topic, …"""

    entity_id: str
    kind: str
    name: str
    qualified_name: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """`edges` are (from, to) as fully qualified names; those whose ends are not among the nodes are left out."""

    asset: Asset
    nodes: tuple[Asset, ...]
    edges: tuple[tuple[str, str], ...]
    truncated: bool = False
    """More than MAX_NODES were given."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one version. `kind`: added, updated, deleted. `field` as OpenMetadata names it:
    `columns.MSISDN.dataType`."""

    kind: str
    field: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """`updated_at` in milliseconds since 1970, 0 where not said."""

    version: str
    updated_at: int
    updated_by: str
    changes: tuple[Change, ...]


def page_of(content: Any) -> Page:
    """A list answer that `is_page`."""
    paging = content.get("paging")
    paging = paging if isinstance(paging, dict) else {}
    after, total = paging.get("after"), paging.get("total")
    known = total if isinstance(total, int) and total >= 0 else None
    return Page(tuple(content["data"]), after if isinstance(after, str) else "", known)


def is_page(content: Any) -> bool:
    return isinstance(content, dict) and isinstance(content.get("data"), list)


def is_object(content: Any) -> bool:
    return isinstance(content, dict)


def is_search(content: Any) -> bool:
    hits = content.get("hits") if isinstance(content, dict) else None
    return isinstance(hits, dict) and isinstance(hits.get("hits"), list)


def found_of(content: Any) -> Found:
    """An answer that `is_search`; hits that are no table are left out."""
    hits = content["hits"]
    total = hits.get("total")
    total = total.get("value") if isinstance(total, dict) else total
    tables = tuple(tables_of(hit.get("_source") for hit in objects_of(hits["hits"])))
    return Found(tables, total if isinstance(total, int) and total >= len(tables) else len(tables))


def tables_of(given: Iterator[Any]) -> Iterator[Table]:
    for each in given:
        try:
            yield table_of("", each)
        except NoTableError:
            continue  # nothing that could be shown or asked for again


def named_of(item: Mapping[str, Any]) -> Named:
    name = text_of(item, "name")
    qualified = text_of(item, "fullyQualifiedName") or name
    return Named(name, qualified, text_of(item, "description"), text_of(item, "serviceType"))


def lineage_of(content: Mapping[str, Any]) -> Lineage:
    """OpenMetadata's EntityLineage: edges name entities by id, which become qualified names."""
    given = content.get("entity")
    own = _asset(given if isinstance(given, dict) else {})
    listed = objects_of(content.get("nodes"))
    nodes = tuple(_asset(node) for node in listed[:MAX_NODES])
    names = {asset.entity_id: asset.qualified_name for asset in (own, *nodes)}
    edges = dict.fromkeys(
        (names[start], names[end])
        for key in ("upstreamEdges", "downstreamEdges")
        for start, end in map(_ends, objects_of(content.get(key)))
        if start in names and end in names
    )
    return Lineage(own, nodes, tuple(edges), truncated=len(listed) > MAX_NODES)


def _asset(item: Mapping[str, Any]) -> Asset:
    name = text_of(item, "name")
    kind = text_of(item, "type") or text_of(item, "entityType")
    return Asset(text_of(item, "id"), kind, name, text_of(item, "fullyQualifiedName") or name)


def _ends(edge: Mapping[str, Any]) -> tuple[str, str]:
    return _id(edge.get("fromEntity")), _id(edge.get("toEntity"))


def _id(end: Any) -> str:
    """An end is an id, in some versions an entity reference."""
    return text_of(end, "id") if isinstance(end, dict) else end if isinstance(end, str) else ""


def versions_of(content: Mapping[str, Any]) -> Iterator[Version]:
    """EntityHistory, newest first; each version is a JSON text inside the JSON."""
    versions = content.get("versions")
    for given in versions if isinstance(versions, list) else []:
        try:
            version = json.loads(given) if isinstance(given, str) else given
        except (ValueError, RecursionError):
            continue
        if isinstance(version, dict):
            yield _version(version)


def _version(given: Mapping[str, Any]) -> Version:
    updated = given.get("updatedAt")
    described = given.get("changeDescription")
    described = described if isinstance(described, dict) else {}
    changes = tuple(
        Change(kind, text_of(change, "name"), _shown(change.get("oldValue")), _shown(change.get("newValue")))
        for key, kind in (("fieldsAdded", "added"), ("fieldsUpdated", "updated"), ("fieldsDeleted", "deleted"))
        for change in objects_of(described.get(key))
    )
    at = updated if isinstance(updated, int) else 0
    return Version(str(given.get("version", "")), at, text_of(given, "updatedBy"), changes)


def _shown(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
