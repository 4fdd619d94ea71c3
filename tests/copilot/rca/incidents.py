"""Incidents with known causes, served by the sandbox, and what an analysis makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from services.copilot.platform.clients import Platform
from services.copilot.rca.analysis import Analysis, analyse
from services.copilot.rca.finding_symptom import Asked
from services.sandbox import app
from services.sandbox import estate as files
from services.sandbox.estate import Estate
from services.sandbox.http import Server
from services.sandbox.moments import midnight
from services.sandbox.settings import SandboxSettings
from tests.sandbox.served import platform_of

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
FOLDER = Path(__file__).parent
VARIATIONS, UNSEEN, ON_CALL, AFTERWARDS = (
    FOLDER / f"{name}.yaml" for name in ("variations", "unseen", "on_call", "afterwards")
)
OURS = {
    "credential_expiry": "credential",
    "dependency_failure": "upstream_failure",
    "lock": "contention",
    "connection": "infrastructure",
}
"""The sandbox's name of a cause → ours, where they differ."""


@dataclass(frozen=True)
class Case:
    """`evidence`: words, any of which the cited events must hold for the cause to count as named."""

    id: str
    pipeline: str
    day: int
    cause: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    case: Case
    analysis: Analysis
    place: int | None  # of the right cause, from 0
    grounded: bool

    @property
    def first(self) -> bool:
        return self.place == 0


def _cases(incidents: Sequence[Mapping[str, Any]], truths: Sequence[Mapping[str, Any]]) -> list[Case]:
    by_id = {truth["id"]: truth for truth in truths}
    return [
        Case(
            each["id"],
            each["pipeline"],
            each["day"],
            OURS.get(by_id[each["id"]]["cause"], by_id[each["id"]]["cause"]),
            tuple(by_id[each["id"]]["evidence"]),
        )
        for each in incidents
    ]


def shipped() -> list[Case]:
    truth = yaml.safe_load((files.FILES / "incidents_truth.yaml").read_text(encoding="utf-8"))["truth"]
    return _cases(Estate().incidents["incidents"], truth)


def beside(file: Path = VARIATIONS) -> list[Case]:
    """Incidents that stand beside these tests."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return _cases(content["incidents"], content["truth"])


@contextmanager
def serving(seed: int = 7, file: Path | None = None) -> Iterator[Server]:
    """The sandbox with its own incidents, or with those of a file."""
    settings = SandboxSettings(sandbox_port=0, sandbox_seed=seed)
    if file is None:
        with app.serving(settings, lambda: NOON) as server:
            yield server
        return
    estate = Estate()
    estate.__dict__["incidents"] = yaml.safe_load(file.read_text(encoding="utf-8"))
    with patch.object(app, "Estate", lambda: estate), app.serving(settings, lambda: NOON) as server:
        yield server


async def run_of(platform: Platform, case: Case) -> str:
    day = midnight(NOON) - timedelta(days=case.day)
    async with platform.monitor() as monitor:
        found = await monitor.list_runs(pipeline_id=case.pipeline, since=day, until=day + timedelta(days=1), most=5)
    return found.items[-1].run_id


async def verdict(server: Server, case: Case, hours: int = 0) -> Verdict:
    platform = platform_of(server)
    run = await run_of(platform, case)
    analysis = await analyse(platform, Asked(run_id=run), hours, NOON)
    return Verdict(case, analysis, place_of(case, analysis), is_grounded(analysis))


def place_of(case: Case, analysis: Analysis) -> int | None:
    texts = {event.id: f"{event.id} {event.kind} {event.asset} {event.text}" for event in analysis.timeline}
    for place, one in enumerate(analysis.ranked):
        told = " ".join(texts.get(each, "") for each in one.evidence)
        if one.cause == case.cause and any(words in told for words in case.evidence):
            return place
    return None


def is_grounded(analysis: Analysis) -> bool:
    """Every hypothesis cites events of the timeline, all before the symptom, none being the symptom."""
    assert analysis.facts is not None
    symptom = analysis.facts.symptom
    at = {event.id: event.at for event in analysis.timeline}
    return all(
        one.evidence and all(each in at and at[each] <= symptom.at for each in one.evidence) for one in analysis.ranked
    )
