"""Possible causes out of other alerts than those that tell of the symptom itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.copilot.platform.records import Alert
from services.copilot.rca.candidate import Candidate, Events, Signal, before, closeness, freshness, service_closeness
from services.copilot.rca.collect import Facts
from services.copilot.rca.error_classes import classes_of, known_word, rows
from services.copilot.rca.events import shown
from services.copilot.rca.graph import service_of
from services.copilot.rca.symptom import is_failed, said_in

SHARES_A_NAME = 0.8
"""Closeness of an alert without a place whose text shares a name (a host, a path, a user) with the symptom's."""
UNCLASSED = 0.5
"""Points of a change that no word of causes.yaml tells the kind of."""
LONGEST_TEXT, LONGEST_NAME = 2_000, 200
"""Characters of a text that are looked at, and of a name."""
_NAME = re.compile(r"(?<![\w/])(?=[\w./-]*[\d_./-])[\w/][\w./-]{2,}\w|\b[A-Z]{4,}\b")


def alerts(facts: Facts, found: Events) -> Iterator[Candidate]:
    """Other alerts: what people changed, credentials, connections, space, volumes of what lies upstream."""
    named = _names(" ".join(text[:LONGEST_TEXT] for text in facts.symptom.texts))
    for alert in facts.alerts:
        event = found.get(f"alert:{alert.alert_id}")
        if event is None or _is_symptom(alert, facts) or not before(found, [event.id], facts):
            continue
        told = f"{alert.title}. {alert.description}"
        place = alert.asset if not alert.pipeline_id else alert.pipeline_id
        near = max(service_closeness(told, alert.asset, facts), closeness(place, facts) if place else 0.0)
        if not place and _names(told[:LONGEST_TEXT]) & named:
            near = max(near, SHARES_A_NAME)
        if place and alert.pipeline_id and alert.pipeline_id not in facts.distances and len(facts.distances) > 1:
            near = min(near, 0.25)
        still = alert.resolved_at is None or alert.resolved_at >= facts.symptom.onset
        fresh = 1.0 if still and alert.kind == "credential" else freshness(event, facts)
        for cause, strength in _causes_of(alert, told, facts):
            points = strength * near * fresh * (1.0 if still or alert.kind == "change" else 0.6)
            yield Candidate(
                cause,
                place or _service(told, facts),
                shown(alert.title),
                [Signal(points, (event.id,), f"alert: {shown(alert.title)}", "alert")],
            )


def _causes_of(alert: Alert, told: str, facts: Facts) -> Iterator[tuple[str, float]]:
    """What its words say comes before what its kind says."""
    content = rows("causes.yaml")
    if alert.kind == "change":
        said = [cause for cause, words in content["changes"].items() if known_word(told, words)]
        for place, cause in enumerate(said):
            yield cause, 0.85 if place == 0 else 0.7
        if not said:
            yield "config_change", UNCLASSED
        return
    cause = content["alerts"].get(alert.kind)
    if alert.kind == "volume" and "many_rows" in _direction(told, facts):
        cause = "volume_spike"
    words = {
        other: row
        for name in classes_of(told)
        for other, row in content["causes"].items()
        if row.get("direct", {}).get(name, 0.0) >= 0.5
    }
    told_so = not words or cause in words
    if cause:
        yield cause, 0.75 if told_so else 0.6
    for other in words:
        if other != cause:
            yield other, 0.6 if told_so else 0.75


def _direction(told: str, facts: Facts) -> dict[str, float]:
    """More or fewer rows: as the alert says, else as the symptom shows."""
    said = said_in(told, 1.0)
    return said if said.keys() & {"many_rows", "few_rows"} else dict(facts.symptom.classes)


def _names(text: str) -> set[str]:
    """Hosts, paths (with the folders above them), users: words with a digit or a sign in them, or in capitals."""
    found = {each.lower() for each in _NAME.findall(text) if len(each) <= LONGEST_NAME and any(map(str.isalpha, each))}
    return found | {each[:place] for each in found for place in range(4, len(each)) if each[place] == "/"}


def _is_symptom(alert: Alert, facts: Facts) -> bool:
    """It tells of the symptom, not of what led to it."""
    known, run = facts.symptom.alert, facts.symptom.run
    if known is not None and alert.alert_id == known.alert_id:
        return True
    if alert.kind == "run_failed":
        return True
    own = alert.pipeline_id == facts.symptom.pipeline_id or (run is not None and alert.run_id == run.run_id)
    early = run is not None and is_failed(run) and alert.kind == "volume"  # told while the run still went on
    return own and not early and alert.kind in ("freshness", "duration", "quality", "volume")


def _service(told: str, facts: Facts) -> str:
    services = {service_of(name) for name in facts.distances if service_of(name)}
    return next((each for each in sorted(services) if each.lower() in told.lower()), "")
