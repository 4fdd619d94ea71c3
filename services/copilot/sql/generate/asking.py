"""The model's part: asked once, and at most twice more with what a check found wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.copilot.knowledge.dialects import dialects
from services.copilot.model.client import REPAIRS, Model, ModelUnavailable
from services.copilot.model.exchange import Exchange
from services.copilot.model.prompts import DATA_RULE, Rendered, data, prompt
from services.copilot.sql.generate.examine import Examined

PURPOSE = "sql_generate"
TEMPERATURE = 0.1
"""The reference's for SQL."""
_MOST_STATEMENT = 20_000

Examine = Callable[[str], Awaitable[Examined]]


@dataclass(frozen=True)
class Brief:
    """What the model is given: the question, and blocks of data by their label (schema, glossary, …)."""

    question: str
    dialect: str
    blocks: tuple[tuple[str, str], ...]

    def text(self, *more: str) -> str:
        """The turn: the data, fenced, then the question, then what else there is to say."""
        fenced = [data(label, text) for label, text in self.blocks if text]
        return "\n\n".join([*fenced, f"Question: {self.question}", *more])

    def system(self, name: str) -> Rendered:
        """The prompt file with the dialect's title and hints."""
        notes = dialects()[self.dialect]
        return prompt(__package__, name).render(title=notes.title, hints=notes.block, data_rule=DATA_RULE)


async def ask(model: Model, brief: Brief, examine: Examine, exchange: Exchange) -> Examined:
    """The best of the answers: one without problems, else that with the fewest. Raises ModelUnavailable where the first
    call fails."""
    best = last = await _once(model, brief, "generate.md", brief.text(), examine, exchange)
    while last.problems and exchange.repairs < REPAIRS:
        exchange.repairs += 1
        try:
            last = await _once(model, brief, "correct.md", brief.text(*_wrong(last)), examine, exchange)
        except ModelUnavailable:
            break
        best = min(best, last, key=lambda each: each.rank)
    return best


async def _once(model: Model, brief: Brief, name: str, turn: str, examine: Examine, exchange: Exchange) -> Examined:
    async def check(text: str) -> tuple[Examined | None, list[str]]:
        return await examine(text), []

    answered = await model.checked(
        brief.system(name), turn, check, exchange, purpose=PURPOSE, temperature=TEMPERATURE, repairs=0
    )
    return answered.value or Examined()


def _wrong(last: Examined) -> list[str]:
    findings = "\n".join(f"- {each}" for each in last.problems)
    return [data("statement", last.sql, _MOST_STATEMENT), data("findings", findings)]
