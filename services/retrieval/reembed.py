"""After a change of model: stored texts are embedded anew, so that they are found again."""

from __future__ import annotations

import asyncio

import asyncpg

from services.retrieval.embedding.protocol import Embedder
from services.retrieval.indexing import BATCH
from services.retrieval.store import QUERIES
from services.runtime.database import Database
from services.runtime.database_errors import LOST
from services.runtime.errors import ServiceError
from services.runtime.logs import get_logger

log = get_logger("reembed")

RETRY_SECONDS = 5.0


async def reembed(database: Database, embedder: Embedder) -> int:
    """Give every vector of another model to the present one; how many. A search never compares vectors of two models,
    whatever happens meanwhile."""
    model = await embedder.model()
    last = done = 0
    while True:
        async with database.connection() as connection:
            rows = await connection.fetch(QUERIES["of_other_models"], model, last, BATCH)
        if not rows:
            return done
        embeddings = await embedder.embed([row["content"] for row in rows])
        changes = [
            (row["id"], model, vector.tolist(), row["content_hash"])
            for row, vector in zip(rows, embeddings.vectors, strict=True)
        ]
        async with database.transaction() as connection:
            await connection.executemany(QUERIES["replace_vector"], changes)
        last = rows[-1]["id"]
        done += len(rows)


async def reembed_once(database: Database, embedder: Embedder) -> None:
    """One complete pass, tried again while database or model is away.

    One only: while an old and a new version of this server run side by side, the one that started last decides.
    """
    while True:
        try:
            done = await reembed(database, embedder)
        except (ServiceError, *LOST, asyncpg.PostgresError, TimeoutError) as error:
            log.info("entities of other models are looked for later", error=type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)
            continue
        if done:
            log.info("entities of another model embedded anew", entities=done)
        return
