"""Questions in English and Polish, compiled and executed, against numbers worked out by hand in plain Python."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.copilot.semantic.answer import from_glossary
from services.copilot.semantic.reading import load
from services.copilot.sql.schema_index import SchemaIndex, TableInfo
from services.copilot.sql.validate import validate
from tests.copilot.semantic.by_hand import expected
from tests.copilot.semantic.sample import TODAY

DIALECTS = ("postgresql", "snowflake", "teradata", "sap_hana", "mssql")


@dataclass(frozen=True)
class Case:
    question: str
    metrics: list[str]
    by: list[str]
    where: str
    start: date | None
    end: date | None
    having: str
    top: str

    def expected(self) -> list[tuple[Any, ...]]:
        """Rows in no order, or in that of `top`."""
        figures = expected(self.metrics, self.by, self.where, self.start, self.end)
        found = [(*key, *values) for key, values in figures.items()]
        names = [*self.by, *self.metrics]
        if self.having:
            size = len(self.by)
            found = [row for row in found if _holds(self.having, dict(zip(self.metrics, row[size:], strict=True)))]
        if self.top:
            name, _, count = self.top[1:].partition(":")
            found = [row for row in found if row[names.index(name)] is not None]
            found.sort(key=lambda row: row[names.index(name)], reverse=self.top[0] == "-")
            found = found[: int(count) or None]
        return found


def _holds(condition: str, values: dict[str, Any]) -> bool:
    return None not in values.values() and eval(condition, {}, values)


def _cases() -> list[Case]:
    def day(text: str) -> date | None:
        return date.fromisoformat(text) if text else None

    def names(text: str) -> list[str]:
        return text.split(",") if text else []

    with Path(__file__).with_name("questions.tsv").open(encoding="utf-8") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(reader)
        return [
            Case(q, names(metrics), names(by), where, day(start), day(end), having, top)
            for q, metrics, by, where, start, end, having, top in reader
        ]


CASES = _cases()


def same(case: Case, found: list[tuple[Any, ...]]) -> None:
    wanted = case.expected()
    size = len(case.by)

    def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(float(value) if isinstance(value, Decimal) else value for value in row)

    rows = [plain(row) for row in found]
    assert [row[:size] for row in rows] == [row[:size] for row in wanted] if case.top else True
    by_key = {row[:size]: row[size:] for row in rows}
    assert len(by_key) == len(rows), "a group came twice"
    assert set(by_key) == {row[:size] for row in wanted}
    for row in wanted:
        assert by_key[row[:size]] == pytest.approx(row[size:], rel=1e-9, nan_ok=True), row[:size]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.question)
def test_duckdb_finds_the_numbers_worked_out_by_hand(case, sample_duckdb):
    answer = from_glossary(case.question, "duckdb", today=TODAY)
    assert answer.covered, answer.explanation
    assert sorted(answer.metrics_used) == sorted(case.metrics)
    same(case, sample_duckdb.execute(answer.sql).fetchall())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.question)
async def test_postgresql_finds_the_numbers_worked_out_by_hand(case, sample_postgres):
    answer = from_glossary(case.question, "postgresql", today=TODAY)
    same(case, [tuple(row) for row in await sample_postgres.fetch(answer.sql)])


@pytest.fixture(scope="module")
def indexes() -> dict[str, SchemaIndex]:
    infos = [
        TableInfo(
            each.name,
            each.schema_name,
            each.database,
            tuple((column.name, column.type) for column in each.columns),
            tuple(each.primary_key),
        )
        for each in load().tables
    ]
    return {dialect: SchemaIndex(dialect, infos) for dialect in DIALECTS}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_statement_holds_in_its_dialect(dialect, indexes):
    wrong = []
    for case in CASES:
        answer = from_glossary(case.question, dialect, today=TODAY)
        found = validate(answer.sql, dialect, indexes[dialect])
        if found.errors or not found.is_read_only or not answer.sql:
            wrong.append((case.question, [(each.code, each.message) for each in found.errors], answer.sql))
    assert not wrong


def test_there_are_enough_questions_in_both_languages():
    polish = [case for case in CASES if from_glossary(case.question, "duckdb", today=TODAY).language == "pl"]
    assert len(CASES) >= 60
    assert len(polish) >= 15
    assert {name for case in CASES for name in case.metrics} == set(load().metric)


def test_every_example_of_the_glossary_is_covered():
    glossary = load()
    examples = {
        text: entry.name
        for entry in (*glossary.metrics, *glossary.dimensions, *glossary.filters)
        for text in entry.examples
    }
    for text, name in examples.items():
        answer = from_glossary(text, "postgresql", today=TODAY)
        assert answer.covered, text
        named = {term.name for term in answer.terms}
        assert name in named or glossary.dimension[name].time_grain, text


def test_a_large_bound_is_told_in_full():
    assert (
        "Revenue > 1500000."
        in from_glossary("Regions with revenue above 1.5 million in 2025", "postgresql").explanation
    )
