"""Which provider the settings mean, and what is wrong with them."""

from __future__ import annotations

import pytest

from services.provider.settings import ProviderSettings
from services.provider.table import PROVIDERS
from services.runtime.settings import SettingsError, load_settings

KEY, OTHER = "sk-ant-very-secret", "sk-or-very-secret"


@pytest.mark.parametrize(
    ("settings", "name", "model", "url", "key", "bearer", "missing"),
    [
        ({}, "anthropic", "claude-sonnet-4-6-20251001", "https://api.anthropic.com", "", False, ("ANTHROPIC_API_KEY",)),
        (
            {"anthropic_api_key": KEY, "anthropic_model": "m"},
            "anthropic",
            "m",
            "https://api.anthropic.com",
            KEY,
            False,
            (),
        ),
        (
            {"openrouter_api_key": OTHER},
            "anthropic",
            "anthropic/claude-sonnet-4-6-20251001",
            "https://openrouter.ai/api",
            OTHER,
            True,
            (),
        ),
        (
            {"openrouter_api_key": OTHER, "anthropic_api_key": KEY},
            "anthropic",
            "claude-sonnet-4-6-20251001",
            "https://api.anthropic.com",
            KEY,
            False,
            (),
        ),
        (
            {},
            "openrouter",
            "openai/gpt-oss-120b:free",
            "https://openrouter.ai/api/v1",
            "",
            False,
            ("OPENROUTER_API_KEY",),
        ),
        ({}, "local", "llama3.2", "http://localhost:11434/v1", "", False, ()),
        ({"local_llm_base_url": "http://h:1/v1/"}, "local", "llama3.2", "http://h:1/v1", "", False, ()),
    ],
)
def test_targets(settings, name, model, url, key, bearer, missing):
    target = ProviderSettings(**settings).target(name)
    assert (target.model, target.base_url, target.key, target.bearer) == (model, url, key, bearer)
    assert target.missing == missing
    assert not key or key not in repr(target)


def test_default_models_are_the_documented_ones():
    assert {name: row.default_model for name, row in PROVIDERS.items()} == {
        "anthropic": "claude-sonnet-4-6-20251001",
        "openrouter": "openai/gpt-oss-120b:free",
        "local": "llama3.2",
        "scripted": "scripted",
    }


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({"LLM_PROVIDER": "gpt"}, "must be one of anthropic, openrouter, local"),
        ({"LLM_FALLBACK": "local,gpt"}, "gpt: must be among"),
        ({"LLM_FALLBACK": "local,local"}, "names a provider twice"),
        ({"LLM_FALLBACK": "anthropic"}, "which LLM_PROVIDER already is"),
        ({"LLM_PROVIDER": "scripted"}, "needs LLM_ALLOW_SCRIPTED=true"),
        ({"LLM_FALLBACK": "scripted"}, "needs LLM_ALLOW_SCRIPTED=true"),
        ({"LLM_SCRIPT_FILE": "/none.yaml"}, "cannot be read"),
        ({"LOCAL_LLM_BASE_URL": "ftp://x"}, "must begin with http"),
        ({"ANTHROPIC_BASE_URL": "x"}, "must begin with http"),
        ({"LLM_RETRIES": "-1"}, "greater than or equal to 0"),
        ({"LLM_IDLE_SECONDS": "0"}, "greater than 0"),
    ],
)
def test_what_is_wrong_is_said_at_start(environ, problem):
    with pytest.raises(SettingsError, match=problem):
        load_settings(ProviderSettings, environ)


def test_a_wire_can_be_built_for_each_row():
    for name, row in PROVIDERS.items():
        settings = ProviderSettings(anthropic_api_key=KEY, openrouter_api_key=OTHER)
        assert callable(row.build(settings, settings.target(name)).stream)
