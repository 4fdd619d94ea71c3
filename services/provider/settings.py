"""The Provider server's settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from services.provider.probe import Target
from services.provider.table import PROVIDERS
from services.runtime.server_settings import OptionalPort, Port, ServerSettings
from services.runtime.settings import CommaSeparated


class ProviderSettings(ServerSettings):
    service: ClassVar[str] = "provider"

    grpc_port: Port = Field(9093, description="Port of the gRPC server; 0 takes any free one")
    metrics_port: OptionalPort = Field(
        9193, description="Port of the Prometheus endpoint /metrics; 0 takes any free one, 'off' has none"
    )
    llm_provider: str = Field("anthropic", description=f"Which provider answers: {', '.join(PROVIDERS)}")
    llm_fallback: CommaSeparated = Field(
        (), description="Providers asked in this order when the first one fails; empty: none"
    )
    anthropic_api_key: SecretStr = Field(SecretStr(""), description="Key of the Anthropic API")
    anthropic_model: str = Field(
        "", description=f"Model of the Anthropic API; empty: {PROVIDERS['anthropic'].default_model}"
    )
    openrouter_api_key: SecretStr = Field(SecretStr(""), description="Key of OpenRouter")
    openrouter_model: str = Field(
        "", description=f"Model at OpenRouter; empty: {PROVIDERS['openrouter'].default_model}"
    )
    local_llm_base_url: str = Field(
        "http://localhost:11434/v1",
        description="Address of an OpenAI-compatible server: Ollama, vLLM, LM Studio, llama.cpp",
    )
    local_llm_model: str = Field(
        "", description=f"Model at the local server; empty: {PROVIDERS['local'].default_model}"
    )

    @field_validator("llm_provider")
    @classmethod
    def _provider_is_known(cls, value: str) -> str:
        if value not in PROVIDERS:
            raise ValueError(f"must be one of {', '.join(PROVIDERS)}")
        return value

    @field_validator("llm_fallback")
    @classmethod
    def _fallbacks_are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in value if name not in PROVIDERS]
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: must be among {', '.join(PROVIDERS)}")
        return value

    @field_validator("local_llm_base_url")
    @classmethod
    def _url_is_http(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value

    def conflicts(self) -> Iterator[tuple[tuple[str, ...], str]]:
        yield from super().conflicts()
        if self.llm_provider in self.llm_fallback:
            yield (
                ("llm_provider", "llm_fallback"),
                f"LLM_FALLBACK names {self.llm_provider}, which LLM_PROVIDER already is",
            )

    def target(self, name: str) -> Target:
        """A provider of the table as these settings configure it."""
        row = PROVIDERS[name]
        model, key, base_url = {
            "anthropic": (self.anthropic_model, self.anthropic_api_key, row.base_url),
            "openrouter": (self.openrouter_model, self.openrouter_api_key, row.base_url),
            "local": (self.local_llm_model, SecretStr(""), self.local_llm_base_url),
        }[name]
        return Target(row, model or row.default_model, base_url, key.get_secret_value())
