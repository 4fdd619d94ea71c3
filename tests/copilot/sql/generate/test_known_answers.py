"""Gold SQL of others as the model's answer: nothing is flagged that is right, and what is made wrong is repaired."""

from __future__ import annotations

import csv

import pytest
import sqlglot

from benchmarks import defog_set
from dataflow.common.v1 import table_schema_pb2
from services.copilot.model.exchange import Exchange
from services.copilot.sql.generate.asking import Brief, ask
from services.copilot.sql.generate.examine import examine
from services.copilot.sql.packed import Held
from tests.copilot.sql import defog
from tests.copilot.sql.mutators import MUTATORS

pytestmark = pytest.mark.skipif(not defog.FOLDER.exists(), reason="the test sets lie beside the checkout")


def held() -> dict[str, Held]:
    found: dict[str, list[table_schema_pb2.TableSchema]] = {}
    for each in defog_set.tables():
        columns = [table_schema_pb2.Column(name=n, type=k, description=d) for n, k, d in each.columns]
        table = table_schema_pb2.TableSchema(name=each.name, schema=each.schema, columns=columns)
        found.setdefault(each.database, []).append(table)
    return {database: Held(tables) for database, tables in found.items()}


class Player:
    """A model that gives prepared answers in turn."""

    def __init__(self, *answers: str) -> None:
        self.left = list(answers)

    async def checked(self, system, user, check, exchange, **_):
        text = self.left.pop(0)
        value, problems = await check(text)
        exchange.calls += 1
        return type("Answered", (), {"value": value, "problems": problems, "text": text})()


def test_right_answers_are_not_flagged():
    schemas, flagged, asked = held(), [], defog.asked()
    for database, question, sql in asked:
        found = examine(schemas[database], f"```sql\n{sql}\n```", question, "postgresql")
        if found.problems or found.refusal or found.withheld:
            flagged.append((sql, found.problems, found.refusal))
    assert len(asked) > 150
    assert flagged == []


def test_questions_that_no_schema_answers_come_to_an_abstention():
    schemas, missed = held(), []
    with (defog.FOLDER / "idk.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        found = examine(schemas[row["db_name"]], row["query"], row["question"], "postgresql")
        if not found.refusal:
            missed.append(row["query"])
    assert len(rows) > 50
    assert missed == []


@pytest.mark.parametrize("code", ["UNKNOWN_TABLE", "UNKNOWN_COLUMN", "AMBIGUOUS_COLUMN", "AGGREGATE_IN_WHERE"])
async def test_an_error_put_in_is_repaired_by_the_second_answer(code):
    schemas, tried = held(), 0
    for database, question, sql in defog.asked()[::4]:
        columns = {each.name: [name for name, _ in each.columns] for each in schemas[database].infos}
        trees = MUTATORS[code](sqlglot.parse_one(sql, dialect="postgres"), columns)
        mutant = next((tree.sql(dialect="postgres") for tree in trees), "")
        if not mutant or not examine(schemas[database], mutant, question, "postgresql").problems:
            continue
        tried += 1
        exchange = Exchange()

        async def check(text, database=database, question=question):
            return examine(schemas[database], text, question, "postgresql")

        player = Player(f"```sql\n{mutant}\n```", f"```sql\n{sql}\n```")
        best = await ask(player, Brief(question, "postgresql", ()), check, exchange)
        assert (best.sql, best.problems, exchange.repairs) == (sql.rstrip("; \n"), [], 1), mutant
    assert tried > 5
