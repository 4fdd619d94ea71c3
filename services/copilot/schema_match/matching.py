"""Two tables in, proposals out. Pure; runs in a worker process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.copilot.schema_match.assignment import assigned
from services.copilot.schema_match.bands import bands, confidence, proposed_from
from services.copilot.schema_match.checking import all_hold, problem_of
from services.copilot.schema_match.cleaning import joined
from services.copilot.schema_match.column import Candidate, Column, Proposal, Table
from services.copilot.schema_match.decisions import Decision, recalled
from services.copilot.schema_match.expression import Made
from services.copilot.schema_match.kinds import family
from services.copilot.schema_match.scoring import Scored, score
from services.copilot.schema_match.transform import made_for
from services.copilot.schema_match.wording import reasoning

_RIVAL = 0.02
_JOINED_SCORE = 0.8
_WORTH_SAYING = 0.3
MOST_ALTERNATIVES = 5


@dataclass(frozen=True)
class Matched:
    """`proposals` in the order of the source; `way`: how targets were assigned; `reused`: decisions of before."""

    proposals: Sequence[Proposal]
    way: str
    reused: int = 0


def match(
    source: Table,
    target: Table,
    vectors: Sequence[np.ndarray] | None = None,
    one_to_one: bool = False,
    remembered: Sequence[Decision] = (),
) -> Matched:
    """Which source column becomes which target column. A column without a proposal is not among them."""
    scored = score(source, target, vectors)
    total = scored.total.copy()
    fixed = _fixed(source, target, total, remembered, one_to_one)
    chosen, way = assigned(total, proposed_from(), one_to_one)
    names = _names_joined(source, target, chosen, fixed, one_to_one)
    found: dict[int, Proposal] = {}
    for row in sorted({*chosen, *fixed, *names}):
        if row in fixed:
            found[row] = recalled(fixed[row], source, target)
        elif row in names:
            found[row] = _joined_name(source, target, row, *names[row])
        else:
            found[row] = proposal(source, target, scored, row, chosen[row])
    return Matched(list(_checked(found, source, target).values()), way, len(fixed))


def _fixed(
    source: Table, target: Table, total: Any, remembered: Sequence[Decision], one_to_one: bool
) -> dict[int, Decision]:
    """Rows that were decided before. Strikes what was rejected, and what is taken, out of `total`."""
    fixed: dict[int, Decision] = {}
    for decision in remembered:
        row, column = source.by_name.get(decision.source), target.by_name.get(decision.target)
        if row is None or column is None:
            continue
        if decision.action == "reject":
            total[row, column] = 0.0
        elif not decision.expression or not problem_of(decision.expression, source, target.columns[column]):
            fixed[row] = decision
    for row, decision in fixed.items():
        total[row] = 0.0
        if one_to_one:
            total[:, target.by_name[decision.target]] = 0.0
    return fixed


def _names_joined(
    source: Table, target: Table, chosen: dict[int, int], fixed: dict[int, Decision], one_to_one: bool
) -> dict[int, tuple[int, Made]]:
    """Rows of first and last name whose target is a full name that nothing else is left for."""
    found: dict[int, tuple[int, Made]] = {}
    for column, wanted in enumerate(target.columns):
        parts = joined(source, wanted)
        if parts is None or any(
            at == column and source.columns[row].name not in parts[0] for row, at in chosen.items()
        ):
            continue
        rows = [source.by_name[name] for name in parts[0]]
        free = [row for row in rows if row not in fixed and chosen.get(row, column) == column]
        found |= dict.fromkeys(free[:1] if one_to_one else free, (column, parts[1]))
    return found


def _joined_name(source: Table, target: Table, row: int, column: int, made: Made) -> Proposal:
    sure = bands()["TRANSFORM_NEEDED"].clipped(_JOINED_SCORE)
    why = f"{target.columns[column].name} is the full name. {made.why[0].upper()}{made.why[1:]}."
    return Proposal(
        source.columns[row].name, target.columns[column].name, "TRANSFORM_NEEDED", sure, made.sql, reasoning=why
    )


def proposal(source: Table, target: Table, scored: Scored, row: int, column: int) -> Proposal:
    """The proposal of one pair with the alternatives of its source column."""
    mine, theirs = source.columns[row], target.columns[column]
    made = made_for(mine, theirs)
    others = [each for each in scored.best(row) if each.target != column]
    own = Candidate(column, max(0.0, float(scored.total[row, column]) - made.doubt))
    kind = classified(mine, theirs, made)
    rivals = [target.columns[each.target].name for each in others if each.score >= own.score - _RIVAL]
    return Proposal(
        mine.name,
        theirs.name,
        kind,
        confidence(kind, own, others),
        made.sql,
        reasoning(mine, theirs, scored.why(row, column), made, rivals[:2]),
        [_alternative(mine, target, each) for each in others[:MOST_ALTERNATIVES] if each.score >= _WORTH_SAYING],
    )


def _alternative(mine: Column, target: Table, candidate: Candidate) -> tuple[str, float, str]:
    theirs = target.columns[candidate.target]
    made = made_for(mine, theirs)
    return theirs.name, round(max(0.0, candidate.score - made.doubt), 4), classified(mine, theirs, made)


def classified(source: Column, target: Column, made: Made) -> str:
    """The tier of a pair: by its name, and by what must be done to the value."""
    if made.sql:
        return made.match_type
    same = source.plain == target.plain and family(source.type) == family(target.type)
    return "EXACT" if same else "SEMANTIC"


def _checked(found: dict[int, Proposal], source: Table, target: Table) -> dict[int, Proposal]:
    """Without those whose expression does not hold: no value of the one becomes one of the other."""
    made = {row: each for row, each in found.items() if each.expression and each.status == "proposed"}
    pairs = [(each.expression, target.columns[target.by_name[each.target]]) for each in made.values()]
    if not pairs or all_hold(pairs, source):
        return found
    bad = {row for row, pair in zip(made, pairs, strict=True) if problem_of(pair[0], source, pair[1])}
    return {row: each for row, each in found.items() if row not in bad}
