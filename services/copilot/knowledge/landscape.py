"""The data landscape as a block for prompts, from `landscape.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from services.copilot.model.prompts import tokens_of
from services.copilot.words import Stems, stems

TOKENS = 600


@cache
def landscape_block(budget: int = TOKENS) -> str:
    """Systems, then terms, a line each, as many as `budget` tokens hold."""
    systems, terms = _lines()
    kept: list[str] = []
    spent = 0
    for line in ("Systems:", *systems, "Terms:", *terms):
        spent += tokens_of(line + "\n")
        if spent > budget:
            break
        kept.append(line)
    return "\n".join(kept)


def landscape_about(text: str) -> str:
    """The systems, and of the terms those whose words the text has."""
    systems, terms = _lines()
    said = Stems(stems(text))
    touched = [line for line in terms if any(stem in said for stem in stems(line.partition(":")[0]))]
    return "\n".join(("Systems:", *systems, *(("Terms:", *touched) if touched else ())))


@cache
def _lines() -> tuple[tuple[str, ...], tuple[str, ...]]:
    content = yaml.safe_load(
        resources.files("services.copilot.knowledge").joinpath("landscape.yaml").read_text("utf-8")
    )
    return tuple(map(_system, content["systems"])), tuple(
        f"- {each['term']}: {each['means']}" for each in content["terms"]
    )


def _system(each: Mapping[str, str]) -> str:
    kind = f" ({each['kind']})" if each["kind"] != each["name"] else ""
    service = f", service {each['service']}" if each["service"] else ""
    return f"- {each['name']}{kind}{service}: {each['holds']}"
