"""Outcomes: what became of a piece of syntax, with how much certainty and why.

The syntax itself (`ast.py`) never carries these. Confidence is 0 to 1 and always the minimum of what it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from services.migration.ast import Origin
from services.migration.fallback.request import ModelRequest
from services.pipelines.severity import Severity


class ConversionSource(StrEnum):
    """Who made a node; the values are those on the wire."""

    RULE_ENGINE = "rule_engine"
    LLM = "llm"
    LLM_UNAVAILABLE = "llm_unavailable"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Issue:
    """One line of a report: what is the matter, where, and what to do."""

    severity: Severity
    code: str  # constant, upper case
    message: str
    remedy: str = ""
    mapping: str = ""
    object: str = ""  # node or transformation
    column: str = ""  # port
    origin: Origin | None = None
    excerpt: str = ""  # the offending text, shortened


@dataclass(frozen=True, slots=True)
class Caution:
    """A named corner in which the SQL may differ from the tool: never a generic caution."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Translation:
    """One expression of a tool's language as SQL of one dialect.

    `refused` is "" or the reason why there is no SQL (then `sql` is "" and `confidence` 0.0).
    """

    sql: str
    type: str = "unknown"  # canonical kind: string, number, date, boolean, binary, unknown
    confidence: float = 0.0
    warnings: tuple[Caution, ...] = ()
    refused: str = ""
    references: tuple[str, ...] = ()  # fields used, as declared
    parameters: tuple[str, ...] = ()  # $$NAME, $PMNAME
    lookups: tuple[str, ...] = ()  # :LKP names
    functions: tuple[str, ...] = ()  # tool functions used, upper case


@dataclass(frozen=True, slots=True)
class ModelUse:
    """The language model that wrote a node, what it took, and what it said of it. Tokens are those of all rounds."""

    model: str
    provider: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None  # None where the price is not known
    rounds: int = 1  # answers until one passed the checks
    explanation: str = ""
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """A person's verdict on an object."""

    action: str  # mark_wrong, accept, edit
    comment: str
    author: str  # "" where calls have no keys
    at: str  # RFC 3339 in UTC


@dataclass(frozen=True, slots=True)
class NodeConversion:
    """A transformation, source or target as one or more pipeline nodes (plain DSL dictionaries), in order."""

    object: str  # the instance's name in the mapping
    source_type: str  # the tool's type
    target_type: str  # the DSL kind: sql_where, source, sink, manual, …
    nodes: tuple[dict[str, Any], ...]
    confidence: float
    source: ConversionSource = ConversionSource.RULE_ENGINE
    requires_manual_review: bool = False
    warnings: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    origin: Origin | None = None
    model: ModelUse | None = None  # where a language model made it
    review: Review | None = None  # where a person looked at it

    @property
    def is_edited(self) -> bool:
        """A person wrote its nodes, whoever had converted it before."""
        return self.review is not None and self.review.action == "edit"


@dataclass(frozen=True, slots=True)
class MappingConversion:
    """One mapping with its finished pipeline document (plain data, ready to be dumped as YAML)."""

    mapping: str
    folder: str
    pipeline: dict[str, Any]
    objects: tuple[NodeConversion, ...]
    issues: tuple[Issue, ...] = ()
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class ConversionResult:
    """A whole export: pipelines, orchestration documents, and everything a report needs."""

    mappings: tuple[MappingConversion, ...] = ()
    orchestrations: tuple[dict[str, Any], ...] = ()
    issues: tuple[Issue, ...] = ()  # of the export itself
    metadata: dict[str, Any] = field(default_factory=dict)
    requests: tuple[ModelRequest, ...] = ()  # what a language model could be asked, and has not answered
