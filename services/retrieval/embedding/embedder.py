"""The model off the event loop: one thread, queries before documents, batches of similar length."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

import numpy as np

from services.retrieval.embedding.protocol import (
    DIMENSIONS,
    EmbedderUnavailable,
    Embeddings,
    Model,
    Vectors,
)
from services.retrieval.embedding.query_cache import QueryCache
from services.retrieval.embedding.tokens import Encoded, Tokens
from services.retrieval.embedding.turns import DOCUMENTS, QUERY, Turns
from services.runtime.context import detached
from services.runtime.logs import get_logger

log = get_logger("embedder")

T = TypeVar("T")

# Padded tokens of one run of the model, measured on two cores: larger batches leave the processor's cache and
# embed fewer texts a second, and a query waits for the batch that runs (60 ms).
BATCH_TOKENS = 1024
BATCH_TEXTS = 64
RETRY_SECONDS = 10.0  # between two attempts to load a model that is missing
WAITING = 256


class ModelEmbedder:
    """The Embedder of a model that `load` (blocking) makes on first use. `close()` ends its thread."""

    def __init__(self, load: Callable[[], Model], *, cached_queries: int = 1024) -> None:
        self._load = load
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embedder")
        self._turns = Turns(WAITING)
        self._cache = QueryCache(cached_queries)
        self._tokens: Tokens | None = None
        self._model: Model | None = None
        self._loading: asyncio.Task[Model] | None = None
        self._failed: tuple[float, str] | None = None

    async def model(self) -> str:
        return (await self._loaded()).name

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        model = await self._loaded()
        encoded = await self._in_thread(self.tokens().encode_all, texts)
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        for rows in batches([len(item.ids) for item in encoded]):
            vectors[rows] = await self._run(model, [encoded[row] for row in rows], DOCUMENTS)
        return Embeddings(vectors, tuple(len(item.ids) for item in encoded), tuple(item.truncated for item in encoded))

    async def embed_query(self, text: str) -> tuple[Vectors, bool]:
        found = self._cache.get(text)
        if found is not None:
            return found, True
        model = await self._loaded()
        vector = (await self._run(model, [self.tokens().encode(text)], QUERY))[0]
        vector.setflags(write=False)  # it is shared with every later caller
        self._cache.put(text, vector)
        return vector, False

    def count_tokens(self, text: str) -> int:
        return self.tokens().count(text)

    def tokens(self) -> Tokens:
        """The tokenizer, which needs no model."""
        if self._tokens is None:
            self._tokens = Tokens()
        return self._tokens

    async def close(self) -> None:
        """Drop what waits and end the thread after the batch that runs."""
        if self._loading is not None:
            with suppress(EmbedderUnavailable):
                await self._loading
        await asyncio.to_thread(self._thread.shutdown, wait=True, cancel_futures=True)

    async def _run(self, model: Model, encoded: Sequence[Encoded], urgency: int) -> Vectors:
        async with self._turns.turn(urgency):
            return await self._in_thread(model.encode, [item.ids for item in encoded])

    async def _in_thread(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)

    async def _loaded(self) -> Model:
        """The model; one caller loads it, the others wait. Raises EmbedderUnavailable, at once between attempts."""
        if self._model is not None:
            return self._model
        if self._failed is not None and time.monotonic() - self._failed[0] < RETRY_SECONDS:
            raise EmbedderUnavailable(self._failed[1])
        if self._loading is None or self._loading.done():
            self._loading = asyncio.create_task(self._make(), name="embedding-model", context=detached())
        return await asyncio.shield(self._loading)

    async def _make(self) -> Model:
        started = time.perf_counter()
        try:
            self.tokens()
            self._model = await asyncio.get_running_loop().run_in_executor(self._thread, self._load)
        except EmbedderUnavailable as error:
            self._failed = (time.monotonic(), error.message)
            log.warning("embedding model unavailable", detail=error.message)
            raise
        log.info("embedding model loaded", model=self._model.name, seconds=round(time.perf_counter() - started, 2))
        return self._model


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows in batches of similar length: at most BATCH_TEXTS texts and, one long text apart, BATCH_TOKENS tokens
    when filled up to the longest."""
    rows = sorted(range(len(lengths)), key=lengths.__getitem__)
    batch: list[int] = []
    for row in rows:
        if batch and (len(batch) == BATCH_TEXTS or (len(batch) + 1) * lengths[row] > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
