"""What every converted pipeline gets: linked nodes, default checks, metadata, the fixed order of keys."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any

RECONCILE_BELOW = 0.80  # reference: low_confidence_reconciliation for mappings below 0.80

DEFAULT_CHECKS: tuple[dict[str, Any], ...] = (
    {
        "name": "row_count",
        "type": "row_count",
        "severity": "warning",
        "description": "A load that writes no row is worth a look.",
        "min": 1,
    },
    {
        "name": "null_percentage",
        "type": "null_percentage",
        "severity": "warning",
        "description": "A column that is mostly null often means a lost join or a failed conversion.",
        "threshold": 0.5,
    },
    {
        "name": "duplicate",
        "type": "duplicate",
        "severity": "warning",
        "description": "No two rows with the same key, or the same values where there is no key.",
        "threshold": 0,
    },
)


def finish(
    pipeline: Mapping[str, Any],
    *,
    source_tool: str,
    source_file: str,
    generated_at: str,
    source_object: str = "",
    source_folder: str = "",
    generator: str = "",
    overall_confidence: float | None = None,
    warnings_count: int | None = None,
) -> dict[str, Any]:
    """A finished copy of a pipeline that has `name`, `nodes` and `edges`; `dump` puts its keys in order.

    Adds `version`, `dialect`, `depends_on` from the edges (or edges from `depends_on` where there are
    none), the three default quality checks, a schema check for each sink, `low_confidence_reconciliation`
    below 0.80, and `metadata`. Checks and metadata that are already there stay. `generated_at` is RFC 3339
    in UTC. `overall_confidence` (0 to 1) and `warnings_count` are counted from the nodes unless given.
    """
    finished = {**pipeline, "nodes": [dict(node) for node in pipeline["nodes"]]}
    finished.setdefault("version", "1")
    finished.setdefault("dialect", "postgresql")
    _link(finished)
    confidence = mean_confidence(finished) if overall_confidence is None else overall_confidence
    warnings = _warnings(finished) if warnings_count is None else warnings_count
    present = {check["name"] for check in finished.get("quality_checks", ())}
    added = [check for check in _checks(finished, confidence) if check["name"] not in present]
    finished["quality_checks"] = [*finished.get("quality_checks", ()), *added]
    facts = {
        "generated_at": generated_at,
        "generator": generator,
        "source_tool": source_tool,
        "source_file": source_file,
        "source_object": source_object,
        "source_folder": source_folder,
    }
    finished["metadata"] = {
        **{key: value for key, value in facts.items() if value},
        "overall_confidence": round(confidence, 4),
        "warnings_count": warnings,
        **finished.get("metadata", {}),
    }
    return finished


def mean_confidence(pipeline: Mapping[str, Any]) -> float:
    """Mean confidence, 0 to 1, of the nodes that state one; a `manual` node counts as 0, none gives 0."""
    stated = [
        0.0 if node.get("transform") == "manual" else float(node["confidence"])
        for node in pipeline["nodes"]
        if "confidence" in node or node.get("transform") == "manual"
    ]
    return fmean(stated) if stated else 0.0


def _warnings(pipeline: Mapping[str, Any]) -> int:
    return sum(len(node.get("warnings", ())) for node in pipeline["nodes"])


def _link(pipeline: dict[str, Any]) -> None:
    """Makes `depends_on` and `edges` say the same."""
    if not pipeline.get("edges"):
        pipeline["edges"] = [
            {"from": before, "to": node["id"]} for node in pipeline["nodes"] for before in node.get("depends_on", ())
        ]
        return
    before: dict[str, list[str]] = {}
    for edge in pipeline["edges"]:
        before.setdefault(edge["to"], []).append(edge["from"])
    for node in pipeline["nodes"]:
        linked = list(dict.fromkeys([*node.get("depends_on", ()), *before.get(node["id"], ())]))
        if linked:
            node["depends_on"] = linked


def _checks(pipeline: Mapping[str, Any], confidence: float) -> list[dict[str, Any]]:
    sinks = [node for node in pipeline["nodes"] if node["type"] == "sink"]
    checks = [dict(check) for check in DEFAULT_CHECKS] + [_schema_check(sink) for sink in sinks]
    if confidence < RECONCILE_BELOW:
        checks.append(_reconciliation(pipeline))
    return checks


def _schema_check(sink: Mapping[str, Any]) -> dict[str, Any]:
    columns = sink.get("config", {}).get("columns", ())
    expected = [{key: column[key] for key in ("name", "type") if key in column} for column in columns]
    check = {
        "name": f"schema_{sink['id']}",
        "type": "schema",
        "node": sink["id"],
        "severity": "error",
        "description": "The target has the columns that this pipeline writes, with their types.",
    }
    return {**check, "expected": expected} if expected else check


def _reconciliation(pipeline: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": "low_confidence_reconciliation",
        "type": "reconciliation",
        "severity": "error",
        "description": "The conversion is uncertain: compare with what the legacy job loads.",
        "against": [node["id"] for node in pipeline["nodes"] if node["type"] == "source"],
        "measures": ["row_count", "column_sums", "checksums"],
    }
