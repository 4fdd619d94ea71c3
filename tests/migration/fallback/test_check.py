"""An answer is checked and tried before it becomes a node."""

from __future__ import annotations

import pytest

from benchmarks.generate_powercenter import constructs
from services.migration.fallback.check import static_problems
from services.migration.fallback.trial import trial
from tests.migration.fallback.samples import GOOD, java, request_of

ACTIVE, PASSIVE = request_of(java()), request_of(java(active=False))


def test_a_good_answer_has_no_problem_and_no_note() -> None:
    assert trial(ACTIVE, GOOD) == ([], [])


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT status AS x FROM input", "must give, in this order: (X varchar(200), Y timestamp)"),
        ("SELECT ordered_at AS y, status AS x FROM input", "must give, in this order"),
        ("SELECT nope AS x, ordered_at AS y FROM input", "'nope' could not be resolved"),
        ("DROP TABLE orders", "DROP TABLE"),
        ("SELECT status AS x, ordered_at AS y FROM orders", "no input"),
        ("SELECT pg_read_file('/etc/passwd') AS x, ordered_at AS y FROM input", "pg_read_file"),
        ("SELECT amount AS x, ordered_at AS y FROM input", "x as a number"),
        ("SELECT CAST(NULL AS VARCHAR) AS x, ordered_at AS y FROM input", "x is null in every row"),
        ("I am sorry", "is not SQL"),
    ],
)
def test_a_bad_answer_is_told_what_is_wrong(sql: str, said: str) -> None:
    found = static_problems(ACTIVE, sql)
    assert [text for text in found if said.lower() in text.lower()], found
    assert trial(ACTIVE, sql) == (found, [])


def test_a_query_that_only_fails_when_it_runs_is_found() -> None:
    problems, _ = trial(ACTIVE, "SELECT SUBSTRING(ordered_at, 1, 2) AS x, ordered_at AS y FROM input")
    assert [text for text in problems if "does not execute" in text], problems


@pytest.mark.parametrize(
    ("sql", "passes"),
    [
        ("SELECT status AS x, ordered_at AS y FROM input", True),
        ("SELECT status AS x, MAX(ordered_at) OVER (PARTITION BY status) AS y FROM input", True),
        (GOOD, False),
        ("SELECT status AS x, MAX(ordered_at) AS y FROM input GROUP BY status", False),
        ("SELECT a.status AS x, b.ordered_at AS y FROM input AS a CROSS JOIN input AS b", False),
    ],
)
def test_a_passive_object_gives_one_row_for_each(sql: str, passes: bool) -> None:
    problems, _ = trial(PASSIVE, sql)
    assert (problems == []) is passes
    assert passes or "exactly one row for each" in problems[0]


def wrapped(text: str) -> str:
    return f"SELECT {text} AS x, ordered_at AS y FROM input"


PARTS = "".join(f", t{i} AS (SELECT a.x, b.y FROM t{i - 1} AS a JOIN t{i - 1} AS b ON a.x = b.x)" for i in range(1, 25))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (wrapped("(" * 3000 + "status" + ")" * 3000), "nested too deeply"),
        (wrapped("||".join(["status"] * 4000)), "nested too deeply"),
        (f"WITH t0 AS ({wrapped('status')}){PARTS} SELECT x, y FROM t24", "is too large"),
        (wrapped(f"COALESCE({', '.join(['status'] * 12_000)})"), "is too large"),
        (wrapped("REPEAT(status, 2000000000)"), "was not executed"),
        (wrapped("$1"), "variable"),
    ],
    ids=["parentheses", "chain", "doubling", "long", "memory", "parameter"],
)
def test_a_query_cannot_exhaust_what_reads_or_runs_it(sql: str, said: str) -> None:
    problems, _ = trial(ACTIVE, sql)
    assert [text for text in problems if said in text], problems


@pytest.mark.parametrize("dialect", ["mssql", "teradata"])
def test_what_could_not_be_run_is_a_note(dialect: str) -> None:
    request = request_of(java(), dialect)
    weekday = {"mssql": "DATENAME(weekday, ordered_at)", "teradata": "OTRANSLATE(status, 'a', 'b')"}[dialect]
    problems, notes = trial(request, f"SELECT {weekday} AS x, ordered_at AS y FROM input")
    assert problems == []
    assert notes == [] or "not executed" in notes[0]


def test_parameters_of_the_mapping_may_be_used() -> None:
    assert {name for name, _ in request_of(constructs()["stored_procedure"]).parameters} == set()
    assert static_problems(ACTIVE, GOOD.replace("> 0", "> :LEAST"))
