"""A schema and gold answers that others made: the glossary's figures against those of the acme set's own SQL."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb
import pytest

from services.copilot.semantic.answer import from_glossary
from services.copilot.semantic.layer import Layer
from services.copilot.semantic.reading import load
from services.copilot.sql.reading import grammar
from tests.copilot.semantic.sample import TODAY

SET = Path(__file__).parents[4] / "shared/testsets/acme"
pytestmark = pytest.mark.skipif(not SET.exists(), reason="the test set is not there")

# What is asked of the glossary, and the beginning of the set's question whose SQL gives the rows.
ASKED = [
    ("How many claims do we have?", "How many claims do we have?"),
    ("How many policies do we have?", "How many policies do we have?"),
    ("How many claims by policy number?", "How many claims have been placed by policy number?"),
    ("What are the loss payment amount by claim number?", "What are the loss payment amount of all claims"),
    ("What are the loss reserve amount by claim number?", "What are the loss reserve amount of all claims"),
    ("What are the expense payment amount by claim number?", "What are the expense payment amount of all claims"),
    ("What are the expense reserve amount by claim number?", "What are the expense reserve amount of all claims"),
    (
        "What are the loss payment, loss reserve, expense payment, expense reserve amount by claim number?",
        "What are the loss payment, loss reserve, expense payment, expense reserve amount by claim number?",
    ),
    ("What is the total loss by policy number?", "What is the total loss of each policy by policy number"),
    ("What is the total loss by claim number?", "What is the total loss of each claim by claim number"),
    ("What is the loss amount by claim number?", "What is the total loss amounts"),
    (
        "Total loss by policy number and catastrophe",
        "What are the total loss, which is the sum of loss payment, loss "
        "reserve, expense payment, expense reserve amount by catastrophe and policy number?",
    ),
    ("What is the average loss by policy number?", "What is the average loss of each policy by policy number where"),
    (
        "What is the total amount of premiums paid by policy number?",
        "What is the total amount of premiums paid by policy",
    ),
    ("What is the average policy size?", "What is the average policy size"),
    ("Policies sold by agent id", "How many policies have agents sold by agent id?"),
    ("Policies held by policy holder id", "How many policies does each policy holder have"),
]


@cache
def _gold() -> dict[str, str]:
    """SQL by question."""
    text = (SET / "acme-benchmark.ttl").read_text("utf-8")
    statements = {
        match.group(1): match.group(2)
        for match in re.finditer(
            r'(dwt:query-[\w-]+)\s(?:(?!\ndwt:).)*?queryText\s+"((?:[^"\\]|\\.)*)"', text, re.DOTALL
        )
    }
    found = {}
    for match in re.finditer(r'expects\s+([^;]+);\s*QandA:prompt\s+"([^"]+)"', text):
        for name in re.findall(r"dwt:query-[\w-]+", match.group(1)):
            sql = statements.get(name, "").replace("\\n", "\n").replace('\\"', '"')
            if sql.lstrip().lower().startswith("select"):
                found[match.group(2).strip()] = sql
    return found


@pytest.fixture(scope="module")
def acme():
    with duckdb.connect() as connection:
        for file in sorted((SET / "data").glob("*.csv")):
            connection.execute(
                f'CREATE TABLE "{file.stem.lower()}" AS SELECT * FROM read_csv(?, header=true)', [str(file)]
            )
        yield connection


@pytest.fixture(scope="module")
def layer():
    return Layer.of(load(Path(__file__).with_name("acme.yaml")))


def _plain(rows) -> Counter:
    """Rows in no order; the columns of each in none either, for gold and glossary order them differently."""
    return Counter(tuple(sorted(str(float(v) if isinstance(v, Decimal | int) else v) for v in row)) for row in rows)


@pytest.mark.parametrize(("question", "beginning"), ASKED, ids=[question for question, _ in ASKED])
def test_the_glossary_agrees_with_the_sets_own_sql(question, beginning, acme, layer):
    (gold,) = (sql for prompt, sql in _gold().items() if prompt.startswith(beginning))
    answer = from_glossary(question, "duckdb", glossary=layer, today=TODAY)
    assert answer.covered, answer.explanation
    wanted = _plain(acme.execute(gold).fetchall())
    found = _plain(row for row in acme.execute(answer.sql).fetchall() if None not in row and 0 not in row[-1:])
    assert found == wanted


def test_premiums_are_not_multiplied_by_claims(acme, layer):
    """Two claims and five premiums of one policy: joined first, each would count several times."""
    answer = from_glossary(
        "premium, total loss, number of claims and loss ratio by policy number", "duckdb", glossary=layer
    )
    found = {str(row[0]): [float(value or 0) for value in row[1:]] for row in acme.execute(answer.sql).fetchall()}
    premium, loss, claims, ratio = found["31003000336"]
    (paid,) = acme.execute(
        "SELECT SUM(policy_amount) FROM policy_amount WHERE policy_identifier = 1 AND policy_amount_identifier IN "
        "(SELECT policy_amount_identifier FROM premium)"
    ).fetchone()
    (lost,) = acme.execute("SELECT SUM(claim_amount) FROM claim_amount").fetchone()
    assert (premium, loss, claims, ratio) == (float(paid), float(lost), 2.0, pytest.approx(float(lost) / float(paid)))


@pytest.mark.parametrize(
    "question", ["Total loss by party", "Premium by claim number", "Number of policies by catastrophe"]
)
def test_what_would_multiply_rows_is_refused(question, layer):
    answer = from_glossary(question, "postgresql", glossary=layer, today=TODAY)
    assert not answer.covered
    assert "without counting rows several times" in answer.refused_reason


@pytest.mark.parametrize("dialect", ["postgresql", "snowflake", "teradata", "sap_hana", "mssql"])
def test_the_statements_parse(dialect, layer):
    for question, _ in ASKED:
        (statement,) = grammar(dialect).parse(from_glossary(question, dialect, glossary=layer, today=TODAY).sql)
        assert statement is not None
