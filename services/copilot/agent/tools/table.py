"""All tools by name, and one use of one, whatever comes of it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from dataflow.provider.v1 import completion_pb2
from services.copilot.agent.arguments import BadArgumentsError, checked
from services.copilot.agent.records import Call
from services.copilot.agent.tools.building import GENERATE_PIPELINE, VALIDATE_PIPELINE
from services.copilot.agent.tools.changing import CREATE_PIPELINE, RUN_PIPELINE
from services.copilot.agent.tools.reading import DISCOVER_SCHEMA, LIST_CONNECTIONS
from services.copilot.agent.tools.tool import Tool, ToolError, Use
from services.copilot.platform.errors import PlatformUnavailable
from services.copilot.surroundings import Surroundings
from services.runtime.context import remaining
from services.runtime.errors import ServiceError

TOOLS = {
    tool.name: tool
    for tool in (
        LIST_CONNECTIONS,
        DISCOVER_SCHEMA,
        GENERATE_PIPELINE,
        VALIDATE_PIPELINE,
        CREATE_PIPELINE,
        RUN_PIPELINE,
    )
}
NOT_KNOWN = "It is not known whether it was carried out: look before asking for it again."


@dataclass(frozen=True, slots=True)
class Came:
    """What a call came to: `output` as JSON text, or `error`. `summary`: of an action that a person is to decide on."""

    output: str = ""
    error: str = ""
    source: str = "rules"
    degraded: tuple[str, ...] = ()
    summary: str = ""


def definitions() -> list[completion_pb2.ToolDefinition]:
    return [
        completion_pb2.ToolDefinition(name=tool.name, description=tool.description, input_schema_json=tool.schema)
        for tool in TOOLS.values()
    ]


async def carried_out(around: Surroundings, call: Call, language: str) -> Came:
    """One call. An action that nobody has approved is only looked at. Raises ServiceError where the caller's time is
    over: then it is not known what came of it."""
    tool = TOOLS.get(call.tool)
    if tool is None:
        return Came(error=f"there is no tool {call.tool[:64]!r}; there are: {', '.join(TOOLS)}")
    try:
        arguments = checked(call.arguments, tool.schema)
        return await _used(tool, Use(around, arguments, call.call_id, language), approved=call.decision == "approved")
    except BadArgumentsError as error:
        return Came(error=str(error))
    except ToolError as error:
        return Came(error=str(error), degraded=error.degraded)
    except PlatformUnavailable as error:
        unsure = f". {NOT_KNOWN}" if call.decision == "approved" else ""
        return Came(error=f"{error.message}{unsure}", degraded=(error.degraded,))
    except ServiceError as error:
        if remaining() == 0.0:
            raise
        return Came(error=f"{error.metadata.get('code', error.reason)}: {error.message}")


async def _used(tool: Tool, use: Use, *, approved: bool) -> Came:
    if tool.check is not None and not approved:
        return Came(summary=await tool.check(use))
    result = await tool.run(use)
    return Came(json.dumps(result.output, ensure_ascii=False), "", result.source, result.degraded)
