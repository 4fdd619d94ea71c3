"""Verdicts of people on converted objects: tried in the pool, then kept together with what they make of the job."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from dataflow.migration.v1 import report_pb2
from services.migration.ast import Tool
from services.migration.conversion import ConversionResult, MappingConversion, Review
from services.migration.pipeline import complete, draft
from services.migration.review import ReviewError, Verdict, apply, nodes_text, settled
from services.migration.server import outcome
from services.migration.server.convert import Export
from services.migration.server.enums import name_of
from services.migration.server.errors import BadReview, BadValue, JobRunning, ObjectNotFound
from services.migration.server.outcome import Outcome
from services.migration.server.review_store import ReviewStore
from services.migration.server.store import Job, JobStore
from services.runtime.context import current_caller
from services.runtime.workers import Workers

MOST_COMMENT = 4000  # characters
MOST_YAML = 262_144
TRIES = 3  # of a verdict while others review the same job


@dataclass(frozen=True, slots=True)
class Wanted:
    """A verdict as it is asked for; `mapping` is "" where there is only one of that name."""

    object: str
    mapping: str
    review: Review
    yaml: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    verdict: Verdict
    outcome: Outcome


def review_in_process(export: Export, wanted: Wanted) -> Reviewed:
    """Converts anew with the verdicts there are and the new one. Runs in the pool; raises ReviewError."""
    drawn = draft(export.content, export.filename, tool=export.tool, dialect=export.dialect, answers=export.answers)
    mapping = _mapping(drawn.result, wanted)
    item = next(each for each in mapping.objects if each.object == wanted.object)
    verdict = Verdict(mapping.mapping, wanted.object, wanted.review, wanted.yaml, nodes_text(item))
    others = [each for each in export.verdicts if (each.mapping, each.object) != (verdict.mapping, verdict.object)]
    reviewed = apply(drawn.result, others)
    found = settled(next(each for each in reviewed.mappings if each.mapping == verdict.mapping), verdict)
    if wanted.yaml:
        verdict = replace(verdict, yaml=nodes_text(found))  # complete: it has to hold whatever stands there later
    return Reviewed(verdict, outcome.of(complete(replace(drawn, result=apply(reviewed, [verdict])))))


def _mapping(result: ConversionResult, wanted: Wanted) -> MappingConversion:
    """The mapping of the object. Raises ReviewError: there is no such object, or several."""
    named = [m for m in result.mappings if any(item.object == wanted.object for item in m.objects)]
    found = [m for m in named if not wanted.mapping or m.mapping == wanted.mapping]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(m.mapping for m in found[:10])
        raise ReviewError(
            f"several mappings have an object {wanted.object!r}: {listed}; name one (mapping)", "AMBIGUOUS"
        )
    names = [item.object for m in result.mappings for item in m.objects]
    near = get_close_matches(wanted.object, names, n=1, cutoff=0.0)
    if named:
        near = [f"{wanted.object} of {named[0].mapping}"]
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ReviewError(f"the job has no object {wanted.object[:200]!r}{hint}", ObjectNotFound.reason)


class Reviews:
    """Verdicts on the objects of jobs."""

    def __init__(self, jobs: JobStore, workers: Workers) -> None:
        self.store = ReviewStore(jobs.database)
        self._jobs = jobs
        self._workers = workers

    async def override(self, job: Job, request: report_pb2.OverrideObjectRequest) -> tuple[Job, dict[str, Any]]:
        """Keeps a verdict: the job with it, and the object as the report then has it.

        Raises BadValue, BadReview, ObjectNotFound, JobRunning, NoResult; nothing is kept then.
        """
        wanted = _wanted(request)
        for _ in range(TRIES):
            await self._jobs.report(job.workspace_id, job.job_id)  # there is a result, or it is told why not
            if not job.at_rest:
                break
            reviewed = await self._try(job, wanted)
            kept = await self.store.keep(job, reviewed.verdict, reviewed.outcome)
            if kept is not None:
                return kept, _object(reviewed)
            job = await self._jobs.get(job.workspace_id, job.job_id)
        raise JobRunning(f"job {job.job_id} is being converted or reviewed by others; try again shortly")

    async def _try(self, job: Job, wanted: Wanted) -> Reviewed:
        export = Export(
            await self._jobs.content(job.workspace_id, job.job_id),
            job.filename,
            Tool(job.migration_type),
            job.dialect,
            await self._jobs.answers(job),
            verdicts=await self.store.of_job(job),
        )
        try:
            return await self._workers.run_cpu(review_in_process, export, wanted)
        except ReviewError as error:
            if error.reason == ObjectNotFound.reason:
                raise ObjectNotFound(str(error)) from error
            raise BadReview(str(error), reason=error.reason) from error


def _wanted(request: report_pb2.OverrideObjectRequest) -> Wanted:
    action = name_of(report_pb2.ReviewAction.Value, request.action, "action")
    _check(action, request.yaml, request.comment)
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    review = Review(action, request.comment, current_caller().name, at)
    return Wanted(request.name, request.mapping, review, request.yaml if action == "edit" else "")


def _check(action: str, yaml: str, comment: str) -> None:
    problems: Sequence[tuple[bool, str]] = (
        (not action, "action: one of mark_wrong, accept, edit is needed"),
        (action == "edit" and not yaml.strip(), "yaml: an edit needs the node or nodes to put in the object's place"),
        (action != "edit" and bool(yaml.strip()), f"yaml: only an edit takes it, {action} does not"),
        (len(yaml) > MOST_YAML, f"yaml: at most {MOST_YAML} characters"),
        (len(comment) > MOST_COMMENT or "\0" in comment + yaml, f"comment: at most {MOST_COMMENT} characters, no NUL"),
    )
    for is_wrong, told in problems:
        if is_wrong:
            raise BadValue(told)


def _object(reviewed: Reviewed) -> dict[str, Any]:
    result = reviewed.outcome.result
    objects: list[dict[str, Any]] = json.loads(result.report)["objects"] if result else []
    key = (reviewed.verdict.mapping, reviewed.verdict.object)
    return next(each for each in objects if (each["mapping"], each["name"]) == key)
