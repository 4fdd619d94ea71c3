"""The Retrieval server's settings."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from services.runtime.server_settings import OptionalPort, Port, ServerSettings


class RetrievalSettings(ServerSettings):
    service: ClassVar[str] = "retrieval"

    grpc_port: Port = Field(9092, description="Port of the gRPC server; 0 takes any free one")
    metrics_port: OptionalPort = Field(
        9192, description="Port of the Prometheus endpoint /metrics; 0 takes any free one, 'off' has none"
    )
