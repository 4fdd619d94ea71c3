"""Ninety days of runs: the usual ones, some that were tried again, and those of the incidents.

The same seed and the same day of the start give the same runs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from services.sandbox.estate import Estate, SamplePipeline
from services.sandbox.moments import at, midnight

DAYS = 90
RETRIED = 0.006
"""Share of runs whose first attempt breaks off for nothing that lasts."""
RETRY_AFTER = timedelta(minutes=10)
WEEKEND = 0.72
"""Factor to the rows of Saturdays and Sundays."""
TRANSIENT = ("SOCKET_CLOSED", "Connection reset by peer while reading; the next attempt follows")


@dataclass(frozen=True, slots=True)
class Run:
    """`finished_at` may lie ahead: then it is running. `logs` are `LEVEL node | message`, those that are not usual.

    `checks` are rules whose number of failing rows is not the usual one. `simulated`: started by a request.
    """

    run_id: str
    pipeline: SamplePipeline
    version: int
    scheduled_at: datetime
    started_at: datetime
    finished_at: datetime
    failed: bool = False
    attempt: int = 1
    rows_read: int = 0
    rows_written: int = 0
    error_code: str = ""
    error: str = ""
    error_node: str = ""
    logs: tuple[str, ...] = ()
    checks: Mapping[str, int] = field(default_factory=dict)
    simulated: bool = False

    def status(self, now: datetime) -> str:
        if now < self.finished_at:
            return "running"
        return "failed" if self.failed else "succeeded"


class History:
    """Runs of the scheduled pipelines. `today` is the midnight before the start, from which days are counted."""

    def __init__(self, estate: Estate, seed: int, today: datetime) -> None:
        self._estate = estate
        self._seed = seed
        self._today = today
        self._unusual = dict(_unusual(estate, today))
        self._versions = dict(_versions(estate, today))
        self._until: datetime | None = None
        self._runs: list[Run] = []

    def runs(self, now: datetime) -> list[Run]:
        """Those that have begun by `now`, newest first."""
        if self._until is None or midnight(now) > self._until:
            until = midnight(now)
            found = [run for pipeline in self._estate.pipelines.values() for run in self._of(pipeline, until)]
            self._runs = sorted(found, key=lambda run: (run.started_at, run.run_id), reverse=True)
            self._until = until
        return [run for run in self._runs if run.started_at <= now]

    def _of(self, pipeline: SamplePipeline, until: datetime) -> Iterator[Run]:
        day = self._today - timedelta(days=DAYS)
        while day <= until:
            first = at(day, pipeline.at)
            hours = range(24) if pipeline.every == "hour" else range(1)
            for number in hours:
                yield from self._runs_at(pipeline, first + timedelta(hours=number))
            day += timedelta(days=1)

    def _runs_at(self, pipeline: SamplePipeline, moment: datetime) -> Iterator[Run]:
        unusual = self._unusual.get((pipeline.name, midnight(moment)), {})
        chance = random.Random(f"{self._seed} {pipeline.name} {(self._today - moment) // timedelta(minutes=1)}")  # noqa: S311 - why: sample data
        run = self._run(pipeline, moment, unusual, chance)
        if not unusual and chance.random() < RETRIED:
            yield self._broken(run, chance)
            began, ended = run.started_at + RETRY_AFTER, run.finished_at + RETRY_AFTER
            run = replace(run, attempt=2, run_id=f"{run.run_id}-2", started_at=began, finished_at=ended)
        yield run

    def _run(
        self, pipeline: SamplePipeline, moment: datetime, unusual: Mapping[str, Any], chance: random.Random
    ) -> Run:
        weekday = WEEKEND if moment.weekday() >= 5 else 1.0
        usual = weekday * chance.uniform(0.94, 1.06)
        read = round(pipeline.read * usual * float(unusual.get("read", 1)))
        minutes = pipeline.minutes * weekday * chance.uniform(0.85, 1.2) * float(unusual.get("slow", 1))
        failed = unusual.get("status") == "failed"
        started = moment + timedelta(seconds=chance.randint(2, 40))
        lasted = timedelta(minutes=float(unusual.get("after", minutes + float(unusual.get("late", 0)))))
        return Run(
            run_id=f"{pipeline.name}-{moment:%Y%m%d%H%M}",
            pipeline=pipeline,
            version=self._version(pipeline, moment),
            scheduled_at=moment,
            started_at=started,
            finished_at=started + lasted,
            failed=failed,
            rows_read=read,
            rows_written=0 if failed else round(pipeline.rows * usual * float(unusual.get("rows", 1))),
            error_code=str(unusual.get("code", "")),
            error=unusual.get("error", "").replace("{read}", str(read)),
            error_node=unusual.get("node", ""),
            logs=tuple(line.replace("{read}", str(read)) for line in unusual.get("logs", ())),
            checks=unusual.get("quality", {}),
        )

    def _broken(self, run: Run, chance: random.Random) -> Run:
        node = run.pipeline.nodes[0][0]
        code, message = TRANSIENT
        ended = run.started_at + timedelta(minutes=chance.uniform(1, 4))
        log = (f"ERROR {node} | {message}",)
        broken = replace(run, failed=True, rows_written=0, finished_at=ended, logs=log)
        return replace(broken, error_code=code, error=message, error_node=node)

    def _version(self, pipeline: SamplePipeline, moment: datetime) -> int:
        for day, before, then in self._versions.get(pipeline.name, ()):
            if midnight(moment) < day:
                return before
            if midnight(moment) == day:
                return then
        return pipeline.version


def _unusual(estate: Estate, today: datetime) -> Iterator[tuple[tuple[str, datetime], Mapping[str, Any]]]:
    """(pipeline, day) → what its run is like."""
    for incident in estate.incidents["incidents"]:
        day = today - timedelta(days=incident["day"])
        for part in (incident, *incident.get("also", ())):
            for number, unusual in part["runs"].items():
                yield (part["pipeline"], day + timedelta(days=number)), unusual


def _versions(estate: Estate, today: datetime) -> Iterator[tuple[str, list[tuple[datetime, int, int]]]]:
    for incident in estate.incidents["incidents"]:
        version = incident.get("version")
        if version:
            day = today - timedelta(days=incident["day"])
            yield incident["pipeline"], [(day, version["from"], version["to"])]
