"""How often the matcher's first (and first five) candidates hold a true target, beside string measures and its parts.

    .venv/bin/python -m benchmarks.schema_matching

Two sets: MIMIC–OMOP (../shared/testsets/schema_match_mimic_omop: names and descriptions, no types, no values; nine
pairs of tables as its results file has them, whose string measures are the baselines), and the pairs that were written
for development (tests/copilot/schema_match/pairs.yaml). The weights are fitted on nothing; that names and descriptions
are embedded apart was chosen on the second set. A source column with several true targets counts as found by any.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import yaml

from benchmarks.machine import described
from benchmarks.mimic_omop_set import MEASURES, Pair, pairs
from services.copilot.schema_match.column import Column, Table
from services.copilot.schema_match.matching import match
from services.copilot.schema_match.scoring import WEIGHTS, score
from services.copilot.schema_match.texts import texts_of
from services.retrieval.embedding.embedder import ModelEmbedder
from services.retrieval.embedding.factory import make_embedder
from services.retrieval.settings import RetrievalSettings

WRITTEN = Path(__file__).parents[1] / "tests/copilot/schema_match/pairs.yaml"
Rank = Callable[[Pair, str], Sequence[str]]
Vectors = tuple[np.ndarray, np.ndarray]


def written() -> list[Pair]:
    """The pairs written for development."""
    rows = yaml.safe_load(WRITTEN.read_text(encoding="utf-8"))["pairs"]
    tables = [
        [Table(side["name"], tuple(Column(*each) for each in side["columns"])) for side in _sides(row)] for row in rows
    ]
    return [
        Pair(*sides, truth={name: set(targets) for name, targets in row["truth"].items()})
        for sides, row in zip(tables, rows, strict=True)
    ]


def _sides(row: Mapping[str, dict]) -> tuple[dict, dict]:
    return row["source"], row["target"]


def accuracy(given: Sequence[Pair], rank: Rank) -> str:
    """acc@1, acc@5 and the mean of 1/rank, over source columns that have a true target."""
    places = []
    for pair in given:
        for name, truth in pair.truth.items():
            places.append(next(at for at, target in enumerate(rank(pair, name)) if target in truth))
    found = np.array(places)
    return f"{np.mean(found < 1):.3f} | {np.mean(found < 5):.3f} | {np.mean(1 / (found + 1)):.3f}"


def by_measure(measure: str) -> Rank:
    """Targets by a string measure of the results file, ties in the order of the table."""
    return lambda pair, name: sorted(
        (each.name for each in pair.target.columns), key=lambda target: -pair.baselines[measure][name, target]
    )


def by_score(given: Sequence[Pair], vectors: Sequence[Vectors | None], weights: Mapping[str, float]) -> Rank:
    """Targets by the matcher's score."""
    scored = {id(p): score(p.source, p.target, v, weights) for p, v in zip(given, vectors, strict=True)}

    def rank(pair: Pair, name: str) -> Sequence[str]:
        best = scored[id(pair)].best(pair.source.by_name[name], len(pair.target.columns))
        return [pair.target.columns[each.target].name for each in best]

    return rank


async def embedded(given: Sequence[Pair], embedder: ModelEmbedder) -> dict[str, list[Vectors]]:
    """Vectors of names, of names with descriptions, and of both."""
    found: dict[str, list[Vectors]] = {"names": [], "names with descriptions": [], "both": []}
    for pair in given:
        sides = zip(*texts_of(pair.source, pair.target), strict=True)
        names, full = [np.asarray((await embedder.embed(list(side))).vectors) for side in sides]
        both = np.concatenate((names, full), axis=1) / np.sqrt(2)
        for name, held in zip(found, (names, full, both), strict=True):
            found[name].append((held[: len(pair.source.columns)], held[len(pair.source.columns) :]))
    return found


async def measured(title: str, given: Sequence[Pair], embedder: ModelEmbedder) -> None:
    vectors = await embedded(given, embedder)
    none = [None] * len(given)
    print(f"\n{title}: {sum(len(pair.truth) for pair in given)} source columns, {len(given)} pairs of tables\n")
    print("| candidates by | acc@1 | acc@5 | MRR |\n|---|---|---|---|")
    if given[0].baselines:
        for measure in MEASURES:
            print(f"| {measure} (baseline) | {accuracy(given, by_measure(measure))} |")
    for part in ("words", "letters", "descriptions"):
        print(f"| {part} alone | {accuracy(given, by_score(given, none, {part: 1.0}))} |")
    for name, held in vectors.items():
        print(f"| meaning alone, of {name} | {accuracy(given, by_score(given, held, {'meaning': 1.0}))} |")
    print(f"| all but meaning (Retrieval away) | {accuracy(given, by_score(given, none, WEIGHTS))} |")
    for part in WEIGHTS:
        rest = {name: weight for name, weight in WEIGHTS.items() if name != part}
        print(f"| all but {part} | {accuracy(given, by_score(given, vectors['both'], rest))} |")
    print(f"| **all** | {accuracy(given, by_score(given, vectors['both'], WEIGHTS))} |")
    print(f"\n{proposals(given, vectors['both'])}")


def proposals(given: Sequence[Pair], vectors: Sequence[Vectors]) -> str:
    """What is proposed of it all: right, wrong, and to source columns that have no true target."""
    right = wrong = none = 0
    for pair, held in zip(given, vectors, strict=True):
        for each in match(pair.source, pair.target, held).proposals:
            truth = pair.truth.get(each.source)
            none += truth is None
            right += truth is not None and each.target in truth
            wrong += truth is not None and each.target not in truth
    missed = sum(len(pair.truth) for pair in given) - right - wrong
    return f"Proposed: {right} right, {wrong} wrong, {missed} not, and {none} of columns that have no true target."


def timed(size: int) -> str:
    """Seconds to match tables of `size` columns each, vectors given."""
    words = ("amt", "klient", "data", "status", "qty", "kwota", "invoice", "address", "kod")
    sides = [
        Table(name, tuple(Column(f"{name}_{n}_{words[n % 9]}", "varchar(20)", f"about {n} " * 20) for n in range(size)))
        for name in ("a", "b")
    ]
    draw = np.random.default_rng(1)
    vectors = [draw.standard_normal((size, 768)).astype(np.float32) / np.float32(np.sqrt(768)) for _ in sides]
    seconds = []
    for one_to_one in (False, True):
        started = time.perf_counter()
        match(*sides, vectors, one_to_one)
        seconds.append(time.perf_counter() - started)
    return f"| {size} × {size} | {seconds[0]:.2f} | {seconds[1]:.2f} |"


async def main() -> None:
    print(described())
    embedder = make_embedder(RetrievalSettings())
    await measured("MIMIC-OMOP", list(pairs()), embedder)
    await measured("Written for development", written(), embedder)
    await embedder.close()
    print("\n| columns | seconds | one to one, seconds |\n|---|---|---|")
    for size in (20, 200, 1_000):
        print(timed(size))


if __name__ == "__main__":
    asyncio.run(main())
