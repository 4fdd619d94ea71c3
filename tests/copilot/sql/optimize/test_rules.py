"""Each rule where it helps, and where a naive rewrite would change what a statement returns."""

from __future__ import annotations

import pytest

from services.copilot.sql.optimize.rules import ADVICE, RULES
from tests.copilot.sql.optimize.cases import IMPROVED, TRAPS
from tests.copilot.sql.optimize.schema import improved


@pytest.mark.parametrize(("dialect", "rule", "sql", "part"), IMPROVED)
def test_a_statement_is_improved(dialect, rule, sql, part):
    found = improved(sql, dialect)
    applied = {each.rule: each for each in found.suggestions if each.proof != "unverified"}
    assert rule in applied, found
    steps = [sql, found.sql, *(each.after for each in found.suggestions)]
    assert any(part in step for step in steps), found.sql
    assert applied[rule].title
    assert applied[rule].impact
    assert applied[rule].proof in ("equal_results", "rule")


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("dialect", "rule", "sql"), TRAPS)
def test_a_trap_is_not_walked_into(dialect, rule, sql, known):
    found = improved(sql, dialect, known)
    assert rule not in {each.rule for each in found.suggestions if each.proof != "unverified"}, found.sql


def test_there_are_enough_of_both():
    assert len(IMPROVED) + len(TRAPS) >= 150
    assert len(RULES) + len(ADVICE) >= 25
    assert len({rule for _, rule, *_ in IMPROVED}) >= 20
