"""From REST rules and the tables to Envoy's route configuration."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from services.edge import tables
from services.edge.descriptor import Contract, Rule
from services.edge.problem import EdgeError
from services.edge.settings import EdgeSettings
from services.edge.tables import RouteFacts

Config = dict[str, Any]

DISABLED = {"@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig", "disabled": True}
LUA = "envoy.filters.http.lua"
BUFFER = "envoy.filters.http.buffer"
TRANSCODER = "envoy.filters.http.grpc_json_transcoder"
# Left by the transcoder; the query in it may hold a prompt.
INTERNAL = ["x-envoy-original-path", "x-envoy-original-method"]
# Filters that speak REST: they would spoil a gRPC reply, or end a long client stream at the size of an upload.
REST_ONLY = (
    "envoy.filters.http.body_size_limit",
    BUFFER,
    "envoy.filters.http.compressor",
    "envoy.filters.http.header_mutation",
    TRANSCODER,
)


def route_configuration(listener: str, settings: EdgeSettings, contract: Contract, transcoder: Config) -> Config:
    """The routes of one listener. `transcoder` is the filter's configuration, for routes that print differently."""
    sizes = [file.stat().st_size for _, file in _documents()]
    return {
        "name": listener,
        "max_direct_response_body_size_bytes": max([4096, *sizes]),
        "virtual_hosts": [
            {
                "name": listener,
                "domains": ["*"],
                "response_headers_to_add": [header("x-content-type-options", "nosniff")],
                "typed_per_filter_config": {"envoy.filters.http.cors": cors_policy(settings, contract)},
                "routes": [
                    *_grpc_routes(listener, contract),
                    *_rest_routes(listener, contract, transcoder),
                    *_document_routes(listener),
                    _refused({"prefix": "/"}, listener, {"unknown_path": True}),
                ],
            }
        ],
    }


def header(key: str, value: str, action: str = "OVERWRITE_IF_EXISTS_OR_ADD") -> Config:
    return {"header": {"key": key, "value": value}, "append_action": action}


def cors_policy(settings: EdgeSettings, contract: Contract) -> Config:
    policy: Config = tables.template("listener")["cors"]
    origins = [
        {"safe_regex": {"regex": ".*"}} if origin == "*" else {"exact": origin} for origin in settings.cors_origins
    ]
    verbs = sorted({rule.verb for rule in contract.rules} | {"OPTIONS"})
    return {**policy, "allow_origin_string_match": origins, "allow_methods": ",".join(verbs)}


def cluster_of(package: str, listener: str) -> str:
    """The cluster that serves a package. Raises EdgeError for a package no row of `routes.yaml` accounts for."""
    table = tables.routes()
    if package in table["own_packages"]:
        return str(table["listeners"][listener])
    name = package.split(".")[1]
    if name not in table["clusters"]:
        raise EdgeError(f"no server is known for the package {package}: add {name!r} to clusters in envoy/routes.yaml")
    return name


def _grpc_routes(listener: str, contract: Contract) -> Iterator[Config]:
    """gRPC by service name, on the same port: only requests whose content type says gRPC match.

    An unknown service goes to the listener's own server, which answers UNIMPLEMENTED.
    """
    idle = tables.routes()["kinds"]["grpc"]["idle_timeout_s"]
    for package in contract.packages:
        yield _grpc_route(f"/{package}.", cluster_of(package, listener), idle)
    yield _grpc_route("/", tables.routes()["listeners"][listener], idle)


def _grpc_route(prefix: str, cluster: str, idle_timeout_s: float) -> Config:
    return {
        "match": {"prefix": prefix, "grpc": {}},
        "route": {
            "cluster": cluster,
            "timeout": "0s",
            "idle_timeout": f"{idle_timeout_s}s",
            # The caller's grpc-timeout holds here too, whatever its length.
            "max_stream_duration": {"grpc_timeout_header_max": "0s"},
        },
        "typed_per_filter_config": dict.fromkeys(REST_ONLY, DISABLED),
    }


def _rest_routes(listener: str, contract: Contract, transcoder: Config) -> Iterator[Config]:
    rules = sorted(contract.rules, key=lambda rule: (rule.specificity, rule.verb))
    for expression, group in groupby(rules, key=lambda rule: rule.regex):
        same_path = list(group)
        for rule in same_path:
            yield _rest_route(rule, listener, transcoder)
        allow = ", ".join(sorted({rule.verb for rule in same_path}))
        yield _refused(_path_match(expression), listener, {"allow": allow})


def _rest_route(rule: Rule, listener: str, transcoder: Config) -> Config:
    facts = tables.facts_for(rule.rpc, rule.kind)
    match = {**_path_match(rule.regex), "headers": [_method(rule.verb)]}
    action: Config = {
        "cluster": cluster_of(rule.package, listener),
        "timeout": f"{facts.timeout_s}s",
        "idle_timeout": f"{facts.silence_s}s",
    }
    if facts.timeout_s:
        action["max_stream_duration"] = {"max_stream_duration": f"{tables.routes()['sending_s'] + facts.timeout_s}s"}
    if rule.verb == "GET" and rule.kind == "unary":
        action["retry_policy"] = tables.routes()["retry_safe"]
    route: Config = {"match": match, "route": action, "request_headers_to_remove": INTERNAL, **_deadline(facts)}
    if facts.kind == "stream":
        route["response_headers_to_add"] = [
            header("cache-control", "no-cache"),
            # Read by nginx and the like in front of us: do not hold tokens back.
            header("x-accel-buffering", "no"),
        ]
    return {**route, **_filter_exceptions(facts, transcoder)}


def _filter_exceptions(facts: RouteFacts, transcoder: Config) -> Config:
    filters: Config = {}
    if facts.kind == "upload":
        filters[BUFFER] = {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.BufferPerRoute",
            "disabled": True,
        }
    if facts.camel_case:
        printing = {**transcoder["print_options"], "preserve_proto_field_names": False}
        filters[TRANSCODER] = {**transcoder, "print_options": printing}
    return {"typed_per_filter_config": filters} if filters else {}


def _deadline(facts: RouteFacts) -> Config:
    """The server's deadline, for the Lua filter: a little under the route's timeout."""
    if not facts.timeout_s:
        return {}
    milliseconds = int(facts.timeout_s * 1000 * tables.routes()["deadline_share"])
    return {"metadata": {"filter_metadata": {LUA: {"deadline_ms": milliseconds}}}}


def _path_match(expression: str) -> Config:
    plain = expression.replace("\\", "")
    if not set(plain) & set("[]+*"):
        return {"path": plain}
    return {"safe_regex": {"regex": expression}}


def _refused(match: Config, listener: str, reason: Config) -> Config:
    """A route whose request the Lua filter answers (404, 405).

    It names a cluster all the same: the CORS filter skips routes without one, and pages could not read the error.
    """
    return {
        "match": match,
        "route": {"cluster": tables.routes()["listeners"][listener]},
        "metadata": {"filter_metadata": {LUA: reason}},
    }


def _document_routes(listener: str) -> Iterator[Config]:
    """Each static document that exists; those not generated yet are left out."""
    for row, file in _documents():
        yield {
            "match": {"path": row["path"], "headers": [_method("GET")]},
            "direct_response": {"status": 200, "body": {"filename": str(file)}},
            # Public, and read by API explorers of any origin; the CORS filter skips routes without a cluster.
            "response_headers_to_add": [
                header("content-type", row["content_type"]),
                header("access-control-allow-origin", "*"),
            ],
            "typed_per_filter_config": {TRANSCODER: DISABLED},
        }
        yield _refused({"path": row["path"]}, listener, {"allow": "GET"})


def _documents() -> list[tuple[Config, Path]]:
    rows = [(row, tables.REPOSITORY / row["file"]) for row in tables.routes()["documents"]]
    return [(row, file) for row, file in rows if file.is_file()]


def _method(verb: str) -> Config:
    return {"name": ":method", "string_match": {"exact": verb}}
