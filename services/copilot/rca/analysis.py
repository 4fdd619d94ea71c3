"""From what was asked to ranked hypotheses over a timeline; no model here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.copilot.diagnose.catalogue import catalogue
from services.copilot.platform.clients import Platform
from services.copilot.rca.collect import Facts, Reading, collect
from services.copilot.rca.events import Event, events, timeline
from services.copilot.rca.finding_symptom import Asked, find_symptom
from services.copilot.rca.graph import Graph
from services.copilot.rca.known import unknown
from services.copilot.rca.ranking import Ranked, rank

USUAL_HOURS = 24
WIDER_HOURS = 168
"""Looked at where nobody named a window and the last 24 hours show no likely cause."""
LIKELY = 0.35


@dataclass(frozen=True, slots=True)
class Analysis:
    """`facts` None: nothing is known of what was asked for."""

    reading: Reading
    facts: Facts | None = None
    timeline: Sequence[Event] = ()
    ranked: Sequence[Ranked] = ()
    assets: Sequence[tuple[str, str, str]] = field(default=())
    """(name, type, url) of those that the analysis names."""
    unknown: str = ""
    """What to say of a pipeline that no service knows."""


async def analyse(platform: Platform, asked: Asked, hours: int, now: datetime, language: str = "en") -> Analysis:
    """`hours` 0: 24, and a week where those show no likely cause. Never raises for a service that is away."""
    reading = Reading()
    await asyncio.to_thread(catalogue)  # read from its files once; too long for the event loop
    async with platform.monitor() as monitor, platform.metadata() as metadata:
        symptom = await find_symptom(monitor, reading, asked, now)
        if symptom is None:
            return Analysis(reading, unknown=await unknown(platform, monitor, reading, asked))
        facts = await collect(
            monitor, metadata, platform, reading, symptom, hours or USUAL_HOURS, to_last_good=not hours
        )
        found = events(facts)
        ranked = rank(facts, found, language)
        if not hours and not reading.degraded and (not ranked or ranked[0].confidence < LIKELY):
            wider = await collect(monitor, metadata, platform, reading, symptom, WIDER_HOURS, to_last_good=True)
            found_wider = events(wider)
            again = rank(wider, found_wider, language)
            if again and (not ranked or again[0].confidence > ranked[0].confidence):
                facts, found, ranked = wider, found_wider, again
    cited = {each for one in ranked for each in one.evidence}
    return Analysis(reading, facts, timeline(found, cited), ranked, _assets(facts, found, ranked))


def _assets(facts: Facts, found: dict[str, Event], ranked: Sequence[Ranked]) -> list[tuple[str, str, str]]:
    names = [facts.symptom.pipeline_id, *(one.asset for one in ranked)]
    names += [found[each].asset for one in ranked for each in one.evidence]
    return [
        (name, _type(name, facts.graph, facts), facts.graph.urls.get(name, "")) for name in dict.fromkeys(names) if name
    ]


def _type(name: str, graph: Graph, facts: Facts) -> str:
    known = {facts.symptom.pipeline_id, *(run.pipeline_id for run in facts.runs)}
    if name in graph.pipelines or name in known:
        return "pipeline"
    return "table" if "." in name else "service"
