"""SemanticService. Only translates."""

from __future__ import annotations

from typing import Any

from dataflow.copilot.v1 import semantic_pb2, semantic_pb2_grpc
from services.copilot.knowledge.dialects import told_by_question
from services.copilot.semantic.layer import layer
from services.copilot.semantic.listing import listed
from services.copilot.semantic.query import Answered, answered
from services.copilot.semantic.reading import GlossaryError
from services.copilot.sql.generate.answer import checked_question
from services.copilot.sql.replies import issue
from services.copilot.sql.servicer import named
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail, finished
from services.runtime.settings import SettingsError


class SemanticServicer(semantic_pb2_grpc.SemanticServiceServicer):
    """Raises SettingsError for a glossary that cannot be used, before anything is served."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        try:
            self._layer = layer(around.settings.glossary_file)
        except GlossaryError as error:
            raise SettingsError(
                "copilot", tuple(f"GLOSSARY_FILE: {line}" for line in str(error).splitlines())
            ) from None

    async def QuerySemantic(self, request: Any, context: Any) -> semantic_pb2.QuerySemanticResponse:
        question = checked_question(request.question)
        dialect = named(request.dialect) or told_by_question(question)
        use_glossary = request.use_semantic_layer if request.HasField("use_semantic_layer") else True
        tail = Tail()
        return reply(await answered(self._around, question, dialect, request.tables, use_glossary, tail), tail)

    async def ListGlossary(self, request: Any, context: Any) -> semantic_pb2.ListGlossaryResponse:
        return listed(self._layer, semantic_pb2.TermKind.Value.Name(request.kind) if request.kind else "")


def reply(found: Answered, tail: Tail) -> semantic_pb2.QuerySemanticResponse:
    made, known = found.made, found.known
    response = semantic_pb2.QuerySemanticResponse(
        sql=made.sql,
        explanation=made.explanation,
        tables_referenced=made.tables,
        warnings=map(issue, made.warnings),
        metrics_used=made.metrics_used,
        verified=made.verified,
        dialect=made.dialect,
        terms=[semantic_pb2.Term(text=t.text, name=t.name, kind=t.kind, formula=t.formula) for t in known.terms],
        unresolved=known.unresolved,
        refused_reason=known.refused_reason,
    )
    return finished(response, tail)
