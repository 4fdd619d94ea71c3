"""The Provider's Prometheus series. Labels that callers choose are bounded: what comes after the first N is `other`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

MOST_VALUES = 100  # of one label
OTHER = "other"
_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 300)
_MODEL = ("provider", "model")
_WORKSPACE = ("workspace", "caller")


class Bounded:
    """The first `most` values as they are, then `other`."""

    def __init__(self, most: int = MOST_VALUES) -> None:
        self._most = most
        self._known: set[str] = set()

    def __call__(self, value: str) -> str:
        if value in self._known:
            return value
        if len(self._known) >= self._most:
            return OTHER
        self._known.add(value)
        return value


class Meter:
    """One set of series for one registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, text: str, labels: tuple[str, ...]) -> Counter:
            return Counter(f"dataflow_llm_{name}", text, labels, registry=registry)

        def histogram(name: str, text: str, labels: tuple[str, ...]) -> Histogram:
            return Histogram(f"dataflow_llm_{name}", text, labels, registry=registry, buckets=_SECONDS)

        self._calls = counter(
            "calls", "Calls ended, by finish reason or reason of the error", (*_MODEL, "purpose", "outcome")
        )
        self._attempts = counter("attempts", "Requests made to providers, by outcome", ("provider", "outcome"))
        self._tokens = counter(
            "tokens", "Tokens: prompt, completion; estimated ones where the provider did not say", (*_MODEL, "kind")
        )
        self._cost = counter("cost_usd", "US dollars, where the price is known", _MODEL)
        self._workspace_tokens = counter("workspace_tokens", "Tokens per workspace and caller", (*_WORKSPACE, "kind"))
        self._workspace_cost = counter("workspace_cost_usd", "US dollars per workspace and caller", _WORKSPACE)
        self._unpriced = counter("unpriced_calls", "Attempts whose cost nobody knows", _MODEL)
        self._latency = histogram("call_seconds", "Seconds from a call's arrival to its end", (*_MODEL, "purpose"))
        self._first_token = histogram("first_token_seconds", "Seconds to the first token, of streams", _MODEL)
        self._retries = counter("retries", "Retries made, and those the retry budget refused", ("provider", "what"))
        self._cached = counter("cache", "Look-ups in the answer cache", ("what",))
        self._running = Gauge("dataflow_llm_running", "Attempts running now", ("provider",), registry=registry)
        self._breaker = Gauge(
            "dataflow_llm_breaker", "Circuit breaker: 1 closed, 2 open, 3 half open", ("provider",), registry=registry
        )
        self._model, self._purpose = Bounded(), Bounded()
        self._workspace, self._caller = Bounded(), Bounded(20)

    def call(self, provider: str, model: str, purpose: str, outcome: str, seconds: float) -> None:
        model, purpose = self._model(model), self._purpose(purpose or OTHER)
        self._calls.labels(provider, model, purpose, outcome).inc()
        self._latency.labels(provider, model, purpose).observe(seconds)

    def first_token(self, provider: str, model: str, seconds: float) -> None:
        self._first_token.labels(provider, self._model(model)).observe(seconds)

    def attempt(self, provider: str, outcome: str, breaker: int) -> None:
        self._attempts.labels(provider, outcome).inc()
        self._breaker.labels(provider).set(breaker)

    def use(self, provider: str, model: str, workspace: str, caller: str, tokens: dict[str, int]) -> None:
        """`tokens` by kind: prompt, completion, estimated."""
        model, workspace, caller = self._model(model), self._workspace(workspace), self._caller(caller)
        for kind, count in tokens.items():
            if count > 0:
                self._tokens.labels(provider, model, kind).inc(count)
                self._workspace_tokens.labels(workspace, caller, kind).inc(count)

    def cost(self, provider: str, model: str, workspace: str, caller: str, usd: float | None) -> None:
        model = self._model(model)
        if usd is None:
            self._unpriced.labels(provider, model).inc()
            return
        self._cost.labels(provider, model).inc(max(0.0, usd))
        self._workspace_cost.labels(self._workspace(workspace), self._caller(caller)).inc(max(0.0, usd))

    def retried(self, provider: str, what: str) -> None:
        """`what`: made, refused."""
        self._retries.labels(provider, what).inc()

    def looked_up(self, hit: bool) -> None:
        self._cached.labels("hit" if hit else "miss").inc()

    @contextmanager
    def running(self, provider: str) -> Iterator[None]:
        gauge = self._running.labels(provider)
        gauge.inc()
        try:
            yield
        finally:
            gauge.dec()
