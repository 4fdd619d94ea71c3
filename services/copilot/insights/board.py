"""Insights kept for 300 s by workspace, pipeline and number: computed once for all who ask, served old while new ones
are made.

    asked → fresh: at once
          → old:   at once, and one computation begins
          → none:  waits for the figures, and a little for the model's words; those go on for the next who asks
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from importlib import resources

import yaml

from services.copilot.insights.facts import gather
from services.copilot.insights.finders import find
from services.copilot.insights.finding import Finding, ranked
from services.copilot.insights.wording import worded
from services.copilot.model.client import ModelUnavailable
from services.copilot.model.exchange import Exchange
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source
from services.runtime.context import current_call, current_workspace, detached, enter, within
from services.runtime.errors import Unavailable
from services.runtime.logs import get_logger

log = get_logger("insights")

FRESH_SECONDS = 300.0
AGAIN_SECONDS = 30.0
"""What was computed with something missing is computed anew so much sooner."""
WORDING_SECONDS = 8.0
"""The first who asks waits so long for the model's words."""
MARGIN_SECONDS = 0.5
MOST_KEPT = 512
FALLBACK_CONFIDENCE = 0.2

Key = tuple[str, str, int]  # workspace, pipeline_id, limit


@dataclass(frozen=True, slots=True)
class Insights:
    """`source`: a Source.Value number. `worded`: how many of the findings a model worded."""

    findings: Sequence[Finding]
    generated_at: datetime
    source: int
    degraded: tuple[str, ...] = ()
    exchange: Exchange = field(default_factory=Exchange)
    worded: int = 0
    rules: tuple[str, ...] = ()
    unknown: bool = False
    """Of a pipeline that no service knows."""


@dataclass(slots=True)
class _Entry:
    insights: Insights | None = None
    at: float = float("-inf")
    seconds: float = FRESH_SECONDS
    figures: asyncio.Event = field(default_factory=asyncio.Event)
    making: asyncio.Task[None] | None = None

    @property
    def is_old(self) -> bool:
        return time.monotonic() - self.at >= self.seconds


class Board:
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._entries: OrderedDict[Key, _Entry] = OrderedDict()

    async def insights(self, pipeline_id: str, limit: int) -> tuple[Insights, bool]:
        """The insights, and whether they were computed for an earlier call."""
        key = (current_workspace(), pipeline_id, limit)
        entry = self._entries.setdefault(key, _Entry())
        self._entries.move_to_end(key)
        while len(self._entries) > MOST_KEPT:
            self._drop()
        kept = entry.insights is not None
        if entry.is_old and entry.making is None:
            entry.making = self._begin(entry, key)
        if entry.insights is None and entry.making is not None:
            await self._first(entry, entry.making)
        if entry.insights is None:
            raise Unavailable("the insights could not be computed in time; ask again shortly")
        return entry.insights, kept

    async def aclose(self) -> None:
        """Ends what is being computed."""
        making = [entry.making for entry in self._entries.values() if entry.making is not None]
        for task in making:
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)

    def _drop(self) -> None:
        _, left = self._entries.popitem(last=False)
        if left.making is not None:
            left.making.cancel()

    async def _first(self, entry: _Entry, making: asyncio.Task[None]) -> None:
        """Waits for the words while there is time, for the figures in any case."""
        await asyncio.wait([making], timeout=max(0.0, within(WORDING_SECONDS + MARGIN_SECONDS) - MARGIN_SECONDS))
        if entry.insights is None and not making.done():
            figures = asyncio.ensure_future(entry.figures.wait())
            await asyncio.wait([figures, making], return_when=asyncio.FIRST_COMPLETED)
            figures.cancel()

    def _begin(self, entry: _Entry, key: Key) -> asyncio.Task[None]:
        """A task that outlives the call it is made in, and works for the same caller and workspace."""
        call = current_call()

        async def make() -> None:
            if call is not None:
                enter(replace(call, deadline=None, headers={}, headers_sent=True))
            try:
                await self._make(entry, key)
            finally:
                entry.making = None

        return asyncio.create_task(make(), context=detached(), name="insights")

    async def _make(self, entry: _Entry, key: Key) -> None:
        _, pipeline_id, limit = key
        facts = await gather(self._around.platform, pipeline_id)
        if not facts.answered:
            self._keep(entry, Insights(fallback()[:limit], datetime.now(UTC), Source.fallback, facts.degraded))
            return
        findings = ranked(find(facts), limit)
        rules = tuple(dict.fromkeys(finding.kind for finding in findings))
        unknown = bool(pipeline_id) and not (findings or facts.pipelines or facts.runs)
        made = Insights(findings, datetime.now(UTC), Source.rules, facts.degraded, rules=rules, unknown=unknown)
        if not findings:
            self._keep(entry, made)
            return
        if entry.insights is None:
            self._keep(entry, made, AGAIN_SECONDS)
        await self._word(entry, made)

    async def _word(self, entry: _Entry, made: Insights) -> None:
        exchange = Exchange()
        try:
            findings, count = await worded(made.findings, self._around.model, exchange)
        except ModelUnavailable as error:
            log.info("insights without a model's words", reason=error.llm_reason)
            made = replace(made, degraded=(*made.degraded, ModelUnavailable.degraded), exchange=exchange)
            self._keep(entry, made)
            return
        source = Source.model if count else Source.rules
        self._keep(entry, replace(made, findings=findings, source=source, exchange=exchange, worded=count))

    def _keep(self, entry: _Entry, made: Insights, seconds: float = 0.0) -> None:
        entry.insights, entry.at = made, time.monotonic()
        entry.seconds = seconds or (AGAIN_SECONDS if made.degraded else FRESH_SECONDS)
        entry.figures.set()


@cache
def fallback() -> tuple[Finding, ...]:
    """Prepared general advice."""
    rows = yaml.safe_load(resources.files(__package__).joinpath("fallback.yaml").read_text("utf-8"))["insights"]
    return tuple(Finding(kind="FALLBACK", confidence=FALLBACK_CONFIDENCE, asset=row["title"], **row) for row in rows)
