"""The providers, one row each: how a model is named by default, reached and probed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One provider. `probe` is the cheap authenticated GET that proves that key and address work."""

    name: str
    default_model: str
    key_variable: str  # "" where none is needed
    base_url: str  # "" where configuration gives it
    probe_path: str
    headers: Callable[[str], dict[str, str]]


def _anthropic_headers(key: str) -> dict[str, str]:
    return {"x-api-key": key, "anthropic-version": "2023-06-01"}


def _bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"} if key else {}


PROVIDERS = {
    row.name: row
    for row in (
        ProviderRow(
            "anthropic",
            "claude-sonnet-4-6-20251001",
            "ANTHROPIC_API_KEY",
            "https://api.anthropic.com",
            "/v1/models?limit=1",
            _anthropic_headers,
        ),
        ProviderRow(
            "openrouter",
            "openai/gpt-oss-120b:free",
            "OPENROUTER_API_KEY",
            "https://openrouter.ai/api/v1",
            "/key",
            _bearer,
        ),
        ProviderRow("local", "llama3.2", "", "", "/models", _bearer),
    )
}
