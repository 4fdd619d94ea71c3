"""QualityService. Only translates."""

from __future__ import annotations

from typing import Any

from google.protobuf import json_format, struct_pb2

from dataflow.common.v1 import dialect_pb2
from dataflow.copilot.v1 import quality_pb2, quality_pb2_grpc
from services.copilot.confidence import total
from services.copilot.quality.generate import Generated, generate
from services.copilot.quality.job import Job
from services.copilot.quality.rule import Rule
from services.copilot.quality.trying import MOST_ROWS, Tried
from services.copilot.quality.wording.mentions import Described
from services.copilot.sql.schema_index import TableInfo
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail, finished
from services.runtime.errors import InvalidArgument

MOST_CHARACTERS = 8_000
MOST_COLUMNS = 2_000
UNNAMED = "the_table"
"""What statements read where the request names no table."""


class QualityServicer(quality_pb2_grpc.QualityServiceServicer):
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def GenerateRules(self, request: Any, context: Any) -> quality_pb2.GenerateRulesResponse:
        tail = Tail()
        made = await generate(job_of(request), self._around, tail)
        return reply(made, request.table.name, tail)


def job_of(request: Any) -> Job:
    """The request, checked. Raises InvalidArgument."""
    description = request.description
    if not description.strip():
        raise InvalidArgument("description: is empty; say in words what good data is")
    if len(description) > MOST_CHARACTERS:
        raise InvalidArgument(f"description: has {len(description):,} characters; at most {MOST_CHARACTERS:,} are read")
    if len(request.sample_rows) > MOST_ROWS:
        raise InvalidArgument(f"sample_rows: {len(request.sample_rows):,} rows; at most {MOST_ROWS:,} are tried")
    if len(request.table.columns) > MOST_COLUMNS:
        raise InvalidArgument(f"table.columns: {len(request.table.columns):,}; at most {MOST_COLUMNS:,} are read")
    dialect = dialect_pb2.SqlDialect.Value.Name(request.dialect) if request.dialect else "postgresql"
    rows = tuple(json_format.MessageToDict(row) for row in request.sample_rows)
    columns = tuple(Described(each.name, each.type, each.description) for each in request.table.columns)
    return Job(description, _table(request.table), columns, dialect, rows)


def _table(table: Any) -> TableInfo:
    columns = tuple((each.name, each.type) for each in table.columns)
    return TableInfo(table.name or UNNAMED, table.schema, table.database, columns, tuple(table.primary_key))


def reply(made: Generated, table: str, tail: Tail) -> quality_pb2.GenerateRulesResponse:
    warnings = list(made.warnings)
    if made.rules and not table:
        warnings.append(f"table.name: is empty; the statements read {UNNAMED}: put the name of yours there")
    tried: list[Tried | None] = [*made.tried] or [None] * len(made.rules)
    rules = [_rule(rule, run) for rule, run in zip(made.rules, tried, strict=True)]
    return finished(quality_pb2.GenerateRulesResponse(rules=rules, warnings=warnings), tail)


def _rule(rule: Rule, tried: Tried | None) -> quality_pb2.QualityRule:
    parameters = json_format.ParseDict(dict(rule.parameters), struct_pb2.Struct())
    run = quality_pb2.DryRun(rows=tried.rows, failing=tried.failing, error=tried.error) if tried else None
    return quality_pb2.QualityRule(
        name=rule.name,
        type=rule.type,
        column=rule.column,
        parameters=parameters,
        sql=rule.sql,
        severity=rule.severity,
        description=rule.description,
        confidence=total(rule.factors),
        dry_run=run,
    )
