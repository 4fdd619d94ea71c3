"""Root causes of incidents that are known: which are named first, on what evidence, how fast.

    python -m benchmarks.root_causes [--seeds 7 23 101] [--list]

Five sets: the sandbox's incidents, and four beside the tests. Each is analysed by its run, over
HTTP from the sandbox, without a model and with one that answers from a script; the model's words can change no order.
Prints a table: set, seed, incidents, named first, among the first two, grounded, worded by the model in the same order,
calls of services, milliseconds; and how sure the first hypothesis is where it is right and where it is wrong. `--list`
names each that is not first.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median

import structlog

from dataflow.copilot.v1 import rca_pb2, rca_pb2_grpc
from services.sandbox.app import METADATA, MONITOR, PIPELINE
from services.sandbox.http import Server
from tests.copilot.rca.incidents import (
    AFTERWARDS,
    ON_CALL,
    UNSEEN,
    VARIATIONS,
    Case,
    Verdict,
    beside,
    run_of,
    serving,
    shipped,
    verdict,
)
from tests.copilot.stage import copilot
from tests.sandbox.served import platform_of

FILES = (VARIATIONS, UNSEEN, ON_CALL, AFTERWARDS)
SETS: tuple[tuple[str, Path | None], ...] = (("sandbox", None), *((file.stem, file) for file in FILES))


async def without_model(server: Server, cases: Sequence[Case]) -> tuple[list[Verdict], list[float]]:
    verdicts, took = [], []
    for case in cases:
        start = time.perf_counter()
        verdicts.append(await verdict(server, case))
        took.append((time.perf_counter() - start) * 1000)
    return verdicts, took


async def with_model(server: Server, cases: Sequence[Case], found: Sequence[Verdict]) -> int:
    """Replies whose hypotheses are those of the ranking, in its order and on its evidence, in a model's words."""
    around = {
        "pipeline_base_url": server.url + PIPELINE,
        "monitor_base_url": server.url + MONITOR,
        "metadata_base_url": server.url + METADATA,
    }
    kept = 0
    for case, one in zip(cases, found, strict=True):
        rows = [
            {"number": number, "title": "Worded", "explanation": "It fits.", "evidence": list(each.evidence)}
            for number, each in enumerate(one.analysis.ranked, start=1)
        ]
        script = json.dumps(
            {"model": "m", "rules": [], "default": json.dumps({"summary": "Worded.", "hypotheses": rows})}
        )
        run = await run_of(platform_of(server), case)
        with tempfile.TemporaryDirectory() as folder:
            async with copilot(script, Path(folder), **around) as channel:
                stub = rca_pb2_grpc.RcaServiceStub(channel)
                reply = await stub.AnalyzeIncident(rca_pb2.AnalyzeIncidentRequest(run_id=run))
        same = [tuple(each.evidence) for each in reply.hypotheses] == [each.evidence for each in one.analysis.ranked]
        kept += same and reply.summary == "Worded." and all(each.title == "Worded" for each in reply.hypotheses)
    return kept


async def measure(seeds: Sequence[int], listing: bool) -> None:
    right: list[float] = []
    wrong: list[float] = []
    print("| set | seed | incidents | first | first two | grounded | worded alike | calls | ms (median, max) |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, file in SETS:
        cases = beside(file) if file else shipped()
        for seed in seeds:
            with serving(seed, file) as server:
                found, took = await without_model(server, cases)
                worded = str(await with_model(server, cases, found)) if seed == seeds[0] else ""
            row = [
                name,
                seed,
                len(cases),
                sum(each.first for each in found),
                sum(each.place in (0, 1) for each in found),
                sum(each.grounded for each in found),
                worded,
                f"{fmean(each.analysis.reading.calls for each in found):.1f}",
                f"{median(took):.0f}, {max(took):.0f}",
            ]
            print("| " + " | ".join(map(str, row)) + " |")
            for each in found:
                first = each.analysis.ranked[0].confidence if each.analysis.ranked else 0.0
                (right if each.first else wrong).append(first)
                if listing and not each.first:
                    print(f"  {each.case.id}: place {each.place}")
    print(f"\nConfidence of the first: {fmean(right):.2f} where right ({len(right)})", end="")
    print(f", {fmean(wrong):.2f} where wrong ({len(wrong)})" if wrong else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 23, 101])
    parser.add_argument("--list", action="store_true")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    asyncio.run(measure(given.seeds, given.list))


if __name__ == "__main__":
    main()
