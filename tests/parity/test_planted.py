"""A million rows and a hundred planted differences: all are found, none is invented, in bounded memory."""

from __future__ import annotations

import duckdb
import pytest

from benchmarks.compare_data import compared
from services.parity import CsvSource, ParquetSource, Request, Rules, compare
from services.parity.workbench import Workbench
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
    made = planted.plant(tmp_path, 20_000, suffix)
    source = {"csv": CsvSource, "parquet": ParquetSource}[suffix]
    sides = source(made.left, "left"), source(made.right, "right")
    rules = Rules(tolerance=planted.TOLERANCE)
    found = compare(Request(*sides, ("id",), rules, samples=1000, memory_mb=memory))
    check(found.as_dict(), made.by_kind)


def counted(found):
    """All but sums and means, the last digit of which depends on the order of the rows."""
    data = found.as_dict()
    for each in data["column_stats"]:
        for name in ("sum_left", "sum_right", "mean_left", "mean_right"):
            del each[name]
    return data


@pytest.mark.parametrize("keys", [("id",), ("code",), ()])
def test_many_parts_give_what_one_does(tmp_path, monkeypatch, keys):
    """With every amount written otherwise on the right, so that no row is left out beforehand."""
    made = planted.plant(tmp_path, 10_000)
    other = tmp_path / "other.csv"
    with duckdb.connect() as bench:
        rows = f"SELECT * REPLACE (amount || '0' AS amount) FROM read_csv('{made.right}', all_varchar = true)"
        bench.execute(f"COPY ({rows}) TO '{other}' (HEADER, FORCE_QUOTE (city, note))")
    request = Request(CsvSource(made.left, "left"), CsvSource(other, "right"), keys, samples=0)
    whole = counted(compare(request))
    asked = []
    monkeypatch.setattr(Workbench, "parts", lambda _bench, held: asked.append(held) or 7)
    assert counted(compare(request)) == whole
    assert asked
    if keys == ("id",):
        otherwise = {each["column"]: each["written_otherwise"] for each in whole["column_stats"]}
        assert otherwise["amount"] == 10_000 - planted.LEFT_ALONE - planted.REPEATED


@pytest.mark.slow
def test_a_million_rows(tmp_path):
    made = planted.plant(tmp_path, 1_000_000)
    ran = compared(made.left, made.right, *OPTIONS)
    assert ran.code == 1
    check(ran.found, made.by_kind)
    assert ran.memory < MOST_MIB
