"""What OptimizeSql answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dataflow.common.v1 import reply_pb2
from dataflow.copilot.v1 import sql_pb2
from services.copilot.model.client import ModelUnavailable
from services.copilot.model.prompts import DATA_RULE, data, prompt
from services.copilot.sql.explain.wording import without_comments
from services.copilot.sql.optimize.optimize import Optimized, Suggestion, optimize
from services.copilot.sql.optimize.proposals import Proposal, judged, problems, proposals
from services.copilot.sql.packed import Held, PackedSchema, Packing, with_schema
from services.copilot.sql.references import tables_used
from services.copilot.sql.spans import read
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Tail, finished

PURPOSE = "sql_optimize"
TEMPERATURE = 0.1
MOST_FOR_MODEL = 12_000
"""Characters of a statement that are sent to a model; a longer one is left to the rules."""
_SECONDS = 40.0


async def optimized(around: Surroundings, packing: Packing, request: Any, dialect: str) -> sql_pb2.OptimizeSqlResponse:
    """`dialect` is the one asked for or told from the text."""
    tail = Tail()
    tail.rules.append(f"dialect: {dialect}")
    known = await around.schemas.known(request.tables, dialect=dialect)
    tail.missing(*known.degraded)
    packed = packing.pack(known.tables, known.version)
    if packed is None:
        tail.rules.append("schema: none; rewrites rest on the statement alone")
    done = await with_schema(around.workers, packed, by_rules, _SECONDS, request.sql, dialect)
    if done.is_query and len(done.sql) <= MOST_FOR_MODEL:
        await _by_model(around, packed, done, dialect, tail)
    tail.factors = done.factors
    tail.rules += done.notes
    return finished(_reply(done), tail)


def by_rules(held: Held | None, sql: str, dialect: str) -> Optimized:
    """Runs in a worker process."""
    return optimize(sql, dialect, held.index(dialect) if held is not None else None)


def described(held: Held | None, sql: str, dialect: str) -> tuple[str, str]:
    """The statement without comments, and its tables, as a prompt has them. Runs in a worker process."""
    spanned = read(sql, dialect)
    names = {name.rsplit(".", 1)[-1].lower() for name in tables_used(spanned.statements[0])}
    lines = []
    for table in held.tables if held is not None else ():
        if table.name.lower() in names:
            columns = ", ".join(f"{each.name} {each.type}" for each in table.columns)
            lines.append(f"{table.name}({columns}) primary key ({', '.join(table.primary_key)})")
    return without_comments(sql, spanned.tokens), "\n".join(lines)


def faults(held: Held | None, found: Sequence[Proposal], sql: str, dialect: str) -> list[str]:
    """Runs in a worker process."""
    index = held.index(dialect) if held is not None else None
    return [problem for each in found for problem in problems(each, sql, dialect, index)]


def proven(held: Held | None, found: Sequence[Proposal], sql: str, dialect: str) -> tuple[list[Suggestion], list[str]]:
    """Runs in a worker process."""
    return judged(found, sql, dialect, held.index(dialect) if held is not None else None)


async def _by_model(
    around: Surroundings, packed: PackedSchema | None, done: Optimized, dialect: str, tail: Tail
) -> None:
    """Adds what the model proposes to `done`, and applies the first that is proven."""
    workers = around.workers
    statement, tables = await with_schema(workers, packed, described, _SECONDS, done.sql, dialect)

    async def check(text: str) -> tuple[list[Proposal] | None, Sequence[str]]:
        found = proposals(text)
        if found is None:
            return None, ["It is not a JSON array of objects with title, sql and impact."]
        return found, await with_schema(workers, packed, faults, _SECONDS, found, done.sql, dialect)

    system = prompt("services.copilot.sql.optimize", "optimize.md").render(
        dialect=dialect,
        data_rule=DATA_RULE,
        statement=data("statement", statement),
        tables=data("tables", tables),
        suggestions=data("suggestions", "\n".join(f"{each.rule}: {each.title}" for each in done.suggestions)),
    )
    try:
        answer = await around.model.checked(
            system, "Propose rewrites.", check, tail.exchange, purpose=PURPOSE, temperature=TEMPERATURE
        )
    except ModelUnavailable as error:
        tail.missing(error.degraded)
        return
    suggestions, notes = await with_schema(workers, packed, proven, _SECONDS, answer.value or [], done.sql, dialect)
    done.notes += notes
    done.take(suggestions)
    if suggestions:
        tail.source = reply_pb2.Source.model


def _reply(done: Optimized) -> sql_pb2.OptimizeSqlResponse:
    return sql_pb2.OptimizeSqlResponse(
        optimized_sql=done.sql,
        suggestions=[
            sql_pb2.Rewrite(
                rule=each.rule,
                title=each.title,
                before=each.before,
                after=each.after,
                proof=each.proof,
                impact=each.impact,
            )
            for each in done.suggestions
        ],
    )
