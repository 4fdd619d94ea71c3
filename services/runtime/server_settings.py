"""The settings every server has. A service subclasses `ServerSettings`, sets `service`, overrides defaults
(`grpc_port: Port = 9091` keeps the meaning) and adds its own."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, field_validator

from services.runtime.keys import KeyEntry, parse_keys
from services.runtime.settings import Settings
from services.runtime.tls_files import AUTHORITIES, PAIR, tls_problems

Port = Annotated[int, Field(ge=0, le=65535)]
OptionalPort = Annotated[Port | None, BeforeValidator(lambda v: None if v == "off" else v)]
DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")


def is_loopback(host: str) -> bool:
    """True for localhost, 127.0.0.0/8, ::1 and Unix sockets; a name that is not an address counts as
    reachable."""
    if host == "localhost" or host.startswith("unix:"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class ServerSettings(Settings):
    grpc_host: str = Field("127.0.0.1", description="Address the gRPC and metrics ports are bound to")
    grpc_port: Port = Field(9090, description="Port of the gRPC server; 0 takes any free one")
    metrics_port: OptionalPort = Field(
        9190, description="Port of the Prometheus endpoint /metrics; 0 takes any free one, 'off' has none"
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto",
        description="Form of the log on standard error: json, console, or auto (console on a terminal)",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Lowest level logged")
    dataflow_api_keys: SecretStr = Field(
        SecretStr(""),
        description="Keys that may call: name:sha256:role[,role]:workspace[,workspace], separated by spaces "
        "or ';'. Roles viewer, editor, approver, admin; workspace '*' is any. Empty: authorization is off, "
        "and the server binds to loopback only",
    )
    dataflow_service_key: SecretStr = Field(
        SecretStr(""), description="Key sent to our other servers by work that has no caller (queue workers)"
    )
    reflection: Literal["auto", "on", "off"] = Field(
        "auto", description="gRPC server reflection; auto is on while authorization is off"
    )
    tls_cert_file: Path | None = Field(None, description="PEM certificate chain of this server; with TLS_KEY_FILE")
    tls_key_file: Path | None = Field(None, description="PEM private key of TLS_CERT_FILE")
    tls_client_ca_file: Path | None = Field(
        None,
        description="PEM certificates that must have signed a client's (mutual TLS); needs TLS_CERT_FILE",
    )
    tls_ca_file: Path | None = Field(
        None,
        description="PEM certificates our other servers are checked against; empty: calls are plaintext",
    )
    drain_seconds: float = Field(
        3.0, ge=0, description="On SIGTERM, seconds between health going NOT_SERVING and refusing new calls"
    )
    shutdown_grace_seconds: float = Field(
        20.0, ge=0, description="Then, seconds running calls and streams get to finish"
    )
    max_receive_message_bytes: int = Field(
        4 * 1024 * 1024, gt=0, description="Largest message accepted; an upload is many messages"
    )
    max_send_message_bytes: int = Field(64 * 1024 * 1024, gt=0, description="Largest message sent")
    max_concurrent_rpcs: int = Field(
        1000, gt=0, description="Calls and streams served at once; more are refused with OVERLOADED"
    )
    process_pool_size: int = Field(
        0, ge=0, description="Processes for work that needs a CPU; 0 is one fewer than the machine has, 1 to 4"
    )
    process_pool_tasks: int = Field(500, ge=1, description="Tasks after which a pool process is replaced")
    database_url: SecretStr = Field(
        SecretStr(""),
        description="PostgreSQL, postgresql://user:password@host:port/name (postgresql+asyncpg:// too). "
        "Set by `make run` to the embedded one where empty",
    )
    database_pool_size: int = Field(10, ge=1, description="Most connections this server holds to PostgreSQL")
    database_timeout_seconds: float = Field(30.0, gt=0, description="Longest a SQL statement may take")
    copilot_address: str = Field("127.0.0.1:9090", description="host:port of the Copilot")
    migration_address: str = Field("127.0.0.1:9091", description="host:port of the Migration Engine")
    retrieval_address: str = Field("127.0.0.1:9092", description="host:port of Retrieval")
    provider_address: str = Field("127.0.0.1:9093", description="host:port of the Provider server")

    @field_validator("dataflow_api_keys")
    @classmethod
    def _keys_parse(cls, value: SecretStr) -> SecretStr:
        problems = parse_keys(value.get_secret_value())[1]
        if problems:
            raise ValueError("; ".join(problems))
        return value

    @field_validator("database_url")
    @classmethod
    def _url_parses(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if url and urlsplit(url).scheme not in DATABASE_SCHEMES:
            raise ValueError("must begin with postgresql:// or postgresql+asyncpg://")
        return value

    @field_validator("copilot_address", "migration_address", "retrieval_address", "provider_address")
    @classmethod
    def _address_parses(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError("must be host:port")
        return value

    def key_entries(self) -> tuple[KeyEntry, ...]:
        return parse_keys(self.dataflow_api_keys.get_secret_value())[0]

    def conflicts(self) -> Iterator[tuple[tuple[str, ...], str]]:
        yield from super().conflicts()
        if not is_loopback(self.grpc_host) and not self.key_entries():
            yield (
                ("grpc_host", "dataflow_api_keys"),
                f"GRPC_HOST={self.grpc_host} can be reached from other machines, so DATAFLOW_API_KEYS must be "
                "set (make one with `make keys`), or bind to 127.0.0.1",
            )
        yield from tls_problems({name: getattr(self, name) for name in (*PAIR, *AUTHORITIES)})
