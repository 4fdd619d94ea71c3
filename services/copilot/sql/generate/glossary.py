"""The glossary's part: the whole answer where it covers the question, a refusal where it must not be guessed, else what
it knows of the terms, for the model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dataflow.common.v1 import table_schema_pb2
from services.copilot.semantic.answer import GlossaryAnswer, from_glossary
from services.copilot.semantic.block import hints
from services.copilot.semantic.layer import Layer, layer
from services.copilot.sql.findings import Finding
from services.copilot.sql.generate.trusted import Trusted

_TABLE = re.compile(r"\b([A-Za-z_]\w*)\.[A-Za-z_]")  # `fact_revenue.amount_net` in a formula


@dataclass(frozen=True)
class FromGlossary:
    """One of the three at most: `answer`, `refused` (why nobody should guess), `hints` (terms and formulas).

    `tables`: those that the formulas of the hints read.
    """

    answer: Trusted | None = None
    refused: str = ""
    hints: str = ""
    tables: tuple[str, ...] = ()


def by_glossary(
    question: str, dialect: str, known: Sequence[table_schema_pb2.TableSchema], path: Path | None = None
) -> FromGlossary:
    """What the glossary in a file (None: the built-in one) has to say, over the tables known that are its own; none
    known: over its tables as it describes them."""
    used = layer(path)
    own = _own(known, used)
    if known and not own:
        return FromGlossary()
    found = from_glossary(question, dialect, own or None, used)
    if found.covered:
        return FromGlossary(_trusted(found))
    if found.refused_reason:
        return FromGlossary(refused=found.refused_reason)
    read = dict.fromkeys(name for each in found.terms for name in _TABLE.findall(each.formula))
    return FromGlossary(hints=hints(found, used) if found.terms else "", tables=tuple(read))


def _own(tables: Sequence[table_schema_pb2.TableSchema], used: Layer) -> list[table_schema_pb2.TableSchema]:
    names = {(each.physical or each.name).lower() for each in used.glossary.tables}
    return [each for each in tables if each.name.lower() in names]


def _trusted(found: GlossaryAnswer) -> Trusted:
    warnings = tuple(Finding(code, message, "warning") for code, message in found.warnings)
    rules = tuple(f"glossary: {each.name}" for each in found.terms)
    return Trusted(found.sql, found.explanation, found.factors, rules, found.metrics_used, warnings)
