"""What people made of matches: applied to a stored result, and taken up again for the same columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.copilot.schema_match.checking import problem_of
from services.copilot.schema_match.column import Column, Proposal, Table
from services.copilot.schema_match.transform import made_for
from services.runtime.errors import InvalidArgument

_STATUS = {"accept": "accepted", "modify": "modified", "reject": "rejected"}
_DECIDED = 1.0
LONGEST_COMMENT = 2_000


@dataclass(frozen=True)
class Decision:
    """`action`: accept, reject or modify; `target` and `expression` as they were decided on. `by` and `at`: who and
    when, of a remembered one."""

    source: str
    action: str
    target: str = ""
    expression: str = ""
    comment: str = ""
    by: str = ""
    at: datetime | None = None


def recalled(decision: Decision, source: Table, target: Table) -> Proposal:
    """The proposal that an earlier decision makes."""
    mine = source.columns[source.by_name[decision.source]]
    theirs = target.columns[target.by_name[decision.target]]
    when = f" on {decision.at:%Y-%m-%d}" if decision.at else ""
    return Proposal(
        mine.name,
        theirs.name,
        kind_of(mine, theirs, decision.expression),
        _DECIDED,
        decision.expression,
        f"{_STATUS[decision.action].capitalize()} before by {decision.by or 'a user'}{when} for the same columns.",
        status=_STATUS[decision.action],
        comment=decision.comment,
    )


def kind_of(source: Column, target: Column, expression: str) -> str:
    """The tier of a pair with an expression that somebody gave."""
    if expression:
        cast = made_for(source, target)
        return "TYPE_COERCE" if cast.sql == expression and not cast.computed else "TRANSFORM_NEEDED"
    return "EXACT" if source.plain == target.plain else "SEMANTIC"


def applied(
    proposals: Sequence[Proposal], decisions: Sequence[Decision], source: Table, target: Table, one_to_one: bool
) -> tuple[list[Proposal], list[Decision]]:
    """The proposals with the decisions, in the order of the source, and the decisions as they are to be remembered.
    All or none: InvalidArgument names the decision that is wrong, and what to send."""
    found = {each.source: each for each in proposals}
    kept: list[Decision] = []
    for number, decision in enumerate(decisions):
        place = f"overrides[{number}]"
        if decision.source not in source.by_name:
            raise InvalidArgument(f"{place}.source_column: the source has no column {decision.source!r}")
        if decision.source in {each.source for each in kept}:
            raise InvalidArgument(f"{place}.source_column: {decision.source!r} is decided on twice")
        decided = _DECIDE[decision.action](place, found.get(decision.source), decision, source, target)
        found[decision.source] = decided
        kept.append(replace(decision, target=decided.target, expression=decided.expression))
    if one_to_one:
        _once(found)
    return [found[each.name] for each in source.columns if each.name in found], kept


def _once(found: Mapping[str, Proposal]) -> None:
    taken: dict[str, str] = {}
    for each in found.values():
        if each.status == "rejected":
            continue
        other = taken.setdefault(each.target, each.source)
        if other != each.source:
            raise InvalidArgument(
                f"overrides: {each.target!r} would be the target of {other!r} and {each.source!r}, and the match is "
                "one to one; reject one of them in the same request"
            )


def _taken(place: str, now: Proposal | None, decision: Decision, source: Table, target: Table) -> Proposal:
    if now is None:
        raise InvalidArgument(
            f"{place}: {decision.source!r} has no match to {decision.action}; send modify with a target"
        )
    sure = _DECIDED if decision.action == "accept" else 0.0
    return replace(now, status=_STATUS[decision.action], comment=decision.comment, confidence=sure)


def _modified(place: str, now: Proposal | None, decision: Decision, source: Table, target: Table) -> Proposal:
    if not decision.target and not decision.expression:
        raise InvalidArgument(f"{place}: modify needs a target_column, a transform_expression or both")
    wanted = decision.target or (now.target if now else "")
    if wanted not in target.by_name:
        raise InvalidArgument(f"{place}.target_column: the target has no column {wanted!r}")
    mine, theirs = source.columns[source.by_name[decision.source]], target.columns[target.by_name[wanted]]
    expression = decision.expression
    if not expression:
        expression = now.expression if now and now.target == wanted else made_for(mine, theirs).sql
    problem = problem_of(expression, source, theirs) if expression else ""
    if problem:
        raise InvalidArgument(f"{place}.transform_expression: {problem}")
    return Proposal(
        mine.name,
        wanted,
        kind_of(mine, theirs, expression),
        _DECIDED,
        expression,
        "Set by a user.",
        now.alternatives if now else (),
        "modified",
        decision.comment,
    )


_DECIDE = {"accept": _taken, "reject": _taken, "modify": _modified}
