"""Forgets conversations, the agent's sessions and stored matches that nobody touched for a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from pydantic import Field

from services.runtime.context import detached
from services.runtime.database import Database
from services.runtime.errors import ServiceError
from services.runtime.logs import get_logger
from services.runtime.queries import load_queries
from services.runtime.settings import Settings

log = get_logger("retention")

QUERIES = load_queries(files(__package__) / "retention.sql")
FIRST_AFTER, EVERY = 60.0, 6 * 3600.0
"""Seconds after the start, and between two times."""
AT_ONCE = 1_000
"""Rows of one statement, so that none holds locks for long."""


class RetentionSettings(Settings):
    """Mixin of the Copilot's settings."""

    copilot_retention_days: int = Field(
        90,
        ge=0,
        le=36_500,
        description="Days after which untouched conversations, agent sessions and matches are forgotten; 0: never",
    )


async def forget(database: Database, days: int, at_once: int = AT_ONCE) -> dict[str, int]:
    """How many messages, sessions and matches were older than `days` and are gone. Raises DatabaseUnavailable."""
    gone = dict.fromkeys(QUERIES, 0)
    for name, statement in QUERIES.items():
        count = at_once
        while count == at_once:
            async with database.connection() as connection:
                count = int((await connection.execute(statement, days, at_once)).rpartition(" ")[2])
            gone[name] += count
    return gone


@asynccontextmanager
async def forgetting(database: Database, days: int) -> AsyncIterator[None]:
    """Forgets now and then, in the background; with `days` 0 never. A database that is away is tried next time."""
    if not days:
        yield
        return
    task = asyncio.create_task(_again_and_again(database, days), context=detached())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _again_and_again(database: Database, days: int) -> None:
    pause = FIRST_AFTER
    while True:
        await asyncio.sleep(pause)
        pause = EVERY
        try:
            gone = await forget(database, days)
        except ServiceError as error:
            log.warning("old rows not forgotten", reason=error.reason)
            continue
        except Exception:  # why: the task must not end unseen; the log has the error, and it is tried next time
            log.error("old rows not forgotten", exc_info=True)
            continue
        if any(gone.values()):
            log.info("old rows forgotten", days=days, **gone)
