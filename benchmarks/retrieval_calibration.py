"""Fits the relevance score of Retrieval on the labelled set of tests/retrieval/relevance, and prints its curve.

    .venv/bin/python -m benchmarks.retrieval_calibration             # print
    .venv/bin/python -m benchmarks.retrieval_calibration --write     # and write services/retrieval/calibration.yaml
    .venv/bin/python -m benchmarks.retrieval_calibration --compare   # forms of the embedded text instead

A question is on topic in its own workspace and off topic in the thirteen others; small talk is off topic everywhere.
The slope is that of a logistic regression (classes weighted equally) of "on topic" on the best cosine of a question in
a workspace; the intercept puts the documented threshold, 0.72, at the cosine that 97 of 100 English questions on topic
reach. `best_share` and `column_share` are the rounded values that lost least recall at equal rejection.
"""

from __future__ import annotations

import argparse
import asyncio
import math
from pathlib import Path

import numpy as np
import yaml

from benchmarks.machine import described
from services.retrieval import catalog_text
from services.retrieval.calibration import Calibration
from services.retrieval.embedding.factory import make_embedder
from services.retrieval.settings import RetrievalSettings
from tests.retrieval import relevance_set
from tests.retrieval.relevance_set import Cosines

TARGET = Path(catalog_text.__file__).parent / "calibration.yaml"
THRESHOLD = 0.72  # the reference's rag_similarity_threshold
KEPT = 0.97
BEST_SHARE, COLUMN_SHARE = 0.7, 0.3
CURVE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.66, 0.72, 0.78, 0.84, 0.9, 0.95)
FORMS = {
    "name": lambda name, about, columns: catalog_text.words(name),
    "name, description": lambda name, about, columns: catalog_text.table_text(name, about, []),
    "name, description, column names": lambda name, about, columns: catalog_text.table_text(
        name, about, [(column, "") for column, _ in columns]
    ),
    "name, description, columns described": catalog_text.table_text,
    "the same, names as identifiers": lambda name, about, columns: (
        f"{name}. {about}. " + ", ".join(f"{column} ({text})" if text else column for column, text in columns)
    ),
}
PREFIXES = ("", "table: ", "Which table answers: ", "Represent this sentence for searching relevant passages: ")
HEADER = """\
# Written by `python -m benchmarks.retrieval_calibration --write`; do not edit by hand.
# Fitted on tests/retrieval/relevance with the model named; see services/retrieval/calibration.py.
"""


def best_cosines(cosines: Cosines, column_share: float) -> tuple[np.ndarray, np.ndarray]:
    """The best cosine of every English question in every workspace: (on topic, off topic)."""
    of_tables = cosines.tables(column_share)
    on, off = [], []
    for index, question in enumerate(cosines.set.questions):
        if question.language == "en":
            for workspace in cosines.set.workspaces:
                best = of_tables[index, cosines.of_workspace(workspace)].max()
                (on if workspace == question.workspace else off).append(best)
    return np.array(on), np.array(off)


def logistic_slope(on: np.ndarray, off: np.ndarray) -> float:
    """Slope of the logistic regression of on (1) and off (0), classes weighted equally, by Newton's method."""
    x = np.concatenate([on, off])
    y = np.concatenate([np.ones(len(on)), np.zeros(len(off))])
    weight = np.where(y == 1, 0.5 / len(on), 0.5 / len(off))
    design = np.stack([x, np.ones(len(x))], 1)
    beta = np.zeros(2)
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ beta))
        hessian = (design * (weight * p * (1 - p))[:, None]).T @ design
        beta = beta + np.linalg.solve(hessian, design.T @ (weight * (y - p)))
    return float(beta[0])


def fitted(cosines: Cosines) -> Calibration:
    on, off = best_cosines(cosines, COLUMN_SHARE)
    slope = round(logistic_slope(on, off), 2)
    working_point = float(np.quantile(on, 1 - KEPT))
    intercept = math.log(THRESHOLD / (1 - THRESHOLD)) - slope * working_point
    return Calibration(slope, round(intercept, 3), BEST_SHARE, COLUMN_SHARE)


def figures(cosines: Cosines, calibration: Calibration, threshold: float, language: str = "en") -> dict[str, float]:
    """Recall of needed tables and shares of empty results at a threshold, one workspace each and all in one."""
    of_tables = cosines.tables(calibration.column_share)
    everything = cosines.of_workspace("")
    kept: dict[str, list[float]] = {}
    for index, question in enumerate(cosines.set.questions):
        for workspace in [*cosines.set.workspaces, ""] if question.language == language else []:
            among = cosines.of_workspace(workspace) if workspace else everything
            found = _found(of_tables[index, among], calibration, threshold)
            names = [cosines.set.tables[among[at]] for at in found]
            label = "one" if workspace else "all"
            if not question.workspace:
                kept.setdefault(f"small_talk_empty_{label}", []).append(not names)
            elif workspace in ("", question.workspace):
                for k in (5, 10):
                    share = len(question.needs.intersection(names[:k])) / len(question.needs)
                    kept.setdefault(f"recall_at_{k}_{label}", []).append(share)
            else:
                kept.setdefault("other_domain_empty", []).append(not names)
    return {name: round(float(np.mean(values)), 3) for name, values in sorted(kept.items())}


def _found(cosines: np.ndarray, calibration: Calibration, threshold: float) -> list[int]:
    order = np.argsort(-cosines)[:10]
    passed = calibration.scores(cosines[order].tolist())
    return [int(at) for at, score in zip(order, passed, strict=True) if score >= threshold]


def table(rows: dict[str, dict[str, float]], label: str) -> None:
    names = list(next(iter(rows.values())))
    print(f"\n{label:<40}", *(f"{name:>21}" for name in names))
    for row, values in rows.items():
        print(f"{row:<40}", *(f"{values[name]:>21.3f}" for name in names))


async def compare(embedder) -> None:
    rows = {}
    for name, form in FORMS.items():
        cosines = await relevance_set.measured(embedder, relevance_set.load(form))
        for share in (0.0, 0.3, 0.5, 0.7, 1.0):
            on, off = best_cosines(cosines, share)
            calibration = Calibration(1.0, 0.0, 0.0, share)
            found = figures(cosines, calibration, 0.0)
            rejected = float((off < np.quantile(on, 1 - KEPT)).mean())
            recall = {key: value for key, value in found.items() if key.startswith("recall")}
            rows[f"{name}; {share:.1f}"] = recall | {"off_topic_rejected": rejected}
    table(rows, "text of a table; share of best column")
    prefixed = {}
    for prefix in PREFIXES:
        cosines = await relevance_set.measured(embedder, relevance_set.load(), prefix)
        on, off = best_cosines(cosines, COLUMN_SHARE)
        found = figures(cosines, Calibration(1.0, 0.0, 0.0, COLUMN_SHARE), 0.0)
        rejected = float((off < np.quantile(on, 1 - KEPT)).mean())
        recall = {key: value for key, value in found.items() if key.startswith("recall")}
        prefixed[repr(prefix)] = recall | {"off_topic_rejected": rejected}
    table(prefixed, "words before a question")
    table(with_neighbours(await relevance_set.measured(embedder, relevance_set.load())), "all in one, no threshold")


def with_neighbours(cosines: Cosines) -> dict[str, dict[str, float]]:
    """Recall of the first k tables, and of these with the tables their foreign keys lead to."""
    of_tables = cosines.tables(COLUMN_SHARE)
    keys = relevance_set.foreign_keys()
    rows = {}
    for k in (3, 5, 10):
        plain, more, added = [], [], []
        for index, question in enumerate(cosines.set.questions):
            if question.workspace and question.language == "en":
                found = {cosines.set.tables[at] for at in np.argsort(-of_tables[index])[:k]}
                led = set().union(*(keys.get(name, set()) for name in found)) - found
                plain.append(len(question.needs & found) / len(question.needs))
                more.append(len(question.needs & (found | led)) / len(question.needs))
                added.append(len(led))
        means = map(float, (np.mean(plain), np.mean(more), np.mean(added)))
        rows[f"first {k}"] = dict(zip(("recall", "with_neighbours", "tables_added"), means, strict=True))
    return rows


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--compare", action="store_true")
    options = parser.parse_args()
    embedder = make_embedder(RetrievalSettings())
    try:
        print(described())
        if options.compare:
            return await compare(embedder)
        cosines = await relevance_set.measured(embedder, relevance_set.load())
        calibration = fitted(cosines)
        numbers = {name: getattr(calibration, name) for name in Calibration.__slots__}
        print(f"{await embedder.model()}\n{numbers}\ncosine at {THRESHOLD}: {calibration.cosine_at(THRESHOLD):.3f}")
        curve = {f"{threshold:.2f}": figures(cosines, calibration, threshold) for threshold in CURVE}
        table(curve, "threshold (English)")
        table({f"{t:.2f}": figures(cosines, calibration, t, "pl") for t in (0.1, 0.3, THRESHOLD)}, "threshold (Polish)")
        if options.write:
            content = {"calibration": numbers, "model": await embedder.model(), "measured": curve[f"{THRESHOLD:.2f}"]}
            TARGET.write_text(HEADER + yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    finally:
        await embedder.close()


if __name__ == "__main__":
    asyncio.run(main())
