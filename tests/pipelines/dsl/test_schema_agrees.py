"""The compiled schema, which lets good documents through, and the precise one, which explains bad ones, agree."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.generate_powercenter import constructs
from services.migration.parsers import ExportError
from services.migration.pipeline import convert, parse_export
from services.pipelines.dsl import schema
from services.pipelines.dsl.docs import examples
from services.pipelines.dsl.document import load_all

WRONG = [None, True, 0, -1, 1.5, 10**30, "", " ", "x", "a\nb", "tab\t", "\n", "é" * 300, [], {}, ["x", "x"], {"x": 1}]
NAMES = ["name", "type", "columns", "config", "nonsense", "from", "to", "mode"]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with each of its keys or indexes."""
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


def changed(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A copy with one to three values replaced, taken out, renamed or added."""
    made = copy.deepcopy(document)
    for _ in range(chance.randint(1, 3)):
        holder, key = chance.choice(list(places(made)))
        action = chance.choice(("replace", "remove", "add", "ending"))
        if action == "remove":
            del holder[key]
        elif action == "add" and isinstance(holder, dict):
            holder[chance.choice(NAMES)] = chance.choice(WRONG)
        elif action == "ending" and isinstance(holder[key], str):
            holder[key] += chance.choice(("\n", " ", "(", "\u0000", "٣"))
        else:
            holder[key] = copy.deepcopy(chance.choice(WRONG))
        if not made:
            return made
    return made


def documents() -> dict[str, dict[str, Any]]:
    found = {name: each.data for name, text in examples().items() for each in load_all(text)}
    for name in ("router", "lookup", "rank", "normalizer", "sequence", "update_strategy"):
        try:
            ast = parse_export(constructs()[name], name)
        except (ExportError, KeyError):
            continue
        found[name] = convert(ast, generated_at="2026-01-01T00:00:00Z").mappings[0].pipeline
    return found


@pytest.mark.parametrize("name", documents())
def test_compiled_and_precise_schema_agree(name: str) -> None:
    document = documents()[name]
    chance = random.Random(name)
    assert schema._meets(document)
    refused = 0
    for _ in range(25):
        made = changed(document, chance)
        precise = schema._validator().is_valid(made)
        refused += not precise
        assert not schema._meets(made) or precise, made
        assert schema._meets(made) or not precise or _is_stricter_on(made), made
    assert refused > 8


def _is_stricter_on(made: Any) -> bool:
    """Where only the compiled schema says no, the precise one decides: a text that ends with a line break."""
    return any(isinstance(holder[key], str) and holder[key].endswith("\n") for holder, key in places(made))
