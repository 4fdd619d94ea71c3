"""What changes the platform. A person approves each use of these before it is carried out."""

from __future__ import annotations

from typing import Any

from services.copilot.agent.texts import text
from services.copilot.agent.tools.building import MOST_ISSUES, YAML, checked
from services.copilot.agent.tools.tool import Result, Tool, ToolError, Use
from services.copilot.platform.records import Pipeline

MOST_SHOWN = 300


async def _check_create(use: Use) -> str:
    """Raises ToolError for a pipeline that fails the validator: no person is asked about such a one."""
    found = await checked(use)
    if not found.is_valid:
        listed = "\n".join(f"- {issue[:800]}" for issue in found.issues[:MOST_ISSUES])
        raise ToolError(f"the pipeline does not pass the validator, so it is not offered for approval:\n{listed}")
    if found.pipelines != 1 or not found.nodes:
        raise ToolError("send one pipeline with nodes")
    if not found.executed:
        raise ToolError("the pipeline could not be run over made-up rows, so it is not offered for approval")
    ends = {"sources": _line(", ".join(found.sources)), "targets": _line(", ".join(found.targets))}
    return text("create", use.language, name=_line(found.name), nodes=str(found.nodes), **ends)


def _line(given: str) -> str:
    """Names of a document on one line, cut: they are a stranger's words in a sentence of ours."""
    return " ".join(given.split())[:MOST_SHOWN] or "–"


async def _create(use: Use) -> Result:
    async with use.around.platform.pipelines() as service:
        made = await service.create_pipeline(
            use.arguments["yaml"], idempotency_key=use.key, description=use.text("description")
        )
    return Result(_pipeline(made))


def _pipeline(made: Pipeline) -> dict[str, Any]:
    fields = ("pipeline_id", "name", "description", "status", "version")
    return {name: getattr(made, name) for name in fields}


async def _check_run(use: Use) -> str:
    async with use.around.platform.pipelines() as service:
        found = await service.get_pipeline(use.arguments["pipeline_id"])
    parameters = use.arguments.get("parameters") or {}
    given = ", ".join(f"{name}={value}" for name, value in parameters.items())
    sentence = "run_with" if given else "run"
    return text(sentence, use.language, name=_line(found.name), parameters=_line(given))


async def _run(use: Use) -> Result:
    async with use.around.platform.pipelines() as service:
        run = await service.run_pipeline(
            use.arguments["pipeline_id"], idempotency_key=use.key, parameters=use.arguments.get("parameters")
        )
    return Result({"run_id": run.run_id, "pipeline_id": run.pipeline_id, "status": run.status})


CREATE_PIPELINE = Tool(
    "create_pipeline",
    "Creates a pipeline on the platform. A person has to approve it. Send YAML that passed the checks, unchanged.",
    {"yaml": YAML, "description": {"type": "string", "maxLength": 2000, "description": "What it is for"}},
    ("yaml",),
    _create,
    _check_create,
)
RUN_PIPELINE = Tool(
    "run_pipeline",
    "Starts a run of a pipeline that exists on the platform. A person has to approve it.",
    {
        "pipeline_id": {"type": "string", "minLength": 1, "maxLength": 200},
        "parameters": {
            "type": "object",
            "maxProperties": 50,
            "additionalProperties": {"type": ["string", "number", "boolean"]},
            "description": "Parameters of the run",
        },
    },
    ("pipeline_id",),
    _run,
    _check_run,
)
