"""DiagnoseService. Only translates."""

from __future__ import annotations

from typing import Any

from dataflow.copilot.v1 import diagnose_pb2, diagnose_pb2_grpc
from services.copilot.diagnose.answer import answer
from services.copilot.diagnose.catalogue import catalogue
from services.copilot.diagnose.diagnosis import Diagnosis, Question
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail, finished
from services.runtime.errors import InvalidArgument

MOST_BYTES = 1 << 20


class DiagnoseServicer(diagnose_pb2_grpc.DiagnoseServiceServicer):
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        catalogue()  # read before the first call

    async def Diagnose(self, request: Any, context: Any) -> diagnose_pb2.DiagnoseResponse:
        tail = Tail()
        return finished(reply(await answer(self._around, question_of(request), tail)), tail)


def question_of(request: Any) -> Question:
    """The request checked. Raises InvalidArgument where nothing is given or a text is too long."""
    message = request.error_message if request.error_message.strip() else request.pipeline_context.last_error
    if not message.strip() and not request.logs.strip():
        raise InvalidArgument("error_message: is empty, and so are logs; send the error as it came")
    for name, text in (("error_message", message), ("logs", request.logs)):
        size = len(text.encode("utf-8", "replace"))
        if size > MOST_BYTES:
            raise InvalidArgument(
                f"{name}: has {size} bytes; send at most {MOST_BYTES}, the part around the first error"
            )
    if request.language not in ("", "en", "pl"):
        raise InvalidArgument(f"language: is {request.language[:20]!r}; send en or pl")
    return Question(
        message, request.logs, request.pipeline_context.yaml, request.system[:100], request.language or "en"
    )


def reply(made: Diagnosis) -> diagnose_pb2.DiagnoseResponse:
    return diagnose_pb2.DiagnoseResponse(
        category=made.category,
        root_cause=made.root_cause,
        explanation=made.explanation,
        fixes=[
            diagnose_pb2.Fix(title=each.title, steps=each.steps, sql=each.sql, confidence=each.confidence)
            for each in made.remedies
        ],
        matched_rule=made.rule,
        failing_line=made.line,
        object=made.object,
        system=made.system,
    )
