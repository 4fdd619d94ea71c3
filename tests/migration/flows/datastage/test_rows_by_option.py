"""Rows through stages whose options are set by the names that the Designer writes, worked out by hand from the Parallel
Job Developer's Guide, the chapter of each stage."""

from __future__ import annotations

from datetime import date

import pytest

from benchmarks.datastage_constructs import CONSTRUCTS
from benchmarks.datastage_dsx import Job, columns, export, keys, packed
from benchmarks.datastage_palette import STATE, looked_up, taken, with_loop
from benchmarks.datastage_stages import beside
from tests.migration.flows.datastage.drawings import (
    captured,
    generated,
    keyed,
    merged,
    modified,
    narrowing,
    numbered,
    rejected_rows,
    sparse,
    switched,
    through,
)
from tests.migration.flows.datastage.sheet import Rows, converted, expected, manual, rows_of

CODES: dict[str, Rows] = {"src": [(1, "A"), (2, "B"), (3, "C"), (4, "D"), (5, None), (6, "X")]}
BEFORE: Rows = [(1, "N", 1), (2, "S", 2), (3, None, 3), (4, "W", 4)]
AFTER: Rows = [(1, "N", 1), (2, "S", 9), (3, "X", 3), (5, "E", 5)]
STATES: dict[str, Rows] = {"orders": BEFORE, "areas": AFTER}
NUMBERS: dict[str, Rows] = {"orders": [(number,) for number in (7, 3, 1, 5, 2, 4, 6)]}
MERGED: dict[str, Rows] = {"master": [(1, "a"), (2, "b")], "update": [(1, "x"), (9, "z")]}
LOOKED: dict[str, Rows] = {
    "orders": [(1, "N", 20), (2, "N", 5), (3, "Q", 20), (4, "N", None)],
    "areas": [("N", "North")],
}
GROUPED = "ID:i!* AREA:s!"

CASES: dict[str, tuple[str, dict[str, Rows], dict[str, Rows]]] = {
    "switch: a case without a number goes where the one before goes; the rest is rejected": (
        switched(["A=0", "B", "C=1", "D"], ifNotFound="allow"),
        CODES,
        {"first": [(1,), (2,)], "second": [(3,), (4,)], "rest": [(5,), (6,)]},
    ),
    "switch: a discarded value goes nowhere": (
        switched(["A=0", "B=1", "X=9"], ifNotFound="allow", discard="9"),
        CODES,
        {"first": [(1,)], "second": [(2,)], "rest": [(3,), (4,), (5,)]},
    ),
    "change capture: copies kept and deletes dropped by the property that names both": (
        captured(
            STATE + " change_code:i",
            selection="allvalues",
            keepCopy__dropCopy="keepCopy",
            keepDelete__dropDelete="dropDelete",
            keepInsert__dropInsert="keepInsert",
            keepEdit__dropEdit="keepEdit",
        ),
        STATES,
        {"target": [(1, "N", 1, 0), (2, "S", 9, 3), (3, "X", 3, 3), (5, "E", 5, 1)]},
    ),
    "change capture: a column that is excluded as a value is not compared": (
        captured(
            STATE + " change_code:i",
            selection="allvalues",
            dropvalue=packed(("dropvalue", "AREA")),
            keepCopy__dropCopy="dropCopy",
        ),
        STATES,
        {"target": [(2, "S", 9, 3), (4, "W", 4, 2), (5, "E", 5, 1)]},
    ),
    "change capture: without value columns rows of one key are copies": (
        captured(STATE + " change_code:i", selection=" ", keepCopy__dropCopy="keepCopy"),
        STATES,
        {"target": [(1, "N", 1, 0), (2, "S", 9, 0), (3, "X", 3, 0), (4, "W", 4, 2), (5, "E", 5, 1)]},
    ),
    "change capture: all columns but the value columns are keys": (
        captured(STATE + " change_code:i", selection="allkeys", value=packed(("value", "AMOUNT"))),
        STATES,
        {"target": [(2, "S", 9, 3), (3, None, 3, 2), (3, "X", 3, 1), (4, "W", 4, 2), (5, "E", 5, 1)]},
    ),
    "change apply: inserts are added, deletes taken out, edits put in place": (
        CONSTRUCTS["change_apply"](),
        {"before": BEFORE, "changes": [(2, "S", 9, 3), (4, "W", 4, 2), (5, "E", 5, 1), (8, "Q", 8, 3), (1, "N", 1, 0)]},
        {"target": [(1, "N", 1), (2, "S", 9), (3, None, 3), (5, "E", 5)]},
    ),
    "difference: its own codes, and no copies": (
        CONSTRUCTS["difference"](),
        {"orders": [(*row, "s", None) for row in BEFORE], "areas": [(*row, "s", None) for row in AFTER]},
        {"target": [(2, "S", 9, 3), (3, "X", 3, 3), (4, "W", 4, 1), (5, "E", 5, 0)]},
    ),
    "merge: masters without an update are dropped where the property says so": (
        merged(dropBadMasters__keepBadMasters="dropBadMasters"),
        MERGED,
        {"tgt": [(1, "a", "x")], "refused": [(9, "z")]},
    ),
    "merge: and kept where it says the other": (
        merged(dropBadMasters__keepBadMasters="keepBadMasters"),
        MERGED,
        {"tgt": [(1, "a", "x"), (2, "b", None)], "refused": [(9, "z")]},
    ),
    "head: rows are skipped, then every second is taken, of these two": (
        taken("PxHead", skip="1", period="2", nrecs="2"),
        NUMBERS,
        {"target": [(2,), (4,)]},
    ),
    "head: all rows after those skipped": (taken("PxHead", all="all", skip="5"), NUMBERS, {"target": [(6,), (7,)]}),
    "head: a period of one is every row": (taken("PxHead", period="1", nrecs="2"), NUMBERS, {"target": [(1,), (2,)]}),
    "sample: every third row, starting with the first": (
        CONSTRUCTS["sample_period"](),
        NUMBERS,
        {"target": [(1,), (4,), (7,)]},
    ),
    "sort: the cluster flag goes by the keys that are already sorted": (
        through(
            "PxSort",
            GROUPED,
            GROUPED + " clusterKeyChange:i keyChange:i",
            {
                "key": packed(("key", "AREA", {"sorted\\clustered": "sorted"}), ("key", "ID", {"asc\\desc": "desc"})),
                "flagCluster": "flagCluster",
                "flagKey": "flagKey",
                "unique": " ",
            },
        ),
        {"src": [(1, "N"), (2, "N"), (3, "S")]},
        {"tgt": [(2, "N", 1, 1), (1, "N", 0, 1), (3, "S", 1, 1)]},
    ),
    "aggregator: a value that stands for a missing one is not counted": (
        through(
            "PxAggregator",
            "AREA:s AMOUNT:n",
            "AREA:s TOTAL:f KNOWN:i UNKNOWN:i SPREAD:f",
            {
                "method": "hash",
                "key": keys("AREA"),
                "selection": "reduce",
                "reduce": packed(
                    (
                        "reduce",
                        "AMOUNT",
                        {"mval": "-1", "sum": "TOTAL", "count": "KNOWN", "missing": "UNKNOWN", "range": "SPREAD"},
                    )
                ),
                "nul_res": " ",
            },
        ),
        {"src": [("N", 10), ("N", -1), ("N", 30), ("S", -1)]},
        {"tgt": [("N", 40, 2, 1, 20), ("S", 0, 0, 1, 0)]},
    ),
    "aggregator: a result under another name": (
        through(
            "PxAggregator",
            "AREA:s AMOUNT:n",
            "AREA:s RENAMED:f",
            {"key": keys("AREA"), "reduce": packed(("reduce", "AMOUNT", {"sum": "TOTAL"}))},
            RENAMED="TOTAL",
        ),
        {"src": [("N", 10), ("N", 5)]},
        {"tgt": [("N", 15)]},
    ),
    "aggregator: a whole column drops the decimals of a mean": (
        through(
            "PxAggregator",
            "AREA:s AMOUNT:n",
            "AREA:s MEAN:i N:i",
            {"key": keys("AREA"), "reduce": packed(("reduce", "AMOUNT", {"mean": "MEAN", "count": "N"}))},
        ),
        {"src": [("N", 10), ("N", 5)]},
        {"tgt": [("N", 7, 2)]},
    ),
    "aggregator of server jobs: group columns and functions": (
        CONSTRUCTS["server_aggregator"](),
        {"orders": [(1, "N", 10, "A", None), (2, "N", 5, "A", None), (3, "S", None, "A", None)]},
        {"target": [("N", 15, 2, 10), ("S", None, 1, None)]},
    ),
    "lookup under a condition: a row that does not meet it goes on like one that is not found": (
        looked_up("in1.AMOUNT > 10", "continue", "continue"),
        LOOKED,
        {"target": [(1, "North"), (2, None), (3, None), (4, None)]},
    ),
    "lookup under a condition: and is rejected like one": (
        looked_up("in1.AMOUNT > 10", "reject", "reject", reject=True),
        LOOKED,
        {"target": [(1, "North")], "refused": LOOKED["orders"][1:]},
    ),
    "lookup: a key without case": (
        keyed({"KeyExpression": "in1.AREA", "PKeyIsCaseless": "1"}),
        {"orders": [(1, "n", 5), (2, "S", 50)], "areas": [("N", 0, 10, "North")]},
        {"target": [(1, "North"), (2, None)]},
    ),
    "lookup: a range of keys": (
        keyed({"KeyExpression": "in1.AMOUNT >= ref1.LOW And in1.AMOUNT <= ref1.HIGH"}),
        {"orders": [(1, "n", 5), (2, "S", 50), (3, "S", 11)], "areas": [("a", 0, 10, "few"), ("b", 12, 99, "many")]},
        {"target": [(1, "few"), (2, "many"), (3, None)]},
    ),
    "loop: a row for each value of a list": (
        CONSTRUCTS["loop_over_a_list"](),
        {"orders": [(1, "a,b"), (2, "c"), (3, "x,,z")]},
        {"target": [(1, 1, "a"), (1, 2, "b"), (2, 1, "c"), (3, 1, "x"), (3, 2, ""), (3, 3, "z")]},
    ),
    "loop: as often as a column says, not at all where it says none or null": (
        with_loop("@ITERATION <= in1.AMOUNT", []),
        {"orders": [(1, "N", 2, "A", None), (2, "N", 0, "A", None), (3, "N", None, "A", None)]},
        {"target": [(1, 1), (1, 2)]},
    ),
    "modify: the forms of a specification": (
        modified(
            "N:i W:i DAYS:i NX:d EARLY:t T:s Y:i",
            "N:int8 = null(TEXT)",
            "W:int8 = weekday_from_date(DAY)",
            "DAYS:int32 = days_since_from_date['2024-01-01'](DAY)",
            "NX:date = next_weekday_from_date[monday](DAY)",
            "EARLY:timestamp = timestamp_from_date[02:30:00](DAY)",
            "T:string[max=20] = string_trim['*', end](TEXT)",
            "Y = year_from_date(DAY)",
        ),
        {"src": [(date(2024, 1, 31), "a**"), (None, None)]},
        {
            "tgt": [
                (0, 3, 30, date(2024, 2, 5), "2024-01-31 02:30:00", "a", 2024),
                (1, None, None, None, None, None, None),
            ]
        },
    ),
    "transformer: row numbers within an expression, and within a constraint": (
        numbered(),
        {"src": [(7,), (3,), (5,)]},
        {"tgt": [(5, 21), (7, 31)]},
    ),
    "transformer of server jobs: what no link before has taken": (
        rejected_rows(),
        {"src": [(1,), (20,), (None,)]},
        {"big": [(20,)], "rest": [(1,), (None,)]},
    ),
    "transformer: texts are cut to the column, decimals dropped": (
        narrowing("CTransformerStage", "3"),
        {"src": [("abcdefghijklmno", 3.9), ("x", -1.5)]},
        {"tgt": [("abcdefghij", 3, "ABCDEFGHIJ"), ("x", -1, "XX")]},
    ),
    "copy: texts are cut to the column, decimals dropped": (
        narrowing("PxCopy", "3"),
        {"src": [("abcdefghijklmno", 3.9), ("x", -1.5)]},
        {"tgt": [("abcdefghij", 3), ("x", -1)]},
    ),
    "funnel: texts are cut to the column, decimals dropped": (
        beside("flow", "PxFunnel", columns("A:c B:i"), {"operator": "funnel"}, "A:c B:i", "A:s B:n"),
        {"orders": [("abcdefghijklmno", 3.9)], "areas": [("x", 1)]},
        {"target": [("abcdefghij", 3), ("x", 1)]},
    ),
    "transformer of server jobs: texts are not held to the column's length": (
        narrowing("CTransformerStage", "0"),
        {"src": [("abcdefghijklmno", 3.9)]},
        {"tgt": [("abcdefghijklmno", 3, "ABCDEFGHIJKLMNOABCDEFGHIJKLMNO")]},
    ),
    "row generator: a cycle of numbers and one of values": (
        generated(),
        {},
        {"tgt": [(10, "a"), (15, "b"), (20, "a"), (10, "b")]},
    ),
    "surrogate keys without an input": (CONSTRUCTS["surrogate_keys_alone"](), {}, {"target": [(5,), (6,), (7,)]}),
}


@pytest.mark.parametrize("name", CASES)
def test_rows(name: str) -> None:
    text, inputs, gives = CASES[name]
    found = rows_of(text, inputs)
    assert {sink: found[sink] for sink in gives} == expected(gives)


REFUSED = {
    "a switch by hash": (switched(["A=0"], selection="hash"), "a hash of the selector"),
    "a switch as the values come": (switched(["A=0"], selection="auto"), "settled at run time"),
    "a loop over saved rows": (
        with_loop("@ITERATION <= svSaved", []),
        "SaveInputRecord kept from rows before",
    ),
    "a loop with another end": (with_loop('in1.STATUS <> "A"', []), "a condition other than @ITERATION below"),
    "a loop variable with a memory": (
        with_loop("@ITERATION <= 3", [{"Name": "lvSum", "Expression": "lvSum + 1", "SqlType": "4"}]),
        "lvSum keeps what the iteration before left",
    ),
    "the rows of one partition": (taken("PxHead", selection="part", part="0"), "the rows of one partition"),
    "a recalculation": (
        through("PxAggregator", "A:s", "A:s", {"key": keys("A"), "rereduce": packed(("rereduce", "A", {"sum": "X"}))}),
        "the summary that another Aggregator made",
    ),
    "a key without case": (
        through("PxAggregator", "A:s", "A:s N:i", {"key": keys("A", **{"ci\\cs": "ci"}), "countField": "N"}),
        "compared without case",
    ),
    "a difference of other columns": (
        beside("j", "PxDifference", columns("ID:i"), {"key": keys("ID")}, "ID:i! OTHER:s"),
        "different columns",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusal(name: str) -> None:
    text, reason = REFUSED[name]
    reasons = manual(converted(text))
    assert list(reasons) == ["step"]
    assert reason in reasons["step"][0]


@pytest.mark.parametrize(
    ("option", "mode"),
    [(">> [ds", "append"), (">| [ds", "overwrite"), ("> [ds; -dr", "overwrite"), ("> [ds", "overwrite")],
)
def test_a_data_set_is_added_to_or_replaced_by_its_update_policy(option: str, mode: str) -> None:
    made = Job("flow")
    made.read("src", "in1", "ID:i!")
    file = {"dataset": packed(("dataset", "/data/out.ds", {"datasetmode": option}))}
    made.stage("tgt", "PxDataSet", ["in1"], pin_properties={"in1": file})
    nodes = converted(export(made.text())).result.mappings[0].pipeline["nodes"]
    assert nodes[-1]["config"]["mode"] == mode


def test_a_sparse_lookup_by_its_keys_reads_the_table_once() -> None:
    text = sparse("ACTIVE = 1 AND AREA = ORCHESTRATE.AREA")
    (source,) = [one for one in converted(text).result.mappings[0].pipeline["nodes"] if one["id"] == "areas"]
    assert source["config"]["query"] == "SELECT AREA, NAME FROM DW.AREAS WHERE ACTIVE = 1"
    found = rows_of(text, {"orders": [(1, "N"), (2, "S")], "areas": [("N", "North")]})
    assert found == expected({"tgt": [(1, "North")]})


@pytest.mark.parametrize(
    "where", ["AREA > ORCHESTRATE.AREA", "NAME = ORCHESTRATE.AREA", "AREA = ORCHESTRATE.AREA OR 1 = 1"]
)
def test_a_sparse_lookup_by_anything_else_is_by_hand(where: str) -> None:
    (reason,) = [texts[0] for texts in manual(converted(sparse(where))).values()]
    assert "for each row of the stream" in reason
