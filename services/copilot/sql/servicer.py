"""SqlService. Only translates."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from typing import Any

from dataflow.common.v1 import dialect_pb2
from dataflow.copilot.v1 import sql_pb2, sql_pb2_grpc
from services.copilot.sql.findings import Finding
from services.copilot.sql.schema_index import SchemaIndex, TableInfo
from services.copilot.sql.validate import Validation, validate
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail, finished
from services.runtime.errors import InvalidArgument

MOST_CHARACTERS = 100_000
_KEPT = 8
_SECONDS = 20.0
_INDEXES: OrderedDict[tuple[str, bytes], SchemaIndex] = OrderedDict()
# Words that only one dialect has, outside strings; the first that is found decides.
_SIGNS = (
    (
        "mssql",
        r"\bSELECT\s+TOP\b(?=.*\bGETDATE\b)|\bGETDATE\s*\(|\bDATEADD\s*\(\s*\w+\s*,.*\[|\[\w+\]|\bNOLOCK\b|\bCROSS\s+APPLY\b",
    ),
    ("teradata", r"^\s*SEL\b|\bSAMPLE\s+\d|\bCOLLECT\s+STAT|\bZEROIFNULL\b|\bVOLATILE\s+TABLE\b"),
    ("sap_hana", r"\bADD_DAYS\s*\(|\bDAYS_BETWEEN\s*\(|\bFROM\s+DUMMY\b|\bUPSERT\b|\bCOLUMN\s+TABLE\b"),
    ("snowflake", r"\bIFF\s*\(|\bFLATTEN\s*\(|\bTRY_TO_\w+\s*\(|\bVARIANT\b|\bQUALIFY\b|\bDATEDIFF\s*\("),
)
_QUIET = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)


class SqlServicer(sql_pb2_grpc.SqlServiceServicer):
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def ValidateSql(self, request: Any, context: Any) -> sql_pb2.ValidateSqlResponse:
        sql = checked(request.sql)
        dialect = dialect_of(request.dialect, sql)
        request.ClearField("sql")
        schema = request.SerializeToString(deterministic=True) if request.tables else b""
        tail = Tail()
        found = await self._around.workers.run_cpu(validated, sql, dialect, schema, timeout=_SECONDS)
        return reply(found, dialect, tail)


def checked(sql: str) -> str:
    """The statement; InvalidArgument where there is none or it is too long."""
    if not sql.strip():
        raise InvalidArgument("sql: is empty; send the statement to check")
    if len(sql) > MOST_CHARACTERS:
        raise InvalidArgument(f"sql: has {len(sql):,} characters; at most {MOST_CHARACTERS:,} are checked")
    return sql


def dialect_of(asked: int, sql: str) -> str:
    """The dialect asked for, else told from the text, else postgresql."""
    if asked:
        return str(dialect_pb2.SqlDialect.Value.Name(asked))
    plain = _QUIET.sub(" ", sql)
    found = (name for name, sign in _SIGNS if re.search(sign, plain, re.IGNORECASE | re.DOTALL))
    return next(found, "postgresql")


def validated(sql: str, dialect: str, schema: bytes) -> Validation:
    """Runs in a worker process; the schema comes as a ValidateSqlRequest that holds tables alone."""
    return validate(sql, dialect, index_of(dialect, schema) if schema else None)


def index_of(dialect: str, schema: bytes) -> SchemaIndex:
    """The index of a schema, kept for the next statement that comes with the same bytes."""
    key = (dialect, hashlib.blake2b(schema, digest_size=16).digest())
    if key not in _INDEXES:
        tables = sql_pb2.ValidateSqlRequest.FromString(schema).tables
        _INDEXES[key] = SchemaIndex(dialect, [_table(each) for each in tables])
        while len(_INDEXES) > _KEPT:
            _INDEXES.popitem(last=False)
    _INDEXES.move_to_end(key)
    return _INDEXES[key]


def _table(table: Any) -> TableInfo:
    columns = tuple((column.name, column.type) for column in table.columns)
    return TableInfo(table.name, table.schema, table.database, columns, tuple(table.primary_key))


def reply(found: Validation, dialect: str, tail: Tail) -> sql_pb2.ValidateSqlResponse:
    tail.factors = found.factors
    tail.rules.append(f"checked_against: {found.checked_against}")
    tail.missing("" if found.checked_against == "schema" else "no_schema")
    response = sql_pb2.ValidateSqlResponse(
        is_valid=not found.errors,
        errors=map(_issue, found.errors),
        warnings=map(_issue, found.warnings),
        tables_referenced=found.tables,
        statement_kind=found.kind,
        is_read_only=found.is_read_only,
        dialect=dialect,
    )
    return finished(response, tail)


def _issue(finding: Finding) -> sql_pb2.SqlIssue:
    return sql_pb2.SqlIssue(
        code=finding.code,
        message=finding.message,
        severity=finding.severity,
        start=finding.start,
        end=finding.end,
        line=finding.line,
        column=finding.column,
        nearest=finding.nearest,
        fix=finding.fix,
    )
