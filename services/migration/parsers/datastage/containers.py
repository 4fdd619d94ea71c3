"""Containers are inlined: what stands within them takes their place, under `Container.Stage`.

A local container's stages are records of its own job, in another view; a shared container is a section of its own,
copied at every use. Links go through: from the stage before the container to the stage within it, and out again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.migration.parsers.datastage.container_values import filled
from services.migration.parsers.datastage.model import Record, Section

CONTAINER_KINDS = frozenset({"ContainerStage"})
DEEPEST = 16  # shared containers within shared containers
MOST_RECORDS = 200_000  # of one job with its containers inlined


@dataclass(slots=True)
class Flat:
    """A job's records with its containers inlined: `records` by key, `home` key → path of containers it stands in."""

    records: dict[str, Record] = field(default_factory=dict)
    home: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inner: dict[str, tuple[str, ...]] = field(default_factory=dict)  # container stage → keys of what it holds
    missing: list[Record] = field(default_factory=list)  # container stages whose definition is not in the export


def flatten(section: Section, shared: Mapping[str, Section]) -> Flat:
    """Every record of a job and of the containers it uses, with keys that are unique in the whole."""
    flat = Flat()
    root = section.first("JobDefn")
    parameters = [one.get("Name", "") for one in root.each("Parameters")] if root is not None else []
    waiting: list[tuple[str, tuple[str, ...], Section, tuple[str, ...]]] = [("", (), section, ())]
    while waiting:
        prefix, home, current, chain = waiting.pop()
        views = {record.identifier: record for record in current.records if record.kind == "ContainerView"}
        local = _local_homes(current, views)
        for record in current.records:
            key = prefix + record.identifier
            flat.records[key] = _prefixed(record, prefix)
            flat.home[key] = (*home, *local.get(record.identifier, ()))
            if record.kind not in CONTAINER_KINDS:
                continue
            view = _view_of(record, views)
            if view:
                flat.inner[key] = tuple(prefix + name for name in views[view].ids("StageList"))
                continue
            name, definition = _shared_of(record, shared)
            too_deep = len(chain) >= DEEPEST or name in chain or len(flat.records) > MOST_RECORDS
            if definition is None or too_deep:
                flat.missing.append(record)
                continue
            below = f"{key}/"
            flat.inner[key] = tuple(
                below + stage
                for inner_view in definition.records
                if inner_view.kind == "ContainerView"
                for stage in inner_view.ids("StageList")
            )
            own = filled(record, definition, parameters)
            waiting.append((below, (*flat.home[key], record.name), own, (*chain, name)))
    return flat


def _prefixed(record: Record, prefix: str) -> Record:
    if not prefix:
        return record
    properties = dict(record.properties)
    for name in ("InputPins", "OutputPins", "Partner", "StageList"):
        if properties.get(name):
            properties[name] = "|".join(prefix + part.strip() for part in properties[name].split("|") if part.strip())
    return replace(record, identifier=prefix + record.identifier, properties=properties)


def _view_of(record: Record, views: Mapping[str, Record]) -> str:
    """The view a local container shows, whatever the property is called that names it."""
    own = record.identifier.split("S", 1)[0]
    return next((value for value in record.properties.values() if value in views and value != own), "")


def _shared_of(record: Record, shared: Mapping[str, Section]) -> tuple[str, Section | None]:
    named = [value.rsplit("\\", 1)[-1] for key, value in record.properties.items() if key not in ("Name", "Identifier")]
    found = next((value for value in [*named, record.name] if value in shared), "")
    return found, shared.get(found)


def _local_homes(section: Section, views: Mapping[str, Record]) -> dict[str, tuple[str, ...]]:
    """Stage → names of the local containers it stands in, outermost first."""
    holder: dict[str, Record] = {}
    for record in section.records:
        if record.kind in CONTAINER_KINDS and (view := _view_of(record, views)):
            for stage in views[view].ids("StageList"):
                holder[stage] = record
    homes: dict[str, tuple[str, ...]] = {}
    for stage in holder:
        path: list[str] = []
        current = stage
        while current in holder and len(path) < DEEPEST:
            path.append(holder[current].name)
            current = holder[current].identifier
        homes[stage] = tuple(reversed(path))
    return homes
