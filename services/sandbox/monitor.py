"""The monitor's side: alerts, runs, logs, freshness, metrics."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from services.sandbox.changes import Alert
from services.sandbox.estate import Estate
from services.sandbox.filters import within
from services.sandbox.history import Run
from services.sandbox.http import Answer, Asked, Problem, page
from services.sandbox.moments import Clock, written
from services.sandbox.runlogs import lines

EXPECTED_SECONDS = {"hour": 3600, "day": 86_400}
LATE, STALE = 1.25, 2.0
"""Times the expected interval since the last load from which on a table is late, or stale."""


class MonitorSide:
    """`runs(now)` are all runs, newest first."""

    def __init__(
        self, estate: Estate, alerts: list[Alert], runs: Callable[[datetime], list[Run]], clock: Clock
    ) -> None:
        self._estate = estate
        self._alerts = alerts
        self._runs = runs
        self._clock = clock
        self._ended: dict[str, dict[str, Any]] = {}

    def alerts(self, asked: Asked) -> Answer:
        now = self._clock()
        rows = [self._shown(alert, now) for alert in self._alerts if alert.at <= now]
        keys = ("pipeline_id", "asset", "status", "severity", "kind")
        return page(within(rows, asked, "at", keys), asked)

    def alert(self, asked: Asked) -> Answer:
        for alert in self._alerts:
            if alert.alert_id == asked.parts["id"]:
                return self._shown(alert, self._clock())
        raise Problem(404, "ALERT_NOT_FOUND", f"no alert {asked.parts['id']}")

    def runs(self, asked: Asked) -> Answer:
        now = self._clock()
        wanted = asked.query.get("pipeline_id", "")
        rows = [self._listed(run, now) for run in self._runs(now) if wanted in ("", run.pipeline.name)]
        return page(within(rows, asked, "started_at", ("status",)), asked)

    def run(self, asked: Asked) -> Answer:
        return run_shown(self._found(asked), self._clock())

    def logs(self, asked: Asked) -> Answer:
        run = self._found(asked)
        everything = lines(run, self._clock())
        tail = asked.number("tail", 500, least=1, most=10_000)
        shown = everything[-tail:]
        return {
            "run_id": run.run_id,
            "lines": shown,
            "total": len(everything),
            "truncated": len(shown) < len(everything),
        }

    def freshness(self, asked: Asked) -> Answer:
        """Of each table that a pipeline writes: when rows last arrived."""
        now = self._clock()
        loaded: dict[str, datetime] = {}
        for run in reversed(self._runs(now)):
            if run.status(now) == "succeeded" and run.rows_written and not run.simulated:
                loaded[run.pipeline.name] = run.finished_at
        rows = [
            _freshness(target, pipeline.name, EXPECTED_SECONDS[pipeline.every], loaded.get(pipeline.name), now)
            for pipeline in self._estate.pipelines.values()
            for target in pipeline.targets
        ]
        return page(within(rows, asked, "", ("asset", "pipeline_id", "status")), asked)

    def metrics(self, asked: Asked) -> Answer:
        now, name = self._clock(), asked.parts["id"]
        since = now - timedelta(days=asked.number("days", 30, least=1, most=90))
        runs = [run for run in self._runs(now) if run.pipeline.name == name]
        if not runs and name not in self._estate.pipelines:
            raise Problem(404, "PIPELINE_NOT_FOUND", f"no pipeline {name}")
        days: dict[str, list[Run]] = {}
        for run in reversed(runs):
            if run.started_at >= since and run.finished_at <= now:
                days.setdefault(f"{run.started_at:%Y-%m-%d}", []).append(run)
        return {"pipeline_id": name, "points": [_point(day, ran) for day, ran in sorted(days.items())]}

    def _listed(self, run: Run, now: datetime) -> dict[str, Any]:
        """As `run_shown`; what has ended is written once."""
        shown = self._ended.get(run.run_id)
        if shown is None:
            shown = run_shown(run, now)
            if shown["finished_at"]:
                self._ended[run.run_id] = shown
        return shown

    def _found(self, asked: Asked) -> Run:
        for run in self._runs(self._clock()):
            if run.run_id == asked.parts["id"]:
                return run
        raise Problem(404, "RUN_NOT_FOUND", f"no run {asked.parts['id']}")

    def _shown(self, alert: Alert, now: datetime) -> dict[str, Any]:
        resolved = alert.resolved_at is not None and alert.resolved_at <= now
        run = self._run_of(alert) if alert.of_run else None
        return {
            "alert_id": alert.alert_id,
            "at": written(alert.at),
            "kind": alert.kind,
            "severity": alert.severity,
            "title": alert.title,
            "description": alert.description,
            "status": "resolved" if resolved else "open",
            "resolved_at": written(alert.resolved_at) if resolved else None,
            "pipeline_id": alert.pipeline,
            "run_id": run.run_id if run else "",
            "asset": alert.asset,
        }

    def _run_of(self, alert: Alert) -> Run | None:
        """The run of its pipeline that ended last before it, or was under way."""
        for run in self._runs(self._clock()):
            if run.pipeline.name == alert.pipeline and run.started_at <= alert.at:
                return run
        return None


def run_shown(run: Run, now: datetime) -> dict[str, Any]:
    """A run as the interface writes it; of a running one what is not known yet is null."""
    status = run.status(now)
    done = status != "running"
    return {
        "run_id": run.run_id,
        "pipeline_id": run.pipeline.name,
        "pipeline_name": run.pipeline.name,
        "pipeline_version": run.version,
        "status": status,
        "trigger": "manual" if run.simulated else "schedule",
        "attempt": run.attempt,
        "scheduled_at": written(run.scheduled_at),
        "started_at": written(run.started_at),
        "finished_at": written(run.finished_at) if done else None,
        "duration_seconds": round((run.finished_at - run.started_at).total_seconds()) if done else None,
        "rows_read": run.rows_read if done else None,
        "rows_written": run.rows_written if done else None,
        "error_code": run.error_code if status == "failed" else "",
        "error_message": run.error if status == "failed" else "",
    }


def _freshness(asset: str, pipeline: str, expected: int, loaded: datetime | None, now: datetime) -> dict[str, Any]:
    lag = round((now - loaded).total_seconds()) if loaded else 0
    late = "stale" if not loaded or lag > expected * STALE else "late" if lag > expected * LATE else "fresh"
    return {
        "asset": asset,
        "pipeline_id": pipeline,
        "last_loaded_at": written(loaded),
        "expected_interval_seconds": expected,
        "lag_seconds": lag,
        "status": late,
    }


def _point(day: str, runs: Iterable[Run]) -> dict[str, Any]:
    ran = list(runs)
    seconds = [(run.finished_at - run.started_at).total_seconds() for run in ran]
    return {
        "day": day,
        "runs": len(ran),
        "failed": sum(run.failed for run in ran),
        "duration_seconds_p50": round(statistics.median(seconds), 1),
        "duration_seconds_max": round(max(seconds), 1),
        "rows_written": sum(run.rows_written for run in ran),
    }
