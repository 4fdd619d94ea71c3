"""PipelineService. Only translates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2

from dataflow.common.v1 import dialect_pb2, validation_pb2
from dataflow.copilot.v1 import pipeline_pb2, pipeline_pb2_grpc
from services.copilot.pipeline.answer import Asked, Built, build, cited
from services.copilot.pipeline.explain import explained
from services.copilot.pipeline.grounds import Grounds
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail, finished
from services.pipelines.structure import EXECUTES, STRUCTURAL_CHECKS
from services.runtime.errors import InvalidArgument

MOST_CHARACTERS = 8_000
MOST_SYSTEMS = 20
LONGEST_NAME = 200


class PipelineServicer(pipeline_pb2_grpc.PipelineServiceServicer):
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def GeneratePipeline(self, request: Any, context: Any) -> pipeline_pb2.GeneratePipelineResponse:
        asked = asked_of(request)
        tail = Tail()
        built, grounds = await build(self._around, asked, tail)
        return reply(built, grounds, tail)


def asked_of(request: Any) -> Asked:
    """InvalidArgument names the field and what to send."""
    if not request.prompt.strip():
        raise InvalidArgument("prompt: is empty; say what the pipeline should do")
    if len(request.prompt) > MOST_CHARACTERS:
        raise InvalidArgument(f"prompt: has {len(request.prompt):,} characters; at most {MOST_CHARACTERS:,} are read")
    if len(request.source_systems) > MOST_SYSTEMS:
        raise InvalidArgument(f"source_systems: has {len(request.source_systems)} entries; at most {MOST_SYSTEMS}")
    if any(len(name) > LONGEST_NAME for name in (*request.source_systems, request.target_system)):
        raise InvalidArgument(f"source_systems, target_system: a name has more than {LONGEST_NAME} characters")
    given = request.dialect if request.HasField("dialect") else 0
    dialect = dialect_pb2.SqlDialect.Value.Name(given) if given else "postgresql"
    return Asked(request.prompt, list(request.source_systems), request.target_system, dialect)


def reply(built: Built, grounds: Grounds, tail: Tail) -> pipeline_pb2.GeneratePipelineResponse:
    document = built.document
    response = pipeline_pb2.GeneratePipelineResponse(
        yaml=built.text,
        nodes=[_node(node) for node in document.get("nodes", ())],
        edges=[
            pipeline_pb2.PipelineEdge(source=edge["from"], target=edge["to"], source_port=edge.get("from_port", ""))
            for edge in document.get("edges", ())
        ],
        explanation=explained(document) or built.unread,
        warnings=built.warnings,
        validation=_validation(built),
        templates_used=cited(built, grounds),
    )
    return finished(response, tail)


def _node(node: Mapping[str, Any]) -> pipeline_pb2.PipelineNode:
    config = struct_pb2.Struct()
    json_format.ParseDict(node.get("config", {}), config)
    kind = node.get("transform") if node["type"] == "transformation" else node["type"]
    return pipeline_pb2.PipelineNode(
        id=node["id"],
        type=str(kind or node["type"]),
        label=str(node.get("description") or node["id"]),
        connector=str(node.get("connector", "")),
        config=config,
    )


def _validation(built: Built) -> validation_pb2.ValidationResult:
    if built.unread:
        return validation_pb2.ValidationResult(is_valid=False, issues=[f"ERROR: {built.unread}"])
    result = built.validation
    checks = []
    for name, meaning in {**STRUCTURAL_CHECKS, EXECUTES: "The pipeline runs over made-up rows"}.items():
        found = result.of_check(name)
        failed = [finding for finding in found if finding.severity == "error"]
        checks.append(
            validation_pb2.ValidationCheckResult(
                name=name,
                passed=not failed,
                severity="error",
                message=f"{len(failed)} errors" if failed else meaning,
                issues=[str(finding) for finding in found],
            )
        )
    return validation_pb2.ValidationResult(is_valid=result.is_valid, checks=checks, issues=result.issues)
