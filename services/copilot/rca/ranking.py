"""Candidates in order, the same for the same facts, and how sure the first is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import Template

from services.copilot.confidence import Factor
from services.copilot.rca.candidate import Candidate, scored
from services.copilot.rca.candidates import candidates
from services.copilot.rca.collect import Facts
from services.copilot.rca.concerned import concerned
from services.copilot.rca.error_classes import rows
from services.copilot.rca.events import Event

MOST, FEWEST = 4, 2
"""Hypotheses; so many also where the second is weak, as its confidence then says."""
LEAST_SCORE = 0.08
LEAST_BESIDE = 0.01
BESIDE = 0.15
"""What scores less than this share of the first is a hypothesis beside it only where there were but one."""
MOST_EVIDENCE = 6
REST = frozenset({"own_fault", "passing"})
"""Causes that are made only of a run in trouble, and are said, weak as they are, where nothing else is found."""


@dataclass(frozen=True, slots=True)
class Ranked:
    cause: str
    asset: str
    title: str
    action: str
    confidence: float
    evidence: tuple[str, ...]
    reasons: tuple[str, ...]


def rank(facts: Facts, found: dict[str, Event], language: str = "en") -> list[Ranked]:
    """Two to four, the likeliest first; fewer only where no event before the symptom speaks for more."""
    made = _joined(candidates(facts, found), facts)
    for each in made:
        each.score = scored(each, facts)
    made.sort(key=lambda each: (-round(each.score, 6), -len(each.signals), each.cause, each.asset))
    kept = list(_kept(made))[:MOST]
    return [_ranked(each, kept, place, facts, language) for place, each in enumerate(kept)]


def _kept(made: Sequence[Candidate]) -> Iterator[Candidate]:
    if not made or (made[0].score < LEAST_SCORE and made[0].cause not in REST):
        return
    for place, each in enumerate(made):
        likely = each.score >= max(LEAST_SCORE, made[0].score * BESIDE)
        if likely or (place < FEWEST and each.score >= LEAST_BESIDE):
            yield each


def _joined(made: Sequence[Candidate], facts: Facts) -> list[Candidate]:
    """Traces of one cause about the pipeline itself (its error text) go to the trace that says where it comes from."""
    found: list[Candidate] = []
    for cause in dict.fromkeys(each.cause for each in made):
        alike = [each for each in made if each.cause == cause]
        own = [each for each in alike if each.asset == facts.symptom.pipeline_id]
        others = [each for each in alike if each.asset != facts.symptom.pipeline_id]
        if own and others:
            best = max(others, key=lambda each: scored(each, facts))
            if scored(best, facts) >= 0.2:
                best.signals += own[0].signals
                own = []
        found += [*others, *own]
    return found


def _ranked(each: Candidate, kept: Sequence[Candidate], place: int, facts: Facts, language: str) -> Ranked:
    texts = rows("causes.yaml")["causes"][each.cause][language]
    own = each.asset == facts.symptom.pipeline_id
    values = {"subject": each.subject, "asset": (own and concerned(each.cause, facts)) or each.asset or each.subject}
    title, action = (Template(texts[name]).safe_substitute(values) for name in ("title", "action"))
    rivals = sum(other.score for other in kept if other is not each)
    sure = each.score * each.score / (each.score + 0.35 * rivals) if each.score else 0.0
    confidence = round(min(sure, 0.95, kept[0].score if place else 1.0), 2)
    return Ranked(
        each.cause, each.asset, title, action, confidence, each.events[:MOST_EVIDENCE], tuple(each.reasons[:4])
    )


def factors(ranked: Sequence[Ranked], degraded: Sequence[str], truncated: Sequence[str]) -> list[Factor]:
    """What the whole answer's confidence rests on."""
    if not ranked:
        return [Factor("no_cause", 0.1, "nothing in the window explains the symptom")]
    first = ranked[0]
    return [
        Factor("first_hypothesis", first.confidence, "; ".join(first.reasons[:2])),
        *(Factor(each, -0.15, "what it would have told is unknown") for each in degraded if each in WEIGHTY),
        *_cut(truncated),
    ]


def _cut(truncated: Sequence[str]) -> Iterator[Factor]:
    for name in dict.fromkeys(truncated):
        yield Factor("truncated", -0.05, f"only the newest {name} were read")


WEIGHTY = frozenset({"monitor_service_unavailable", "metadata_service_unavailable"})
