"""Sentences that come from rules, from texts.yaml."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

import yaml


def text(sentence: str, language: str, /, **values: str) -> str:
    return Template(_texts()[sentence][language]).substitute(values)


@cache
def _texts() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("texts.yaml").read_text("utf-8"))
    return content
