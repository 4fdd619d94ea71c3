"""The vectors of the last queries."""

from __future__ import annotations

from collections import OrderedDict

from services.retrieval.embedding.protocol import Vectors


class QueryCache:
    """At most `size` vectors (1.5 KB each), the least recently used goes first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()

    def __len__(self) -> int:
        return len(self._vectors)

    def get(self, text: str) -> Vectors | None:
        found = self._vectors.get(text)
        if found is not None:
            self._vectors.move_to_end(text)
        return found

    def put(self, text: str, vector: Vectors) -> None:
        if self._size:
            self._vectors[text] = vector
            self._vectors.move_to_end(text)
            while len(self._vectors) > self._size:
                self._vectors.popitem(last=False)
