"""A model's plan, read from its answer: JSON as asked for, or a pipeline's YAML, as models like to send."""

from __future__ import annotations

import re
from typing import Any

import yaml

from services.copilot.model.json_text import first_json

_FENCE = re.compile(r"```[ \t]*(?:ya?ml|json)?[ \t]*\n(.*?)(?:```|\Z)", re.DOTALL | re.IGNORECASE)
MOST_CHARACTERS = 200_000
MOST_NODES = 100


class NoPlanError(ValueError):
    """The answer holds no plan; the message says what to send."""


def read_plan(text: str) -> dict[str, Any]:
    """A mapping with a non-empty list `nodes`. Raises NoPlanError."""
    text = text[:MOST_CHARACTERS]
    for candidate in _candidates(text):
        if isinstance(candidate, dict):
            candidate = candidate.get("pipeline", candidate)
        if isinstance(candidate, dict) and isinstance(candidate.get("nodes"), list) and candidate["nodes"]:
            if len(candidate["nodes"]) > MOST_NODES:
                raise NoPlanError(f"the plan has {len(candidate['nodes'])} nodes; at most {MOST_NODES} are built")
            return candidate
    raise NoPlanError('the answer holds no plan: send one JSON object with "name" and a list "nodes"')


def _candidates(text: str) -> list[Any]:
    found: list[Any] = [first_json(text, dict)]
    for part in [*_FENCE.findall(text), text]:
        try:
            found.append(yaml.safe_load(part))
        except (yaml.YAMLError, RecursionError, ValueError):
            continue
    return found
