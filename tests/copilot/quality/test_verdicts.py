"""Definition files of Great Expectations: our rules' verdicts are theirs, on DuckDB and on PostgreSQL."""

from __future__ import annotations

import asyncpg
import duckdb
import pytest

from services.copilot.quality.rule import RULE_TYPES, Rule
from tests.copilot.quality.expectations import EXCLUDED, MAPPED, name_of
from tests.copilot.quality.verdicts import FOLDER, Case, cases, excluded, files, on_duckdb, on_postgres, rules, verdict

needs_the_set = pytest.mark.skipif(not FOLDER.is_dir(), reason="the definition files are not beside the repository")
LEAST = 0.98


async def share_right(engine, dialect):
    right, scored, wrong = 0, 0, []
    for path in files():
        for case in cases(path):
            if isinstance(case, str) or excluded(case.expectation):
                continue
            found = await verdict(case, dialect, await engine(case.data))
            scored += 1
            right += found is case.expected
            wrong += [] if found is case.expected else [(case.file, case.title)]
    return right / scored, scored, wrong


@needs_the_set
@pytest.mark.slow
async def test_verdicts_on_duckdb():
    async def engine(data):
        return on_duckdb(connection, data)

    with duckdb.connect() as connection:
        share, scored, wrong = await share_right(engine, "duckdb")
    assert scored > 300
    assert share >= LEAST, wrong


@needs_the_set
@pytest.mark.slow
async def test_verdicts_on_postgresql(postgres_database):
    connection = await asyncpg.connect(postgres_database, statement_cache_size=0)
    try:
        share, scored, wrong = await share_right(lambda data: on_postgres(connection, data), "postgresql")
    finally:
        await connection.close()
    assert scored > 300
    assert share >= LEAST, wrong


@needs_the_set
def test_every_file_is_mapped_or_excluded_with_a_reason():
    found = [case.expectation for path in files() for case in list(cases(path))[:50] if isinstance(case, Case)]
    unmapped = {name for name in found if name not in MAPPED and not EXCLUDED.get(name)}
    assert not unmapped


@needs_the_set
def test_what_is_mapped_is_of_the_ten_types():
    for path in files():
        for case in cases(path):
            if isinstance(case, Case) and case.expected is not None and not excluded(case.expectation):
                assert all(isinstance(rule, Rule) and rule.type in RULE_TYPES for rule in rules(case))


@pytest.mark.parametrize(
    "written",
    ["expect_column_pair_values_A_to_be_greater_than_B", "ExpectColumnPairValuesAToBeGreaterThanB"],
)
def test_both_spellings_of_a_name_are_known(written):
    assert name_of(written) in MAPPED


def test_an_unknown_expectation_is_excluded_and_says_so():
    assert excluded("expect_column_to_sparkle")
