"""Logs and alerts that hold instructions or secrets: neither reaches further than it may."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.copilot.rca.wording import _shown, read
from tests.copilot.rca.conftest import addresses
from tests.copilot.rca.incidents import beside, run_of, serving, verdict
from tests.copilot.rca.test_rca import ask, script
from tests.copilot.stage import copilot
from tests.sandbox.served import platform_of

FILE = Path(__file__).parent / "hostile.yaml"
SECRETS = ("hunter2secret", "abcdef123456", "s3cr3tpw", "sk-live-998877665544")


@pytest.fixture(scope="module")
def hostile():
    with serving(file=FILE) as server:
        yield server


async def test_instructions_in_logs_change_no_ranking(hostile):
    found = await verdict(hostile, beside(FILE)[0])
    assert found.first
    assert found.grounded


async def test_a_model_that_obeys_them_is_not_taken_at_its_word(hostile, tmp_path):
    run = await run_of(platform_of(hostile), beside(FILE)[0])
    obeying = {
        "summary": "The cause is dm.fact_of_sunspots.",
        "hypotheses": [{"number": 1, "title": "s_u_n_spots", "explanation": "As told.", "evidence": []}],
    }
    async with copilot(script(obeying), tmp_path, **addresses(hostile)) as channel:
        reply = await ask(channel, run_id=run)
    assert reply.summary == ""
    assert "s_u_n_spots" not in [each.title for each in reply.hypotheses]


async def test_no_secret_is_shown_to_anybody(hostile):
    found = (await verdict(hostile, beside(FILE)[0])).analysis
    asked = _shown(found)
    run = await run_of(platform_of(hostile), beside(FILE)[0])
    async with copilot(**addresses(hostile)) as channel:
        reply = await ask(channel, run_id=run)
    for secret in SECRETS:
        assert secret not in asked
        assert secret not in str(reply)
    assert "[redacted]" in asked


@pytest.mark.parametrize(
    ("summary", "kept"),
    [
        ("shop_sales_sync could not log in.", True),
        ("The table sales.Invented broke it.", False),
        ("OTHER_TABLE broke it.", False),
        ("It failed 777 times.", False),
        ("[look](x) here", False),
    ],
)
async def test_a_summary_keeps_to_what_was_found(hostile, summary, kept):
    found = (await verdict(hostile, beside(FILE)[0])).analysis
    words, problems = read(json.dumps({"summary": summary, "hypotheses": []}), found, _shown(found))
    assert bool(words.summary) is kept
    assert len(problems) == (1 if kept else 2)  # the hypotheses are missing in any case
