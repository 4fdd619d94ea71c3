"""The tail that every reply of the Copilot carries: how sure, where from, what was missing, what it took."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from dataflow.common.v1 import reply_pb2, source_ref_pb2
from services.copilot.confidence import Factor, total
from services.copilot.model.exchange import Exchange
from services.copilot.version import SERVER
from services.runtime.context import current_call, request_id, set_headers

Reply = TypeVar("Reply")

Source = reply_pb2.Source
HEADER = "x-copilot-confidence"


@dataclass
class Tail:
    """Fields 30 to 36 of a reply, gathered while it is made.

    `confidence` None: the total of `factors`. `source` is a `Source.Value` number. `degraded` are the constants of
    `degraded_reasons`, said once each in the order they came up.
    """

    source: int = reply_pb2.Source.rules
    confidence: float | None = None
    factors: Sequence[Factor] = ()
    degraded: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    retrieved: list[source_ref_pb2.SourceRef] = field(default_factory=list)
    exchange: Exchange = field(default_factory=Exchange)
    started: float = field(default_factory=time.monotonic)

    def missing(self, *reasons: str) -> None:
        """Notes what was missing; "" is nothing."""
        self.degraded += [reason for reason in reasons if reason and reason not in self.degraded]


def finished(reply: Reply, tail: Tail) -> Reply:
    """`reply` with its tail, and the confidence in the header that browsers may read."""
    message: Any = reply
    message.confidence = total(tail.factors) if tail.confidence is None else round(tail.confidence, 4)
    message.source = tail.source
    message.degraded_reasons.extend(tail.degraded)
    message.latency_ms = round((time.monotonic() - tail.started) * 1000)
    used = tail.exchange
    if used.calls:
        message.model = used.model
        message.usage.CopyFrom(used.usage())
    message.provenance.CopyFrom(
        reply_pb2.Provenance(
            request_id=request_id(),
            provider=used.provider,
            prompt=used.prompt,
            prompt_hash=used.prompt_hash,
            temperature=used.temperature,
            model_calls=used.calls,
            repairs=used.repairs,
            rules=tail.rules,
            retrieved=tail.retrieved,
            confidence_factors=[
                reply_pb2.ConfidenceFactor(name=each.name, effect=each.effect, reason=each.reason)
                for each in tail.factors
            ],
            server=SERVER,
        )
    )
    call = current_call()
    if call is not None and not call.headers_sent:
        set_headers({HEADER: f"{message.confidence:g}"})
    return reply
