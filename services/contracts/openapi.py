"""The OpenAPI 3.1 document of the REST side, from the descriptors alone.

Comments become descriptions, HTTP rules paths, the mounts `servers`; raw bodies say what they hold by the
method options `consumes` and `produces`.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from services.contracts.contract import Binding, Contract
from services.contracts.layout import GEN
from services.contracts.operations import Operations
from services.contracts.schemas import Schemas

# Canonical mount first; Envoy maps the others onto it.
MOUNTS = (
    ("/api/v1/ai", "/api/v1/copilot", "/api/copilot"),
    ("/api/v1/migration", "/api/migration"),
)
# The order in which people read; a service not named here comes last.
READING_ORDER = (
    *("ChatService", "SqlService", "SemanticService", "DiagnoseService", "PipelineService", "AgentService"),
    *("SuggestService", "InsightsService", "QualityService", "SchemaMatchService", "CatalogService", "RcaService"),
    *("MigrationService", "ProviderService", "OpsService"),
)
DESCRIPTION = """Legacy ETL out, runnable DataFlow pipelines in: a migration engine and a copilot.

* Names are snake_case; those of `/rca/analyze` are camelCase. Zeros, empty texts and empty lists are printed.
* Fields of a JSON body that are not known are ignored; unknown query parameters, unknown enum values and
  wrong types are refused with 400.
* Every error has the shape of `Status`; match on `details[].reason`, not on the message.
* `confidence` is 0 to 1, and stands in the header `X-Copilot-Confidence` too.
* The same operations can be called by gRPC on the same port; `x-grpc-method` names them."""


def openapi_document(descriptors: FileDescriptorSet) -> dict[str, Any]:
    """The document as plain data. `descriptors` must be made with comments."""
    contract = Contract(descriptors)
    bound = [binding for method in contract.methods() for binding in contract.bindings(method)]
    bound.sort(key=lambda binding: _rank(binding.method.containing_service.name))
    schemas = Schemas(contract, [binding.method.input_type for binding in bound])
    operations = Operations(contract, schemas)
    paths: dict[str, Any] = {}
    for binding in sorted(bound, key=_snake_case_first):
        path, servers = _mounted(binding.path)
        item = paths.setdefault(path, {"servers": servers} if servers else {})
        item[binding.verb] = operations.operation(binding)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "DataFlow AI",
            "version": _version(),
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The address that serves this document"}],
        "security": [{"bearer": []}],
        "tags": sorted(operations.tags, key=lambda tag: _rank(tag["name"])),
        "paths": _in_order_of(paths, bound),
        "x-grpc-only": [_grpc_only(contract, each) for each in contract.methods() if not contract.bindings(each)],
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "An API key or a token."},
            },
            "schemas": dict(sorted({**schemas.components, **ERROR_SCHEMAS}.items())),
            "parameters": HEADERS,
            "responses": {
                "Error": {
                    "description": "The call failed; the HTTP status is that of `code`.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Status"}}},
                },
            },
        },
    }


def to_json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _grpc_only(contract: Contract, method: MethodDescriptor) -> dict[str, str]:
    """An RPC without an HTTP rule, for the reader of the page."""
    return {
        "method": f"{method.containing_service.full_name}/{method.name}",
        "description": contract.comment(method.full_name),
        "role": contract.required_role(method),
        "request": ("stream " if method.client_streaming else "") + method.input_type.name,
        "reply": ("stream " if method.server_streaming else "") + method.output_type.name,
    }


def _rank(service: str) -> int:
    return READING_ORDER.index(service) if service in READING_ORDER else len(READING_ORDER)


def _snake_case_first(binding: Binding) -> bool:
    """Components shared with a camelCase route get their plain names from the other routes."""
    return "/rca/" in binding.path


def _in_order_of(paths: dict[str, Any], bound: list[Binding]) -> dict[str, Any]:
    order = {_mounted(binding.path)[0]: position for position, binding in reversed(list(enumerate(bound)))}
    return dict(sorted(paths.items(), key=lambda item: order[item[0]]))


def _mounted(path: str) -> tuple[str, list[dict[str, str]]]:
    """The path below its mount, and the mounts as servers; none for a path that has no mount."""
    for mounts in MOUNTS:
        if path.startswith(f"{mounts[0]}/"):
            return path.removeprefix(mounts[0]), [{"url": mount} for mount in mounts]
    return path, []


def _version(pyproject: Path = GEN / "pyproject.toml") -> str:
    version: str = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["version"]
    return version


HEADERS: dict[str, Any] = {
    "RequestId": {
        "name": "X-Request-Id",
        "in": "header",
        "description": "Accepted, or made where it is missing; echoed, and logged by every server the call touches.",
        "schema": {"type": "string"},
    },
    "WorkspaceId": {
        "name": "X-Workspace-Id",
        "in": "header",
        "description": "Workspace; wins over `workspace_id`. Without either: the key's first one, else `default`.",
        "schema": {"type": "string"},
    },
}

ERROR_SCHEMAS: dict[str, Any] = {
    "Status": {
        "type": "object",
        "description": "An error, as google.rpc.Status.",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "integer", "format": "int32", "description": "gRPC status code: 5 is NOT_FOUND."},
            "message": {"type": "string", "description": "For people: what is wrong, where, and what to do."},
            "details": {
                "type": "array",
                "description": "What programs match on.",
                "items": {"$ref": "#/components/schemas/ErrorDetail"},
            },
        },
        "examples": [
            {
                "code": 5,
                "message": "job 8f3c… is not known in workspace default",
                "details": [
                    {
                        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                        "reason": "JOB_NOT_FOUND",
                        "domain": "dataflow.ai",
                        "metadata": {},
                    }
                ],
            }
        ],
    },
    "ErrorDetail": {
        "type": "object",
        "description": "One detail of an error; mostly a google.rpc.ErrorInfo.",
        "required": ["@type"],
        "properties": {
            "@type": {"type": "string", "description": "Type URL of the detail."},
            "reason": {"type": "string", "description": "Constant to match on: `LLM_UNAVAILABLE`."},
            "domain": {"type": "string", "description": "`dataflow.ai`"},
            "metadata": {
                "type": "object",
                "description": "Further facts by name: the field, the limit, the nearest name.",
                "additionalProperties": {"type": "string"},
            },
        },
        "additionalProperties": True,
    },
}
