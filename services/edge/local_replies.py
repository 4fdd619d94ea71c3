"""Envoy's own errors as JSON, for REST; as plain sentences in `grpc-message`, for gRPC."""

from __future__ import annotations

from typing import Any

from services.edge import tables
from services.edge.routes import header
from services.edge.settings import EdgeSettings

Config = dict[str, Any]

DOMAIN = "dataflow.ai"


def local_reply_config(settings: EdgeSettings) -> Config:
    """Mappers in the order of `errors.yaml`; the first that matches writes the body."""
    limits = {"max_upload_mb": str(settings.max_upload_size_mb), "max_json_mb": str(settings.max_json_body_mb)}
    return {"mappers": [_grpc_mapper(), *(_mapper(row, limits) for row in tables.errors())]}


def _grpc_mapper() -> Config:
    """A gRPC client's request: its content type says so, and the Lua filter has not seen it come as REST."""
    content_type = {"name": "content-type", "string_match": {"prefix": "application/grpc"}}
    filters = [{"header_filter": {"header": content_type}}, _came({"bool_match": False})]
    return {
        "filter": {"and_filter": {"filters": filters}},
        "body_format_override": {"text_format_source": {"inline_string": "%LOCAL_REPLY_BODY%"}},
    }


def _mapper(row: Config, limits: dict[str, str]) -> Config:
    retry_after = [header("retry-after", str(row["retry_after_s"]))] if "retry_after_s" in row else []
    message = row["message"]
    for name, value in limits.items():
        message = message.replace(f"{{{name}}}", value)
    return {
        "filter": _filter(row),
        "headers_to_add": retry_after,
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
    filters: list[Config] = [{"status_code_filter": {"comparison": comparison}}]
    if "flags" in row:
        filters.append({"response_flag_filter": {"flags": row["flags"]}})
    if row.get("unrouted"):
        filters.append(_came({"null_match": {}}))
    return {"and_filter": {"filters": filters}} if len(filters) > 1 else filters[0]


def _came(value: Config) -> Config:
    """Compares what the Lua filter noted of a request (`rest`: true or false); holds where it has not run."""
    matcher = {"filter": "dataflow.edge", "path": [{"key": "rest"}], "value": value}
    return {"metadata_filter": {"matcher": matcher, "match_if_key_not_found": True}}
