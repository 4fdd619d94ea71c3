"""The answers that a conversion is given, and the questions that it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.migration.fallback.answer import ModelAnswer
from services.migration.fallback.check import static_problems
from services.migration.fallback.request import ModelRequest


@dataclass(slots=True)
class Exchange:
    """`answers` by key; `requests` collects, by key, what has none."""

    answers: Mapping[str, ModelAnswer] = field(default_factory=dict)
    requests: dict[str, ModelRequest] = field(default_factory=dict)

    def answer(self, request: ModelRequest) -> ModelAnswer | None:
        """The answer, checked again whatever was found before; None where there is none yet, which is noted."""
        found = self.answers.get(request.key)
        if found is None:
            self.requests.setdefault(request.key, request)
            return None
        problems = static_problems(request, found.reply.sql) if found.good else []
        return replace(found, problems=tuple(problems)) if problems else found
