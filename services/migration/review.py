"""What people said of converted objects, applied to a conversion before it is validated, gated and reported.

accept      the object stands as it is: confidence 1, no review. It holds for the nodes that were looked at; where
            a later conversion makes others of the object, the verdict is told and asks for another look.
edit        the given nodes stand in its place: confidence 1, and the object's own issues are settled.
mark_wrong  confidence 0, review required: release is blocked until somebody accepts or edits.

No verdict silences a check: what is structurally wrong, does not run, or is an error of the conversion still blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.migration import emit
from services.migration.conversion import ConversionResult, ConversionSource, MappingConversion, NodeConversion, Review
from services.pipelines.dsl.defaults import finish
from services.pipelines.dsl.document import dump, load
from services.pipelines.dsl.errors import DocumentError
from services.pipelines.structure import validate_structure, with_execution

NOT_CONVERTED = (ConversionSource.UNSUPPORTED, ConversionSource.LLM_UNAVAILABLE)
SHOWN = 5  # findings that a refusal names
_NAME = "_"  # a document needs one, a list of nodes has none


class ReviewError(Exception):
    """A verdict that cannot be applied; the text says why and what to do. `reason` is a constant."""

    def __init__(self, message: str, reason: str = "BAD_EDIT") -> None:
        self.reason = reason
        super().__init__(message)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (str(self), self.reason)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One verdict on one object. `original` is the YAML of its nodes when it was given; `yaml` that of an edit."""

    mapping: str
    object: str
    review: Review
    yaml: str = ""
    original: str = ""


def apply(result: ConversionResult, verdicts: Iterable[Verdict]) -> ConversionResult:
    """The conversion as people left it. A verdict on what is no longer in the export does nothing."""
    given = {(each.mapping, each.object): each for each in verdicts}
    if not given:
        return result
    return replace(result, mappings=tuple(_mapping(mapping, given) for mapping in result.mappings))


def nodes_text(item: NodeConversion) -> str:
    """An object's nodes as YAML, as an edit may be given."""
    return dump({"nodes": [dict(node) for node in item.nodes]})


def settled(mapping: MappingConversion, verdict: Verdict) -> NodeConversion:
    """Tries a new verdict on its object: the object as it stands then.

    Raises ReviewError where there is nothing to accept, or an edit is no YAML, no nodes, or makes the pipeline worse.
    """
    item = next(item for item in mapping.objects if item.object == verdict.object)
    if verdict.review.action == "accept" and not _is_converted(item):
        raise ReviewError(
            f"{item.object} ({item.source_type}) was not converted, so there is nothing to accept; edit it",
            "NOTHING_TO_ACCEPT",
        )
    changed = _mapping(mapping, {(mapping.mapping, verdict.object): verdict})
    if verdict.review.action == "edit":
        _refuse_worse(mapping, changed)
    return next(each for each in changed.objects if each.object == verdict.object)


def _mapping(mapping: MappingConversion, given: Mapping[tuple[str, str], Verdict]) -> MappingConversion:
    if not any((mapping.mapping, item.object) in given for item in mapping.objects):
        return mapping
    pipeline, objects = mapping.pipeline, []
    for item in mapping.objects:
        verdict = given.get((mapping.mapping, item.object))
        changed = _ACTIONS[verdict.review.action](item, verdict) if verdict else item
        if verdict:
            pipeline = _replaced(pipeline, item, changed)
        objects.append(changed)
    return replace(mapping, pipeline=pipeline, objects=tuple(objects))


def _accepted(item: NodeConversion, verdict: Verdict) -> NodeConversion:
    if not _is_converted(item) or (verdict.original and nodes_text(item) != verdict.original):
        told = f"accepted by {verdict.review.author or 'somebody'} as it was before; this conversion of it is another"
        return replace(item, review=verdict.review, requires_manual_review=True, warnings=(*item.warnings, told))
    return replace(_sure(item, item.nodes, 1.0), requires_manual_review=False, review=verdict.review)


def _edited(item: NodeConversion, verdict: Verdict) -> NodeConversion:
    nodes = _nodes(verdict.yaml, item)
    kind = str(nodes[-1].get("transform") or nodes[-1].get("type"))
    edited = _sure(item, nodes, 1.0)
    return replace(
        edited, target_type=kind, requires_manual_review=False, warnings=(), issues=(), review=verdict.review
    )


def _marked(item: NodeConversion, verdict: Verdict) -> NodeConversion:
    told = f"marked wrong by {verdict.review.author or 'somebody'}"
    told += f": {verdict.review.comment}" if verdict.review.comment else ""
    marked = _sure(item, item.nodes, 0.0)
    return replace(marked, requires_manual_review=True, warnings=(told, *item.warnings), review=verdict.review)


_ACTIONS = {"accept": _accepted, "edit": _edited, "mark_wrong": _marked}


def _is_converted(item: NodeConversion) -> bool:
    return item.target_type != "manual" and item.source not in NOT_CONVERTED


def _sure(item: NodeConversion, nodes: Iterable[dict[str, Any]], confidence: float) -> NodeConversion:
    return replace(item, confidence=confidence, nodes=tuple({**node, "confidence": confidence} for node in nodes))


def _nodes(text: str, item: NodeConversion) -> list[dict[str, Any]]:
    """The nodes of an edit: one node, a list of them, or a document with `nodes`."""
    found = _listed(text)
    if not found or not all(isinstance(node, dict) for node in found):
        raise ReviewError("the YAML holds no node: give one, a list of them, or nodes: with a list")
    nodes = [dict(node) for node in found]
    if len(nodes) == len(item.nodes) == 1:
        nodes[0].setdefault("id", item.nodes[0]["id"])
    before = {node["id"]: node for node in item.nodes}
    for node in nodes:
        old = before.get(node.get("id"), item.nodes[0] if item.nodes else {})
        _refuse_shapeless(node)
        if node.get("type") != "source" and "depends_on" in old:
            node.setdefault("depends_on", list(old["depends_on"]))
        if "origin" in old:
            node.setdefault("origin", old["origin"])
    return nodes


def _refuse_shapeless(node: dict[str, Any]) -> None:
    """What has to hold before a document can be made of the node; the checks of the language come after."""
    wanted = (("id", str), ("type", str), ("config", dict), ("depends_on", list))
    node.setdefault("config", {})
    for key, kind in wanted:
        if not isinstance(node.get(key, [] if key == "depends_on" else None), kind):
            raise ReviewError(f"a node of the YAML has no {key!r}, or one that is not as the language has it")


def _listed(text: str) -> list[Any]:
    indented = text.lstrip("\ufeff \n").startswith("-")
    body = "\n".join(f"  {line}" for line in text.splitlines())
    try:
        data = load(f"name: {_NAME}\nnodes:\n{body}\n" if indented else text).data
    except DocumentError as error:
        raise ReviewError(f"the YAML cannot be read: {error}") from None
    nodes = data.get("nodes", [data] if "type" in data else [])
    return nodes if isinstance(nodes, list) else []


def _replaced(pipeline: dict[str, Any], before: NodeConversion, after: NodeConversion) -> dict[str, Any]:
    """The document with an object's nodes in place of those it had: edges, checks and confidence follow."""
    old = {node["id"] for node in before.nodes}
    new = {node["id"]: node for node in after.nodes if "id" in node}
    nodes: list[dict[str, Any]] = []
    placed = False
    for node in pipeline["nodes"]:
        if node["id"] not in old:
            nodes.append(node)
        elif not placed:
            placed = True
            nodes += [emit.plain(each) for each in after.nodes]
    edges = [edge for edge in pipeline["edges"] if edge["to"] not in old]
    edges += [edge for node in new.values() for edge in emit.edges(node)]
    checks = [each for each in pipeline.get("quality_checks", ()) if each.get("node") not in old]
    metadata = dict(pipeline.get("metadata", {}))
    for counted in ("overall_confidence", "warnings_count"):
        metadata.pop(counted, None)
    changed = {**pipeline, "nodes": nodes, "edges": edges, "quality_checks": checks, "metadata": metadata}
    return finish(
        changed,
        source_tool=str(metadata.get("source_tool", "")),
        source_file=str(metadata.get("source_file", "")),
        generated_at=str(metadata.get("generated_at", "")),
    )


def _refuse_worse(before: MappingConversion, after: MappingConversion) -> None:
    """Raises ReviewError where the edited pipeline has an error that it had not."""
    known = {(finding.code, finding.message) for finding in _errors(before)}
    fresh = [finding for finding in _errors(after) if (finding.code, finding.message) not in known]
    if fresh:
        more = f" and {len(fresh) - SHOWN} more" if len(fresh) > SHOWN else ""
        listed = "; ".join(f"{finding.node or 'pipeline'}: {finding.message}" for finding in fresh[:SHOWN])
        raise ReviewError(f"with this edit the pipeline {before.mapping} would not hold: {listed}{more}")


def _errors(mapping: MappingConversion) -> tuple[Any, ...]:
    return with_execution(validate_structure(dump(mapping.pipeline))).errors
