"""The metadata service's side: schema changes, lineage, results of quality checks."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from services.sandbox.changes import Change
from services.sandbox.estate import Estate
from services.sandbox.filters import within
from services.sandbox.history import Run
from services.sandbox.http import Answer, Asked, Problem, page
from services.sandbox.moments import Clock, written

QUALITY_DAYS = 30
"""Results of checks are kept so long."""


class MetadataSide:
    def __init__(
        self, estate: Estate, changes: list[Change], runs: Callable[[datetime], list[Run]], clock: Clock
    ) -> None:
        self._estate = estate
        self._changes = changes
        self._runs = runs
        self._clock = clock

    def schema_changes(self, asked: Asked) -> Answer:
        now = self._clock()
        tables = self._tables_of(asked.query.get("pipeline_id", ""))
        rows = [
            {
                "change_id": change.change_id,
                "at": written(change.at),
                "asset": change.asset,
                "kind": change.kind,
                "column": change.column,
                "old": change.old,
                "new": change.new,
                "author": change.author,
                "description": change.description,
                "breaking": change.breaking,
            }
            for change in self._changes
            if change.at <= now and (tables is None or change.asset in tables)
        ]
        return page(within(rows, asked, "at", ("asset", "kind")), asked)

    def lineage(self, asked: Asked) -> Answer:
        """Tables and pipelines; an edge leads from a table to the pipeline that reads it, and from it on."""
        asset = asked.query.get("asset", "")
        if asset not in self._estate.tables:
            raise Problem(404, "ASSET_NOT_FOUND", f"no asset {asset}")
        direction = asked.query.get("direction", "both")
        if direction not in ("upstream", "downstream", "both"):
            raise Problem(400, "INVALID_ARGUMENT", f"direction={direction} is none of upstream, downstream, both")
        depth = asked.number("depth", 3, least=1, most=10)
        edges: set[tuple[str, str]] = set()
        if direction != "downstream":
            edges |= self._up({asset}, depth)
        if direction != "upstream":
            edges |= self._down({asset}, depth)
        names = sorted({asset, *(name for edge in edges for name in edge)})
        return {
            "asset": asset,
            "nodes": [self._node(name) for name in names],
            "edges": [
                {"from": start, "to": end, "pipeline_id": start if start in self._estate.pipelines else end}
                for start, end in sorted(edges)
            ],
        }

    def quality_results(self, asked: Asked) -> Answer:
        now = self._clock()
        rows = [row for run in self._runs(now) if self._kept(run, now) for row in self._results(run)]
        keys = ("asset", "pipeline_id", "status", "rule")
        return page(within(rows, asked, "at", keys), asked)

    def _kept(self, run: Run, now: datetime) -> bool:
        return run.finished_at <= now and now - run.finished_at <= timedelta(days=QUALITY_DAYS) and not run.simulated

    def _results(self, run: Run) -> Iterator[dict[str, Any]]:
        if run.failed and not run.checks:
            return  # it ended before the checks
        for number, rule in enumerate(self._estate.operations["quality"]):
            if rule["pipeline"] == run.pipeline.name:
                yield self._result(run, rule, number)

    def _result(self, run: Run, rule: Mapping[str, Any], number: int) -> dict[str, Any]:
        chance = random.Random(f"{run.run_id} {rule['rule']}")  # noqa: S311 - why: sample data
        checked = run.rows_written or run.rows_read
        usual = round(checked * rule["share"] / 1e6 * chance.uniform(0.5, 1.5))
        failing = run.checks.get(rule["rule"], usual)
        failed = rule["rule"] in run.checks
        table = next(name for name in run.pipeline.targets if name.endswith(f".{rule['table']}"))
        return {
            "result_id": f"qr-{run.run_id}-{number}",
            "at": written(run.finished_at),
            "asset": table,
            "column": rule["column"],
            "rule": rule["rule"],
            "rule_type": rule["type"],
            "severity": rule["severity"],
            "status": "failed" if failed else "passed",
            "checked_rows": checked,
            "failing_rows": failing,
            "message": f"{failing} of {checked} rows fail" if failed else "",
            "pipeline_id": run.pipeline.name,
            "run_id": run.run_id,
        }

    def _tables_of(self, name: str) -> set[str] | None:
        """What a pipeline reads and writes; None where none is asked for. Raises Problem."""
        if not name:
            return None
        pipeline = self._estate.pipelines.get(name)
        if pipeline is None:
            raise Problem(404, "PIPELINE_NOT_FOUND", f"no pipeline {name}")
        return {*pipeline.sources, *pipeline.targets}

    def _node(self, name: str) -> dict[str, Any]:
        if name in self._estate.pipelines:
            return {"id": name, "type": "pipeline", "name": name, "url": f"/pipelines/api/v1/pipelines/{name}"}
        url = f"/catalog/api/v1/tables/name/{name}"
        return {"id": name, "type": "table", "name": name.rsplit(".", 1)[-1], "url": url}

    def _up(self, names: set[str], depth: int) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for _ in range(depth):
            makers = [each for each in self._estate.pipelines.values() if names & set(each.targets)]
            found |= {(each.name, target) for each in makers for target in set(each.targets) & names}
            found |= {(source, each.name) for each in makers for source in each.sources}
            names = {source for each in makers for source in each.sources}
        return found

    def _down(self, names: set[str], depth: int) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for _ in range(depth):
            readers = [each for each in self._estate.pipelines.values() if names & set(each.sources)]
            found |= {(source, each.name) for each in readers for source in set(each.sources) & names}
            found |= {(each.name, target) for each in readers for target in each.targets}
            names = {target for each in readers for target in each.targets}
        return found
