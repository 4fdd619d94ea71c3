"""Conversions made by hand, for the tests of what comes after converting."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.migration.ast import Origin
from services.migration.conversion import ConversionResult, MappingConversion, NodeConversion
from services.pipelines.dsl.document import dump_all
from tests.pipelines.dsl.samples import node, pipeline

FILTER = node("sql_where", {"condition": "status = 'A'"})
ORIGIN = Origin("wf.xml", 42, "TRANSFORMATION FIL_ACTIVE")


def item(name: str = "FIL_ACTIVE", confidence: float = 0.98, **changes: Any) -> NodeConversion:
    """A converted Filter, changed as asked."""
    made = NodeConversion(
        name, "Filter", "sql_where", ({**FILTER, "confidence": confidence},), confidence, origin=ORIGIN
    )
    return replace(made, **changes)


def mapping(*objects: NodeConversion, name: str = "m_x", document: dict[str, Any] | None = None) -> MappingConversion:
    made = document or {**pipeline(FILTER), "name": name}
    return MappingConversion(name, "FOLDER", made, objects, origin=Origin("wf.xml", 7, f"MAPPING {name}"))


def result(*objects: NodeConversion, **changes: Any) -> ConversionResult:
    """A conversion of one mapping."""
    return replace(ConversionResult((mapping(*objects),)), **changes)


def released(conversion: ConversionResult) -> str:
    """The YAML that would be delivered."""
    return dump_all([*(each.pipeline for each in conversion.mappings), *conversion.orchestrations])
