"""A run of an answer's query over made-up rows. Runs in a process of its own where time matters."""

from __future__ import annotations

from services.migration.fallback.check import RESULT, document_of, static_problems
from services.migration.fallback.request import ModelRequest
from services.pipelines.dsl.columns import resolve
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.finding import Finding
from services.pipelines.runner import run
from services.pipelines.runner.check import NOT_EXECUTED, RUNS_ON_DUCKDB, execute_check
from services.pipelines.runner.errors import NotRunnableError, RunFailedError
from services.pipelines.runner.hints import hints
from services.pipelines.runner.rows import Level, rows
from services.pipelines.severity import Severity

SECONDS = 10.0


def trial(request: ModelRequest, sql: str) -> tuple[list[str], list[str]]:
    """Problems and notes: what is wrong with the query, and what could not be found out. Never raises for bad SQL."""
    problems = static_problems(request, sql)
    if problems:
        return problems, []
    document = document_of(request, sql)
    found = execute_check(document, checked=True, seconds=SECONDS)
    problems = [finding.message for finding in found if _is_problem(finding, request.dialect)]
    unsure = [finding for finding in found if finding.code == NOT_EXECUTED]  # refused rows are told of later
    notes = [finding.message for finding in unsure if not _is_problem(finding, request.dialect)]
    if not problems and not notes and request.passive:
        problems = _row_count(request, document)
    return problems, notes


def _is_problem(finding: Finding, dialect: str) -> bool:
    """An error; and a query that did not run although all of its dialect runs here: it passed a bound."""
    return finding.severity == Severity.ERROR or (finding.code == NOT_EXECUTED and dialect in RUNS_ON_DUCKDB)


def _row_count(request: ModelRequest, document: Document) -> list[str]:
    """A passive object gives one row for each row it gets: whether the query does."""
    found = resolve(document)
    told = hints(document, found)
    for level in (Level.ODD, Level.PLAIN):
        given = rows(found, told, level)
        try:
            result = run(document, given)
        except (NotRunnableError, RunFailedError):
            continue  # values of this level are refused, which the run before has told of
        taken, made = max(map(len, given.values()), default=0), len(result[RESULT])
        if taken != made:
            return [
                f"gives {made} rows for {taken} rows of {request.inputs[0].name}, but must give exactly one row for "
                "each: no filter, no grouping, no join that repeats or drops rows"
            ]
        return []
    return []
