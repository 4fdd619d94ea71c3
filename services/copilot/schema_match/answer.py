"""A request answered: what is remembered, embedded, scored, looked at by a model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from services.copilot.confidence import Factor
from services.copilot.model.client import ModelUnavailable
from services.copilot.schema_match.asking import review, unsure
from services.copilot.schema_match.column import Proposal, Table
from services.copilot.schema_match.decisions import Decision
from services.copilot.schema_match.embedding import embedded
from services.copilot.schema_match.matching import match
from services.copilot.schema_match.store import Store
from services.copilot.surroundings import Surroundings
from services.copilot.tail import Source, Tail

SECONDS = 30.0
_MOST_FOUND = 100
_MOST_PROBLEMS = 5


@dataclass(frozen=True)
class Asked:
    source: Table
    target: Table
    use_rag: bool = False
    one_to_one: bool = False


async def matched(around: Surroundings, store: Store, asked: Asked, tail: Tail) -> list[Proposal]:
    """Proposals in the order of the source. Never fails for what is away; the tail says it."""
    if asked.use_rag:
        source, target = await asyncio.gather(
            *(_described(each, around, tail) for each in (asked.source, asked.target))
        )
        asked = replace(asked, source=source, target=target)
    (remembered, away), texts = await asyncio.gather(
        store.remembered(asked.source, asked.target), embedded(asked.source, asked.target, around.grounding)
    )
    tail.missing(away, texts.degraded)
    found = await around.workers.run_cpu(
        match, asked.source, asked.target, texts.vectors, asked.one_to_one, remembered, timeout=SECONDS
    )
    tail.rules += [f"assignment: {found.way}", f"embedded: {texts.of}"]
    if found.reused:
        tail.rules.append(f"remembered: {found.reused} decisions")
    proposals = await _reviewed(around, asked, list(found.proposals), remembered, tail)
    tail.factors = _factors(proposals, asked, tail)
    return proposals


async def _described(table: Table, around: Surroundings, tail: Tail) -> Table:
    """The table with what the catalog says of columns that the request says nothing of."""
    if all(each.description for each in table.columns):
        return table
    query = f"{table.name} {' '.join(each.name for each in table.columns)}"
    found = await around.grounding.search(
        query, entity_types=("column",), metadata={"table_name": table.name}, limit=_MOST_FOUND, threshold=0.0
    )
    tail.missing(found.degraded)
    texts = {each.entity.entity_name.rpartition(".")[2]: each.entity.content for each in found.results}
    used = {each.name for each in table.columns if not each.description and each.name in texts}
    tail.retrieved += [ref for ref in found.refs if ref.entity_name.rpartition(".")[2] in used]
    return table.described(texts)


async def _reviewed(
    around: Surroundings, asked: Asked, proposals: list[Proposal], remembered: Sequence[Decision], tail: Tail
) -> list[Proposal]:
    wanted = unsure(asked.source, proposals)
    if not wanted:
        return proposals
    try:
        said = await review(asked.source, asked.target, proposals, wanted, around.model, tail.exchange)
    except ModelUnavailable as error:
        tail.missing(error.degraded)
        return proposals
    tail.rules += [f"not taken from the model: {problem[:200]}" for problem in said.problems[:_MOST_PROBLEMS]]
    if said.proposals:
        tail.source = Source.model
    rejected = {(each.source, each.target) for each in remembered if each.action == "reject"}
    return _merged(asked, proposals, said.proposals, rejected)


def _merged(
    asked: Asked,
    proposals: Sequence[Proposal],
    said: dict[str, Proposal | None],
    rejected: set[tuple[str, str]],
) -> list[Proposal]:
    """The computed proposals with the model's: without what a person rejected, one to one where it must be."""
    known = {each.source: each for each in proposals}
    merged: dict[str, Proposal] = {}
    for column in asked.source.columns:
        own = known.get(column.name)
        other = said.get(column.name, own)
        if other is not None and (other.source, other.target) in rejected:
            other = own
        if other is not None:
            merged[column.name] = replace(other, alternatives=_others(own, other))
    if not asked.one_to_one:
        return list(merged.values())
    taken: dict[str, Proposal] = {}
    for each in sorted(merged.values(), key=lambda one: (one.status == "proposed", -one.confidence)):
        taken.setdefault(each.target, each)
    return [each for each in merged.values() if taken[each.target] is each]


def _others(own: Proposal | None, chosen: Proposal) -> Sequence[tuple[str, float, str]]:
    if own is None or own is chosen:
        return chosen.alternatives
    listed = [(own.target, own.confidence, own.match_type), *own.alternatives]
    return [each for each in listed if each[0] != chosen.target]


def _factors(proposals: Sequence[Proposal], asked: Asked, tail: Tail) -> list[Factor]:
    if not proposals:
        return [Factor("matches", 0.0, "no pair of columns was near enough to propose")]
    sure = fmean(each.confidence for each in proposals)
    factors = [Factor("matches", round(sure, 2), f"the mean of {len(proposals)} matches")]
    if "pgvector_unavailable" in tail.degraded:
        factors.append(Factor("embeddings", -0.1, "matched by words, letters and types alone"))
    return factors
