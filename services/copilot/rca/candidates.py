"""Possible causes out of the events: one function a kind of trace. None looks at anything after the symptom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from services.copilot.platform.records import Run, SchemaChange
from services.copilot.rca.alerts import alerts
from services.copilot.rca.candidate import Candidate, Events, Signal, before, closeness, freshness, hours
from services.copilot.rca.collect import Facts
from services.copilot.rca.error_classes import classes_of_error, rows
from services.copilot.rca.events import log_event, run_event, shown, start_event
from services.copilot.rca.symptom import PROBLEM_LEVELS, began, classes_of_line, is_done, is_failed, weight_of
from services.copilot.rca.usual import FEWER, MORE, measured, usual

HARM = {
    "column_removed": 0.9,
    "column_renamed": 0.9,
    "column_dropped": 0.9,
    "table_removed": 0.95,
    "table_dropped": 0.95,
    "table_renamed": 0.95,
    "type_changed": 0.85,
    "nullability_changed": 0.7,
    "constraint_added": 0.7,
    "constraint_changed": 0.7,
    "key_changed": 0.75,
    "column_added": 0.3,
    "comment_changed": 0.02,
    "description_changed": 0.02,
    "tag_changed": 0.02,
    "owner_changed": 0.02,
}
USUAL_HARM = 0.5
BREAKING = 0.85
SHORTEST_NAME = 3
NOT_NAMED = 0.4
"""Factor for a change that the error does not name where it names another."""


def candidates(facts: Facts, found: Events) -> list[Candidate]:
    """Merged where two traces tell of the same cause; only those with evidence before the symptom."""
    merged: dict[tuple[str, str], Candidate] = {}
    for maker in MAKERS:
        for made in maker(facts, found):
            made.signals = [each for each in made.signals if each.events and each.points > 0]
            if not made.signals:
                continue
            key = (made.cause, made.asset)
            if key in merged:
                merged[key].signals += made.signals
                merged[key].named |= made.named
            else:
                merged[key] = made
    return list(merged.values())


def schema_changes(facts: Facts, found: Events) -> Iterator[Candidate]:
    texts = " ".join(facts.symptom.texts)
    any_named = any(_is_named(change, texts, facts) for change in facts.changes)
    for change in facts.changes:
        event = found.get(f"change:{change.change_id}")
        if event is None or not before(found, [event.id], facts):
            continue
        harm = HARM.get(change.kind, USUAL_HARM)
        harm = max(harm, BREAKING) if change.breaking else harm
        named = _is_named(change, texts, facts)
        points = harm * closeness(change.asset, facts) * freshness(event, facts)
        points = max(points, 0.6 * harm + 0.38) if named else points * (NOT_NAMED if any_named else 1.0)
        subject = f"{change.kind.replace('_', ' ')} {change.column} in {change.asset}".replace("  ", " ")
        reason = f"{subject}, {hours(facts.symptom.onset - change.at)} before" + (
            "; the error names it" if named else ""
        )
        yield Candidate(
            "schema_change",
            change.asset,
            subject,
            [Signal(points, (event.id,), reason, "schema")],
            named and harm >= 0.5,
        )


def _is_named(change: SchemaChange, texts: str, facts: Facts) -> bool:
    near, before_it = change.asset in facts.distances, change.at <= facts.symptom.at
    return near and before_it and HARM.get(change.kind, USUAL_HARM) > 0.1 and _names(change, texts)


def _names(change: SchemaChange, texts: str) -> bool:
    names = [change.column, change.old, change.new] if "type" not in change.kind else [change.column]
    return any(_stands(name, texts) for name in names if len(name) >= SHORTEST_NAME)


def _stands(name: str, texts: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", texts, re.IGNORECASE))


def versions(facts: Facts, found: Events) -> Iterator[Candidate]:
    """The first bad run is the first of its version."""
    run, good = facts.symptom.run, facts.last_good
    if run is None or good is None or not run.pipeline_version or run.pipeline_version == good.pipeline_version:
        return
    subject = f"{run.pipeline_id}, version {run.pipeline_version} instead of {good.pipeline_version}"
    events = before(found, [start_event(run), run_event(good)], facts)
    yield Candidate(
        "code_change",
        run.pipeline_id,
        subject,
        [Signal(0.85, events, "the last good run was of the version before", "version")],
    )


def upstream_runs(facts: Facts, found: Events) -> Iterator[Candidate]:
    """Loads that this one waits for: failed and not mended, late, or with far other rows than usual."""
    start = facts.symptom.onset if facts.symptom.run else facts.symptom.at
    by_pipeline: dict[str, list[Run]] = {}
    for run in facts.runs:
        if run.pipeline_id != facts.symptom.pipeline_id and facts.distances.get(run.pipeline_id, 0) > 0:
            by_pipeline.setdefault(run.pipeline_id, []).append(run)
    for name, runs in by_pipeline.items():
        earlier = [run for run in runs if began(run, start) <= start]
        if earlier:
            latest = max(earlier, key=lambda run: began(run, start))
            yield from _upstream(latest, earlier, name, facts, found)


def _upstream(run: Run, earlier: list[Run], name: str, facts: Facts, found: Events) -> Iterator[Candidate]:
    near = closeness(name, facts)
    start = facts.symptom.onset
    if is_failed(run):
        events = before(found, [run_event(run), *_log_lines(run, facts)], facts)
        text = f"{name} ({shown(run.error_message or run.error_code)})"
        yield Candidate(
            "upstream_failure",
            name,
            text,
            [Signal(0.85 * near, events, f"{name} failed and no later run mended it", "upstream")],
        )
        return
    if run.finished_at is None or run.finished_at > start:
        events = before(found, [start_event(run)], facts)
        reason = f"{name} had not ended when this began"
        yield Candidate(
            "late_source", name, f"{name} was still running", [Signal(0.8 * near, events, reason, "upstream")]
        )
        return
    against = measured(run, usual([each for each in earlier if each is not run], began(run, start)))
    events = before(found, [run_event(run)], facts)
    for ratio in (against.written, against.read):
        if ratio is not None and ratio <= FEWER:
            text = f"{name} delivered {ratio:.0%} of its usual rows"
            yield Candidate("late_source", name, text, [Signal(0.75 * near, events, text, "upstream")])
            return
        if ratio is not None and ratio >= MORE:
            text = f"{name} delivered {ratio:.1f} times its usual rows"
            yield Candidate("volume_spike", name, text, [Signal(0.75 * near, events, text, "upstream")])
            return


def _log_lines(run: Run, facts: Facts) -> list[str]:
    lines = facts.logs.get(run.run_id, ())
    return [log_event(run.run_id, line) for line in lines if line.level.lower() in PROBLEM_LEVELS][:2]


def own_rows(facts: Facts, found: Events) -> Iterator[Candidate]:
    """The run itself read far more or fewer rows than usual."""
    run = facts.symptom.run
    if run is None:
        return
    ratio = measured(run, facts.usual).read
    if ratio is None or FEWER < ratio < MORE:
        return
    ids = [log_event(run.run_id, line) for line in facts.told if run.rows_read and str(run.rows_read) in line.message]
    evidence = before(found, [*ids, run_event(run), start_event(run)], facts)
    if ratio >= MORE:
        text = f"{run.pipeline_id} read {ratio:.1f} times its usual rows"
        yield Candidate("volume_spike", run.pipeline_id, text, [Signal(0.8, evidence, text, "rows")])
    elif not is_failed(run) or (run.rows_read is not None and not classes_of_error(run.error_message, run.error_code)):
        text = f"{run.pipeline_id} read {ratio:.0%} of its usual rows"
        cause = "late_source" if ratio < 0.1 else "volume_drop"
        yield Candidate(cause, run.pipeline_id, text, [Signal(0.65, evidence, text, "text")])


def error_text(facts: Facts, found: Events) -> Iterator[Candidate]:
    """What the run's own error and log lines say by themselves."""
    run = facts.symptom.run
    if run is None:
        return
    for line in facts.told:
        yield from _direct(
            line.message, classes_of_line(line), [log_event(run.run_id, line)], weight_of(line), facts, found
        )
    if is_failed(run):
        ids = [*_log_lines(run, facts), run_event(run), start_event(run)]
        said = classes_of_error(run.error_message, run.error_code)
        yield from _direct(run.error_message, said, ids[:2], 1.0, facts, found)


def _direct(
    text: str, classes: tuple[str, ...], ids: list[str], weight: float, facts: Facts, found: Events
) -> Iterator[Candidate]:
    events = before(found, ids, facts)
    looks = facts.symptom.looks
    for name in classes:
        form = looks.get(name, 1.0) / facts.symptom.classes.get(name, 1.0)
        for cause, row in rows("causes.yaml")["causes"].items():
            points = row.get("direct", {}).get(name, 0.0) * weight * form
            if points:
                asset = facts.symptom.pipeline_id
                yield Candidate(
                    cause, asset, shown(text)[:160], [Signal(points, events, f"the log says so: {name}", "text")]
                )


def failed_checks(facts: Facts, found: Events) -> Iterator[Candidate]:
    """Rules that failed upstream, or in the very run."""
    run = facts.symptom.run
    for result in facts.quality:
        ids = before(found, [f"quality:{result.result_id}"], facts)
        own = run is not None and result.run_id == run.run_id
        near = 0.5 if own else 0.75 * closeness(result.asset, facts)
        if ids:
            fresh = 1.0 if own else freshness(found[ids[0]], facts)
            text = f"rule {result.rule} on {result.asset}"
            yield Candidate(
                "bad_data",
                result.asset,
                text,
                [Signal(near * fresh, ids, f"{text} failed", "text" if own else "check")],
            )


def shared_trouble(facts: Facts, found: Events) -> Iterator[Candidate]:
    """Other pipelines failed in the same hours with the same kind of error: it is not this one's own fault."""
    mine = {name for name in facts.symptom.classes if name in _SHARED}
    others = [
        run
        for run in facts.runs
        if is_failed(run)
        and is_done(run)
        and run.pipeline_id != facts.symptom.pipeline_id
        and facts.distances.get(run.pipeline_id, 0) == 0
        and abs((began(run, facts.since) - facts.symptom.onset).total_seconds()) < 6 * 3600
    ]
    for run in others:
        both = mine & set(classes_of_error(run.error_message, run.error_code))
        ids = before(found, [run_event(run)], facts)
        for name in both:
            text = f"{run.pipeline_id} failed in the same hours with the same kind of error"
            yield Candidate(_SHARED[name], facts.symptom.pipeline_id, text, [Signal(0.4, ids, text, "shared")])


_SHARED = {
    "connection": "infrastructure",
    "auth": "credential",
    "resource": "resource",
    "contention": "contention",
    "timeout": "infrastructure",
}

NOTHING_ELSE = 0.07
"""Points of what no event tells of: little enough to stand only beside one other hypothesis, or alone."""


def nothing_else(facts: Facts, found: Events) -> Iterator[Candidate]:
    """What cannot be ruled out of a run in trouble: its own fault, or a passing one. They cite the good run before."""
    run, good = facts.symptom.run, facts.last_good
    if not (facts.symptom.classes or (run is not None and is_failed(run))):
        return
    own = [*(log_event(run.run_id, line) for line in facts.told[:1]), start_event(run)] if run else []
    evidence = before(found, [*([run_event(good)] if good else []), *own], facts)
    name = facts.symptom.pipeline_id
    subject = f"{began(good, facts.since):%Y-%m-%d %H:%M} UTC" if good else "-"
    reason = "no event tells what changed since its last good run" if good else "no event tells of anything around it"
    yield Candidate("own_fault", name, subject, [Signal(NOTHING_ELSE, evidence, reason, "rest")])
    if good and (run is None or run.pipeline_version == good.pipeline_version):
        reason = "the same version succeeded before"
        yield Candidate("passing", name, subject, [Signal(NOTHING_ELSE * 0.9, evidence, reason, "rest")])


Maker = Callable[[Facts, Events], Iterator[Candidate]]
MAKERS: tuple[Maker, ...] = (
    schema_changes,
    error_text,
    versions,
    upstream_runs,
    own_rows,
    alerts,
    failed_checks,
    shared_trouble,
    nothing_else,
)
