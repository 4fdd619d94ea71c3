"""The labelled set of relevance: questions, and the tables each needs. relevance/*.yaml, one workspace a file.

A question is on topic in its own file's workspace, off topic in every other; small talk is off topic everywhere.
The score is fitted on this set and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from services.retrieval.catalog_text import column_text, table_text
from services.retrieval.polish import with_english

FOLDER = Path(__file__).parent / "relevance"
TableName = tuple[str, str]  # workspace, table


@dataclass(frozen=True)
class Question:
    workspace: str  # "" for small talk
    text: str
    needs: frozenset[TableName] = frozenset()
    language: str = "en"


@dataclass(frozen=True)
class RelevanceSet:
    tables: tuple[TableName, ...]
    texts: tuple[str, ...]  # one a table
    column_texts: tuple[tuple[str, ...], ...]  # one a column, by table
    questions: tuple[Question, ...]

    @property
    def workspaces(self) -> list[str]:
        return sorted({workspace for workspace, _ in self.tables})


def load(form: Any = table_text, column_form: Any = column_text) -> RelevanceSet:
    """The whole set, its texts made by `form` and `column_form` (those of the catalog by default)."""
    tables, texts, column_texts, questions = [], [], [], []
    for file in sorted(FOLDER.glob("*.yaml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for name, table in content["tables"].items():
            tables.append((file.stem, name))
            texts.append(form(name, table.get("about", ""), list(table["columns"].items())))
            column_texts.append(tuple(column_form(name, *column) for column in table["columns"].items()))
        for question in content["questions"]:
            needs = frozenset((file.stem, table) for table in question["needs"])
            questions.append(Question(file.stem, question["ask"], needs, question.get("language", "en")))
    talk = (FOLDER / "small_talk.txt").read_text(encoding="utf-8").splitlines()
    questions.extend(Question("", line.strip()) for line in talk if line.strip())
    return RelevanceSet(tuple(tables), tuple(texts), tuple(column_texts), tuple(questions))


class Cosines:
    """Cosines of every question with every table, from vectors of the texts."""

    def __init__(self, labelled: RelevanceSet, own: np.ndarray, columns: Sequence[np.ndarray], asked: np.ndarray):
        self.set = labelled
        self.own = asked @ own.T
        self.best_column = np.stack([(asked @ vectors.T).max(1) for vectors in columns], 1)

    def tables(self, column_share: float) -> np.ndarray:
        """(questions, tables)"""
        return (1 - column_share) * self.own + column_share * self.best_column

    def of_workspace(self, workspace: str) -> np.ndarray:
        """Indices of a workspace's tables; of all for ""."""
        return np.array([i for i, (name, _) in enumerate(self.set.tables) if workspace in ("", name)])


def foreign_keys() -> dict[TableName, set[TableName]]:
    """Tables that each table's foreign keys lead to."""
    led: dict[TableName, set[TableName]] = {}
    for file in FOLDER.glob("*.yaml"):
        for name, table in yaml.safe_load(file.read_text(encoding="utf-8"))["tables"].items():
            led[file.stem, name] = {(file.stem, target) for target in table.get("keys", {}).values()}
    return led


async def measured(embedder: Any, labelled: RelevanceSet, before_question: str = "") -> Cosines:
    """Cosines, questions embedded as a search does, by `embedder` (services.retrieval.embedding.protocol.Embedder)."""
    flat = [text for texts in labelled.column_texts for text in texts]
    asked = (before_question + with_english(question.text) for question in labelled.questions)
    texts = [*labelled.texts, *flat, *asked]
    vectors = await embedded(embedder, texts)
    own, rest = vectors[: len(labelled.texts)], vectors[len(labelled.texts) :]
    ends = np.cumsum([len(texts) for texts in labelled.column_texts])
    return Cosines(labelled, own, np.split(rest[: ends[-1]], ends[:-1]), rest[ends[-1] :])


async def embedded(embedder: Any, texts: Sequence[str]) -> np.ndarray:
    return np.concatenate([(await embedder.embed(batch)).vectors for batch in _batches(texts, 64)])


def _batches(texts: Sequence[str], size: int) -> Iterable[Sequence[str]]:
    return (texts[at : at + size] for at in range(0, len(texts), size))
