"""What an embedder is to the rest of the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from services.runtime.errors import ResourceExhausted, Unavailable

DIMENSIONS = 384
Vectors = NDArray[np.float32]


class EmbedderUnavailable(Unavailable):
    """There is no usable model; the message says which file or package is missing."""

    reason = "EMBEDDER_UNAVAILABLE"


class EmbedderBusy(ResourceExhausted):
    """Too many calls wait for the model."""

    reason = "EMBEDDER_BUSY"


@dataclass(frozen=True, slots=True)
class Embeddings:
    """One row a text, in order. `vectors` is float32 (n, 384), each row of length 1; `tokens` counts what the
    model saw, its two special tokens included; `truncated` is True where the text had more."""

    vectors: Vectors
    tokens: tuple[int, ...]
    truncated: tuple[bool, ...]


class Model(Protocol):
    """A loaded model. Blocking, used by one thread at a time."""

    name: str
    """Model, form and the first 12 hex digits of the file's sha256: two models with one name give one space."""

    def encode(self, token_ids: Sequence[Sequence[int]]) -> Vectors:
        """Vectors of one batch of token id lists, float32 (n, 384), rows of length 1."""


class Embedder(Protocol):
    """What search, indexing and packing use."""

    async def model(self) -> str:
        """Name of the model. Raises EmbedderUnavailable."""

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        """Vectors of documents. Raises EmbedderUnavailable, EmbedderBusy. Cancelling drops what has not begun."""

    async def embed_query(self, text: str) -> tuple[Vectors, bool]:
        """Vector (384,) of a query, ahead of waiting documents, and True where it came from the cache."""

    def count_tokens(self, text: str) -> int:
        """Tokens of a text of any length, without special tokens. Raises EmbedderUnavailable."""
