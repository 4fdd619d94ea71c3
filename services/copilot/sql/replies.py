"""Findings and statements as the messages of SqlService."""

from __future__ import annotations

from dataflow.copilot.v1 import sql_pb2
from services.copilot.sql.findings import Finding
from services.copilot.sql.generate.generated import Generated
from services.copilot.sql.validate import Validation
from services.copilot.tail import Tail, finished


def validation_reply(found: Validation, dialect: str, tail: Tail) -> sql_pb2.ValidateSqlResponse:
    tail.factors = found.factors
    tail.rules.append(f"checked_against: {found.checked_against}")
    tail.missing("" if found.checked_against == "schema" else "no_schema")
    response = sql_pb2.ValidateSqlResponse(
        is_valid=not found.errors,
        errors=map(issue, found.errors),
        warnings=map(issue, found.warnings),
        tables_referenced=found.tables,
        statement_kind=found.kind,
        is_read_only=found.is_read_only,
        dialect=dialect,
    )
    return finished(response, tail)


def generation_reply(made: Generated, tail: Tail) -> sql_pb2.GenerateSqlResponse:
    response = sql_pb2.GenerateSqlResponse(
        sql=made.sql,
        explanation=made.explanation,
        tables_referenced=made.tables,
        warnings=map(issue, made.warnings),
        metrics_used=made.metrics_used,
        verified=made.verified,
        dialect=made.dialect,
    )
    return finished(response, tail)


def issue(finding: Finding) -> sql_pb2.SqlIssue:
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
