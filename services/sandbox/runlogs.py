"""The log of a run: what every run writes, and what this one wrote besides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from services.sandbox.history import Run
from services.sandbox.moments import written

SIMULATED = "sandbox: this run is simulated, no data was moved"


def lines(run: Run, now: datetime) -> list[dict[str, Any]]:
    """Oldest first; of a running run those so far. Times are spread evenly over the run."""
    texts = list(_texts(run))
    step = (run.finished_at - run.started_at) / max(1, len(texts) - 1)
    moments: list[datetime] = [run.started_at + step * number for number in range(len(texts))]
    found = []
    for number, (moment, text) in enumerate(zip(moments, texts, strict=True), start=1):
        if moment > now + timedelta(seconds=1):
            break
        head, _, message = text.partition(" | ")
        level, _, node = head.partition(" ")
        found.append({"line": number, "at": written(moment), "level": level, "node": node, "message": message})
    return found


def _texts(run: Run) -> Iterator[str]:
    yield f"INFO start | run {run.run_id}, version {run.version}, attempt {run.attempt}"
    if run.simulated:
        yield f"INFO start | {SIMULATED}"
    special: dict[str, list[str]] = {}
    for text in run.logs:
        node = text.partition(" | ")[0].partition(" ")[2]
        special.setdefault(node, []).append(text)
    yield from special.get("start", ())
    if run.error_node == "" and run.failed:
        yield f"ERROR start | {run.error}"
        return
    for node, kind in run.pipeline.nodes:
        if node in special:
            yield from special[node]
        else:
            yield from _usual(run, node, kind)
        if run.failed and node == run.error_node:
            yield f"ERROR {node} | node failed: {run.error}"
            break
    yield "ERROR end | run failed" if run.failed else f"INFO end | {run.rows_written} rows written"


def _usual(run: Run, node: str, kind: str) -> Iterator[str]:
    if kind == "source":
        yield f"INFO {node} | reading"
        yield f"INFO {node} | {run.rows_read} rows read"
    elif kind == "sink":
        yield f"INFO {node} | writing"
    else:
        yield f"INFO {node} | done"
