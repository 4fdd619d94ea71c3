"""The sandbox as a server: what it refuses, faults on request, its process."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from services.sandbox.app import MONITOR, PIPELINE, serving
from services.sandbox.http import NAME, Server
from services.sandbox.settings import SandboxSettings


@pytest.fixture
def client(fresh_sandbox: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fresh_sandbox.url, timeout=5) as client:
        yield client


def test_it_says_that_it_is_sample_data(client: httpx.Client) -> None:
    reply = client.get("/health")
    assert (reply.status_code, reply.json()["service"]) == (200, NAME)
    assert "sample data" in reply.headers["server"]
    assert "sandbox" in client.get("/catalog/api/v1/system/version").json()["version"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, ""),
        ("POST", f"{MONITOR}/alerts", 405, "METHOD_NOT_ALLOWED"),
        ("GET", f"{MONITOR}/alerts?page_size=x", 400, "INVALID_ARGUMENT"),
        ("GET", f"{MONITOR}/alerts?since=yesterday", 400, "INVALID_ARGUMENT"),
        ("GET", f"{MONITOR}/alerts?since=2026-01-01T00:00:00", 400, "INVALID_ARGUMENT"),
        ("GET", f"{MONITOR}/alerts/none", 404, "ALERT_NOT_FOUND"),
        ("GET", f"{MONITOR}/runs/none/logs", 404, "RUN_NOT_FOUND"),
        ("GET", f"{MONITOR}/pipelines/none/metrics", 404, "PIPELINE_NOT_FOUND"),
        ("GET", "/metadata/api/v1/lineage?asset=none", 404, "ASSET_NOT_FOUND"),
        ("GET", "/metadata/api/v1/schema-changes?pipeline_id=none", 404, "PIPELINE_NOT_FOUND"),
        ("POST", f"{PIPELINE}/pipelines/validate", 400, "INVALID_ARGUMENT"),
    ],
)
def test_refusals_have_a_code_and_a_sentence(client: httpx.Client, method: str, path: str, status: int, code: str):
    reply = client.request(method, path)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert reply.json()["message"]


def test_a_body_that_cannot_be_read(client: httpx.Client) -> None:
    assert client.post(f"{PIPELINE}/pipelines/validate", content=b"{").json()["code"] == "INVALID_JSON"
    assert client.post("/sandbox/faults", json={"colour": "red"}).status_code == 400
    assert client.post("/sandbox/faults", json={"delay": 1e9}).status_code == 400
    big = client.post(f"{PIPELINE}/pipelines/validate", content=iter([b"{}"]))  # chunked: of unknown length
    assert (big.status_code, big.json()["code"]) == (413, "TOO_LARGE")


def test_a_token_is_asked_for() -> None:
    with serving(SandboxSettings(sandbox_port=0, sandbox_token="geheim-1")) as server:
        url = f"{server.url}{MONITOR}/alerts"
        assert httpx.get(url).status_code == 401
        assert httpx.get(url, headers={"Authorization": "Bearer other"}).status_code == 401
        assert httpx.get(url, headers={"Authorization": "Bearer geheim-1"}).status_code == 200
        assert httpx.get(f"{server.url}/health").status_code == 200


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({"status": 503}, 503),
        ({"status": 401}, 401),
        ({"cut": True}, httpx.RemoteProtocolError),
        ({"delay": 0.3}, 200),
    ],
    ids=["503", "401", "cut", "slow"],
)
def test_faults_on_request(client: httpx.Client, fault: dict[str, Any], outcome: Any) -> None:
    path = f"{MONITOR}/freshness"
    client.post("/sandbox/faults", json={"path": MONITOR, "times": 1, **fault}).raise_for_status()
    began = time.monotonic()
    if isinstance(outcome, int):
        assert client.get(path).status_code == outcome
        assert time.monotonic() - began >= fault.get("delay", 0)
    else:
        with pytest.raises(outcome):
            client.get(path)
    assert client.get(path).status_code == 200  # once only


def test_faults_by_header_and_cleared(client: httpx.Client) -> None:
    path = f"{MONITOR}/freshness"
    assert client.get(path, headers={"X-Sandbox-Fault": "status=500"}).status_code == 500
    client.post("/sandbox/faults", json={"status": 500})
    assert client.get(path).status_code == 500
    client.delete("/sandbox/faults")
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_serves_and_ends(number: signal.Signals) -> None:
    environment = {**os.environ, "SANDBOX_PORT": "0"}
    command = [sys.executable, "-m", "services.sandbox"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        assert httpx.get(f"{found[0]}/health").status_code == 200
        process.send_signal(number)
        assert process.wait(10) == 0


@pytest.mark.parametrize(("value", "code", "said"), [("taken", 1, "SANDBOX_PORT"), ("x", 2, "SANDBOX_PORT=x")])
def test_the_process_says_why_it_cannot_start(value: str, code: int, said: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1]) if value == "taken" else value
        ended = subprocess.run(
            [sys.executable, "-m", "services.sandbox"],
            env={**os.environ, "SANDBOX_PORT": port},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert (ended.returncode, said in ended.stderr) == (code, True)
