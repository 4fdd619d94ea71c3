"""Reads what the services around know of an incident. Each may be away; what is missing is said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from services.copilot.platform.clients import Platform
from services.copilot.platform.errors import PlatformNotFound, PlatformRejected, PlatformUnavailable
from services.copilot.platform.metadata import MetadataService
from services.copilot.platform.monitor import MonitorService
from services.copilot.platform.records import Alert, LogLine, Pipeline, QualityResult, Run, SchemaChange
from services.copilot.rca.graph import Graph
from services.copilot.rca.symptom import Symptom, began, from_lines, is_done, is_failed, telling
from services.copilot.rca.usual import Usual, is_weekend, measured, usual
from services.runtime.logs import get_logger

log = get_logger("rca")

HISTORY_DAYS = 30
"""Runs of the pipeline so far back say what is usual."""
AFTER = timedelta(hours=1)
"""Events so soon after the symptom are shown, never cited."""
LITTLE = timedelta(days=2)
MOST_LISTED = 300
MOST_RUNS = 1_000
LOG_LINES = 400
MOST_TELLING = 30
MOST_UPSTREAM_LOGS = 3
R = TypeVar("R")


@dataclass
class Reading:
    """Counts the calls; notes each that fails and passes none on."""

    calls: int = 0
    degraded: list[str] = field(default_factory=list)
    truncated: list[str] = field(default_factory=list)

    async def ask(self, call: Callable[[], Awaitable[R]], otherwise: R) -> R:
        self.calls += 1
        try:
            return await call()
        except PlatformNotFound:
            return otherwise
        except (PlatformUnavailable, PlatformRejected) as error:
            reason = getattr(error, "degraded", "") or error.reason.lower()
            log.warning("not read for an analysis", reason=error.reason, detail=error.message)
            if reason not in self.degraded:
                self.degraded.append(reason)
            return otherwise

    async def listing(self, name: str, call: Callable[[], Awaitable[Any]]) -> Sequence[Any]:
        listed = await self.ask(call, None)
        if listed is None:
            return ()
        if listed.truncated:
            self.truncated.append(name)
        items: Sequence[Any] = listed.items
        return items


@dataclass(frozen=True, slots=True)
class Facts:
    """Listings are newest first. `history`: runs of the pipeline; `runs`: of all pipelines in the window; `logs`: by
    run id; `usual`: what is usual for the pipeline; `last_good`: its good run before the symptom; `told`: telling
    lines of the run's log.
    """

    symptom: Symptom
    since: datetime
    graph: Graph
    distances: dict[str, int]
    history: Sequence[Run] = ()
    runs: Sequence[Run] = ()
    alerts: Sequence[Alert] = ()
    changes: Sequence[SchemaChange] = ()
    quality: Sequence[QualityResult] = ()
    pipelines: dict[str, Pipeline] = field(default_factory=dict)
    logs: dict[str, tuple[LogLine, ...]] = field(default_factory=dict)
    usual: Usual = field(default_factory=Usual)
    last_good: Run | None = None
    told: tuple[LogLine, ...] = ()


async def collect(
    monitor: MonitorService,
    metadata: MetadataService,
    platform: Platform,
    reading: Reading,
    symptom: Symptom,
    hours: int,
    *,
    to_last_good: bool,
) -> Facts:
    """All about a symptom. Alerts, runs, schema changes and lineage side by side, then the logs they point at.

    The window begins `hours` before the onset; `to_last_good`: or at the last good run, where that is little earlier.
    """
    name, at = symptom.pipeline_id, symptom.at
    until = at + AFTER
    history: Sequence[Run] = ()
    if name:
        back = symptom.onset - timedelta(days=HISTORY_DAYS)
        history = await reading.listing(
            "runs", lambda: monitor.list_runs(pipeline_id=name, since=back, until=until, most=MOST_RUNS)
        )
    symptom, last_good = _onset(symptom, history)
    since = symptom.onset - timedelta(hours=hours)
    ended_well = last_good.finished_at if to_last_good and last_good is not None else None
    if ended_well is not None and symptom.onset - ended_well < LITTLE:
        since = min(since, ended_well)
    async with platform.pipelines() as pipelines:
        listed, runs, alerts, changes = await asyncio.gather(
            reading.listing("pipelines", pipelines.list_pipelines),
            reading.listing("runs", lambda: monitor.list_runs(since=since, until=until, most=MOST_RUNS)),
            reading.listing("alerts", lambda: monitor.list_alerts(since=since, until=until, most=MOST_LISTED)),
            reading.listing(
                "schema changes", lambda: metadata.list_schema_changes(since=since, until=until, most=MOST_LISTED)
            ),
        )
    by_name = {each.pipeline_id: each for each in listed}
    graph = Graph()
    graph.add_pipelines(listed)
    asset = await _asset(monitor, reading, symptom, by_name)
    lineage, quality = await asyncio.gather(
        _lineage(metadata, reading, asset),
        _failed_checks(metadata, reading, since, until),
    )
    if lineage is not None:
        graph.add_lineage(lineage)
    distances = graph.distances(name) if name else {}
    if symptom.run is not None and history:
        normal = usual(history, symptom.onset, began(symptom.run, at))
        symptom = symptom.also(measured(symptom.run, normal).classes(is_failed(symptom.run)))
    else:
        normal = Usual()
    symptom = _checked(symptom, quality)
    told: tuple[LogLine, ...] = ()
    logs = await _logs(monitor, reading, symptom, last_good, runs, distances)
    if symptom.run is not None and symptom.run.run_id in logs:
        lines = tuple(each for each in logs[symptom.run.run_id] if each.at is None or each.at <= at)
        told = telling(lines, logs.get(last_good.run_id, ()) if last_good else ())[-MOST_TELLING:]
        symptom = symptom.also(*from_lines(told))
    return Facts(
        symptom,
        since,
        graph,
        distances,
        history,
        runs,
        alerts,
        changes,
        quality,
        by_name,
        logs,
        normal,
        last_good,
        told,
    )


def _checked(symptom: Symptom, failed: Sequence[QualityResult]) -> Symptom:
    """With the failed checks of the run itself, which are made when it has ended."""
    own = [each for each in failed if symptom.run is not None and each.run_id == symptom.run.run_id]
    if not own:
        return symptom
    told = tuple(f"{each.rule} {each.column} {each.message}" for each in own)
    return replace(symptom, at=max(symptom.at, *(each.at for each in own))).also({"quality": 0.8}, told)


def _onset(symptom: Symptom, history: Sequence[Run]) -> tuple[Symptom, Run | None]:
    """The symptom from the first of its row of runs in the same trouble on, and the good run before that."""
    onset, good = symptom.onset, None
    alike = set(_alike(symptom, history))
    before = [run for run in history if is_done(run) and began(run, symptom.at) < symptom.onset]
    for run in sorted(before, key=lambda each: began(each, symptom.at), reverse=True):
        if run.run_id in alike:
            onset = began(run, symptom.at)
        elif not is_failed(run):
            good = run
            break
    return replace(symptom, onset=onset), good


def _alike(symptom: Symptom, history: Sequence[Run]) -> Iterator[str]:
    """Ids of runs that failed with the same code; of a run that succeeded, of those as far from the usual as it."""
    mine = symptom.run
    if mine is None:
        return
    if is_failed(mine):
        yield from (run.run_id for run in history if is_failed(run) and run.error_code == mine.error_code)
        return
    normal: dict[bool, Usual] = {}

    def odd(run: Run) -> set[str]:
        moment = began(run, symptom.at)
        if is_weekend(moment) not in normal:
            normal[is_weekend(moment)] = usual(history, symptom.onset, moment)
        return set(measured(run, normal[is_weekend(moment)]).classes(failed=False))

    trouble = odd(mine)
    if trouble:
        yield from (run.run_id for run in history if not is_failed(run) and odd(run) & trouble)


async def _asset(monitor: MonitorService, reading: Reading, symptom: Symptom, pipelines: dict[str, Pipeline]) -> str:
    """A table that the pipeline writes, for the question after its lineage; "" where none is known."""
    known = pipelines.get(symptom.pipeline_id)
    if known is not None and known.targets:
        return known.targets[0]
    if symptom.alert is not None and symptom.alert.asset:
        return symptom.alert.asset
    if not symptom.pipeline_id:
        return ""
    found = await reading.listing("freshness", lambda: monitor.list_freshness(pipeline_id=symptom.pipeline_id, most=5))
    return found[0].asset if found else ""


async def _lineage(metadata: MetadataService, reading: Reading, asset: str) -> Any:
    if not asset:
        return None
    return await reading.ask(lambda: metadata.get_lineage(asset, depth=5, direction="upstream"), None)


async def _failed_checks(
    metadata: MetadataService, reading: Reading, since: datetime, until: datetime
) -> Sequence[QualityResult]:
    return await reading.listing(
        "quality results",
        lambda: metadata.list_quality_results(status="failed", since=since, until=until, most=MOST_LISTED),
    )


async def _logs(
    monitor: MonitorService,
    reading: Reading,
    symptom: Symptom,
    last_good: Run | None,
    runs: Sequence[Run],
    distances: dict[str, int],
) -> dict[str, tuple[LogLine, ...]]:
    """Of the run, the good one before it (what is usual there explains nothing), and failed ones upstream."""
    wanted = [run for run in (symptom.run, last_good if symptom.run else None) if run is not None]
    upstream = [
        run
        for run in runs
        if is_failed(run) and run.pipeline_id != symptom.pipeline_id and distances.get(run.pipeline_id, 0) > 0
    ]
    wanted += sorted(upstream, key=lambda run: distances[run.pipeline_id])[:MOST_UPSTREAM_LOGS]

    async def one(run: Run) -> tuple[LogLine, ...]:
        found = await reading.ask(lambda: monitor.get_logs(run.run_id, tail=LOG_LINES), None)
        return tuple(found.lines[-LOG_LINES:]) if found is not None else ()

    found = await asyncio.gather(*map(one, wanted))
    return {run.run_id: lines for run, lines in zip(wanted, found, strict=True)}
