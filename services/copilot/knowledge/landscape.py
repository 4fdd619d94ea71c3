"""The data landscape as a block for prompts, from `landscape.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources

import yaml

from services.copilot.model.prompts import tokens_of

TOKENS = 600


@cache
def landscape_block(budget: int = TOKENS) -> str:
    """Systems, then terms, a line each, as many as `budget` tokens hold."""
    kept: list[str] = []
    spent = 0
    for line in _lines():
        spent += tokens_of(line + "\n")
        if spent > budget:
            break
        kept.append(line)
    return "\n".join(kept)


def _lines() -> Iterator[str]:
    content = yaml.safe_load(
        resources.files("services.copilot.knowledge").joinpath("landscape.yaml").read_text("utf-8")
    )
    yield "Systems:"
    for each in content["systems"]:
        kind = f" ({each['kind']})" if each["kind"] != each["name"] else ""
        service = f", service {each['service']}" if each["service"] else ""
        yield f"- {each['name']}{kind}{service}: {each['holds']}"
    yield "Terms:"
    yield from (f"- {each['term']}: {each['means']}" for each in content["terms"])
