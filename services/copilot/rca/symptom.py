"""What went wrong: the thing whose cause is looked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.copilot.insights.run_finders import FAILED, SUCCEEDED
from services.copilot.platform.records import Alert, LogLine, Run
from services.copilot.rca.error_classes import classes_of, classes_of_error, known_word, rows

FORM = 0.5
PROBLEM_LEVELS = frozenset({"error", "fatal", "critical", "severe"})
DEEPER_LEVELS = PROBLEM_LEVELS | {"warn", "warning"}
OF_ALERT = {
    "volume": "",
    "duration": "slow",
    "freshness": "late",
    "quality": "quality",
    "resource": "resource",
    "connection": "connection",
    "credential": "auth",
}
"""Kind of an alert → the class of symptom that it is; volume: told from its text."""

_FIGURE = re.compile(r"(?!\b0\b)\d+(?:[.,]\d+)*")  # 0 rows are not like 100 rows


@dataclass(frozen=True, slots=True)
class Symptom:
    """`at`: when it showed; nothing later can have caused it. `onset`: when the run, or the first of a row of failures,
    began. `classes`: what it looks like (errors.yaml's names, slow, late, few_rows, many_rows, quality, unknown) → how
    plainly, 0 to 1. `texts`: what is said about it.
    """

    pipeline_id: str
    at: datetime
    onset: datetime
    run: Run | None = None
    alert: Alert | None = None
    description: str = ""
    classes: Mapping[str, float] = field(default_factory=dict)
    texts: tuple[str, ...] = ()

    @property
    def looks(self) -> dict[str, float]:
        """The classes, those that are but the form of a more telling one made light of (`forms` of errors.yaml)."""
        forms = rows("errors.yaml")["forms"]
        return {
            name: strength * FORM
            if any(self.classes.get(other, 0) >= 0.5 for other in forms.get(name, ()))
            else strength
            for name, strength in self.classes.items()
        }

    def also(self, classes: Mapping[str, float], texts: tuple[str, ...] = ()) -> Symptom:
        """With more seen of it."""
        merged = dict(self.classes)
        for name, strength in classes.items():
            merged[name] = max(strength, merged.get(name, 0.0))
        return replace(self, classes=merged, texts=(*self.texts, *texts))


def is_failed(run: Run) -> bool:
    return run.status.lower() in FAILED


def is_done(run: Run) -> bool:
    return run.status.lower() in FAILED | SUCCEEDED


def began(run: Run, otherwise: datetime) -> datetime:
    return run.started_at or run.scheduled_at or run.finished_at or otherwise


def ended(run: Run, otherwise: datetime) -> datetime:
    return run.finished_at or run.started_at or run.scheduled_at or otherwise


def of_run(run: Run, description: str, now: datetime) -> Symptom:
    classes = dict.fromkeys(classes_of_error(run.error_message, run.error_code), 1.0) if is_failed(run) else {}
    texts = tuple(text for text in (run.error_code, run.error_message) if text)
    made = Symptom(run.pipeline_id, ended(run, now), began(run, now), run, None, description, classes, texts)
    return made.also(said_in(description, 0.6), (description,) if description else ())


def of_alert(alert: Alert, run: Run | None, description: str, now: datetime) -> Symptom:
    """An alert, with the run it names."""
    told = f"{alert.title}. {alert.description}"
    classes = dict.fromkeys(classes_of(told), 0.7) | said_in(told, 0.7)
    kind = OF_ALERT.get(alert.kind, "")
    if kind:
        classes[kind] = max(0.85, classes.get(kind, 0.0))
    pipeline = alert.pipeline_id or (run.pipeline_id if run else "")
    base = of_run(run, description, now) if run else Symptom(pipeline, alert.at, alert.at, description=description)
    at = max(alert.at, base.at) if run and is_done(run) else alert.at
    return replace(base, alert=alert, at=at, onset=min(base.onset, alert.at)).also(
        classes | said_in(description, 0.6), (told,)
    )


def said_in(text: str, strength: float) -> dict[str, float]:
    """Classes that words of a person or an alert name."""
    if not text:
        return {}
    found = {name: strength for name, words in rows("causes.yaml")["symptoms"].items() if known_word(text, words)}
    return found | dict.fromkeys(classes_of(text), strength * 0.9)


def telling(lines: tuple[LogLine, ...], usual_ones: tuple[LogLine, ...]) -> tuple[LogLine, ...]:
    """Lines of a run's log that tell something: warnings and errors, others of a class of errors.yaml; none that the
    good run wrote too, be it with other figures.
    """
    known = {_form(line) for line in usual_ones}
    return tuple(
        line
        for line in lines
        if _form(line) not in known and (line.level.lower() in DEEPER_LEVELS or classes_of(line.message))
    )


def weight_of(line: LogLine) -> float:
    level = line.level.lower()
    return 1.0 if level in PROBLEM_LEVELS else 0.7 if level in DEEPER_LEVELS else 0.55


def classes_of_line(line: LogLine) -> tuple[str, ...]:
    return (classes_of_error if line.level.lower() in PROBLEM_LEVELS else classes_of)(line.message)


def _form(line: LogLine) -> tuple[str, str]:
    return line.node, _FIGURE.sub("#", line.message)


def from_lines(lines: tuple[LogLine, ...]) -> tuple[dict[str, float], tuple[str, ...]]:
    """Classes and texts of a run's telling lines: errors plainly, others less so."""
    classes: dict[str, float] = {}
    for line in lines:
        for name in classes_of_line(line):
            classes[name] = max(0.9 * weight_of(line), classes.get(name, 0.0))
    return classes, tuple(line.message for line in lines)[:40]
