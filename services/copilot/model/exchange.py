"""What the calls of one answer took: for the reply's tail."""

from __future__ import annotations

from dataclasses import dataclass

from dataflow.common.v1 import reply_pb2
from dataflow.provider.v1 import completion_pb2


@dataclass(slots=True)
class Exchange:
    """All model calls of one answer. `cost_usd` is None where the price of any of them is not known."""

    prompt: str = ""
    prompt_hash: str = ""
    temperature: float | None = None
    model: str = ""
    provider: str = ""
    calls: int = 0
    repairs: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None

    def add(self, used: completion_pb2.Completion) -> None:
        """Counts one more call, failed ones with what they used."""
        priced = used.HasField("cost_usd") and (self.calls == 0 or self.cost_usd is not None)
        self.cost_usd = (self.cost_usd or 0.0) + used.cost_usd if priced else None
        self.calls += 1
        self.model = used.model or self.model
        self.provider = used.provider or self.provider
        self.prompt_tokens += used.prompt_tokens
        self.completion_tokens += used.completion_tokens

    def usage(self) -> reply_pb2.Usage:
        return reply_pb2.Usage(
            prompt_tokens=self.prompt_tokens, completion_tokens=self.completion_tokens, cost_usd=self.cost_usd
        )
