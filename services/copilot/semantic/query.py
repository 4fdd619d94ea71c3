"""QuerySemantic: the glossary first; what it does not cover goes to the model with the glossary's terms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataflow.copilot.v1 import semantic_pb2
from services.copilot.confidence import Factor
from services.copilot.model.client import ModelUnavailable
from services.copilot.semantic import wording
from services.copilot.semantic.answer import GlossaryAnswer, from_glossary
from services.copilot.semantic.layer import layer
from services.copilot.semantic.table_schemas import table_schemas
from services.copilot.sql.findings import Finding
from services.copilot.sql.generate.answer import generate
from services.copilot.sql.generate.generated import Generated
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail

SECONDS = 20.0


@dataclass(frozen=True)
class Answered:
    """The statement, or why there is none, and what the glossary knows of the question."""

    made: Generated
    known: GlossaryAnswer


async def answered(
    around: Surroundings, question: str, dialect: str, tables: Any, use_glossary: bool, tail: Tail
) -> Answered:
    """An answer always: without a model, what the glossary covers, else what it knows."""
    if not use_glossary:
        return Answered(await generate(around, question, dialect, list(tables), False, tail), GlossaryAnswer(False))
    packed = semantic_pb2.QuerySemanticRequest(tables=tables).SerializeToString() if tables else b""
    path = around.settings.glossary_file
    known = await around.workers.run_cpu(in_worker, question, dialect, packed, path, timeout=SECONDS)
    if known.covered or known.refused_reason:
        return Answered(_from_glossary(known, dialect, tail), known)
    usable = list(tables) or table_schemas(layer(path).glossary)
    try:
        return Answered(await generate(around, question, dialect, usable, True, tail), known)
    except ModelUnavailable as error:
        tail.missing(error.degraded)
        tail.source, tail.confidence = Source.llm_unavailable, 0.0
        return Answered(Generated(dialect, explanation=_all_that_is_known(known)), known)


def in_worker(question: str, dialect: str, packed: bytes, path: Path | None) -> GlossaryAnswer:
    """`packed`: a QuerySemanticRequest that holds the tables alone; empty: none were given."""
    tables = semantic_pb2.QuerySemanticRequest.FromString(packed).tables
    return from_glossary(question, dialect, tables, layer(path))


def _from_glossary(known: GlossaryAnswer, dialect: str, tail: Tail) -> Generated:
    tail.source = Source.verified if known.covered else Source.rules
    tail.factors = known.factors or (Factor("refused", 0.0, "there is no statement"),)
    tail.rules += [f"glossary: {name}" for name in dict.fromkeys(term.name for term in known.terms)]
    warnings = tuple(Finding(code, message, "warning") for code, message in known.warnings)
    return Generated(
        dialect, known.sql, known.explanation, known.tables, warnings, known.metrics_used, verified=known.covered
    )


def _all_that_is_known(known: GlossaryAnswer) -> str:
    formulas = "; ".join(dict.fromkeys(f"{term.name} = {term.formula}" for term in known.terms))
    told = wording.text(known.language, "known_formulas", formulas=formulas) if formulas else ""
    return " ".join(part for part in (known.explanation, told) if part)
