"""What stands out in the facts: one function a kind of finding. Figures come from code alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from statistics import median

from services.copilot.insights.facts import DAYS, Facts
from services.copilot.insights.finding import Finding
from services.copilot.platform.records import QualityResult, Run

FAILED = frozenset({"failed", "error", "aborted", "timeout", "timed_out"})
SUCCEEDED = frozenset({"succeeded", "success", "completed"})
BAD_CHECKS = frozenset({"failed", "fail", "error"})

FAILING_SHARE = 0.10
FEWEST_RUNS = 5
SLOWER = 1.5
"""The latest run against the median of those before it."""
FEWER_ROWS, MORE_ROWS = 0.5, 2.0
RETRIED_SHARE = 0.10
EMPTY_SHARE = 0.5
OLD_ALERT_DAYS = 7
SOON_ENOUGH = 0.1
"""A load may be late by so much of its interval before anybody is told."""
CHANGES_DAYS = 7


def find(facts: Facts) -> list[Finding]:
    """All findings, in no order."""
    return [finding for finder in FINDERS for finding in finder(facts)]


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
            f"The last three runs took {_time(recent)} (median), the {len(timed) - 3} before them {_time(usual)}.",
            "Look for a changed plan, a missing index or more data at the source; compare the rows of both periods.",
            _name(timed[0]),
            [f"median of the last 3 runs: {_time(recent)}", f"median of the {len(timed) - 3} before: {_time(usual)}"],
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


def wasted(facts: Facts) -> Iterator[Finding]:
    """Pipelines that run for nothing: retried, or without a row written most of the time."""
    for pipeline, runs in _by_pipeline(facts.runs).items():
        if len(runs) < FEWEST_RUNS:
            continue
        retried = [run for run in runs if run.attempt > 1]
        empty = [run for run in runs if run.rows_written == 0 and not _is_failed(run)]
        if len(retried) / len(runs) >= RETRIED_SHARE:
            spent = sum(run.duration_seconds or 0 for run in retried)
            yield Finding(
                "RETRIED_RUNS",
                "cost",
                "warning",
                f"{_name(runs[0])} needs second attempts",
                f"{len(retried)} of {len(runs)} runs were repeated attempts, {_time(spent)} in all.",
                "Find out what first attempts fail on; a retry that mostly helps points to resources or to order.",
                _name(runs[0]),
                [f"{len(retried)} of {len(runs)} runs were attempt 2 or later", f"they took {_time(spent)}"],
                0.85,
                pipeline,
                len(retried) / len(runs),
            )
        if len(empty) / len(runs) >= EMPTY_SHARE:
            spent = sum(run.duration_seconds or 0 for run in empty)
            yield Finding(
                "EMPTY_RUNS",
                "cost",
                "info",
                f"{_name(runs[0])} mostly runs without a row to write",
                f"{len(empty)} of {len(runs)} runs wrote nothing and took {_time(spent)} together.",
                "Run it less often, or start it when data arrives.",
                _name(runs[0]),
                [f"{len(empty)} of {len(runs)} runs wrote 0 rows", f"they took {_time(spent)}"],
                0.8,
                pipeline,
                len(empty) / len(runs),
            )


def late(facts: Facts) -> Iterator[Finding]:
    """Tables whose last load is older than they should be."""
    for each in facts.freshness:
        expected = each.expected_interval_seconds
        age = (facts.now - each.last_loaded_at).total_seconds() if each.last_loaded_at else float(each.lag_seconds)
        lag = int(age) - expected
        if expected <= 0 or lag <= expected * SOON_ENOUGH:
            continue
        last = f"{each.last_loaded_at:%Y-%m-%d %H:%M} UTC" if each.last_loaded_at else "never"
        yield Finding(
            "LATE_DATA",
            "freshness",
            "critical" if lag > 2 * expected else "warning",
            f"{each.asset} is {_time(lag)} late",
            f"It should be loaded every {_time(expected)}; the last load was {last}.",
            "Check the pipeline that loads it, and tell the readers of the table until it has caught up.",
            each.asset,
            [f"last load: {last}", f"expected every {_time(expected)}", f"late by {_time(lag)}"],
            0.95,
            each.pipeline_id,
            lag / expected,
        )


def drift(facts: Facts) -> Iterator[Finding]:
    """Schema changes of the last days that break readers."""
    since = facts.now - timedelta(days=CHANGES_DAYS)
    by_asset: dict[str, list[str]] = defaultdict(list)
    for change in facts.changes:
        if change.breaking and change.at >= since:
            what = " ".join(part for part in (change.kind.replace("_", " "), change.column) if part)
            of = f": {change.old} → {change.new}" if change.old or change.new else ""
            by_asset[change.asset].append(f"{change.at:%Y-%m-%d %H:%M} {what}{of} ({change.change_id})")
    for asset, evidence in by_asset.items():
        many = len(evidence) > 1
        yield Finding(
            "SCHEMA_DRIFT",
            "data_quality",
            "critical" if many else "warning",
            f"{asset} changed in a way that breaks readers",
            f"{len(evidence)} breaking schema change{'s' if many else ''} in the last {CHANGES_DAYS} days.",
            "Compare the pipelines that read it with its new columns, and agree on announcing such changes.",
            asset,
            evidence[:5],
            0.9,
            weight=float(len(evidence)),
        )


def broken_rules(facts: Facts) -> Iterator[Finding]:
    """Quality rules whose latest result is a failure."""
    latest: dict[tuple[str, str, str], QualityResult] = {}
    failed: Counter[tuple[str, str, str]] = Counter()
    for result in facts.quality:
        key = (result.asset, result.column, result.rule or result.rule_type)
        if key not in latest or result.at > latest[key].at:
            latest[key] = result
        failed[key] += result.status.lower() in BAD_CHECKS
    for key, result in latest.items():
        if result.status.lower() not in BAD_CHECKS:
            continue
        where = f"{result.asset}.{result.column}" if result.column else result.asset
        evidence = [f"result {result.result_id} at {result.at:%Y-%m-%d %H:%M}"]
        share = 0.0
        if result.checked_rows and result.failing_rows is not None:
            share = result.failing_rows / result.checked_rows
            evidence.append(f"{result.failing_rows:,} of {result.checked_rows:,} rows fail ({share:.1%})")
        evidence.append(f"failed {failed[key]} times in {DAYS} days")
        yield Finding(
            "RULE_FAILING",
            "data_quality",
            "critical" if result.severity.lower() in ("critical", "error") or share >= 0.05 else "warning",
            f"{where} breaks the rule {key[2]}",
            result.message or f"The latest check of {key[2]} on {where} failed.",
            "Look at failing rows, then correct the source or the rule; hold back what is built on them.",
            where,
            evidence,
            0.95,
            result.pipeline_id,
            share + failed[key] / 100,
        )


def unowned(facts: Facts) -> Iterator[Finding]:
    """Pipelines that nobody owns or describes, and alerts that nobody closed."""
    nobody = [each.name for each in facts.pipelines if not each.owner.strip()]
    silent = [each.name for each in facts.pipelines if not each.description.strip()]
    for kind, names, what, remedy in (
        ("NO_OWNER", nobody, "no owner", "Name an owner for each, so that alerts reach somebody."),
        ("NO_DESCRIPTION", silent, "no description", "Describe what each is for; the Copilot finds them by it."),
    ):
        if names:
            yield Finding(
                kind,
                "governance",
                "info",
                f"{len(names)} pipeline{'s have' if len(names) > 1 else ' has'} {what}",
                f"{', '.join(names[:5])}{' and others' if len(names) > 5 else ''}.",
                remedy,
                names[0] if len(names) == 1 else "",
                [f"{len(names)} of {len(facts.pipelines)} pipelines: {', '.join(names[:10])}"],
                0.95,
                weight=len(names) / max(len(facts.pipelines), 1),
            )
    border = facts.now - timedelta(days=OLD_ALERT_DAYS)
    old = [a for a in facts.alerts if a.status.lower() in ("open", "firing", "active") and a.at < border]
    if old:
        oldest = min(old, key=lambda alert: alert.at)
        yield Finding(
            "OLD_ALERTS",
            "governance",
            "warning",
            f"{len(old)} alert{'s are' if len(old) > 1 else ' is'} open for more than {OLD_ALERT_DAYS} days",
            f"The oldest is from {oldest.at:%Y-%m-%d}: {oldest.title}.",
            "Close what is settled and assign the rest; open alerts that nobody reads hide new ones.",
            "",
            [f"{alert.alert_id} since {alert.at:%Y-%m-%d}: {alert.title}" for alert in old[:5]],
            0.9,
            weight=float(len(old)),
        )


FINDERS: Sequence[Callable[[Facts], Iterator[Finding]]] = (
    failing,
    slow,
    volume,
    wasted,
    late,
    drift,
    broken_rules,
    unowned,
)

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def _time(seconds: float) -> str:
    """The two largest units: `1 h 20 min`."""
    left = round(seconds)
    parts: list[str] = []
    for size, name in _UNITS:
        count, left = divmod(left, size)
        if count or (parts and len(parts) < 2):
            parts.append(f"{count} {name}" if count else "")
        if len(parts) == 2:
            break
    return " ".join(part for part in parts if part) or "0 s"
