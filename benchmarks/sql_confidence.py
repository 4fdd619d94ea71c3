"""Confidence of generated SQL: fitted and evaluated on labelled answers of language models.

    python -m benchmarks.sql_confidence [--fit]

The set: benchmarks/acme_set.py. A logistic regression over the features of services/copilot/sql/confidence/features.py,
every weight zero or below, each question of equal weight, is fitted on the answers in SQL to the schema given; what
fails validation is capped (score.INVALID) and takes no part in the fit. Leave one question out: each question is scored
by weights that never saw it. Harder, leave its tables out: also without every question whose answers go through the
same table, those that half of the questions need left aside. Intervals are 95 % by bootstrap over questions.
The error of calibration (ECE) is over ten bins of equal width. `--fit` writes
services/copilot/sql/confidence/weights.yaml.

Beside it: the documented heuristic, and how often the model's other samples agree (self-agreement, the usual signal).

A second set, of which nothing was fitted: gold SQL of the defog questions beside gold SQL of another question on the
same database, chosen at random. It asks whether the confidence carries over to other schemas.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import sqlglot
import yaml
from sqlglot.errors import SqlglotError

from benchmarks import acme_set, defog_set, machine
from benchmarks.acme_set import METRICS, NOTHING, SQL, SQL_MORE_TABLES, Answer
from dataflow.common.v1 import table_schema_pb2
from services.copilot.sql.confidence import score
from services.copilot.sql.confidence.features import FEATURES, Subject, features
from services.copilot.sql.confidence.known import known_of
from tests.copilot.sql import defog

WEIGHTS = Path(score.__file__).with_name("weights.yaml")
NAMES = tuple(FEATURES)
PENALTY = 5.0  # of squared weights, where a question counts as 100 answers
PER_QUESTION = 100.0
ROUNDS = 1000
OFTEN = 0.2  # share of the answers to a question that read a table
Array = np.ndarray


def matrix(answers: Sequence[Answer]) -> Array:
    return np.array([[each.values[name] for name in NAMES] if each.values else [0.0] * len(NAMES) for each in answers])


def fit(answers: Sequence[Answer]) -> score.Weights:
    """Weights above zero are taken out and the rest fitted again until none is left."""
    asked = [each.question for each in answers]
    share = np.array([PER_QUESTION / asked.count(each) for each in asked])
    inputs, right = matrix(answers), np.array([float(each.right) for each in answers])
    kept = [at for at in range(len(NAMES)) if inputs[:, at].any()]
    while True:
        found = _newton(inputs[:, kept], right, share)
        above = [at for at, weight in zip(kept, found[1:], strict=True) if weight > 0]
        if not above:
            weights = {NAMES[at]: round(float(w), 3) for at, w in zip(kept, found[1:], strict=True)}
            return score.Weights(round(float(found[0]), 3), {name: w for name, w in weights.items() if w})
        kept = [at for at in kept if at not in above]


def _newton(inputs: Array, right: Array, share: Array) -> Array:
    design = np.c_[np.ones(len(inputs)), inputs]
    penalty = np.diag([0.0, *[PENALTY] * inputs.shape[1]])
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ weights))
        slope = design.T @ (share * (chance - right)) + penalty @ weights
        curve = (design * (share * chance * (1 - chance))[:, None]).T @ design + penalty
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-9:
            break
    return weights


def scored(answers: Sequence[Answer], weights: score.Weights) -> Array:
    """The confidence of each; 0 where there is no answer, capped where validation found errors."""
    chances = [weights.probability(each.values) if each.values else 0.0 for each in answers]
    return np.array([min(c, score.INVALID) if a.errors else c for c, a in zip(chances, answers, strict=True)])


def fitting(answers: Sequence[Answer]) -> list[Answer]:
    return [each for each in answers if each.kind == SQL and each.values and not each.errors]


def left_out(answers: Sequence[Answer], near: Callable[[str, str], bool]) -> Array:
    """Each answer scored by weights fitted without its question and those near it."""
    result, train = np.zeros(len(answers)), fitting(answers)
    for question in sorted({each.question for each in answers}):
        weights = fit([each for each in train if each.question != question and not near(question, each.question)])
        own = [at for at, each in enumerate(answers) if each.question == question]
        result[own] = scored([answers[at] for at in own], weights)
    return result


def shares_a_table(answers: Sequence[Answer]) -> Callable[[str, str], bool]:
    """Whether two questions go through one table that answers to fewer than half of the questions read."""
    asked: dict[str, list[Answer]] = {}
    for each in fitting(answers):
        asked.setdefault(each.question, []).append(each)
    read = {
        question: {name for name in set().union(*(a.tables for a in own)) if _share(name, own) >= OFTEN}
        for question, own in asked.items()
    }
    rare = {
        name for tables in read.values() for name in tables if sum(name in t for t in read.values()) < len(read) / 2
    }
    return lambda one, other: bool(read[one] & read.get(other, set()) & rare) if one in read else False


def _share(table: str, answers: Sequence[Answer]) -> float:
    return sum(table in each.tables for each in answers) / len(answers)


def heuristic(answers: Sequence[Answer]) -> Array:
    """The documented one: 0.7, 0.15 more for a schema in the prompt, 0.05 less for each warning of `SELECT *`."""
    stars = [bool(each.values and each.values["outputs_unasked"] == 1) for each in answers]
    return np.array([0.85 - 0.05 * star if each.values else 0.0 for each, star in zip(answers, stars, strict=True)])


def auroc(scores: Array, right: Array) -> float:
    """Chance that a right answer scores above a wrong one, ties half; NaN where there is but one kind."""
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    good, bad = right.sum(), (1 - right).sum()
    return float((rank[right == 1].sum() - good * (good + 1) / 2) / (good * bad)) if good and bad else float("nan")


def ece(scores: Array, right: Array) -> float:
    """Mean distance between confidence and share of right answers, over ten bins."""
    bins = np.minimum((scores * 10).astype(int), 9)
    gaps = [abs(scores[bins == b].mean() - right[bins == b].mean()) * (bins == b).sum() for b in set(bins)]
    return float(sum(gaps) / len(scores))


def interval(measure: Callable[[Array, Array], float], scores: Array, right: Array, asked: Array) -> str:
    """The measure with its interval over questions."""
    generator = np.random.default_rng(0)
    places = [np.flatnonzero(asked == each) for each in np.unique(asked)]
    found = []
    for _ in range(ROUNDS):
        drawn = np.concatenate([places[at] for at in generator.integers(0, len(places), len(places))])
        found.append(measure(scores[drawn], right[drawn]))
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return f"{measure(scores, right):.3f} ({low:.2f}–{high:.2f})"


def within(scores: Array, right: Array, asked: Array) -> float:
    """Mean AUROC inside a question: among answers to the same one."""
    return float(np.nanmean([auroc(scores[asked == each], right[asked == each]) for each in np.unique(asked)]))


def table(answers: Sequence[Answer], ways: dict[str, Array], kinds: dict[str, tuple[str, ...]]) -> None:
    print("\n| Answers | Number | Right | Confidence | AUROC (95 % over questions) | inside a question | ECE (95 %) |")
    print("|---|---|---|---|---|---|---|")
    for title, chosen in kinds.items():
        here = np.array([each.kind in chosen for each in answers])
        right = np.array([float(each.right) for each in answers])[here]
        asked = np.array([each.question for each in answers])[here]
        for way, scores in ways.items():
            own = scores[here]
            cells = [interval(auroc, own, right, asked), f"{within(own, right, asked):.3f}"]
            cells.append(interval(ece, own, right, asked))
            print(f"| {title} | {here.sum():,} | {right.mean():.1%} | {way} | {' | '.join(cells)} |")


def other_schemas(weights: score.Weights) -> None:
    """Gold SQL beside gold SQL of another question, on the databases of the defog set."""
    known = {name: known_of(each) for name, each in _defog_tables().items()}
    pairs = []
    for database, question, sql in defog.asked():
        try:
            pairs.append((database, question, sqlglot.parse_one(sql, dialect="postgres")))
        except SqlglotError:
            continue
    generator, scores, right = random.Random(0), [], []
    for database, question, statement in pairs:
        other = generator.choice([s for d, q, s in pairs if d == database and q != question and s != statement])
        for each, label in ((statement, 1.0), (other, 0.0)):
            scores.append(weights.probability(features(Subject(question, each, known[database]))))
            right.append(label)
    found, labels = np.array(scores), np.array(right)
    own, foreign = found[labels == 1].mean(), found[labels == 0].mean()
    print(f"\nOther schemas, {len(pairs)} questions: mean confidence of the right SQL {own:.2f}, of another question's")
    print(f"{foreign:.2f}; AUROC {auroc(found, labels):.3f}.")


def _defog_tables() -> dict[str, list[table_schema_pb2.TableSchema]]:
    found: dict[str, list[table_schema_pb2.TableSchema]] = {}
    for each in defog_set.tables():
        columns = [table_schema_pb2.Column(name=n, type=k, description=d) for n, k, d in each.columns]
        table = table_schema_pb2.TableSchema(name=each.name, schema=each.schema, columns=columns)
        found.setdefault(each.database, []).append(table)
    return found


def write(weights: score.Weights, answers: Sequence[Answer]) -> None:
    head = (
        "# Weights of the confidence of generated SQL: a logistic regression over the features of features.py.\n"
        "# Made by `python -m benchmarks.sql_confidence --fit`; BENCHMARKS.md says how well they do. Do not edit.\n"
    )
    made = f"{len(fitting(answers)):,} labelled answers to {len({each.question for each in answers})} questions (acme)"
    body = {"origin": "project", "fitted_on": made, "bias": weights.bias, "weights": dict(weights.weights)}
    WEIGHTS.write_text(head + yaml.safe_dump(body, sort_keys=False), encoding="utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--fit", action="store_true", help="write the weights")
    answers = acme_set.answers()
    print(machine.described())
    weights = fit(fitting(answers))
    if arguments.parse_args().fit:
        write(weights, answers)
    print(f"\nbias {weights.bias}, {weights.weights}")
    ways = {
        "fitted, leave one question out": left_out(answers, lambda one, other: False),
        "fitted, leave its tables out too": left_out(answers, shares_a_table(answers)),
        "documented heuristic": heuristic(answers),
        "agreement of the model's samples": np.array([each.agreement for each in answers]),
    }
    everything = (SQL, SQL_MORE_TABLES, METRICS, NOTHING)
    kinds = {
        "SQL, schema given": (SQL,),
        "all SQL": (SQL, SQL_MORE_TABLES),
        "semantic layer": (METRICS,),
        "all": everything,
    }
    table(answers, ways, kinds)
    invalid = [each for each in answers if each.errors]
    print(f"\nAnswers that fail validation: {len(invalid)}, right of them: {sum(each.right for each in invalid)}.")
    other_schemas(weights)


if __name__ == "__main__":
    main()
