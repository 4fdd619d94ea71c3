"""A statement checked against the catalog, whose tables may be in a system of another kind than the dialect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from services.copilot.schemas import KnownTables, Schemas
from services.copilot.sql.findings import Finding
from services.copilot.sql.packed import Held, Packing, with_schema
from services.copilot.sql.validate import Validation, validate
from services.runtime.workers import Workers

_SECONDS = 20.0


async def checked_against(
    known: KnownTables, sql: str, dialect: str, *, schemas: Schemas, packing: Packing, workers: Workers
) -> Validation:
    """Against `known`. Where the catalog has its tables in other systems: against those, with a warning for each."""
    packed = packing.pack(known.tables, known.version)
    found = await with_schema(workers, packed, validated, _SECONDS, sql, dialect, known.truncated)
    if known.origin != "catalog" or not _unknown(found):
        return found
    others = await schemas.found(found.tables)
    again = await with_schema(workers, packing.pack(others.tables), validated, _SECONDS, sql, dialect, known.truncated)
    if not others.tables or _unknown(again) >= _unknown(found):
        return found
    here = {table.name.lower() for table in known.tables}
    elsewhere = [name for name in found.tables if name.rpartition(".")[2].lower() not in here]
    return replace(again, warnings=[*_warnings(await schemas.services(elsewhere), dialect), *again.warnings])


def _unknown(found: Validation) -> int:
    return sum(each.code == "UNKNOWN_TABLE" for each in (*found.errors, *found.warnings))


def _warnings(services: Mapping[str, str], dialect: str) -> list[Finding]:
    return [
        Finding(
            "TABLE_ELSEWHERE",
            f"{name} is in {service}, where {dialect} may not be the dialect.",
            "warning",
            fix=f"Run it there, or in a {dialect} system that has a copy of it.",
        )
        for name, service in services.items()
    ]


def validated(held: Held | None, sql: str, dialect: str, in_part: bool = False) -> Validation:
    """Runs in a worker process. `in_part`: there are more tables than are held, so that an unknown one may exist."""
    found = validate(sql, dialect, held.index(dialect) if held is not None else None)
    if not in_part:
        return found
    doubtful = [replace(each, severity="warning") for each in found.errors if each.code == "UNKNOWN_TABLE"]
    errors = [each for each in found.errors if each.code != "UNKNOWN_TABLE"]
    return replace(found, errors=errors, warnings=[*doubtful, *found.warnings])
