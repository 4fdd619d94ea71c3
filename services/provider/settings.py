"""The Provider server's settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from services.provider.engine_settings import EngineSettings
from services.provider.script_file import ScriptError, load_script
from services.provider.table import OFFERED, PROVIDERS, SCRIPTED
from services.provider.target import Target
from services.runtime.server_settings import OptionalPort, Port
from services.runtime.settings import CommaSeparated

_OFFERED = ", ".join(OFFERED)
_DEFAULTS = {name: row.default_model for name, row in PROVIDERS.items()}


class ProviderSettings(EngineSettings):
    service: ClassVar[str] = "provider"

    grpc_port: Port = Field(9093, description="Port of the gRPC server; 0 takes any free one")
    metrics_port: OptionalPort = Field(
        9193, description="Port of the Prometheus endpoint /metrics; 0 takes any free one, 'off' has none"
    )
    llm_provider: str = Field("anthropic", description=f"Which provider answers: {_OFFERED}")
    llm_fallback: CommaSeparated = Field(
        (), description="Providers asked in this order when the first one fails; empty: none"
    )
    llm_env_file: Path | None = Field(
        None,
        description="File of NAME=value lines read at start and by ReloadProvider; they win over the environment, so "
        "keys, models and providers change without a restart",
    )
    anthropic_api_key: SecretStr = Field(
        SecretStr(""),
        description="Key of the Anthropic API; empty, and OPENROUTER_API_KEY set: reached through OpenRouter",
    )
    anthropic_model: str = Field("", description=f"Model of the Anthropic API; empty: {_DEFAULTS['anthropic']}")
    anthropic_base_url: str = Field("https://api.anthropic.com", description="Address of Anthropic's API, without /v1")
    openrouter_api_key: SecretStr = Field(SecretStr(""), description="Key of OpenRouter")
    openrouter_model: str = Field("", description=f"Model at OpenRouter; empty: {_DEFAULTS['openrouter']}")
    openrouter_base_url: str = Field("https://openrouter.ai/api/v1", description="Address of OpenRouter, with /v1")
    local_llm_base_url: str = Field(
        "http://localhost:11434/v1",
        description="Address of an OpenAI-compatible server: Ollama, vLLM, LM Studio, llama.cpp",
    )
    local_llm_model: str = Field("", description=f"Model at the local server; empty: {_DEFAULTS['local']}")
    local_llm_api_key: SecretStr = Field(SecretStr(""), description="Key of the local server, where it wants one")
    llm_allow_scripted: bool = Field(
        False, description="Allows LLM_PROVIDER=scripted, which answers from a file: for tests, never for people"
    )
    llm_script_file: Path | None = Field(
        None, description="YAML script of LLM_PROVIDER=scripted; empty: the packaged example"
    )

    @field_validator("llm_provider")
    @classmethod
    def _provider_is_known(cls, value: str) -> str:
        if value not in PROVIDERS:
            raise ValueError(f"must be one of {_OFFERED}")
        return value

    @field_validator("llm_fallback")
    @classmethod
    def _fallbacks_are_known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in value if name not in PROVIDERS]
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: must be among {_OFFERED}")
        if len(set(value)) < len(value):
            raise ValueError("names a provider twice")
        return value

    @field_validator("local_llm_base_url", "anthropic_base_url", "openrouter_base_url")
    @classmethod
    def _url_is_http(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("llm_script_file")
    @classmethod
    def _script_parses(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                load_script(value)
            except ScriptError as error:
                raise ValueError("; ".join(str(error).splitlines())) from None
        return value

    def conflicts(self) -> Iterator[tuple[tuple[str, ...], str]]:
        yield from super().conflicts()
        if self.llm_provider in self.llm_fallback:
            yield (
                ("llm_provider", "llm_fallback"),
                f"LLM_FALLBACK names {self.llm_provider}, which LLM_PROVIDER already is",
            )
        if SCRIPTED in (self.llm_provider, *self.llm_fallback) and not self.llm_allow_scripted:
            yield (
                ("llm_provider", "llm_fallback", "llm_allow_scripted"),
                "the scripted provider answers from a file and is for tests: it needs LLM_ALLOW_SCRIPTED=true",
            )

    def target(self, name: str) -> Target:
        """A provider of the table as these settings configure it."""
        row = PROVIDERS[name]
        return row.target(self, row.default_model)
