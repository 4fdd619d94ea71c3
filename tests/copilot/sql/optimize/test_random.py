"""Rules on random statements: what a rule says it keeps, execution must never find changed."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from services.copilot.sql.optimize.execution import Trial, Verdict
from services.copilot.sql.optimize.facts import Reading
from services.copilot.sql.schema_index import SchemaIndex
from tests.copilot.sql.optimize.random_statements import Maker
from tests.copilot.sql.optimize.schema import improved, tables

INDEX = SchemaIndex("postgresql", tables("postgresql"))


def compared(sql: str, other: str) -> Verdict:
    trial = Trial(Reading(sql, "postgresql", INDEX), time.monotonic() + 30)
    try:
        return trial.compare(other)
    finally:
        trial.close()


def judged(seeds: range) -> tuple[Counter[str], Counter[str], list[str]]:
    """How often each rule applied and with which proof, and what went wrong."""
    rules, proofs, wrong = Counter(), Counter(), []
    for seed in seeds:
        sql = Maker(seed).statement()
        known, unknown = improved(sql), improved(sql, known=False)
        for found in (known, unknown):
            rules.update(each.rule for each in found.suggestions if each.proof != "unverified")
            proofs.update(each.proof for each in found.suggestions)
            wrong += [f"{seed}: {note}\n{sql}" for note in found.notes]
        if unknown.sql != sql and compared(sql, unknown.sql) is Verdict.UNEQUAL:
            wrong.append(f"{seed}: without a schema\n{sql}\n=> {unknown.sql}")
    return rules, proofs, wrong


@pytest.mark.parametrize("seeds", [range(6), pytest.param(range(1000, 1400), marks=pytest.mark.slow)])
def test_no_rule_changes_a_result(seeds):
    rules, proofs, wrong = judged(seeds)
    assert wrong == []
    assert sum(rules.values()) >= len(seeds) // 2
    assert proofs["equal_results"] >= len(seeds) // 5
