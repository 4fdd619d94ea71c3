"""The Copilot server's settings, with the reference's names and defaults."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from services.runtime.server_settings import OptionalPort, Port, ServerSettings


class CopilotSettings(ServerSettings):
    service: ClassVar[str] = "copilot"

    grpc_port: Port = Field(9090, description="Port of the gRPC server; 0 takes any free one")
    metrics_port: OptionalPort = Field(
        9190, description="Port of the Prometheus endpoint /metrics; 0 takes any free one, 'off' has none"
    )
    service_port: Port = Field(8090, description="Envoy's port for the Copilot's REST, SSE and gRPC")
    catalog_base_url: str = Field("http://localhost:8585/api/v1", description="OpenMetadata-compatible catalog")
    metadata_base_url: str = Field("http://localhost:8081/api/v1", description="Metadata service")
    pipeline_base_url: str = Field("http://localhost:8082/api/v1", description="Pipeline engine")
    monitor_base_url: str = Field("http://localhost:8085/api/v1", description="Monitor service")
    rag_similarity_threshold: float = Field(
        0.72, ge=0, le=1, description="Lowest calibrated relevance of a retrieved context, 0 to 1"
    )
    rag_max_results: int = Field(5, ge=1, le=100, description="Most contexts found for a question without a limit")
