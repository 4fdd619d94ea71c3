"""SqlService. Only translates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dataflow.common.v1 import dialect_pb2
from dataflow.copilot.v1 import sql_pb2, sql_pb2_grpc
from services.copilot.knowledge.dialects import dialects, told_by_question, told_by_sql
from services.copilot.sql.elsewhere import checked_against
from services.copilot.sql.explain.answer import explained
from services.copilot.sql.generate.answer import checked_question, generate
from services.copilot.sql.optimize.answer import optimized
from services.copilot.sql.packed import Packing
from services.copilot.sql.replies import generation_reply, validation_reply
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail
from services.runtime.errors import InvalidArgument

MOST_CHARACTERS = 100_000


class SqlServicer(sql_pb2_grpc.SqlServiceServicer):
    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._packing = Packing()

    async def GenerateSql(self, request: Any, context: Any) -> sql_pb2.GenerateSqlResponse:
        question = checked_question(request.question)
        dialect = named(request.dialect) or told_by_question(question)
        semantic = request.use_semantic_layer if request.HasField("use_semantic_layer") else True
        tables, tail = checked_tables(request.tables), Tail()
        return generation_reply(await generate(self._around, question, dialect, tables, semantic, tail), tail)

    async def ExplainSql(self, request: Any, context: Any) -> sql_pb2.ExplainSqlResponse:
        return await explained(self._around, request, dialect_of(request.dialect, checked(request.sql)))

    async def OptimizeSql(self, request: Any, context: Any) -> sql_pb2.OptimizeSqlResponse:
        dialect = dialect_of(request.dialect, checked(request.sql))
        return await optimized(self._around, self._packing, request, dialect)

    async def ValidateSql(self, request: Any, context: Any) -> sql_pb2.ValidateSqlResponse:
        sql = checked(request.sql)
        dialect = dialect_of(request.dialect, sql)
        tail = Tail()
        known = await self._around.schemas.known(checked_tables(request.tables), dialect=dialect)
        tail.missing(*known.degraded)
        around = self._around
        found = await checked_against(
            known, sql, dialect, schemas=around.schemas, packing=self._packing, workers=around.workers
        )
        return validation_reply(found, dialect, tail)


def checked(sql: str) -> str:
    """The statement; InvalidArgument where there is none or it is too long."""
    if not sql.strip():
        raise InvalidArgument("sql: is empty; send the statement to check")
    if len(sql) > MOST_CHARACTERS:
        raise InvalidArgument(f"sql: has {len(sql):,} characters; at most {MOST_CHARACTERS:,} are checked")
    return sql


def checked_tables(tables: Sequence[Any]) -> Sequence[Any]:
    """The tables; InvalidArgument where one has no name, or a column has none."""
    for at, table in enumerate(tables):
        if not table.name.strip():
            raise InvalidArgument(f"tables[{at}].name: is empty; every table needs its name")
        for number, column in enumerate(table.columns):
            if not column.name.strip():
                raise InvalidArgument(f"tables[{at}].columns[{number}].name: is empty; every column needs its name")
    return tables


def named(asked: int) -> str:
    """The dialect asked for, "" where none is; InvalidArgument for a number that is no dialect."""
    if asked and asked not in dialect_pb2.SqlDialect.Value.values():
        raise InvalidArgument(f"dialect: {asked} is none; use {', '.join(dialects())}")
    return str(dialect_pb2.SqlDialect.Value.Name(asked)) if asked else ""


def dialect_of(asked: int, sql: str) -> str:
    """The dialect asked for, else told from the text, else postgresql."""
    return named(asked) or told_by_sql(sql)
