"""What ExplainSql answers."""

from __future__ import annotations

from typing import Any

from dataflow.common.v1 import reply_pb2
from dataflow.copilot.v1 import sql_pb2
from services.copilot.confidence import Factor
from services.copilot.model.client import ModelUnavailable
from services.copilot.sql.explain.explain import Explanation, explain
from services.copilot.sql.explain.phrases import LANGUAGES
from services.copilot.sql.explain.wording import worded
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail, finished
from services.runtime.errors import InvalidArgument

_SECONDS = 30.0


async def explained(around: Surroundings, request: Any, dialect: str) -> sql_pb2.ExplainSqlResponse:
    """`dialect` is the one asked for or told from the text. InvalidArgument for a language there is not."""
    language = request.language or "en"
    if language not in LANGUAGES:
        raise InvalidArgument(f"language: {language!r} is not one of {', '.join(LANGUAGES)}")
    tail = Tail()
    tail.rules.append(f"dialect: {dialect}")
    found = await around.workers.run_cpu(explain, request.sql, dialect, language, timeout=_SECONDS)
    if found.left_out:
        tail.rules.append(f"clauses: {found.left_out} more were left out, the reply would be too large")
    text = await _worded(around, found, request.sql, dialect, language, tail) if found.understood else ""
    tail.factors = [*found.factors, *([Factor("wording", -0.1, "worded by a model")] if text else [])]
    return finished(_reply(found, text or found.text), tail)


async def _worded(around: Surroundings, found: Explanation, sql: str, dialect: str, language: str, tail: Tail) -> str:
    try:
        text = await worded(found, sql, dialect, language, around.model, tail.exchange)
    except ModelUnavailable as error:
        tail.missing(error.degraded)
        return ""
    if text:
        tail.source = reply_pb2.Source.model
    else:
        tail.rules.append("wording: the model's was refused, its facts are not the statement's")
    return text


def _reply(found: Explanation, text: str) -> sql_pb2.ExplainSqlResponse:
    return sql_pb2.ExplainSqlResponse(
        explanation=text,
        clauses=[
            sql_pb2.Clause(kind=each.kind, sql=each.sql, text=each.text, start=each.start, end=each.end)
            for each in found.clauses
        ],
        tables_referenced=found.tables,
        columns_referenced=found.columns,
        output_columns=found.output,
    )
