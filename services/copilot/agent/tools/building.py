"""Making and checking pipelines: nothing outside this server changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.copilot.agent.canned import canned
from services.copilot.agent.tools.tool import Result, Tool, ToolError, Use
from services.copilot.pipeline.answer import CHECK_SECONDS, RUN_SECONDS, built_from
from services.copilot.pipeline.grounds import Grounds
from services.pipelines.structure import validate_structure, with_execution

DIALECTS = ("postgresql", "snowflake", "teradata", "sap_hana", "mssql")
LONGEST_YAML = 200_000
MOST_ISSUES = 20
MOST_TABLES = 200


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of a pipeline's YAML showed. `sources`, `targets`: what it reads and writes, by name."""

    is_valid: bool
    executed: int
    issues: tuple[str, ...]
    pipelines: int = 0
    name: str = ""
    nodes: int = 0
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


def check_yaml(text: str) -> Checked:
    """Runs in a worker process: the structural checks, and a run over made-up rows."""
    result = with_execution(validate_structure(text), RUN_SECONDS)
    documents = [each for each in result.documents if not each.is_orchestration]
    nodes = documents[0].nodes() if documents else []
    return Checked(
        result.is_valid,
        result.executed,
        result.issues,
        len(result.documents),
        documents[0].name if documents else "",
        len(nodes),
        tuple(_end(node) for node in nodes if node.get("type") == "source"),
        tuple(_end(node) for node in nodes if node.get("type") == "sink"),
    )


def _end(node: Mapping[str, Any]) -> str:
    config = node.get("config")
    given = config if isinstance(config, Mapping) else {}
    parts = [str(given[key]) for key in ("connection", "schema", "table", "path", "topic") if given.get(key)]
    return ".".join(parts) or str(node.get("connector") or node.get("id") or "")


async def checked(use: Use) -> Checked:
    return await use.around.workers.run_cpu(check_yaml, use.arguments["yaml"], timeout=CHECK_SECONDS)


async def _validate(use: Use) -> Result:
    found = await checked(use)
    return Result(
        {
            "is_valid": found.is_valid,
            "executed": found.executed > 0,
            "issues": list(found.issues[:MOST_ISSUES]),
            "issue_count": len(found.issues),
        }
    )


async def _generate(use: Use) -> Result:
    """The plan as a document, by code; only one that passes every check is given back."""
    plan = json.dumps(use.arguments["plan"], ensure_ascii=False)
    tables, missing = await use.around.schemas.listed()
    folded = plan.lower()
    named = [table for table in (tables or canned()) if table.name.lower() in folded][:MOST_TABLES]
    dialect = use.text("dialect") or DIALECTS[0]
    built = await use.around.workers.run_cpu(built_from, plan, Grounds(named), dialect, timeout=CHECK_SECONDS)
    if built.problems:
        listed = "\n".join(f"- {problem[:800]}" for problem in built.problems[:MOST_ISSUES])
        raise ToolError(
            f"the plan makes no pipeline that passes the checks; correct it and send it whole:\n{listed}", missing
        )
    output = {
        "yaml": built.text,
        "name": str(built.document.get("name", "")),
        "is_valid": True,
        "executed": built.validation.executed > 0,
        "warnings": [warning[:800] for warning in built.warnings[:MOST_ISSUES]],
    }
    source = "fallback" if built.tables and not tables else "rules"
    return Result(output, source, missing)


YAML = {"type": "string", "minLength": 1, "maxLength": LONGEST_YAML, "description": "The whole pipeline"}
GENERATE_PIPELINE = Tool(
    "generate_pipeline",
    "Turns a plan into a pipeline's YAML: fills in columns and types, checks it, and runs it over made-up rows. "
    "Gives the YAML, or what is wrong with the plan. Changes nothing.",
    {
        "plan": {
            "type": "object",
            "description": "name, description and nodes; each node has id, type (source, transformation, sink), "
            "transform, inputs, config",
            "properties": {
                "name": {"type": "string"},
                "description": {"type": "string"},
                "nodes": {"type": "array", "items": {"type": "object"}, "minItems": 1},
            },
            "required": ["name", "nodes"],
        },
        "dialect": {"type": "string", "enum": list(DIALECTS), "description": "SQL of its expressions"},
    },
    ("plan",),
    _generate,
)
VALIDATE_PIPELINE = Tool(
    "validate_pipeline",
    "Checks a pipeline's YAML and runs it over made-up rows. Changes nothing.",
    {"yaml": YAML},
    ("yaml",),
    _validate,
)
