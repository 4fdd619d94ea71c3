"""Percentiles over the latest latencies of one provider."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

SAMPLES = 200


def percentile(samples: Iterable[float], share: float) -> int:
    """Nearest-rank percentile (`share` above 0) of latencies in seconds, as whole milliseconds."""
    ordered = sorted(samples)
    if not ordered:
        return 0
    return round(1000 * ordered[math.ceil(share * len(ordered)) - 1])


class Latencies:
    """The latest 200, in seconds."""

    def __init__(self) -> None:
        self._samples: deque[float] = deque(maxlen=SAMPLES)

    def __len__(self) -> int:
        return len(self._samples)

    def add(self, seconds: float) -> None:
        self._samples.append(seconds)

    def milliseconds(self, share: float) -> int:
        return percentile(self._samples, share)
