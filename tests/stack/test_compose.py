"""docker-compose.yml and services/Dockerfile: what can be said of them without Docker."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from services.runtime.settings import load_settings
from services.runtime.settings_table import rows_of
from services.stack.settings import REPOSITORY, StackSettings

COMPOSE = REPOSITORY / "docker-compose.yml"
DOCKERFILE = REPOSITORY / "services" / "Dockerfile"
SERVERS = {"copilot": 9090, "migration": 9091, "retrieval": 9092, "provider": 9093}


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load(COMPOSE.read_text())


def test_it_meets_the_compose_specification():
    checker = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run([checker, "--builtin-schema", "vendor.compose-spec", COMPOSE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_parts_are_all_there(compose):
    assert set(compose["services"]) == {*SERVERS, "postgres", "envoy"}
    assert compose["services"]["envoy"]["command"] == ["python", "-m", "services.edge", "run"]
    for name in SERVERS:
        assert compose["services"][name]["command"] == ["python", "-m", f"services.{name}"]


@pytest.mark.parametrize("name", [*SERVERS, "postgres", "envoy"])
def test_every_container_is_watched_limited_and_stopped_gently(compose, name):
    service = compose["services"][name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"
    assert service["read_only"] is True
    assert int(service["stop_grace_period"].rstrip("s")) >= 35, "longer than drain and grace together"
    assert "no-new-privileges:true" in service["security_opt"]
    assert "container_name" not in service
    assert ":latest" not in service["image"]
    assert ":" in service["image"]


@pytest.mark.parametrize(("name", "port"), SERVERS.items())
def test_the_servers_probe_the_port_they_take_by_default(compose, name, port):
    service = compose["services"][name]
    assert service["healthcheck"]["test"][-1] == f"127.0.0.1:{port}"
    assert compose["services"]["envoy"]["environment"][f"{name.upper()}_ADDRESS"] == f"{name}:{port}"
    assert getattr(StackSettings(), f"{name}_grpc_port") == port
    assert "servers" in service["networks"]


def test_secrets_come_from_outside_and_are_required(compose):
    required = {"DATAFLOW_API_KEYS", "DATAFLOW_SERVICE_KEY", "POSTGRES_PASSWORD"}
    text = COMPOSE.read_text()
    for name in required:
        uses = re.findall(rf"\$\{{{name}(\S?\S?)", text)
        assert uses
        assert set(uses) == {":?"}, f"{name} has no default"
    assert not re.search(r"\$\{(?:ANTHROPIC|OPENROUTER)_API_KEY:-[^}]", text)


def test_the_database_is_reached_by_nobody_else(compose):
    members = {name for name, service in compose["services"].items() if "database" in service["networks"]}
    assert members == {"postgres", "migration", "retrieval", "copilot"}
    assert compose["networks"]["database"]["internal"] is True
    published = {name for name, service in compose["services"].items() if service.get("ports")}
    assert published == {"envoy"}
    assert all("127.0.0.1" in port for port in compose["services"]["envoy"]["ports"])


def test_every_variable_is_one_that_something_reads(compose):
    from services.copilot.settings import CopilotSettings
    from services.edge.settings import EdgeSettings
    from services.migration.server.settings import MigrationSettings
    from services.provider.settings import ProviderSettings
    from services.retrieval.settings import RetrievalSettings

    classes = (CopilotSettings, MigrationSettings, ProviderSettings, RetrievalSettings, EdgeSettings)
    known = {row.name for cls in classes for row in rows_of(cls)}
    for name, service in compose["services"].items():
        if name != "postgres":
            assert set(service["environment"]) <= known, name


def test_the_probe_runs_in_the_environment_of_each_container(compose):
    for name in (*SERVERS, "envoy"):
        environment = {
            key: value for key, value in compose["services"][name]["environment"].items() if "${" not in value
        }
        load_settings(StackSettings, environment)


def test_no_path_of_a_host_is_mounted(compose):
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"]


def test_the_image_is_pinned_small_and_not_root():
    lines = [line for line in DOCKERFILE.read_text().splitlines() if line and not line.startswith("#")]
    bases = [line.split()[1] for line in lines if line.startswith("FROM")]
    assert bases == ["python:3.11-slim-bookworm"] * 2
    assert "USER 10001:10001" in lines
    copied = {
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    }
    assert copied == {"pyproject.toml", "README.md", "LICENSE", "gen", "services", "envoy", "proto"}
    assert all((REPOSITORY / name).exists() for name in copied)
    ignored = (DOCKERFILE.parent / "Dockerfile.dockerignore").read_text().split()
    assert {f"!{name}" for name in copied} <= set(ignored)
    assert "*" in ignored
