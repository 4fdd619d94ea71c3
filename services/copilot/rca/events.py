"""One timeline of alerts, runs, log lines, schema changes and failed checks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from services.copilot.platform.records import LogLine, Run
from services.copilot.rca.collect import Facts
from services.copilot.rca.symptom import DEEPER_LEVELS, began, is_done, is_failed
from services.runtime.redaction import redact_text

MOST_EVENTS = 120
MOST_LINES = 8
LONGEST = 400
_ORDER = {
    "schema_change": 0,
    "run_started": 1,
    "log": 2,
    "quality_failed": 3,
    "run_succeeded": 4,
    "run_failed": 5,
    "alert": 6,
}


@dataclass(frozen=True, slots=True)
class Event:
    """`weight`: what is left out first where there are too many (least first)."""

    id: str
    at: datetime
    kind: str
    asset: str
    text: str
    source: str
    weight: float = 0.5


def run_event(run: Run) -> str:
    return f"run:{run.run_id}"


def start_event(run: Run) -> str:
    return f"start:{run.run_id}"


def log_event(run_id: str, line: LogLine) -> str:
    return f"log:{run_id}:{line.line}"


def shown(text: str) -> str:
    """Redacted, on one line, bounded."""
    flat = " ".join(redact_text(text).split())
    return flat if len(flat) <= LONGEST else f"{flat[:LONGEST]}…"


def events(facts: Facts) -> dict[str, Event]:
    """All of them by id."""
    found: dict[str, Event] = {}
    for maker in (_alerts, _changes, _runs, _logs, _checks):
        for event in maker(facts):
            found.setdefault(event.id, event)
    return found


def timeline(found: dict[str, Event], cited: Collection[str]) -> list[Event]:
    """Oldest first, at most MOST_EVENTS, the cited ones among them."""
    by_weight = sorted(found.values(), key=lambda event: (event.id not in cited, -event.weight, event.at, event.id))
    return sorted(by_weight[:MOST_EVENTS], key=lambda event: (event.at, _ORDER.get(event.kind, 9), event.id))


def _alerts(facts: Facts) -> Iterator[Event]:
    for each in facts.alerts:
        near = each.pipeline_id in facts.distances or each.asset in facts.distances
        text = f"{each.kind} ({each.severity}): {each.title}. {each.description}".rstrip(". ")
        asset = each.asset if each.asset and not each.pipeline_id else each.pipeline_id or each.asset
        yield Event(f"alert:{each.alert_id}", each.at, "alert", asset, shown(text), "monitor", 0.9 if near else 0.6)


def _changes(facts: Facts) -> Iterator[Event]:
    for each in facts.changes:
        what = " ".join(part for part in (each.kind.replace("_", " "), each.column) if part)
        moved = f": {each.old} → {each.new}" if each.old or each.new else ""
        text = f"{what}{moved}{' (breaking)' if each.breaking else ''}. {each.description}".rstrip(". ")
        weight = 0.9 if each.asset in facts.distances else 0.5
        yield Event(f"change:{each.change_id}", each.at, "schema_change", each.asset, shown(text), "metadata", weight)


def _runs(facts: Facts) -> Iterator[Event]:
    own = facts.symptom.pipeline_id
    mine = {run.run_id for run in (facts.symptom.run, facts.last_good) if run is not None}
    every = {run.run_id: run for run in (*facts.runs, *(each for each in facts.history if each.run_id in mine))}
    if facts.symptom.run is not None:
        every.setdefault(facts.symptom.run.run_id, facts.symptom.run)
    for run in every.values():
        near = run.pipeline_id in facts.distances
        if not (near or is_failed(run)):
            continue
        weight = (0.95 if run.run_id in mine else 0.7 if run.pipeline_id == own else 0.4) + 0.2 * is_failed(run)
        if is_done(run) and run.finished_at is not None:
            kind = "run_failed" if is_failed(run) else "run_succeeded"
            yield Event(run_event(run), run.finished_at, kind, run.pipeline_id, shown(_told(run)), "monitor", weight)
        if near and run.started_at is not None and (run.run_id in mine or run.pipeline_id != own):
            text = f"started, version {run.pipeline_version}, attempt {run.attempt}"
            light = 1.0 if run.run_id in mine else 0.1
            yield Event(start_event(run), run.started_at, "run_started", run.pipeline_id, text, "monitor", light)


def _told(run: Run) -> str:
    if is_failed(run):
        return f"version {run.pipeline_version} failed: {run.error_code} {run.error_message}"
    rows = f"read {run.rows_read} rows, wrote {run.rows_written}"
    return f"version {run.pipeline_version} {rows} in {run.duration_seconds or 0:.0f} s"


def _logs(facts: Facts) -> Iterator[Event]:
    runs = {run.run_id: run for run in (*facts.runs, *facts.history, *filter(None, [facts.symptom.run]))}
    for run_id, lines in facts.logs.items():
        run = runs[run_id]
        last = facts.symptom.run is not None and run_id == facts.symptom.run.run_id
        chosen = facts.told if last else [line for line in lines if line.level.lower() in DEEPER_LEVELS][-MOST_LINES:]
        for line in chosen:
            at = line.at or began(run, facts.symptom.at)
            text = f"{line.level} {line.node}: {line.message}"
            weight = 1.0 if last else 0.5
            yield Event(log_event(run_id, line), at, "log", run.pipeline_id, shown(text), "monitor", weight)


def _checks(facts: Facts) -> Iterator[Event]:
    for each in facts.quality:
        if each.asset in facts.distances or each.pipeline_id in facts.distances:
            text = f"rule {each.rule} on {each.column or 'the table'} failed: {each.message}"
            kind = "quality_failed"
            yield Event(f"quality:{each.result_id}", each.at, kind, each.asset, shown(text), "metadata", 0.7)
