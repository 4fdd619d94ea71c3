"""One HTTP binding of an RPC as an OpenAPI operation."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor

from services.contracts.contract import Binding, Contract
from services.contracts.schemas import Schema, Schemas

_RAW = "google.api.HttpBody"
_CAMEL_CASE = "/rca/"  # the one capability documented in camelCase


@cache
def examples() -> dict[str, Any]:
    """Example requests by RPC, `ChatService.Chat`: the JSON body, or the query and path parameters."""
    text = (files("services.contracts") / "examples.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


class Operations:
    """Makes operations and gathers the tags they belong to."""

    def __init__(self, contract: Contract, schemas: Schemas) -> None:
        self._contract = contract
        self._schemas = schemas
        self._ids: dict[str, int] = {}
        self.tags = [
            {"name": name, "description": contract.comment(full_name)}
            for full_name, name in _services_with_rest(contract).items()
        ]

    def operation(self, binding: Binding) -> dict[str, Any]:
        method = binding.method
        about = self._contract.comment(method.full_name)
        role = self._contract.required_role(method)
        operation: dict[str, Any] = {
            "operationId": self._operation_id(method),
            "tags": [method.containing_service.name],
            "summary": about.split(". ")[0].split(": ")[0].rstrip("."),
            "description": about,
            "x-grpc-method": f"{method.containing_service.full_name}/{method.name}",
            "x-required-role": role,
            "parameters": self._parameters(binding),
        }
        if role == "none":
            operation["security"] = []
        if binding.body:
            operation["requestBody"] = self._request_body(binding)
        operation["responses"] = self._responses(binding)
        return operation

    def _operation_id(self, method: MethodDescriptor) -> str:
        count = self._ids[method.name] = self._ids.get(method.name, 0) + 1
        return method.name if count == 1 else f"{method.name}{count}"

    def _parameters(self, binding: Binding) -> list[Any]:
        fields = binding.method.input_type.fields_by_name
        in_path = [self._parameter(fields[name], "path", binding) for name in binding.path_fields]
        in_query = [self._parameter(field, "query", binding) for field in _query_fields(binding)]
        headers = [{"$ref": f"#/components/parameters/{name}"} for name in ("RequestId", "WorkspaceId")]
        return [*in_path, *in_query, *headers]

    def _parameter(self, field: FieldDescriptor, place: str, binding: Binding) -> Schema:
        schema = self._schemas.field(field)
        parameter: Schema = {"name": field.name, "in": place, "schema": schema}
        parameter["description"] = schema.pop("description", "")
        if place == "path" or self._schemas.required(field):
            parameter["required"] = True
        example = examples().get(_key(binding.method), {})
        if field.name in example:
            parameter["example"] = example[field.name]
        return parameter

    def _request_body(self, binding: Binding) -> Schema:
        consumes = self._contract.option(binding.method, "dataflow.common.v1.consumes")
        if consumes:
            content = {each.media_type: {"schema": self._raw_schema(each)} for each in consumes}
            return {"required": True, "content": content, "description": _list(consumes)}
        camel = _CAMEL_CASE in binding.path
        request = binding.method.input_type
        schema = self._schemas.reference(request, camel=camel, without=binding.path_fields)
        media: Schema = {"schema": schema}
        example = examples().get(_key(binding.method))
        if example is not None:
            media["example"] = {k: v for k, v in example.items() if k not in binding.path_fields}
        required = any(self._schemas.required(f) for f in request.fields if f.name not in binding.path_fields)
        return {"required": required, "content": {"application/json": media}}

    def _raw_schema(self, content: Any) -> Schema:
        if not content.parts:
            return {"type": "string", "contentMediaType": content.media_type}
        return {
            "type": "object",
            "required": [part.name for part in content.parts if part.required],
            "properties": {part.name: self._part(part) for part in content.parts},
        }

    def _part(self, part: Any) -> Schema:
        if part.enum_type:
            return {**self._schemas.enum(self._contract.enum(part.enum_type)), "description": part.description}
        kind = {"contentMediaType": "application/octet-stream", "format": "binary"} if part.file else {}
        return {"type": "string", **kind, "description": part.description}

    def _responses(self, binding: Binding) -> dict[str, Any]:
        reply = binding.method.output_type
        ok: Schema = {"description": "OK", "headers": _reply_headers(reply)}
        if reply.full_name == _RAW:
            produces = self._contract.option(binding.method, "dataflow.common.v1.produces")
            ok["description"] = _list(produces)
            ok["content"] = {each.media_type: self._raw_reply(each) for each in produces}
        else:
            schema = self._schemas.reference(reply, camel=_CAMEL_CASE in binding.path)
            ok["description"] = self._contract.comment(reply.full_name)
            ok["content"] = {"application/json": {"schema": schema}}
        responses = {"200": ok, "default": {"$ref": "#/components/responses/Error"}}
        if binding.path == "/ready":
            responses["503"] = {**ok, "description": "Degraded or draining: the same body, with its reasons."}
        return responses

    def _raw_reply(self, content: Any) -> Schema:
        message = self._contract.message(content.message) if content.message else None
        media: Schema = {"schema": {"type": "string"}}
        if message is not None and content.media_type == "application/json":
            media = {"schema": self._schemas.reference(message)}
        elif message is not None:
            media["x-events"] = self._events(message)
        elif content.media_type == "application/json":
            media = {"schema": {}}
        if content.example:
            media["example"] = content.example
        return media

    def _events(self, stream: Descriptor) -> Schema:
        """What each event of a stream carries, by the names of the message's one oneof."""
        return {
            field.name: self._schemas.reference(field.message_type)
            for field in stream.oneofs[0].fields
            if field.message_type is not None
        }


def _services_with_rest(contract: Contract) -> dict[str, str]:
    services = (m.containing_service for m in contract.methods() if contract.bindings(m))
    return {service.full_name: service.name for service in services}


def _query_fields(binding: Binding) -> list[FieldDescriptor]:
    """Fields that the query string can carry: neither in the path nor in the body, and no messages."""
    if binding.body == "*":
        return []
    elsewhere = {*binding.path_fields, binding.body}
    fields = binding.method.input_type.fields
    return [field for field in fields if field.name not in elsewhere and field.message_type is None]


def _reply_headers(reply: Descriptor) -> Schema:
    headers: Schema = {"X-Request-Id": {"description": "The call's id.", "schema": {"type": "string"}}}
    if "confidence" in reply.fields_by_name:
        headers["X-Copilot-Confidence"] = {
            "description": "The reply's confidence, 0 to 1.",
            "schema": {"type": "number"},
        }
    return headers


def _key(method: MethodDescriptor) -> str:
    return f"{method.containing_service.name}.{method.name}"


def _list(contents: Any) -> str:
    return "\n".join(f"* `{each.media_type}`: {each.description}" for each in contents)
