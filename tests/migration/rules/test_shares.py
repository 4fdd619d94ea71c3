"""How much of real and generated exports becomes a pipeline by rule, and that what comes out parses and runs."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks.powercenter_shares import CORPUS, GENERATED, REAL, Shares, corpus, generated, measure

pytestmark = pytest.mark.slow
BY_HAND = {
    "expression_with_state.xml": "fixes the order of rows",
    "java.xml": "holds Java code",
    "http.xml": "calls a web service",
    "sql_transform.xml": "runs SQL of its own for each row",
    "stored_procedure.xml": "calls the procedure P_SCORE of a database for each row",
    "lookup_dynamic.xml": "its dynamic cache takes in rows while they pass",
    "xml_two_groups.xml": "the rows of several groups (X_ORDER, X_LINE)",
    "update_without_key.xml": "the target definition has no primary key",
    "pre_load_procedure.xml": "once, before the target is written",
    "incremental_aggregation.xml": "aggregates incrementally",
    "hostile_names.xml": "differ by the case of letters alone",
}
"""Generated exports with something no rule converts, and the reason that has to be told."""


@cache
def found() -> dict[str, Shares]:
    return measure([*(corpus() if CORPUS.is_dir() else ()), *generated()])


def test_real_exports_convert_by_rule_and_run() -> None:
    if REAL not in found():
        pytest.skip("the public corpus is not at hand")
    shares = found()[REAL]
    assert shares.share >= 0.95
    assert not shares.failures
    assert not shares.refused
    assert shares.executed == shares.whole > 0


def test_generated_exports_parse_and_run_or_say_why_not() -> None:
    shares = found()[GENERATED]
    assert not shares.failures
    assert not shares.refused
    assert shares.executed == shares.whole
    told = {line.split(" ", 1)[0]: line for line in shares.reasons}
    assert told.keys() == BY_HAND.keys()
    assert [name for name, reason in BY_HAND.items() if reason not in told[name]] == []
