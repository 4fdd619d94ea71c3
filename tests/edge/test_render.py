"""The renderer: one table for every environment, and clear sentences where something does not fit."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import descriptor_pb2

from services.edge import envoy, tables
from services.edge.descriptor import Rule, load_contract
from services.edge.launcher import write_configuration
from services.edge.listeners import FRAMING, MIB
from services.edge.problem import EdgeError
from services.edge.render import render, to_yaml
from services.edge.routes import cluster_of
from services.edge.settings import EdgeSettings
from services.runtime.settings import SettingsError, load_settings
from tests.edge.recording_server import DESCRIPTOR_SET

SOCKET = Path("admin.sock")
MAKE_RUN: dict[str, str] = {}
COMPOSE = {
    "EDGE_HOST": "0.0.0.0",
    "DATAFLOW_API_KEYS": "a-key",
    "COPILOT_ADDRESS": "copilot:9090",
    "MIGRATION_ADDRESS": "migration:9091",
    "RETRIEVAL_ADDRESS": "retrieval:9092",
    "PROVIDER_ADDRESS": "provider:9093",
}
REPLICAS = {"COPILOT_ADDRESS": "127.0.0.1:9090, [::1]:9190,copilot-2:9290", "CORS_ORIGINS": "*", "ACCESS_LOG": "off"}


def manager(config: dict[str, Any], listener: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = config["static_resources"]["listeners"][listener]["filter_chains"][0]["filters"][0][
        "typed_config"
    ]
    return found


@pytest.mark.parametrize("environment", [MAKE_RUN, COMPOSE, REPLICAS], ids=["make run", "compose", "replicas"])
def test_envoy_accepts_the_configuration(environment: dict[str, str], tmp_path: Path) -> None:
    file, _ = write_configuration(load_settings(EdgeSettings, environment), tmp_path)
    assert "8090" in file.read_text(encoding="utf-8")


def test_only_addresses_differ_between_environments() -> None:
    """Every line that differs between a process on this machine and compose is an address."""
    texts = [to_yaml(render(load_settings(EdgeSettings, env), SOCKET)).splitlines() for env in (MAKE_RUN, COMPOSE)]
    different = {line.split(":")[0].strip() for pair in zip(*texts, strict=True) for line in pair if pair[0] != pair[1]}
    assert different == {"address"}


def test_both_listeners_have_the_same_routes_but_for_the_own_server() -> None:
    config = render(EdgeSettings(), SOCKET)
    copilot, migration = (manager(config, index)["route_config"]["virtual_hosts"][0]["routes"] for index in (0, 1))
    different = [(a, b) for a, b in zip(copilot, migration, strict=True) if a != b]
    assert {(a["route"]["cluster"], b["route"]["cluster"]) for a, b in different} == {("copilot", "migration")}
    forwarded = [
        a["match"].get("path") for a, _ in different if "metadata" in a and "deadline_ms" in str(a["metadata"])
    ]
    assert set(forwarded) == {"/health", "/ready", "/metrics"}


def test_the_upload_limit_is_the_file_plus_the_framing() -> None:
    filters = {
        row["name"]: row["typed_config"]
        for row in manager(render(EdgeSettings(max_upload_size_mb=7), SOCKET))["http_filters"]
    }
    assert filters["envoy.filters.http.body_size_limit"]["max_request_bytes"] == 7 * MIB + FRAMING
    assert FRAMING == 64 * 1024


def test_rendering_does_not_change_the_tables() -> None:
    first = to_yaml(render(EdgeSettings(max_upload_size_mb=1), SOCKET))
    render(EdgeSettings(max_upload_size_mb=2), SOCKET)
    assert to_yaml(render(EdgeSettings(max_upload_size_mb=1), SOCKET)) == first


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "gateway.example"])
def test_no_address_beyond_loopback_without_keys(host: str) -> None:
    with pytest.raises(SettingsError, match="DATAFLOW_API_KEYS must be set"):
        load_settings(EdgeSettings, {"EDGE_HOST": host})
    with pytest.raises(SettingsError, match="DATAFLOW_API_KEYS must be set"):
        render(EdgeSettings(edge_host=host), SOCKET)


def test_all_problems_of_the_environment_are_listed_together() -> None:
    environment = {
        "COPILOT_SERVICE_PORT": "eighty",
        "COPILOT_ADDRESS": "copilot",
        "MAX_UPLOAD_SIZE_MB": "0",
        "EDGE_HOST": "0.0.0.0",
        "LISTENER_TLS_CERT_FILE": "/nowhere/cert.pem",
        "LISTENER_TLS_CLIENT_CA_FILE": "/nowhere/ca.pem",
    }
    with pytest.raises(SettingsError) as raised:
        load_settings(EdgeSettings, environment)
    text = str(raised.value)
    for word in (
        "COPILOT_SERVICE_PORT=eighty",
        "'copilot' is not host:port",
        "MAX_UPLOAD_SIZE_MB=0",
        "DATAFLOW_API_KEYS",
    ):
        assert word in text
    for word in ("LISTENER_TLS_KEY_FILE go together", "/nowhere/cert.pem: there is no such file", "/nowhere/ca.pem"):
        assert word in text


def _files(keep: Callable[[str], bool]) -> bytes:
    files = descriptor_pb2.FileDescriptorSet.FromString(DESCRIPTOR_SET.read_bytes())
    return descriptor_pb2.FileDescriptorSet(file=[file for file in files.file if keep(file.name)]).SerializeToString()


def without(*names: str) -> bytes:
    return _files(lambda name: name not in names)


def only(*names: str) -> bytes:
    return _files(lambda name: name in names)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "does not exist; run `make gen`"),
        (b"\xff\xff\xff", "is not a descriptor set"),
        (
            without("google/rpc/error_details.proto"),
            "lacks google/rpc/error_details.proto: errors would have empty bodies",
        ),
        (b"", "lacks google/rpc/status.proto, google/rpc/error_details.proto"),
        (only("google/rpc/status.proto", "google/rpc/error_details.proto"), "holds no RPC with a google.api.http rule"),
    ],
    ids=["missing", "garbage", "no error details", "empty", "no rules"],
)
def test_a_descriptor_set_that_cannot_serve_is_refused(content: bytes | None, sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "dataflow.binpb"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(EdgeError, match=r"make gen") as raised:
        load_contract(file)
    assert sentence in str(raised.value)


def test_a_package_without_a_server_is_named() -> None:
    with pytest.raises(EdgeError, match=r"dataflow\.billing\.v1: add 'billing' to clusters in envoy/routes\.yaml"):
        cluster_of("dataflow.billing.v1", "copilot")


def test_what_envoy_refuses_is_told_with_its_reason(tmp_path: Path) -> None:
    bad = tmp_path / "bad.crt"
    bad.write_text("no certificate", encoding="utf-8")
    settings = EdgeSettings(listener_tls_cert_file=bad, listener_tls_key_file=bad)
    with pytest.raises(EdgeError, match=r"Envoy refuses the configuration .*bad\.crt"):
        write_configuration(settings, tmp_path)


def test_a_reason_of_several_lines_is_told_whole() -> None:
    config = render(EdgeSettings(), SOCKET)
    config["static_resources"]["clusters"][0]["load_assignment"]["cluster_name"] = ""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(to_yaml(config))
        file.flush()
        with pytest.raises(EdgeError, match=r"ClusterName: value length must be at least 1"):
            envoy.validate(Path(file.name), EdgeSettings())


def test_an_envoy_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EdgeError, match=r"no-envoy is not a program: run `make clean install`"):
        write_configuration(EdgeSettings(envoy_binary=tmp_path / "no-envoy"), tmp_path)


def rule(path: str) -> Rule:
    return Rule("p", "p.S", "M", "GET", path, client_streaming=False, server_streaming=False)


@pytest.mark.parametrize(
    ("path", "expression"),
    [
        ("/a/b", "/a/b"),
        ("/a/{id}", "/a/[^/]+"),
        ("/a/{id=*}/b", "/a/[^/]+/b"),
        ("/a/{name=**}", "/a/.+"),
        ("/a/{name=jobs/*}", "/a/jobs/[^/]+"),
        ("/a/{id}:cancel", "/a/[^/]+:cancel"),
        ("/a.b/c", r"/a\.b/c"),
    ],
)
def test_path_templates_become_expressions(path: str, expression: str) -> None:
    assert rule(path).regex == expression


def test_literals_go_before_variables_and_those_before_wildcards() -> None:
    paths = ["/a/{name=**}", "/a/{id}", "/a/{other}/b", "/a/b", "/a/b/c"]
    ordered = [row.path for row in sorted((rule(path) for path in paths), key=lambda row: row.specificity)]
    assert ordered == ["/a/b", "/a/b/c", "/a/{id}", "/a/{other}/b", "/a/{name=**}"]


@pytest.mark.parametrize(
    ("verb", "path", "timeout", "idle_timeout", "repeated"),
    [
        ("GET", "/api/v1/migration/jobs", "30s", "40.0s", True),
        ("POST", "/api/v1/ai/chat", "120s", "130.0s", False),
        ("POST", "/api/v1/migration/upload", "300s", "310.0s", False),
        ("GET", "/api/v1/ai/chat/stream", "0s", "60s", False),
        ("POST", "/api/v1/ai/chat/stream", "0s", "60s", False),
    ],
)
def test_times_and_repetition(verb: str, path: str, timeout: str, idle_timeout: str, repeated: bool) -> None:
    routes = manager(render(EdgeSettings(), SOCKET))["route_config"]["virtual_hosts"][0]["routes"]
    method = [{"name": ":method", "string_match": {"exact": verb}}]
    (route,) = [row["route"] for row in routes if row["match"] == {"path": path, "headers": method}]
    assert (route["timeout"], route["idle_timeout"], "retry_policy" in route) == (timeout, idle_timeout, repeated)


def test_a_new_rpc_needs_no_row() -> None:
    assert tables.facts_for("dataflow.migration.v1.MigrationService.SomethingNew", "unary").timeout_s == 30
    assert tables.facts_for("dataflow.copilot.v1.NewService.Ask", "unary").timeout_s == 120


def test_every_exception_still_names_an_rpc() -> None:
    """A row that matches nothing is left over from a rename."""
    rules = load_contract(DESCRIPTOR_SET).rules
    for row in tables.routes()["exceptions"]:
        assert [rule.rpc for rule in rules if tables.applies(row, rule.rpc, rule.kind)], row
