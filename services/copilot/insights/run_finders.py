"""What stands out in the runs of pipelines: failures, slowness, numbers of rows, runs for nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from services.copilot.insights.facts import DAYS, Facts
from services.copilot.insights.finding import Finding, spoken_time
from services.copilot.platform.records import Run

FAILED = frozenset({"failed", "error", "aborted", "timeout", "timed_out"})
SUCCEEDED = frozenset({"succeeded", "success", "completed"})

FAILING_SHARE = 0.10
FEWEST_RUNS = 5
SLOWER = 1.5
"""The latest run against the median of those before it."""
FEWER_ROWS, MORE_ROWS = 0.5, 2.0
RETRIED_SHARE = 0.10
EMPTY_SHARE = 0.5


def _by_pipeline(runs: Iterable[Run]) -> dict[str, list[Run]]:
    """Finished runs by pipeline, newest first."""
    found: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        if run.status.lower() in FAILED | SUCCEEDED:
            found[run.pipeline_id].append(run)
    return found


def _name(run: Run) -> str:
    return run.pipeline_name or run.pipeline_id


def _is_failed(run: Run) -> bool:
    return run.status.lower() in FAILED


def failing(facts: Facts) -> Iterator[Finding]:
    """Pipelines whose latest runs failed in a row, or a tenth of whose runs did."""
    for pipeline, runs in _by_pipeline(facts.runs).items():
        bad = [run for run in runs if _is_failed(run)]
        row = next((place for place, run in enumerate(runs) if not _is_failed(run)), len(runs))
        share = len(bad) / len(runs)
        if not bad or (row < 2 and (share < FAILING_SHARE or len(runs) < FEWEST_RUNS)):
            continue
        causes = Counter(run.error_code or run.error_message[:80] for run in bad if run.error_code or run.error_message)
        cause = causes.most_common(1)[0] if causes else None
        evidence = [f"{len(bad)} of {len(runs)} runs of the last {DAYS} days failed ({share:.0%})"]
        if row:
            evidence.append(f"the last {row} runs failed in a row" if row > 1 else "the last run failed")
        if cause:
            evidence.append(f"{cause[1]} of them with: {cause[0]}")
        evidence.append(f"latest failure: run {bad[0].run_id}")
        yield Finding(
            "FAILING_RUNS",
            "reliability",
            "critical" if row >= 3 or share >= 0.5 else "warning",
            f"{_name(bad[0])} keeps failing" if row > 1 else f"{_name(bad[0])} fails now and then",
            f"{len(bad)} of {len(runs)} runs failed in the last {DAYS} days"
            + (f", the last {row} in a row." if row > 1 else "."),
            "Diagnose the latest failure and fix its cause before the next run"
            + (f"; most failures share one error: {cause[0]}." if cause and cause[1] > 1 else "."),
            _name(bad[0]),
            evidence,
            0.95 if len(runs) >= FEWEST_RUNS else 0.8,
            pipeline,
            share + row,
        )


def slow(facts: Facts) -> Iterator[Finding]:
    """Pipelines whose latest successful runs took far longer than before."""
    for pipeline, runs in _by_pipeline(facts.runs).items():
        timed = [run for run in runs if run.duration_seconds and not _is_failed(run)]
        if len(timed) < FEWEST_RUNS + 3:
            continue
        recent = median(run.duration_seconds or 0.0 for run in timed[:3])
        usual = median(run.duration_seconds or 0.0 for run in timed[3:])
        if usual <= 0 or recent < usual * SLOWER or recent - usual < 30:
            continue
        yield Finding(
            "SLOWER_RUNS",
            "performance",
            "warning" if recent < usual * 3 else "critical",
            f"{_name(timed[0])} takes {recent / usual:.1f} times as long as usual",
            f"The last three runs took {spoken_time(recent)} (median), "
            f"the {len(timed) - 3} before them {spoken_time(usual)}.",
            "Look for a changed plan, a missing index or more data at the source; compare the rows of both periods.",
            _name(timed[0]),
            [
                f"median of the last 3 runs: {spoken_time(recent)}",
                f"median of the {len(timed) - 3} before: {spoken_time(usual)}",
            ],
            0.85,
            pipeline,
            recent / usual,
        )


def volume(facts: Facts) -> Iterator[Finding]:
    """Pipelines whose latest run wrote far fewer or far more rows than usual."""
    for pipeline, runs in _by_pipeline(facts.runs).items():
        counted = [run for run in runs if run.rows_written is not None and not _is_failed(run)]
        if len(counted) < FEWEST_RUNS + 1:
            continue
        latest, usual = counted[0].rows_written or 0, median(run.rows_written or 0 for run in counted[1:])
        if usual < 100 or FEWER_ROWS < latest / usual < MORE_ROWS:
            continue
        what = "fewer" if latest < usual else "more"
        yield Finding(
            "ROW_COUNT_CHANGED",
            "data_quality",
            "warning" if latest > 0 else "critical",
            f"{_name(counted[0])} wrote {what} rows than usual",
            f"The latest run wrote {latest:,} rows; the median of the {len(counted) - 1} before is {usual:,.0f}.",
            "Check the source for a missing or repeated delivery before the figures are used.",
            _name(counted[0]),
            [f"run {counted[0].run_id}: {latest:,} rows", f"median before: {usual:,.0f} rows"],
            0.8,
            pipeline,
            abs(latest - usual) / max(usual, 1),
        )


@dataclass(frozen=True)
class _Waste:
    """Runs that cost and bring nothing: how they are told, and what is said where they are too many."""

    kind: str
    severity: str
    is_wasted: Callable[[Run], bool]
    share: float
    title: str
    description: str
    remedy: str
    evidence: str
    confidence: float


_WASTES = (
    _Waste(
        "RETRIED_RUNS",
        "warning",
        lambda run: run.attempt > 1,
        RETRIED_SHARE,
        "{name} needs second attempts",
        "{count} of {of} runs were repeated attempts, {spent} in all.",
        "Find out what first attempts fail on; a retry that mostly helps points to resources or to order.",
        "{count} of {of} runs were attempt 2 or later",
        0.85,
    ),
    _Waste(
        "EMPTY_RUNS",
        "info",
        lambda run: run.rows_written == 0 and not _is_failed(run),
        EMPTY_SHARE,
        "{name} mostly runs without a row to write",
        "{count} of {of} runs wrote nothing and took {spent} together.",
        "Run it less often, or start it when data arrives.",
        "{count} of {of} runs wrote 0 rows",
        0.8,
    ),
)


def wasted(facts: Facts) -> Iterator[Finding]:
    """Pipelines that run for nothing: retried, or without a row written most of the time."""
    for pipeline, runs in _by_pipeline(facts.runs).items():
        for waste in _WASTES:
            found = [run for run in runs if waste.is_wasted(run)]
            if len(runs) < FEWEST_RUNS or len(found) / len(runs) < waste.share:
                continue
            spent = spoken_time(sum(run.duration_seconds or 0 for run in found))
            said = {"name": _name(runs[0]), "count": len(found), "of": len(runs), "spent": spent}
            yield Finding(
                waste.kind,
                "cost",
                waste.severity,
                waste.title.format(**said),
                waste.description.format(**said),
                waste.remedy,
                _name(runs[0]),
                [waste.evidence.format(**said), f"they took {spent}"],
                waste.confidence,
                pipeline,
                len(found) / len(runs),
            )
