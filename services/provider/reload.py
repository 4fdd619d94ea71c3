"""The settings read anew, for ReloadProvider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from services.provider.env_file import read_env_file
from services.provider.settings import ProviderSettings
from services.provider.table import PROVIDERS, SCRIPTED
from services.runtime.errors import FailedPrecondition, InvalidArgument
from services.runtime.settings import SettingsError, check_conflicts, load_settings


class UnknownProvider(InvalidArgument):
    reason = "UNKNOWN_PROVIDER"


class ProviderSettingsInvalid(FailedPrecondition):
    """What is configured now cannot be used; the old provider stays."""

    reason = "PROVIDER_SETTINGS_INVALID"


def reread(
    started: ProviderSettings, environ: Mapping[str, str], provider: str = "", model: str = ""
) -> ProviderSettings:
    """`started` with what `environ`, and before it LLM_ENV_FILE, say now; `provider` and `model` before all of them.

    What is in neither keeps the value of the start. Raises UnknownProvider or ProviderSettingsInvalid.
    """
    if provider and provider not in PROVIDERS:
        known = ", ".join(name for name in PROVIDERS if name != SCRIPTED or started.llm_allow_scripted)
        raise UnknownProvider(f"there is no provider {provider[:64]!r}; known are {known}")
    try:
        fresh = _explicit(load_settings(ProviderSettings, _environment(started, environ)))
        values = {**_explicit(started), **fresh}
        if provider:
            values["llm_provider"] = provider
            others = ProviderSettings(**values).llm_fallback
            values["llm_fallback"] = tuple(name for name in others if name != provider)
        settings = ProviderSettings(**values)
        if model:
            settings = _with_model(settings, model)
        check_conflicts(settings)
    except SettingsError as error:
        raise ProviderSettingsInvalid("; ".join(error.problems)) from error
    except ValidationError as error:
        problems = [f"{item['loc'][0]}: {item['msg']}" for item in error.errors(include_input=False)]
        raise ProviderSettingsInvalid("; ".join(problems)) from None
    return settings


def check_usable(settings: ProviderSettings) -> None:
    """Raises ProviderSettingsInvalid where the active provider lacks a setting: a working one is kept."""
    name = settings.llm_provider
    missing = settings.target(name).missing
    if missing:
        where = "the file of LLM_ENV_FILE" if settings.llm_env_file else "a file that LLM_ENV_FILE names at the start"
        raise ProviderSettingsInvalid(f"{name} cannot be asked: {', '.join(missing)} is not set; set it in {where}")


MODEL_FIELDS = {"anthropic": "anthropic_model", "openrouter": "openrouter_model", "local": "local_llm_model"}


def _with_model(settings: ProviderSettings, model: str) -> ProviderSettings:
    field = MODEL_FIELDS.get(settings.llm_provider)
    if field is None:
        raise InvalidArgument(f"the model of {settings.llm_provider} cannot be chosen; its script names it")
    return settings.model_copy(update={field: model})


def _environment(started: ProviderSettings, environ: Mapping[str, str]) -> dict[str, str]:
    path = started.llm_env_file
    return {**environ, **(read_env_file(path, started.service) if path else {})}


def _explicit(settings: ProviderSettings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.model_fields_set}
