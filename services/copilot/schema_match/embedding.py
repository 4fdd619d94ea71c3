"""Vectors of the columns' texts, from the Retrieval server, in bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.copilot.grounding import UNAVAILABLE, Grounding
from services.copilot.schema_match.column import Table
from services.copilot.schema_match.texts import texts_of

SECONDS, LESS_EACH = 3.0, 0.0007
"""For all of them, and how much less for each column, since matching many takes its own time; what is not embedded by
then is matched without."""
_SHORTEST = 1.0
_BATCH = 64

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Embedded:
    """`vectors`: of the source's and of the target's columns, None where there is none. `of`: what they were made of,
    in words."""

    vectors: tuple[Floats, Floats] | None = None
    of: str = "nothing"
    degraded: str = UNAVAILABLE


async def embedded(source: Table, target: Table, grounding: Grounding) -> Embedded:
    """Names first, then names with descriptions; descriptions take part only where all were embedded in time."""
    texts = texts_of(source, target)
    names, full = (list(dict.fromkeys(each)) for each in zip(*texts, strict=True))
    found: dict[str, Sequence[float]] = {}
    wanted = [*names, *(text for text in full if text not in set(names))]
    try:
        async with asyncio.timeout(max(_SHORTEST, SECONDS - LESS_EACH * len(texts))):
            for start in range(0, len(wanted), _BATCH):
                batch = wanted[start : start + _BATCH]
                vectors = await grounding.embed(batch)
                if vectors is None:
                    break
                found.update(zip(batch, vectors, strict=True))
    except TimeoutError:
        pass  # what came in time is used, and the answer says what it is
    return _put_together(texts, found, len(source.columns)) if found else Embedded()


def _put_together(texts: Sequence[tuple[str, str]], found: Mapping[str, Sequence[float]], size: int) -> Embedded:
    nothing = np.zeros(len(next(iter(found.values()))), dtype=np.float32)
    names, full = (
        np.array([found.get(text, nothing) for text in side], np.float32) for side in zip(*texts, strict=True)
    )
    whole = all(text in found for pair in texts for text in pair)
    held = np.concatenate((names, full), axis=1) / np.float32(np.sqrt(2)) if whole else names
    share = sum(name in found for name, _ in texts) / len(texts)
    of = "names and descriptions" if whole else f"names of {share:.0%} of the columns"
    return Embedded((held[:size], held[size:]), of, "" if share == 1 else UNAVAILABLE)
