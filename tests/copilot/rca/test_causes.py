"""Causes of incidents that are known: named first, and on evidence that came before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.copilot.rca.analysis import analyse
from services.copilot.rca.finding_symptom import Asked
from tests.copilot.rca.incidents import (
    AFTERWARDS,
    NOON,
    ON_CALL,
    UNSEEN,
    VARIATIONS,
    beside,
    is_grounded,
    place_of,
    run_of,
    serving,
    shipped,
    verdict,
)
from tests.sandbox.served import platform_of

LEAST_SHARE = 0.7


async def share(server, cases):
    verdicts = [await verdict(server, case) for case in cases]
    assert all(each.grounded for each in verdicts)
    assert all(2 <= len(each.analysis.ranked) <= 4 for each in verdicts)
    confidences = [[one.confidence for one in each.analysis.ranked] for each in verdicts]
    assert all(each == sorted(each, reverse=True) and each[-1] > 0 for each in confidences)
    return sum(each.first for each in verdicts) / len(verdicts)


async def test_most_of_the_sandboxs_causes_are_named_first(estate):
    assert len(shipped()) >= 10
    assert await share(estate, shipped()) >= LEAST_SHARE


async def test_most_causes_of_other_incidents_are_named_first(other_estate):
    assert len(beside()) >= 10
    assert await share(other_estate, beside()) >= LEAST_SHARE


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 23, 101])
async def test_with_other_rows_and_times_too(seed):
    with serving(seed, VARIATIONS) as server:
        assert await share(server, beside(VARIATIONS)) >= LEAST_SHARE


@pytest.mark.parametrize("file", [UNSEEN, ON_CALL, AFTERWARDS], ids=lambda file: file.stem)
async def test_causes_of_incidents_told_in_other_words(file):
    with serving(file=file) as server:
        assert len(beside(file)) >= 10
        assert await share(server, beside(file)) >= LEAST_SHARE


async def test_the_same_incident_is_ranked_the_same_twice(estate):
    case = shipped()[0]
    first, second = [await verdict(estate, case) for _ in range(2)]
    assert first.analysis.ranked == second.analysis.ranked
    assert first.analysis.timeline == second.analysis.timeline


async def test_the_timeline_is_in_order_and_its_ids_are_unique(estate):
    for case in shipped()[:4]:
        events = (await verdict(estate, case)).analysis.timeline
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert len({event.id for event in events}) == len(events)


@pytest.mark.parametrize("case", shipped(), ids=lambda case: case.id)
async def test_an_alert_of_the_run_leads_to_the_same_incident(estate, case):
    platform = platform_of(estate)
    run = await run_of(platform, case)
    async with platform.monitor() as monitor:
        alerts = (await monitor.list_alerts(pipeline_id=case.pipeline)).items
    of_run = [alert for alert in alerts if alert.run_id == run]
    if not of_run:
        pytest.skip("nobody was alerted to that run")
    analysis = await analyse(platform, Asked(alert_id=of_run[0].alert_id), 0, NOON)
    assert is_grounded(analysis)
    assert analysis.facts.symptom.run.run_id == run
    assert place_of(case, analysis) in (0, 1)


async def test_a_pipeline_alone_leads_to_its_newest_trouble(estate):
    case = shipped()[0]
    analysis = await analyse(platform_of(estate), Asked(pipeline_id=case.pipeline), 0, NOON)
    assert analysis.facts.symptom.pipeline_id == case.pipeline
    assert place_of(case, analysis) == 0


@pytest.mark.parametrize(
    "words",
    ["crm_customer_delta fails since Monday", "Dlaczego potok CRM customer delta nie działa?"],
)
async def test_words_that_name_a_pipeline_lead_to_it(estate, words):
    analysis = await analyse(platform_of(estate), Asked(description=words), 0, NOON)
    assert analysis.facts.symptom.pipeline_id == "crm_customer_delta"
    assert analysis.ranked[0].cause == "schema_change"


@pytest.mark.parametrize(
    "asked",
    [
        Asked(run_id="nothing-202601010000"),
        Asked(alert_id="al-0"),
        Asked(pipeline_id="no_such_pipeline"),
        Asked(description="the coffee machine is broken"),
    ],
)
async def test_where_nothing_is_known_no_cause_is_invented(estate, asked):
    analysis = await analyse(platform_of(estate), asked, 0, NOON)
    assert analysis.facts is None
    assert list(analysis.ranked) == []


async def test_a_usual_run_has_no_cause(estate):
    platform = platform_of(estate)
    async with platform.monitor() as monitor:
        runs = (await monitor.list_runs(pipeline_id="cell_kpi_hourly", status="succeeded", most=1)).items
    analysis = await analyse(platform, Asked(run_id=runs[0].run_id), 0, NOON)
    assert all(one.confidence < 0.35 for one in analysis.ranked)


async def test_a_release_that_did_no_harm_is_no_likely_cause():
    case = next(each for each in beside(UNSEEN) if each.id == "old-release")
    with serving(file=UNSEEN) as server:
        platform = platform_of(server)
        run = await run_of(platform, replace(case, day=case.day - 1))
        analysis = await analyse(platform, Asked(run_id=run), 0, NOON)
    assert all(one.confidence < 0.35 for one in analysis.ranked)


async def test_titles_and_advice_are_in_the_language_asked_in(estate):
    platform = platform_of(estate)
    run = await run_of(platform, shipped()[0])
    polish = await analyse(platform, Asked(run_id=run), 0, NOON, "pl")
    assert polish.ranked[0].title.startswith("Zmiana schematu: ")
    assert polish.ranked[0].action.startswith("Porównaj zmianę")


async def test_a_window_of_ones_own_is_kept_to(estate):
    platform = platform_of(estate)
    run = await run_of(platform, shipped()[0])
    narrow = await analyse(platform, Asked(run_id=run), 1, NOON)
    wide = await analyse(platform, Asked(run_id=run), 720, NOON)
    assert len(narrow.timeline) < len(wide.timeline) <= 120
    assert narrow.reading.calls == wide.reading.calls
    assert narrow.facts.since == narrow.facts.symptom.onset - timedelta(hours=1)


async def test_what_no_event_tells_of_is_said_weakly_and_cites_the_last_good_run(estate):
    platform = platform_of(estate)
    case = next(each for each in shipped() if each.id == "receivables-network")
    analysis = await analyse(platform, Asked(run_id=await run_of(platform, case)), 1, NOON)
    rest = [one for one in analysis.ranked if one.cause in ("own_fault", "passing")]
    assert all(one.confidence <= 0.1 and one.evidence for one in rest)
    good = analysis.facts.last_good
    assert all(one.evidence[0] == f"run:{good.run_id}" for one in rest)
    assert analysis.ranked[0].cause == "infrastructure"


async def test_an_alert_without_a_run_has_alternatives_too(estate):
    platform = platform_of(estate)
    async with platform.monitor() as monitor:
        listed = (await monitor.list_alerts(pipeline_id="crm_customer_delta")).items
    stale = next(each for each in listed if each.kind == "freshness")
    analysis = await analyse(platform, Asked(alert_id=stale.alert_id), 0, NOON)
    assert analysis.facts.symptom.run is None
    assert 2 <= len(analysis.ranked) <= 4
    assert is_grounded(analysis)


async def test_a_long_row_of_bad_runs_is_one_incident():
    case = next(each for each in beside(ON_CALL) if each.id == "consumer-stopped")
    with serving(file=ON_CALL) as server:
        platform = platform_of(server)
        analysis = await analyse(platform, Asked(run_id=await run_of(platform, case)), 0, NOON)
    symptom = analysis.facts.symptom
    assert (symptom.at - symptom.onset).total_seconds() > 12 * 3600
    assert analysis.facts.last_good.finished_at < symptom.onset
