"""Envoy's own errors as JSON, for REST; as plain sentences in `grpc-message`, for gRPC."""

from __future__ import annotations

from typing import Any

from services.edge import tables
from services.edge.settings import EdgeSettings

Config = dict[str, Any]

DOMAIN = "dataflow.ai"


def local_reply_config(settings: EdgeSettings) -> Config:
    """Mappers in the order of `errors.yaml`; the first that matches writes the body."""
    limits = {"max_upload_mb": str(settings.max_upload_size_mb), "max_json_mb": str(settings.max_json_body_mb)}
    return {"mappers": [_grpc_mapper(), *(_mapper(row, limits) for row in tables.errors())]}


def _grpc_mapper() -> Config:
    """A gRPC client's request: its content type says so and the transcoder has not touched it (it leaves the original path)."""
    filters = [
        {"header_filter": {"header": {"name": "content-type", "string_match": {"prefix": "application/grpc"}}}},
        {"header_filter": {"header": {"name": "x-envoy-original-path", "present_match": False}}},
    ]
    return {
        "filter": {"and_filter": {"filters": filters}},
        "body_format_override": {"text_format_source": {"inline_string": "%LOCAL_REPLY_BODY%"}},
    }


def _mapper(row: Config, limits: dict[str, str]) -> Config:
    message = row["message"]
    for name, value in limits.items():
        message = message.replace(f"{{{name}}}", value)
    return {
        "filter": _filter(row),
        "body_format_override": {
            "json_format": {
                "code": row["code"],
                "message": message,
                "details": [
                    {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": row["reason"], "domain": DOMAIN},
                    {"@type": "type.googleapis.com/google.rpc.RequestInfo", "request_id": "%REQ(X-REQUEST-ID)%"},
                ],
            },
            "content_type": "application/json",
        },
    }


def _filter(row: Config) -> Config:
    comparison = {"op": "EQ", "value": {"default_value": row["status"], "runtime_key": f"local_reply.{row['status']}"}}
    status = {"status_code_filter": {"comparison": comparison}}
    if "flags" not in row:
        return status
    return {"and_filter": {"filters": [status, {"response_flag_filter": {"flags": row["flags"]}}]}}
