"""From what a request names (a run, an alert, a pipeline, words) to the symptom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.copilot.platform.monitor import MonitorService
from services.copilot.platform.records import Alert, Run
from services.copilot.rca.collect import HISTORY_DAYS, MOST_LISTED, MOST_RUNS, Reading
from services.copilot.rca.symptom import Symptom, began, is_done, is_failed, of_alert, of_run
from services.copilot.rca.usual import measured, usual

SERIOUS = frozenset({"warning", "critical", "error", "high"})
NO_SYMPTOM = frozenset({"change"})
SHORTEST_NAME = 3
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Asked:
    pipeline_id: str = ""
    run_id: str = ""
    alert_id: str = ""
    description: str = ""


async def find_symptom(monitor: MonitorService, reading: Reading, asked: Asked, now: datetime) -> Symptom | None:
    """None where nothing is known of what was asked for."""
    run = await reading.ask(lambda: monitor.get_run(asked.run_id), None) if asked.run_id else None
    alert = await reading.ask(lambda: monitor.get_alert(asked.alert_id), None) if asked.alert_id else None
    if run is None and alert is not None and alert.run_id:
        named = alert.run_id
        run = await reading.ask(lambda: monitor.get_run(named), None)
    if alert is not None:
        return of_alert(alert, run, asked.description, now)
    if run is not None:
        return of_run(run, asked.description, now)
    if asked.run_id or asked.alert_id:
        return None
    return await _of_pipeline(monitor, reading, asked, now)


async def _of_pipeline(monitor: MonitorService, reading: Reading, asked: Asked, now: datetime) -> Symptom | None:
    """What is wrong now: the newest failure, odd run or alert that nothing after it ended; else the newest that was."""
    since = now - timedelta(days=HISTORY_DAYS)
    name = asked.pipeline_id
    runs: Sequence[Run] = await reading.listing(
        "runs", lambda: monitor.list_runs(pipeline_id=name, since=since, most=MOST_RUNS)
    )
    alerts: Sequence[Alert] = await reading.listing(
        "alerts", lambda: monitor.list_alerts(pipeline_id=name, since=since, most=MOST_LISTED)
    )
    if not name:
        name = _named(asked.description, runs, alerts)
        if not name:
            return None
        runs = [run for run in runs if run.pipeline_id == name]
        alerts = [alert for alert in alerts if alert.pipeline_id == name]
    run = _in_question(runs, now)
    alert = next((each for each in alerts if each.severity in SERIOUS and each.kind not in NO_SYMPTOM), None)
    if alert is not None and (run is None or (alert.at > began(run, now) and alert.run_id != run.run_id)):
        return of_alert(
            alert, next((each for each in runs if each.run_id == alert.run_id), None), asked.description, now
        )
    run = run or _odd(runs, now) or next(filter(is_failed, runs), None)
    if run is not None:
        return of_run(run, asked.description, now)
    return Symptom(name, now, now).also({}, ()) if asked.description and runs else None


def _in_question(runs: Sequence[Run], now: datetime) -> Run | None:
    """The newest failure that no later attempt mended; where good runs came after it and the last one was odd, that."""
    failed = next((run for run in runs if is_failed(run) and not _mended(run, runs)), None)
    last = next(filter(is_done, runs), None)
    if last is None or not _is_odd(last, runs, now):
        return failed
    return last if failed is None or _is_over(failed, runs, now) else failed


def _mended(run: Run, runs: Sequence[Run]) -> bool:
    """A later attempt of the same load succeeded."""
    return any(
        each.scheduled_at is not None
        and each.scheduled_at == run.scheduled_at
        and each.attempt > run.attempt
        and not is_failed(each)
        for each in runs
    )


def _is_over(failed: Run, runs: Sequence[Run], now: datetime) -> bool:
    """Whether a run after the failure was good, with rows and time as usual."""
    since = began(failed, now)
    later = (run for run in runs if is_done(run) and began(run, now) > since and not is_failed(run))
    return any(not _is_odd(run, runs, now) for run in later)


def _odd(runs: Sequence[Run], now: datetime) -> Run | None:
    """The newest run with far other rows or time than usual."""
    return next((run for run in [each for each in runs if is_done(each)][:10] if _is_odd(run, runs, now)), None)


def _is_odd(run: Run, runs: Sequence[Run], now: datetime) -> bool:
    return bool(measured(run, usual(runs, began(run, now))).classes(failed=False))


def _named(description: str, runs: Sequence[Run], alerts: Sequence[Alert]) -> str:
    """The pipeline whose name's words the description holds; "" where none or several equally."""
    said = {word.lower() for word in _WORD.findall(description)}
    names = {run.pipeline_id: run.pipeline_name or run.pipeline_id for run in runs}
    names |= {alert.pipeline_id: alert.pipeline_id for alert in alerts if alert.pipeline_id}
    whole = [each for each, name in names.items() if name.lower() in description.lower() or each in description]
    if whole:
        return max(whole, key=len)
    scores = []
    for each, name in names.items():
        words = {word.lower() for word in _WORD.findall(name) if len(word) >= SHORTEST_NAME}
        held = words & said
        if len(held) * 2 >= len(words) > 0:
            scores.append((len(held), len(held) / len(words), each))
    scores.sort(reverse=True)
    if not scores or (len(scores) > 1 and scores[1][:2] == scores[0][:2]):
        return ""
    return scores[0][2]
