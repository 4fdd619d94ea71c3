"""Settings of what is the same for every provider: limits, retries, breaker, budget, cache, prices."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from services.provider.prices import PriceFileError, load_prices
from services.runtime.server_settings import ServerSettings


class EngineSettings(ServerSettings):
    llm_max_tokens: int = Field(
        4096, ge=1, le=1_000_000, description="Most tokens of an answer whose prompt names no max_tokens"
    )
    llm_timeout_seconds: float = Field(
        300.0,
        gt=0,
        description="Longest a call may take, retries included; the caller's deadline may be sooner",
    )
    llm_first_token_seconds: float = Field(90.0, gt=0, description="Longest wait for the first token of an attempt")
    llm_idle_seconds: float = Field(30.0, gt=0, description="Longest silence between tokens")
    llm_retries: int = Field(2, ge=0, le=10, description="Retries at one provider after the first attempt")
    llm_retry_wait_seconds: float = Field(
        30.0, gt=0, description="Longest wait before a retry; a provider that asks for more is not asked again"
    )
    llm_breaker_failures: int = Field(
        5, ge=0, description="Faults of a provider within a minute that open its circuit breaker; 0: never"
    )
    llm_breaker_seconds: float = Field(10.0, gt=0, description="How long an open circuit breaker refuses calls")
    llm_max_concurrent: int = Field(64, ge=1, description="Calls at one provider at once; more wait")
    llm_queue: int = Field(256, ge=0, description="Most calls waiting for a turn; more are refused (LLM_OVERLOADED)")
    llm_queue_seconds: float = Field(10.0, gt=0, description="Longest such a wait")
    llm_daily_budget_usd: float = Field(
        0.0, ge=0, description="US dollars a workspace may use per UTC day at this server; 0: no limit"
    )
    llm_daily_budget_tokens: int = Field(
        0, ge=0, description="Tokens a workspace may use per UTC day at this server; 0: no limit"
    )
    llm_cache_seconds: float = Field(
        0.0, ge=0, description="How long answers at temperature 0 are kept for callers that allow it; 0: not at all"
    )
    llm_cache_entries: int = Field(1000, ge=1, description="Most answers kept")
    llm_cache_mb: float = Field(64.0, gt=0, description="Most MiB of answers kept")
    llm_price_file: Path | None = Field(
        None, description="YAML table of prices per million tokens; empty: the packaged one, dated in itself"
    )

    @field_validator("llm_price_file")
    @classmethod
    def _prices_parse(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                load_prices(value)
            except PriceFileError as error:
                raise ValueError(str(error)) from None
        return value
