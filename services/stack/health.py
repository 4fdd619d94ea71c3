"""Whether a program serves: the gRPC health service, GET /health, PostgreSQL's own probe."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import httpx
from grpc_health.v1 import health_pb2, health_pb2_grpc

from services.stack.postgres import Cluster
from services.stack.programs import Check, Program
from services.stack.settings import Endpoint, StackSettings

PROBE_SECONDS = 2.0


def grpc_problem(address: str, credentials: grpc.ChannelCredentials | None = None, service: str = "") -> str | None:
    """None where the standard health service at host:port answers SERVING for `service` ("" is overall)."""
    channel = grpc.secure_channel(address, credentials) if credentials else grpc.insecure_channel(address)
    with channel:
        try:
            reply = health_pb2_grpc.HealthStub(channel).Check(
                health_pb2.HealthCheckRequest(service=service), timeout=PROBE_SECONDS, wait_for_ready=True
            )
        except grpc.RpcError as error:
            return f"{error.code().name}: {error.details()}"
    status = health_pb2.HealthCheckResponse.ServingStatus.Name(reply.status)
    return None if status == "SERVING" else f"health is {status}"


def credentials(settings: StackSettings) -> grpc.ChannelCredentials | None:
    """How the servers' ports are spoken to: None is plaintext."""
    if settings.tls_cert_file is None:
        return None
    parts = (settings.tls_ca_file or settings.tls_cert_file, settings.tls_key_file, settings.tls_cert_file)
    return grpc.ssl_channel_credentials(*(_read(path) for path in parts))


def _read(path: Path | None) -> bytes | None:
    return path.read_bytes() if path else None


class RestClient:
    """GET through Envoy's listeners on this machine."""

    def __init__(self, settings: StackSettings) -> None:
        self._settings = settings
        certificate = settings.listener_tls_cert_file
        self.scheme = "https" if certificate else "http"
        verify = _trusting(certificate) if certificate else False
        self._client = httpx.Client(trust_env=False, timeout=PROBE_SECONDS, verify=verify)

    def url(self, endpoint: Endpoint, path: str) -> str:
        return f"{self.scheme}://{endpoint.reachable()}{path}"

    def json(self, endpoint: Endpoint, path: str) -> dict[str, Any]:
        """The JSON object of the answer, whatever its status. Raises httpx.HTTPError, ValueError."""
        answer = self._client.get(self.url(endpoint, path)).json()
        if not isinstance(answer, dict):
            raise ValueError(f"{path} did not answer with an object")
        return answer

    def problem(self, endpoint: Endpoint) -> str | None:
        """None where GET /health answers 200."""
        return self.problem_at(self.url(endpoint, "/health"))

    def problem_at(self, url: str) -> str | None:
        """None where GET `url` answers 200."""
        try:
            status = self._client.get(url).status_code
        except httpx.HTTPError as error:
            return f"{type(error).__name__}: {error}"
        return None if status == 200 else f"GET {httpx.URL(url).path} answers {status}"

    def close(self) -> None:
        self._client.close()


def http_problem(settings: StackSettings, url: str) -> str | None:
    """None where GET `url` answers 200."""
    rest = RestClient(settings)
    try:
        return rest.problem_at(url)
    finally:
        rest.close()


def _trusting(certificate: Path) -> ssl.SSLContext:
    """Trusts exactly the listener's own certificate, under whatever name it was issued."""
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


class Prober:
    """Checks programs by their table."""

    def __init__(self, settings: StackSettings, cluster: Cluster | None, rest: RestClient) -> None:
        channel = credentials(settings)
        self._checks: dict[Check, Callable[[Endpoint], str | None]] = {
            "grpc": lambda endpoint: grpc_problem(str(endpoint.reachable()), channel),
            "http": rest.problem,
            "sandbox": lambda endpoint: rest.problem_at(f"http://{endpoint}/health"),
            "postgres": partial(_postgres_problem, cluster),
        }

    def problem(self, program: Program) -> str | None:
        """The first thing that keeps `program` from serving; None when it serves."""
        for check, endpoint in program.checks:
            problem = self._checks[check](endpoint)
            if problem:
                return problem
        return None


def _postgres_problem(cluster: Cluster | None, _: Endpoint) -> str | None:
    return None if cluster and cluster.accepts() else "accepts no connections yet"
