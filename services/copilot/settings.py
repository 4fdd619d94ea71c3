"""The Copilot server's settings, with the reference's names and defaults."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pydantic import Field, field_validator

from services.catalog.settings import CatalogSettings
from services.copilot.agent.settings import AgentSettings
from services.copilot.platform.settings import PlatformSettings
from services.copilot.retention import RetentionSettings
from services.copilot.sql.generate.verified import LibraryError, library
from services.runtime.server_settings import OptionalPort, Port, ServerSettings


class CopilotSettings(AgentSettings, CatalogSettings, PlatformSettings, RetentionSettings, ServerSettings):
    service: ClassVar[str] = "copilot"

    grpc_port: Port = Field(9090, description="Port of the gRPC server; 0 takes any free one")
    metrics_port: OptionalPort = Field(
        9190, description="Port of the Prometheus endpoint /metrics; 0 takes any free one, 'off' has none"
    )
    service_port: Port = Field(8090, description="Envoy's port for the Copilot's REST, SSE and gRPC")
    glossary_file: Path | None = Field(
        None, description="YAML file of the business glossary; empty: the one that comes with the Copilot"
    )
    chat_max_tokens: int = Field(
        1024, ge=64, le=32_768, description="Most tokens of one answer in a conversation; a slow model needs fewer"
    )
    rag_similarity_threshold: float = Field(
        0.72, ge=0, le=1, description="Lowest calibrated relevance of a retrieved context, 0 to 1"
    )
    rag_max_results: int = Field(5, ge=1, le=100, description="Most contexts found for a question without a limit")
    verified_queries_file: Path | None = Field(
        None, description="YAML of questions and the SQL that people have checked; empty: the packaged ones"
    )

    @field_validator("verified_queries_file")
    @classmethod
    def _library_parses(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                library(value)
            except LibraryError as error:
                raise ValueError(str(error)) from None
        return value
