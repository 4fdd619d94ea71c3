"""A possible cause, and what speaks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import prod

from services.copilot.rca.collect import Facts
from services.copilot.rca.error_classes import rows
from services.copilot.rca.events import Event
from services.copilot.rca.graph import service_of
from services.copilot.rca.symptom import began, is_failed

Events = dict[str, Event]
STEP = 0.88
"""Factor for each step upstream beyond the tables that the pipeline reads."""
UNKNOWN_PLACE, SAME_SERVICE, ELSEWHERE = 0.5, 0.8, 0.08
OUTLIVED = 0.3
"""Factor for a thing that was there before the last good run, which it did not harm; twice for more good runs."""
AGING = 0.3
MOST_POINTS = 0.97
NO_TROUBLE = 0.3
"""How plain a symptom is where a run succeeded and nobody says what is wrong."""
NAMED_AFFINITY = 0.97
"""A change of the very thing that the error names explains it, whatever the class of the error."""


@dataclass(frozen=True, slots=True)
class Signal:
    """`points`: 0 to 1, before it is asked whether the cause explains the symptom. `source`: signals of one source say
    the same thing twice, so only the strongest of them counts.
    """

    points: float
    events: tuple[str, ...]
    reason: str
    source: str


@dataclass
class Candidate:
    """`cause`: a name of causes.yaml. `asset`: what it is about; `subject`: in words. `named`: the symptom names it."""

    cause: str
    asset: str
    subject: str
    signals: list[Signal] = field(default_factory=list)
    named: bool = False
    score: float = 0.0

    @property
    def events(self) -> tuple[str, ...]:
        """The best first, once each."""
        best = sorted(self.signals, key=lambda signal: -signal.points)
        return tuple(dict.fromkeys(event for signal in best for event in signal.events))

    @property
    def reasons(self) -> list[str]:
        return [signal.reason for signal in sorted(self.signals, key=lambda signal: -signal.points)]


def affinity(cause: str, facts: Facts) -> float:
    """How well a cause of that kind explains what is seen, 0 to 1."""
    content = rows("causes.yaml")
    explains = content["causes"][cause]["explains"]
    classes = facts.symptom.looks or {"unknown": 1.0 if _is_trouble(facts) else NO_TROUBLE}
    rest = content["causes"][cause].get("otherwise", content["unexplained"])
    return float(max(strength * explains.get(name, rest) for name, strength in classes.items()))


def _is_trouble(facts: Facts) -> bool:
    symptom = facts.symptom
    return bool(symptom.alert or symptom.description or (symptom.run is not None and is_failed(symptom.run)))


def scored(candidate: Candidate, facts: Facts) -> float:
    fit = affinity(candidate.cause, facts)
    if candidate.named:
        fit = max(fit, NAMED_AFFINITY)
    strongest: dict[str, float] = {}
    for signal in candidate.signals:
        strongest[signal.source] = max(signal.points, strongest.get(signal.source, 0.0))
    return fit * (1 - prod(1 - min(points, MOST_POINTS) for points in strongest.values()))


def closeness(asset: str, facts: Facts) -> float:
    """1 for the pipeline and its tables, less for each step, little for what lineage does not join to it."""
    if asset in facts.distances:
        return float(STEP ** max(0, facts.distances[asset] - 1))
    if not asset or len(facts.distances) <= 1:
        return UNKNOWN_PLACE
    return ELSEWHERE


def service_closeness(text: str, asset: str, facts: Facts) -> float:
    """For what concerns a whole service: whether the pipeline, or the error, has to do with it."""
    if asset in facts.distances:
        return closeness(asset, facts)
    near = {service_of(name): step for name, step in facts.distances.items() if service_of(name) and step <= 1}
    words = text.lower()
    if any(service == service_of(asset) or service.lower() in words for service in near):
        return SAME_SERVICE
    parts = {part for service in near for part in service.lower().replace("_", "-").split("-") if len(part) > 3}
    if any(part in words for part in parts):
        return SAME_SERVICE * 0.9
    return UNKNOWN_PLACE if len(facts.distances) <= 1 and not asset else ELSEWHERE * 2


def freshness(event: Event, facts: Facts) -> float:
    """1 for what came between the last good run and the symptom, less with age, little for what a good run outlived."""
    window = max((facts.symptom.onset - facts.since).total_seconds(), 3600.0)
    age = max((facts.symptom.onset - event.at).total_seconds(), 0.0)
    factor = 1 - AGING * min(age / window, 1.0)
    outlived = [
        run
        for run in facts.history
        if not is_failed(run) and run.finished_at and event.at < began(run, event.at) < facts.symptom.onset
    ]
    return float(factor * OUTLIVED ** min(len(outlived), 2))


def before(found: dict[str, Event], ids: Sequence[str], facts: Facts) -> tuple[str, ...]:
    """Those of the events that are in the timeline and not later than the symptom."""
    return tuple(each for each in ids if each in found and found[each].at <= facts.symptom.at)


def hours(span: timedelta) -> str:
    return f"{max(span.total_seconds(), 0) / 3600:.1f} h"
