"""A million rows and a hundred planted differences: all are found, none is invented, in bounded memory."""

from __future__ import annotations

import pytest

from benchmarks.compare_data import compared
from services.parity import CsvSource, ParquetSource, Request, Rules, compare
from tests.parity import planted

OPTIONS = ("--keys", "id", "--tolerance", str(planted.TOLERANCE), "--max-samples", "1000")
MOST_MIB = 1024


def check(found, wanted):
    assert planted.reported(found) == wanted
    assert (found["only_left"], found["only_right"], found["differing"]) == (10, 20, 70)
    assert (found["duplicate_keys"], found["duplicated_keys"]) == (20, 10)
    stats = {each["column"]: each for each in found["column_stats"]}
    assert stats["rate"]["within_tolerance"] == 10
    assert {name: each["differing"] for name, each in stats.items() if each["differing"]} == {
        "city": 35,
        "note": 10,
        "rate": 15,
        "moment": 10,
    }


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("memory", [400, 64])
def test_twenty_thousand_rows(tmp_path, suffix, memory):
    """Little memory makes many parts; the result is the same."""
    made = planted.plant(tmp_path, 20_000, suffix)
    source = {"csv": CsvSource, "parquet": ParquetSource}[suffix]
    sides = source(made.left, "left"), source(made.right, "right")
    rules = Rules(tolerance=planted.TOLERANCE)
    found = compare(Request(*sides, ("id",), rules, samples=1000, memory_mb=memory))
    check(found.as_dict(), made.by_kind)


@pytest.mark.slow
def test_a_million_rows(tmp_path):
    made = planted.plant(tmp_path, 1_000_000)
    found, code, _, memory = compared(made.left, made.right, *OPTIONS)
    assert code == 1
    check(found, made.by_kind)
    assert memory < MOST_MIB
