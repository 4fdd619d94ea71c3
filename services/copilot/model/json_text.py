"""JSON in a model's answer, as models write it: with prose around it, in a fence, with a trailing comma."""

from __future__ import annotations

import json
import re
from typing import Any, TypeVar

T = TypeVar("T", dict[str, Any], list[Any])

_FENCE = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_TRAILING = re.compile(r",(\s*[}\]])")
MOST_TRIED = 50


def first_json(text: str, kind: type[T]) -> T | None:
    """The first object (`kind` dict) or array (`kind` list) that stands in the text; None where none does."""
    for part in [*_FENCE.findall(text), text]:
        found = _first(part, kind)
        if found is not None:
            return found
    return None


def _first(text: str, kind: type[T]) -> T | None:
    opening = "{" if kind is dict else "["
    decoder = json.JSONDecoder(strict=False)
    for candidate in (text, _TRAILING.sub(r"\1", text)):
        places = [match.start() for match in re.finditer(re.escape(opening), candidate)]
        for place in places[:MOST_TRIED]:
            try:
                value, _ = decoder.raw_decode(candidate, place)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, kind):
                return value
    return None
