"""One HTTP listener with its filter chain."""

from __future__ import annotations

from typing import Any

from services.edge import tables
from services.edge.descriptor import Contract
from services.edge.local_replies import local_reply_config
from services.edge.routes import BUFFER, LUA, TRANSCODER, route_configuration
from services.edge.settings import EdgeSettings
from services.edge.tls import listener_tls

Config = dict[str, Any]

MIB = 1 << 20
# Room for the multipart framing around a file of exactly the limit.
FRAMING = 64 << 10


def listeners(settings: EdgeSettings, contract: Contract) -> list[Config]:
    """One listener for each row of `routes.yaml`'s listeners; the same routes on all of them."""
    return [_listener(name, settings, contract) for name in tables.routes()["listeners"]]


def _listener(name: str, settings: EdgeSettings, contract: Contract) -> Config:
    template = tables.template("listener")
    filters = _filters(template["http_filters"], settings, contract)
    transcoder = next(row["typed_config"] for row in filters if row["name"] == TRANSCODER)
    manager = {
        **template["http_connection_manager"],
        "stat_prefix": name,
        "access_log": _access_log(template["access_log_json"], settings),
        "route_config": route_configuration(name, settings, contract, transcoder),
        "http_filters": filters,
        "local_reply_config": local_reply_config(settings),
    }
    chain = {
        "filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}],
        **listener_tls(settings),
    }
    address = {"socket_address": {"address": settings.edge_host, "port_value": settings.port(name)}}
    return {"name": name, "address": address, **template["listener"], "filter_chains": [chain]}


def _filters(filters: list[Config], settings: EdgeSettings, contract: Contract) -> list[Config]:
    upload_limit = settings.max_upload_size_mb * MIB + FRAMING
    additions: dict[str, Config] = {
        LUA: {"default_source_code": {"inline_string": tables.lua_source(contract.enums)}},
        "envoy.filters.http.body_size_limit": {"max_request_bytes": upload_limit},
        BUFFER: {"max_request_bytes": settings.max_json_body_mb * MIB},
        TRANSCODER: {
            "proto_descriptor": str(contract.path),
            "services": list(contract.services),
            # The buffer filter refuses first; this one only must not be lower.
            "max_request_body_size": upload_limit,
        },
    }
    for row in filters:
        row["typed_config"].update(additions.get(row["name"], {}))
    return filters


def _access_log(fields: Config, settings: EdgeSettings) -> list[Config]:
    """`stdout`, `off`, or the path of a file."""
    if settings.access_log == "off":
        return []
    types = "type.googleapis.com/envoy.extensions.access_loggers"
    log_format = {"log_format": {"json_format": fields}}
    if settings.access_log == "stdout":
        return [
            {
                "name": "envoy.access_loggers.stdout",
                "typed_config": {"@type": f"{types}.stream.v3.StdoutAccessLog", **log_format},
            }
        ]
    config = {"@type": f"{types}.file.v3.FileAccessLog", "path": settings.access_log, **log_format}
    return [{"name": "envoy.access_loggers.file", "typed_config": config}]
