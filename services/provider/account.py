"""What calls use: tokens and dollars, to the metrics, the budget and the reply. Partial use is counted too."""

from __future__ import annotations

from contextlib import AbstractContextManager

from services.provider.answer import Answer
from services.provider.errors import LlmError
from services.provider.member import Member
from services.provider.meter import Meter
from services.provider.prices import Prices
from services.provider.run import Run
from services.provider.spend import Spend
from services.runtime.logs import get_logger

log = get_logger("provider")


class Account:
    def __init__(self, meter: Meter, prices: Prices, spend: Spend) -> None:
        self._meter = meter
        self._prices = prices
        self._spend = spend

    def running(self, provider: str) -> AbstractContextManager[None]:
        return self._meter.running(provider)

    def looked_up(self, hit: bool) -> None:
        self._meter.looked_up(hit)

    def retried(self, provider: str, made: bool) -> None:
        self._meter.retried(provider, "made" if made else "refused")

    def attempt(self, run: Run, member: Member, answer: Answer, outcome: str) -> None:
        """Counts one attempt, however it ended. Tokens that came and that the provider did not count (an answer that
        broke off, or that the caller left) are estimated, in metrics and budget; the reply keeps the provider's own."""
        prompt, completion = answer.prompt_tokens or 0, answer.completion_tokens or 0
        whole = answer.finish is not None and answer.completion_tokens is not None
        estimated = 0 if whole else max(0, answer.delivered_tokens - completion)
        if answer.cost_usd is None and (prompt or completion):
            named = (self._prices.cost(member.name, name, prompt, completion) for name in (answer.model, answer.asked))
            answer.cost_usd = next((cost for cost in named if cost is not None), None)
        who = (member.name, answer.model, run.workspace, run.caller)
        self._meter.attempt(member.name, outcome, member.breaker.state)
        self._meter.use(*who, {"prompt": prompt, "completion": completion, "estimated": estimated})
        if prompt or completion or answer.cost_usd is not None:
            self._meter.cost(*who, answer.cost_usd)
        self._spend.add(run.workspace, prompt + completion + estimated, answer.cost_usd)

    def ended(self, run: Run, outcome: str, error: LlmError | None = None) -> None:
        """Counts one call and logs it, never its text."""
        provider = run.member.name if run.member else ""
        model = run.answer.model if run.answer else ""
        self._meter.call(provider, model, run.prompt.purpose, outcome, run.passed())
        if run.streamed and run.first_token is not None:
            self._meter.first_token(provider, model, run.first_token)
        log.info(
            "model call",
            provider=provider,
            model=model,
            purpose=run.prompt.purpose or "other",
            outcome=outcome,
            attempts=run.attempts,
            prompt_tokens=(run.answer.prompt_tokens if run.answer else None) or 0,
            completion_tokens=(run.answer.completion_tokens if run.answer else None) or 0,
            cost_usd=run.answer.cost_usd if run.answer else None,
            duration_ms=round(run.passed() * 1000, 1),
            **({"error": error.message} if error else {}),
        )
