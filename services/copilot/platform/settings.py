"""Where the platform's services are and how they are asked."""

from __future__ import annotations

from pydantic import Field, SecretStr

from services.rest_client.settings import BaseUrl, Token
from services.runtime.settings import Settings


class PlatformSettings(Settings):
    """Mixin of the Copilot's settings."""

    metadata_base_url: BaseUrl = Field("http://localhost:8081/api/v1", description="Metadata service")
    pipeline_base_url: BaseUrl = Field("http://localhost:8082/api/v1", description="Pipeline service")
    monitor_base_url: BaseUrl = Field("http://localhost:8085/api/v1", description="Monitor service")
    platform_token: Token = Field(
        SecretStr(""), description="Bearer token sent to the pipeline, monitor and metadata services; empty: none"
    )
    platform_timeout_seconds: float = Field(
        5.0, gt=0, description="Longest a request to one of these services may take, its body included"
    )
    platform_attempts: int = Field(
        2, ge=1, le=10, description="Attempts at one request that can be repeated, with growing pauses between them"
    )
