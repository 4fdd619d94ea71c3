"""The place of the cursor, and what is proposed for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

LANGUAGES = ("yaml", "sql", "python", "connection_config")
MOST_PREFIX, MOST_SUFFIX = 8_000, 4_000


@dataclass(frozen=True, slots=True)
class Place:
    """Text around the cursor. `tables`: TableSchema messages in reach; `yaml`: the open pipeline's text."""

    language: str
    prefix: str
    suffix: str = ""
    dialect: str = "postgresql"
    tables: Sequence[Any] = ()
    yaml: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """`text` goes in at the cursor. `rank` orders proposals of one confidence, the lower first."""

    text: str
    kind: str
    confidence: float
    source: str = field(default="rules")
    rank: int = 0
