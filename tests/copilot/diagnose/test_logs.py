# ruff: noqa: E501 - why: errors stand here as clients print them, on one line
"""The failing line of logs, and what never comes back from them."""

from __future__ import annotations

import json

import pytest

from services.copilot.diagnose.diagnosis import Question, diagnose
from services.copilot.diagnose.secrets import without_secrets

INFO = "2026-11-22 10:00:00 INFO loaded 10 rows, 0 errors\n"
MISSING = 'ERROR:  relation "orders" does not exist'
JAVA = (
    "2026-11-22 10:00:00 ERROR Runner - node load failed\n"
    "java.lang.RuntimeException: job failed\n"
    "\tat com.example.Job.run(Job.java:10)\n"
    "Caused by: java.sql.SQLException: wrapped\n"
    "\tat com.example.Job.load(Job.java:20)\n"
    "\t... 12 more\n"
    'Caused by: org.postgresql.util.PSQLException: ERROR: duplicate key value violates unique constraint "orders_pkey"\n'
    "  Detail: Key (id)=(7) already exists.\n"
    "\tat org.postgresql.core.v3.QueryExecutorImpl.receive(QueryExecutorImpl.java:2)\n"
    "2026-11-22 10:00:01 ERROR Runner - exit code 1\n"
)
PYTHON = (
    "Traceback (most recent call last):\n"
    '  File "load.py", line 3, in <module>\n'
    "    raise ValueError('timeout')\n"
    'psycopg.errors.UndefinedTable: relation "orders" does not exist\n'
    "LINE 1: SELECT * FROM orders\n\n"
    "The above exception was the direct cause of the following exception:\n\n"
    "Traceback (most recent call last):\n"
    "RuntimeError: load failed\n"
)
LOGS = {
    "after noise": (INFO * 30 + MISSING + "\n" + INFO * 5, 31, "postgresql.42P01"),
    "far down": (INFO * 5000 + MISSING + "\n" + INFO * 5000, 5001, "postgresql.42P01"),
    "java causes": (JAVA, 7, "postgresql.23505"),
    "python chain": (INFO + PYTHON, 5, "postgresql.42P01"),
    "first of two": (f"{MISSING}\n{INFO}ERROR:  deadlock detected\n", 1, "postgresql.42P01"),
    "aborted comes after": (
        f"ERROR:  current transaction is aborted, commands ignored until end of transaction block\n{MISSING}\n",
        2,
        "postgresql.42P01",
    ),
    "warning before": (f"10:00 WARN connection timed out, retrying\n{MISSING}\n", 2, "postgresql.42P01"),
    "colours": (f"{INFO}\x1b[31m{MISSING}\x1b[0m\n", 2, "postgresql.42P01"),
    "json": (
        INFO + json.dumps({"level": "error", "msg": 'pq: relation "orders" does not exist'}) + "\n",
        2,
        "postgresql.42P01",
    ),
    "wrapped": (
        INFO + 'ERROR:  duplicate key value violates\n  unique constraint "orders_pkey"\n',
        2,
        "postgresql.23505",
    ),
    "windows line ends": (f"{INFO}{MISSING}\n".replace("\n", "\r\n"), 2, "postgresql.42P01"),
    "only noise": (INFO * 50, 0, ""),
}


@pytest.mark.parametrize("name", LOGS)
def test_the_failing_line_is_the_first_real_error(name):
    logs, line, rule = LOGS[name]
    made = diagnose(Question(logs=logs))
    assert (made.line, made.rule) == (line, rule)


SECRETS = [
    "password=hunter2secret",
    "postgresql://etl:hunter2secret@db/dwh",
    "Bearer hunter2secret",
    "PWD=hunter2secret;",
    "sqlplus crm/hunter2secret@prod",
    "IDENTIFIED BY 'hunter2secret'",
    "--password hunter2secret",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_do_not_come_back(secret):
    assert "hunter2secret" not in without_secrets(secret)
    made = diagnose(Question(f'ERROR:  relation "orders" does not exist {secret}', logs=f"ERROR: odd thing {secret}"))
    assert "hunter2secret" not in repr(made)


@pytest.mark.parametrize("name", ['a"; DROP TABLE x; --', "x' OR '1'='1", "a b", "ą"])
def test_sql_is_made_of_plain_identifiers_alone(name):
    made = diagnose(Question(f"Invalid object name '{name}'.", system="mssql"))
    assert [fix.sql for fix in made.remedies if "DROP" in fix.sql or "OR '1'" in fix.sql] == []


def test_a_pipeline_tells_the_node():
    yaml = "nodes:\n- {id: read, type: source, config: {table: x}}\n- {id: write_orders, type: sink, config: {table: sales.orders}}\n"
    made = diagnose(Question('ERROR:  relation "sales.orders" does not exist', yaml=yaml))
    assert (made.node, made.object) == ("write_orders", "sales.orders")
    assert "write_orders" in made.explanation


@pytest.mark.parametrize(
    "text", ["\x00\x01\x02" * 1000, "ERROR " * 100_000, "(" * 200_000, "{" * 50_000, "\n" * 200_000, "ż" * 300_000]
)
def test_odd_input_is_taken(text):
    assert diagnose(Question(logs=text)).rule == ""


def test_polish_answers():
    made = diagnose(Question('relation "orders" does not exist', language="pl"))
    assert made.root_cause.startswith("Tabela `orders` nie istnieje")
    assert made.remedies[0].title == "Popraw nazwę tabeli lub ją utwórz"


def test_an_error_far_along_one_very_long_line_is_found() -> None:
    line = "INFO all is well " * 20_000 + 'ERROR: relation "cdr" does not exist ' + "INFO all is well " * 20_000
    found = diagnose(Question(logs=line))
    assert (found.category, found.object) == ("schema", "cdr")
