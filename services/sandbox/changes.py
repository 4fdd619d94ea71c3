"""Schema changes and alerts: those of the incidents, and the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.sandbox.estate import Estate
from services.sandbox.moments import at

RESOLVED_AFTER = timedelta(hours=6)
"""Where an incident does not say when its alerts were resolved."""
NEVER = "never"
OF_A_RUN = frozenset({"run_failed", "volume", "duration", "quality"})
"""Kinds of alerts that name the run of their pipeline."""


@dataclass(frozen=True, slots=True)
class Change:
    change_id: str
    at: datetime
    asset: str
    kind: str
    column: str
    old: str
    new: str
    author: str
    description: str
    breaking: bool


@dataclass(frozen=True, slots=True)
class Alert:
    """`resolved_at` None: open. `of_run`: about the run of its pipeline that was under way or had just ended."""

    alert_id: str
    at: datetime
    kind: str
    severity: str
    title: str
    description: str
    pipeline: str
    asset: str
    of_run: bool
    resolved_at: datetime | None


def changes(estate: Estate, today: datetime) -> list[Change]:
    """Newest first."""
    found = [
        _change(estate, moment, given)
        for moment, given in (*_of_incidents(estate, today, "schema_changes"), *_noise(estate, today, "schema_changes"))
    ]
    return sorted(found, key=lambda change: change.at, reverse=True)


def alerts(estate: Estate, today: datetime) -> list[Alert]:
    """Newest first."""
    found = []
    for incident in estate.incidents["incidents"]:
        day = today - timedelta(days=incident["day"])
        for given in incident.get("alerts", ()):
            here = "" if given.get("elsewhere") else incident["pipeline"]
            moment = at(day, given["at"])
            found.append(_alert(estate, moment, given, here, _resolved(day, moment, given)))
    for moment, given in _noise(estate, today, "alerts"):
        found.append(_alert(estate, moment, given, "", moment + RESOLVED_AFTER))
    return sorted(found, key=lambda alert: alert.at, reverse=True)


def _of_incidents(estate: Estate, today: datetime, kind: str) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
    for incident in estate.incidents["incidents"]:
        day = today - timedelta(days=incident["day"])
        for given in incident.get(kind, ()):
            yield at(day, given["at"]), given


def _noise(estate: Estate, today: datetime, kind: str) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
    for given in estate.incidents["noise"][kind]:
        days, _, time = given["at"].partition(" ")
        yield at(today - timedelta(days=int(days)), time), given


def _change(estate: Estate, moment: datetime, given: Mapping[str, Any]) -> Change:
    asset = estate.qualified(given["table"])
    texts = {key: str(given.get(key, "")) for key in ("kind", "column", "old", "new", "author", "description")}
    number = f"sc-{moment:%y%m%d%H%M}-{asset.rsplit('.', 1)[-1].lower()}-{texts['column'].lower()}"
    return Change(number, moment, asset, breaking=bool(given.get("breaking")), **texts)


def _resolved(day: datetime, moment: datetime, given: Mapping[str, Any]) -> datetime | None:
    said = given.get("resolved", "")
    if said == NEVER:
        return None
    return at(day, said) if said else moment + RESOLVED_AFTER


def _alert(estate: Estate, moment: datetime, given: Mapping[str, Any], here: str, resolved: datetime | None) -> Alert:
    pipeline = str(given.get("pipeline", here))
    table = given.get("table")
    asset = estate.qualified(table) if table else ""
    if not asset and pipeline:
        asset = next(iter(estate.pipelines[pipeline].targets), "")
    return Alert(
        alert_id=f"al-{moment:%y%m%d%H%M}-{given['kind']}-{pipeline or 'none'}",
        at=moment,
        kind=given["kind"],
        severity=given["severity"],
        title=given["title"],
        description=given.get("description", ""),
        pipeline=pipeline,
        asset=asset,
        of_run=bool(pipeline) and given["kind"] in OF_A_RUN,
        resolved_at=resolved,
    )
