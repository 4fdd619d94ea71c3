"""Parameters that some models and servers refuse, and that a request can do without.

Which model takes which parameter changes faster than any table of models: Claude from 4.7 on refuses `temperature`,
OpenAI's reasoning models `temperature` and `max_tokens`, LM Studio `response_format` json_object, old servers
`stream_options`. So a refusal that names such a parameter is answered by asking again without it, once, and what
then worked is remembered for the model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import structlog

from services.provider.errors import LlmBadRequest
from services.provider.wires.faults import Fault
from services.provider.wires.refusals import meaning

log = structlog.get_logger(__name__)


class Concessions:
    """`optional`: parameter → the words by which a refusal names it."""

    def __init__(self, provider: str, optional: Mapping[str, tuple[str, ...]]) -> None:
        self._provider = provider
        self._patterns = {
            name: re.compile(rf"\b({'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
            for name, words in optional.items()
        }
        self._known: dict[str, frozenset[str]] = {}

    def known(self, model: str) -> frozenset[str]:
        """The parameters that this model turned out not to take."""
        return self._known.get(model, frozenset())

    def asked(self, fault: Fault, without: frozenset[str]) -> frozenset[str] | None:
        """What to leave out in a second try; None where the refusal is about nothing that could still be left out."""
        if meaning(fault).kind is not LlmBadRequest:
            return None
        for name, pattern in self._patterns.items():
            if name not in without and pattern.search(f"{fault.param} {fault.message}"):
                return without | {name}
        return None

    def learn(self, model: str, without: frozenset[str]) -> None:
        """This worked."""
        if without != self.known(model):
            self._known[model] = without
            log.warning("llm_parameters_refused", provider=self._provider, model=model, left_out=sorted(without))
