"""Settings of the stack: where it lives, which ports its programs take, which of them run elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field, SecretStr, field_validator

from services.runtime.server_settings import OptionalPort, is_loopback
from services.runtime.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
SERVERS = ("provider", "retrieval", "migration", "copilot")
LISTENERS = ("copilot", "migration")
PLATFORM = {
    "catalog_base_url": "/catalog/api/v1",
    "pipeline_base_url": "/pipelines/api/v1",
    "monitor_base_url": "/monitor/api/v1",
    "metadata_base_url": "/metadata/api/v1",
}
"""Setting of each service around ours → where the sandbox has it."""

FixedPort = Annotated[int, Field(ge=1, le=65535)]


class Endpoint(NamedTuple):
    """Where a program listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def reachable(self) -> Endpoint:
        """The same, as a client on this machine writes it: a wildcard is no address to connect to."""
        return Endpoint({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host), self.port)  # noqa: S104  # compared, not bound


class StackSettings(Settings):
    """What the launcher needs to know. Every other variable goes through to the programs as it is."""

    service: ClassVar[str] = "stack"

    dataflow_home: Path = Field(
        Path(".dataflow"), description="Directory (from the repository root) for data, logs and sockets"
    )
    database_url: SecretStr = Field(
        SecretStr(""), description="PostgreSQL of your own; empty: the embedded one is started"
    )
    postgres_port: FixedPort = Field(5433, description="Loopback port of the embedded PostgreSQL")
    grpc_host: str = Field("127.0.0.1", description="Address the servers' ports are bound to")
    edge_host: str = Field("127.0.0.1", description="Address Envoy's listeners are bound to")
    copilot_grpc_port: FixedPort = Field(9090, description="gRPC port of the Copilot")
    migration_grpc_port: FixedPort = Field(9091, description="gRPC port of the Migration Engine")
    retrieval_grpc_port: FixedPort = Field(9092, description="gRPC port of Retrieval")
    provider_grpc_port: FixedPort = Field(9093, description="gRPC port of the Provider server")
    copilot_metrics_port: OptionalPort = Field(9190, description="Metrics port of the Copilot, or off")
    migration_metrics_port: OptionalPort = Field(9191, description="Metrics port of the Migration Engine, or off")
    retrieval_metrics_port: OptionalPort = Field(9192, description="Metrics port of Retrieval, or off")
    provider_metrics_port: OptionalPort = Field(9193, description="Metrics port of the Provider server, or off")
    copilot_service_port: FixedPort = Field(8090, description="Port of the Copilot's REST and gRPC in Envoy")
    migration_service_port: FixedPort = Field(8091, description="Port of the Migration Engine's REST and gRPC in Envoy")
    copilot_address: str = Field("", description="host:port of a Copilot elsewhere; empty: one is started here")
    migration_address: str = Field("", description="host:port of a Migration Engine elsewhere, likewise")
    retrieval_address: str = Field("", description="host:port of a Retrieval server elsewhere, likewise")
    provider_address: str = Field("", description="host:port of a Provider server elsewhere, likewise")
    sandbox: Literal["on", "off"] = Field(
        "on", description="on: sample data are served where none of the four addresses of services around is set"
    )
    sandbox_port: FixedPort = Field(8094, description="Loopback port of the sandbox")
    catalog_base_url: str = Field("", description="The catalog; empty: the sandbox's")
    pipeline_base_url: str = Field("", description="The pipeline service; empty: the sandbox's")
    monitor_base_url: str = Field("", description="The monitor service; empty: the sandbox's")
    metadata_base_url: str = Field("", description="The metadata service; empty: the sandbox's")
    drain_seconds: float | None = Field(
        None, ge=0, description="Seconds programs wait between announcing a stop and refusing calls"
    )
    shutdown_grace_seconds: float = Field(20.0, ge=0, description="Then, seconds running calls get to finish")
    stack_start_seconds: float = Field(120.0, gt=0, description="How long the start may take before it is given up")
    tls_cert_file: Path | None = Field(None, description="Set: the servers' ports speak TLS")
    tls_key_file: Path | None = Field(None, description="Key of TLS_CERT_FILE, shown to servers that ask")
    tls_ca_file: Path | None = Field(None, description="What the servers' certificates are checked against")
    listener_tls_cert_file: Path | None = Field(None, description="Set: Envoy's listeners speak TLS")
    dataflow_api_keys: SecretStr = Field(SecretStr(""), description="Set: calls need a key")

    @field_validator("dataflow_home")
    @classmethod
    def _home_is_absolute(cls, value: Path) -> Path:
        return (REPOSITORY / value.expanduser()).resolve()

    def conflicts(self) -> Iterator[tuple[tuple[str, ...], str]]:
        yield from super().conflicts()
        taken: dict[int, str] = {}
        for name, (_, port) in self.listeners().items():
            other = taken.setdefault(port, name)
            if other != name:
                yield (
                    (name, other),
                    f"{other.upper()} and {name.upper()} are both {port}: set one of them to another port",
                )

    @property
    def home(self) -> Path:
        """The absolute home, also where the default was taken."""
        return (REPOSITORY / self.dataflow_home).resolve()

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    def endpoint(self, server: str) -> Endpoint:
        """Where a server of ours listens on this machine."""
        return Endpoint(self.grpc_host, int(getattr(self, f"{server}_grpc_port")))

    def metrics_endpoint(self, server: str) -> Endpoint | None:
        port = getattr(self, f"{server}_metrics_port")
        return Endpoint(self.grpc_host, int(port)) if port else None

    def edge_endpoint(self, listener: str) -> Endpoint:
        return Endpoint(self.edge_host, int(getattr(self, f"{listener}_service_port")))

    def runs_here(self, server: str) -> bool:
        """False where the server's address is set to another place than its own port on this machine."""
        address = str(getattr(self, f"{server}_address")).strip()
        if not address:
            return True
        host, _, port = address.rpartition(":")
        own = host == self.grpc_host or (is_loopback(host) and is_loopback(self.grpc_host))
        return own and port == str(self.endpoint(server).port)

    def address(self, server: str) -> str:
        """host:port under which the other programs call a server."""
        return str(getattr(self, f"{server}_address")).strip() or str(self.endpoint(server).reachable())

    @property
    def runs_sandbox(self) -> bool:
        """Not beside one real service: sample data and real ones must not meet in an answer."""
        return self.sandbox == "on" and not any(getattr(self, name).strip() for name in PLATFORM)

    @property
    def sandbox_endpoint(self) -> Endpoint:
        return Endpoint("127.0.0.1", self.sandbox_port)

    @property
    def embeds_database(self) -> bool:
        return not self.database_url.get_secret_value()

    def listeners(self) -> dict[str, Endpoint]:
        """field → where, of everything that will listen on this machine."""
        found: dict[str, Endpoint | None] = {}
        for server in filter(self.runs_here, SERVERS):
            found[f"{server}_grpc_port"] = self.endpoint(server)
            found[f"{server}_metrics_port"] = self.metrics_endpoint(server)
        found |= {f"{name}_service_port": self.edge_endpoint(name) for name in LISTENERS}
        if self.runs_sandbox:
            found["sandbox_port"] = self.sandbox_endpoint
        if self.embeds_database:
            found["postgres_port"] = Endpoint("127.0.0.1", self.postgres_port)
        return {name: endpoint for name, endpoint in found.items() if endpoint}
