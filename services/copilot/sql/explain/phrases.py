"""The sentences of an explanation, by language, from `phrases.yaml` and `functions.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

LANGUAGES = ("en", "pl")
MOST_LISTED = 8
_SLOT = re.compile(r"\$(\d)|\{(\d|\*)\}")


class Phrases:
    """Phrases of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = {key: texts[language] for key, texts in _yaml("phrases.yaml").items()}
        self._functions: dict[str, str] = {
            name: row[language] for row in _yaml("functions.yaml") for name in row["names"]
        }

    def say(self, key: str, *values: str) -> str:
        """The phrase `key` with `$0`, `$1` … filled in."""
        return _SLOT.sub(lambda slot: values[int(slot[1])], str(self._texts[key]))

    def count(self, key: str, *values: str) -> str:
        """`say`, or the phrase `…_one` where the last value is 1."""
        return self.say(f"{key}_one" if values[-1] == "1" else key, *values)

    def unit(self, name: str) -> str:
        """A unit of time in words; as it is where there is none."""
        return str(self._texts.get(f"unit_{name.lower()}", name.lower()))

    def kind(self, name: str) -> str:
        """A kind of object (TABLE) in words, as the object of a sentence; as it is where there is none."""
        return str(self._texts.get(f"kind_{name.lower()}", name.lower()))

    def call(self, name: str, arguments: list[str]) -> str | None:
        """A call of the function `name` in words; None where the function is not known or lacks arguments."""
        text = self._functions.get(name.lower())
        if text is None:
            return None
        needed = [int(slot[2]) for slot in _SLOT.finditer(text) if slot[2] != "*"]
        if any(index >= len(arguments) for index in needed):
            return None
        return _SLOT.sub(lambda slot: self.listed(arguments) if slot[2] == "*" else arguments[int(slot[2])], text)

    def listed(self, items: Iterable[str], most: int = MOST_LISTED) -> str:
        """`a, b and c`; what is beyond `most` is counted."""
        shown = [item for item in items if item]
        if len(shown) > most:
            shown = [*shown[: most - 1], self.say("more", str(len(shown) - most + 1))]
        word = f" {self.say('list_and')} "
        return word.join(filter(None, [", ".join(shown[:-1]), shown[-1]])) if shown else ""


@cache
def phrases(language: str) -> Phrases:
    return Phrases(language if language in LANGUAGES else "en")


@cache
def _yaml(name: str) -> Any:
    loaded: Mapping[str, Any] = yaml.safe_load(resources.files(__package__).joinpath(name).read_text("utf-8"))
    return loaded
