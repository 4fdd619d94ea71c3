"""The providers, one row each. A further one is a file in `wires/` and a row here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.provider.target import Target
from services.provider.wire import Wire

if TYPE_CHECKING:  # the settings list the names of this table
    from services.provider.settings import ProviderSettings

SCRIPTED = "scripted"


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """`target`: what the settings say of it. `build`: its wire; imports it then, since SDKs are slow to load."""

    name: str
    default_model: str
    target: Callable[[ProviderSettings, str], Target]
    build: Callable[[ProviderSettings, Target], Wire]


def _anthropic_target(settings: ProviderSettings, default: str) -> Target:
    key, other = settings.anthropic_api_key.get_secret_value(), settings.openrouter_api_key.get_secret_value()
    model = settings.anthropic_model or default
    if other and not key:  # OpenRouter speaks this dialect too and names models with their vendor
        named = model if "/" in model else f"anthropic/{model}"
        return Target("anthropic", named, settings.openrouter_base_url.removesuffix("/v1"), other, bearer=True)
    return Target("anthropic", model, settings.anthropic_base_url, key, missing=_unset(key, "ANTHROPIC_API_KEY"))


def _openrouter_target(settings: ProviderSettings, default: str) -> Target:
    key = settings.openrouter_api_key.get_secret_value()
    model = settings.openrouter_model or default
    return Target("openrouter", model, settings.openrouter_base_url, key, missing=_unset(key, "OPENROUTER_API_KEY"))


def _local_target(settings: ProviderSettings, default: str) -> Target:
    key = settings.local_llm_api_key.get_secret_value()
    return Target("local", settings.local_llm_model or default, settings.local_llm_base_url, key)


def _scripted_target(settings: ProviderSettings, default: str) -> Target:
    return Target(SCRIPTED, default)


def _unset(key: str, name: str) -> tuple[str, ...]:
    return () if key else (name,)


def _anthropic_wire(settings: ProviderSettings, target: Target) -> Wire:
    from services.provider.wires.anthropic import AnthropicWire, through_openrouter

    build = through_openrouter if target.bearer else AnthropicWire
    return build(key=target.key, base_url=target.base_url)


def _openrouter_wire(settings: ProviderSettings, target: Target) -> Wire:
    from services.provider.wires.openrouter import OpenRouterWire

    return OpenRouterWire(key=target.key, base_url=target.base_url)


def _local_wire(settings: ProviderSettings, target: Target) -> Wire:
    from services.provider.wires.local import LocalWire

    return LocalWire(base_url=target.base_url, key=target.key)


def _scripted_wire(settings: ProviderSettings, target: Target) -> Wire:
    from services.provider.script_file import load_script
    from services.provider.scripted import ScriptedWire

    return ScriptedWire(load_script(settings.llm_script_file))


PROVIDERS = {
    row.name: row
    for row in (
        ProviderRow("anthropic", "claude-sonnet-4-6-20251001", _anthropic_target, _anthropic_wire),
        ProviderRow("openrouter", "openai/gpt-oss-120b:free", _openrouter_target, _openrouter_wire),
        ProviderRow("local", "llama3.2", _local_target, _local_wire),
        ProviderRow(SCRIPTED, SCRIPTED, _scripted_target, _scripted_wire),
    )
}
OFFERED = tuple(name for name in PROVIDERS if name != SCRIPTED)
