"""Switching providers without a restart and without dropping what runs."""

from __future__ import annotations

import asyncio

import pytest

from services.provider.app import APP
from services.provider.factory import Factory
from services.provider.reload import ProviderSettingsInvalid, UnknownProvider
from services.provider.settings import ProviderSettings
from services.runtime.errors import InvalidArgument
from services.runtime.server import StartError, running
from tests.provider.fakes import FakeWire


def factory(environ=None, **settings):
    """(factory, the wires it built in order)"""
    built = []

    def build(own, target):
        built.append((target, FakeWire()))
        return built[-1][1]

    return Factory(ProviderSettings(**settings), build=build, environ={} if environ is None else environ), built


async def test_a_reload_switches_and_closes_what_nothing_runs_on():
    made, built = factory()
    switched = await made.reload("local", "tiny")
    assert switched == ("local", "tiny", "anthropic", 0)
    await made.close()
    assert [wire.closed for _, wire in built] == [True, True]


async def test_running_calls_finish_on_the_old_provider_which_is_closed_after_the_last():
    made, built = factory()
    with made.lease() as old, made.lease(call=False):
        with made.lease():
            assert (await made.reload("local")).running == 2
        assert made.current.active.name == "local"
        assert old.active.name == "anthropic"
        await asyncio.sleep(0)
        assert not built[0][1].closed
    await asyncio.sleep(0.01)
    assert built[0][1].closed
    assert not built[1][1].closed
    await made.close()


@pytest.mark.parametrize(
    ("arguments", "kind", "reason"),
    [
        (("gpt", ""), UnknownProvider, "UNKNOWN_PROVIDER"),
        (("scripted", ""), ProviderSettingsInvalid, "PROVIDER_SETTINGS_INVALID"),
        (("openrouter", ""), ProviderSettingsInvalid, "PROVIDER_SETTINGS_INVALID"),  # without its key
    ],
)
async def test_what_cannot_be_switched_to_leaves_the_old_one(arguments, kind, reason):
    made, built = factory()
    before = made.current
    with pytest.raises(kind) as caught:
        await made.reload(*arguments)
    assert caught.value.reason == reason
    assert made.current is before
    assert len(built) == 1


async def test_the_environment_is_read_anew_and_wins_over_the_start():
    environ = {}
    made, built = factory(environ, anthropic_api_key="k1", local_llm_base_url="http://a/v1")
    environ["LLM_PROVIDER"] = "local"
    environ["PROVIDER_LOCAL_LLM_MODEL"] = "m2"
    assert (await made.reload())[:2] == ("local", "m2")
    assert built[-1][0].base_url == "http://a/v1"
    assert (await made.reload("anthropic"))[:2] == ("anthropic", "claude-sonnet-4-6-20251001")
    assert built[-1][0].key == "k1"
    environ["LLM_PROVIDER"] = "gpt"
    with pytest.raises(ProviderSettingsInvalid, match="must be one of"):
        await made.reload()
    await made.close()


async def test_a_file_of_variables_changes_keys_without_a_restart(tmp_path):
    file = tmp_path / "provider.env"
    file.write_text("# keys\nexport ANTHROPIC_API_KEY='k2'\n\nANTHROPIC_MODEL = m2\n")
    made, built = factory({"ANTHROPIC_MODEL": "m1"}, anthropic_api_key="k1", llm_env_file=file)
    assert built[0][0].key == "k2"
    file.write_text("ANTHROPIC_API_KEY=k3\n")
    assert (await made.reload()).model == "m1"
    assert built[-1][0].key == "k3"
    file.write_text("ANTHROPIC_API_KEY\nX=1\nsk-secret 1")
    with pytest.raises(ProviderSettingsInvalid, match=r"line 1 is not NAME=value; .*line 3") as caught:
        await made.reload()
    assert "sk-secret" not in str(caught.value)
    file.unlink()
    with pytest.raises(ProviderSettingsInvalid, match="cannot be read"):
        await made.reload()
    assert made.current.active.target.key == "k3"
    await made.close()


async def test_a_file_that_cannot_be_used_stops_the_start(tmp_path):
    settings = ProviderSettings(grpc_port=0, metrics_port=None, llm_env_file=tmp_path / "none.env")
    with pytest.raises(StartError, match="cannot be read"):
        async with running(APP, settings):
            pass


async def test_switching_to_a_fallback_takes_it_off_the_list():
    made, _ = factory(llm_fallback=("local", "openrouter"))
    await made.reload("local")
    assert [member.name for member in made.current.members] == ["local", "openrouter"]
    await made.close()


async def test_the_scripts_model_is_the_scripts_own():
    made, _ = factory(llm_allow_scripted=True)
    with pytest.raises(InvalidArgument, match="its script names it"):
        await made.reload("scripted", "x")
    await made.close()
