"""Wrong settings of any program are known before anything starts, all of them in one list."""

import pytest

from services.runtime.settings import SettingsError
from services.stack.all_settings import load_all


def problems_of(**environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load_all(environ)
    return caught.value.problems


def test_sound_settings_give_the_stacks():
    assert load_all({"COPILOT_SERVICE_PORT": "18090"}).copilot_service_port == 18090


def test_problems_of_every_program_are_listed_together():
    found = problems_of(
        POSTGRES_PORT="0",
        LLM_PROVIDER="gpt",
        MIGRATION_JOB_ATTEMPTS="zero",
        RAG_MAX_RESULTS="-1",
        EDGE_CONCURRENCY="0",
    )
    names = ("POSTGRES_PORT", "LLM_PROVIDER", "MIGRATION_JOB_ATTEMPTS", "RAG_MAX_RESULTS", "EDGE_CONCURRENCY")
    assert [sum(line.startswith(name) for line in found) for name in names] == [1] * 5


@pytest.mark.parametrize(
    ("environ", "text"),
    [
        ({"GRPC_HOST": "0.0.0.0"}, "DATAFLOW_API_KEYS must be set"),
        ({"EDGE_HOST": "0.0.0.0"}, "DATAFLOW_API_KEYS"),
        ({"DATABASE_URL": "mysql://x"}, "must begin with postgresql://"),
        ({"LLM_FALLBACK": "anthropic"}, "which LLM_PROVIDER already is"),
        ({"TLS_CERT_FILE": "/nope.pem", "TLS_KEY_FILE": "/nope.key"}, "there is no such file"),
    ],
)
def test_what_several_programs_refuse_is_told_once(environ, text):
    found = problems_of(**environ)
    assert len(found) == len(set(found))
    assert any(text in line for line in found)


def test_the_sandboxs_settings_are_read_where_it_runs():
    assert any(line.startswith("SANDBOX_SEED") for line in problems_of(SANDBOX_SEED="x"))
    assert load_all({"SANDBOX_SEED": "x", "SANDBOX": "off"}).sandbox == "off"


def test_a_server_that_runs_elsewhere_is_not_asked():
    assert load_all({"LLM_PROVIDER": "gpt", "PROVIDER_ADDRESS": "192.0.2.1:9093"}).provider_address
