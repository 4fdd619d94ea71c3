"""What a language model is asked: one object that no rule converts, or that a rule converts with little certainty."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum

from services.migration.ast import Tool


class PromptKind(StrEnum):
    """Which prompt is used; the values are the names of the files in `prompts/`."""

    GENERAL = "general"
    STORED_PROCEDURE = "stored_procedure"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class RequestColumn:
    """A column with its type in the pipeline language; `ports` are the original's ports that it stands for."""

    name: str
    type: str
    ports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestInput:
    """One input as the query reads it. `order` are the columns its rows are known to be sorted by."""

    name: str
    columns: tuple[RequestColumn, ...]
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question. Everything that the answer may depend on stands in `system` and `user`, whose hash is the key.

    Secrets are left out of all texts. `limit` is the highest confidence, 0 to 1, that an answer can have.
    """

    mapping: str
    object: str
    type: str  # the tool's type
    prompt: PromptKind
    dialect: str
    reason: str  # why no rule converts it
    inputs: tuple[RequestInput, ...]
    outputs: tuple[RequestColumn, ...]
    passive: bool  # gives exactly one row for each row it gets
    limit: float
    parameters: tuple[tuple[str, str], ...] = ()  # name without `$$`, type
    definition: str = ""
    translated: tuple[tuple[str, str], ...] = ()  # port, its expression as SQL
    draft: str = ""  # what the rule made of it, where the rule is uncertain
    tool: Tool = Tool.POWERCENTER
    system: str = field(default="", repr=False)
    user: str = field(default="", repr=False)

    @property
    def key(self) -> str:
        """The same for all objects of which the very same is asked."""
        return hashlib.sha256(f"{self.system}\0{self.user}".encode()).hexdigest()
