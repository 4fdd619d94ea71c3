"""The migration of one export, on one page: parse → convert → validate → gate.

Every stage is a pure function of what it is given, and everything they hand on can be pickled, so a whole migration can
run in a worker process.
"""

from __future__ import annotations

from services.migration.ast import MappingAST, Orchestration, Problem, Tool, WorkflowAST
from services.migration.conversion import ConversionResult, Issue, MappingConversion, Severity
from services.migration import emit, parsers
from services.migration.rules import convert_mapping


def convert(ast: WorkflowAST, *, dialect: str = "postgresql", generated_at: str) -> ConversionResult:
    mappings = tuple(_mapping(mapping, dialect, generated_at) for mapping in ast.mappings)
    return ConversionResult(mappings)

def _mapping(mapping, dialect, generated_at):
    walked = convert_mapping(mapping, dialect)
    pipeline = emit.pipeline(mapping, walked.objects, walked.parameters, dialect=dialect, generated_at=generated_at)
    return MappingConversion(mapping.name, mapping.folder, pipeline, walked.objects, walked.issues, mapping.origin)
