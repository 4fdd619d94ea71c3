"""What stands out in tables and in the platform: late loads, breaking changes, failing rules, what nobody owns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta

from services.copilot.insights.facts import DAYS, Facts
from services.copilot.insights.finding import Finding, spoken_time
from services.copilot.platform.records import QualityResult

BAD_CHECKS = frozenset({"failed", "fail", "error"})
OLD_ALERT_DAYS = 7
SOON_ENOUGH = 0.1
"""A load may be late by so much of its interval before anybody is told."""
CHANGES_DAYS = 7


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
            f"{each.asset} is {spoken_time(lag)} late",
            f"It should be loaded every {spoken_time(expected)}; the last load was {last}.",
            "Check the pipeline that loads it, and tell the readers of the table until it has caught up.",
            each.asset,
            [f"last load: {last}", f"expected every {spoken_time(expected)}", f"late by {spoken_time(lag)}"],
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
