"""Rows through seldom used settings, worked out by hand from the Parallel Job Developer's Guide, the chapter of each
stage (server jobs: Server Job Developer's Guide)."""

from __future__ import annotations

from datetime import date

import pytest

from benchmarks.datastage_dsx import Column, columns, keys, packed
from benchmarks.datastage_flows import variable
from benchmarks.datastage_stages import beside
from tests.migration.flows.datastage.designs import (
    column_generated,
    exported,
    filtered_to_the_first,
    generated,
    imported,
    joined,
    joined_three,
    looked_up_twice,
    partitioned,
    saved_rows,
    sorted_on_the_link,
    transformed,
    written_and_read,
)
from tests.migration.flows.datastage.drawings import modified, through
from tests.migration.flows.datastage.sheet import Rows, expected, rows_of

BY_ID = {"ID": "in1.ID"}
LOOKED: dict[str, Rows] = {
    "s": [(1, "a", "p"), (2, "a", "q"), (3, "z", "p"), (4, None, None)],
    "d_r1": [("a", "A")],
    "d_r2": [("p", "P")],
}
WEIGHED: Rows = [("x", 10, 2), ("x", 5, 1), ("x", None, 7), ("y", None, 3)]
LAST_OF_G = {"out": {"Constraint": "LastRowInGroup(in1.G)"}}
SUMS = [
    variable("svSum", "If svNew Then in1.V Else svSum + in1.V"),
    variable("svLast", "LastRowInGroup(in1.G)"),
    variable("svNew", "svLast", "4", "1"),
]
FIXED = [
    *columns("ID:i!"),
    Column("A", "s", more={"Precision": "3"}),
    Column("B", "i", more={"Precision": "4"}),
    Column("D", "d", more={"Precision": "8", "APTFieldProp": "date_format='%yyyy%mm%dd'"}),
]

CASES: dict[str, tuple[str, dict[str, Rows], dict[str, Rows]]] = {
    "a right outer join of three keeps what the one in between has for a key": (
        joined_three("rightouterjoin"),
        {"a": [("a", 1)], "b": [("a", 5), ("b", 6)], "c": [("b", 9), ("z", 8), ("a", 3)]},
        {"t": [("a", 1, 5, 3), ("b", None, 6, 9), ("z", None, None, 8)]},
    ),
    "a right outer join gives its key under another name too": (
        joined("rightouterjoin", "KEY:s A:i B:i", KEY="in1.K"),
        {"orders": [("a", 1)], "areas": [("a", 7), ("b", 8)]},
        {"target": [("a", 1, 7), ("b", None, 8)]},
    ),
    "a left outer join has but one key, whichever side is named": (
        joined("leftouterjoin", "KEY:s A:i B:i", KEY="in2.K"),
        {"orders": [("a", 1), ("b", 2)], "areas": [("a", 7)]},
        {"target": [("a", 1, 7), ("b", 2, None)]},
    ),
    "transformer of server jobs: rows that a named link has not taken": (
        transformed(
            "V:i",
            {name: ("V:i", {"V": "in1.V"}) for name in ("big", "odd", "rest")},
            {
                "big": {"Constraint": "in1.V > 5"},
                "odd": {"Constraint": "big.REJECTED And Mod(in1.V, 2) = 1"},
                "rest": {"Constraint": "REJECTED"},
            },
        ),
        {"src": [(9,), (3,), (2,), (None,)]},
        {"big_t": [(9,)], "odd_t": [(3,)], "rest_t": [(2,), (None,)]},
    ),
    "lookup: rows that one reference link or the other does not find are rejected as they came": (
        looked_up_twice("reject", "reject"),
        LOOKED,
        {"t": [(1, "A", "P")], "refused": [(2, "a", "q"), (3, "z", "p"), (4, None, None)]},
    ),
    "lookup: a row that the first link drops is not rejected by the second": (
        looked_up_twice("drop", "reject"),
        LOOKED,
        {"t": [(1, "A", "P")], "refused": [(2, "a", "q")]},
    ),
    "funnel: a column that the mapping renames": (
        beside("flow", "PxFunnel", columns("N:i V:s", N="in1.ID"), {"operator": "funnel"}, "ID:i V:s", "ID:i V:s"),
        {"orders": [(1, "a")], "areas": [(2, "b")]},
        {"target": [(1, "a"), (2, "b")]},
    ),
    "row generator: numbers with decimals, dates from a first day, an epoch": (
        generated(
            ("A", "n", "cycle={init=1.5, incr=0.5, limit=2}"),
            ("B", "d", "cycle={init='2024-02-28', incr=1}"),
            ("C", "d", "epoch='2020-01-31'"),
            ("D", "i", "cycle={value='5', value='7'}"),
        ),
        {},
        {
            "t": [
                (1.5, date(2024, 2, 28), date(2020, 1, 31), 5),
                (2, date(2024, 2, 29), date(2020, 2, 1), 7),
                (1.5, date(2024, 3, 1), date(2020, 2, 2), 5),
            ]
        },
    ),
    "column generator: one value for every row": (
        column_generated("i", "cycle={init=1, incr=0}"),
        {"src": [(1,), (2,)]},
        {"t": [(1, 1), (2, 1)]},
    ),
    "column generator: values in turn": (
        column_generated("s", "cycle={value='x', value='y'}"),
        {"src": [(3,), (1,), (2,)]},
        {"t": [(1, "x"), (2, "y"), (3, "x")]},
    ),
    "column generator: from a number by a step": (
        column_generated("b", "cycle={init=10, incr=5}"),
        {"src": [(2,), (1,)]},
        {"t": [(1, 10), (2, 15)]},
    ),
    "column generator: dates and texts without a rule of their own": (
        column_generated("d", ""),
        {"src": [(1,), (2,)]},
        {"t": [(1, date(1960, 1, 1)), (2, date(1960, 1, 2))]},
    ),
    "column generator: a character over the whole length": (
        column_generated("c", ""),
        {"src": [(1,), (2,)]},
        {"t": [(1, "a" * 10), (2, "b" * 10)]},
    ),
    "aggregator: a row counts as often as its weight says, but for its number": (
        through(
            "PxAggregator",
            "G:s A:n W:n",
            "G:s S:f M:f W:f N:i",
            {
                "key": keys("G"),
                "reduce": packed(
                    ("reduce", "A", {"weightField": "W", "sum": "S", "mean": "M", "sumw": "W", "count": "N"})
                ),
                "nul_res": "nul_res",
            },
        ),
        {"src": WEIGHED},
        {"tgt": [("x", 25, 25 / 3, 3, 2), ("y", None, None, None, 0)]},
    ),
    "aggregator: rows are counted by their weights": (
        through(
            "PxAggregator",
            "G:s A:n W:n",
            "G:s N:i",
            {
                "key": keys("G"),
                "selection": "countField",
                "countField": packed(("countField", "N", {"weightField": "W"})),
            },
        ),
        {"src": [*WEIGHED, ("z", 1, None)]},
        {"tgt": [("x", 10), ("y", 3), ("z", 0)]},
    ),
    "modify: a part of a text, counted from 0": (
        modified("T:s R:s", "T = substring[1,2](TEXT)", "R = substring[2](TEXT)"),
        {"src": [(None, "abcd")]},
        {"tgt": [("bc", "cd")]},
    ),
    "transformer: the rows of a link are counted behind its constraint": (
        transformed(
            "ID:i!",
            {"out": ("ID:i N:i", {"ID": "in1.ID", "N": "@OUTROWNUM"}), "all": ("N:i", {"N": "@OUTROWNUM"})},
            {"out": {"Constraint": "in1.ID > 1"}},
            ordered=["ID"],
        ),
        {"src": [(3,), (1,), (2,)]},
        {"out_t": [(2, 1), (3, 2)], "all_t": [(1,), (2,), (3,)]},
    ),
    "transformer: a counter needs no order of rows": (
        transformed(
            "ID:i!",
            {"out": ("N:i M:i", {"N": "svN", "M": "svTen"})},
            variables=[variable("svN", "svN + 1", "4", "0"), variable("svTen", "svN * 10")],
        ),
        {"src": [(7,), (7,), (7,)]},
        {"out_t": [(1, 10), (2, 20), (3, 30)]},
    ),
    "transformer: the job's own name": (
        transformed("ID:i!", {"out": ("J:s", {"J": "DSJobName : '!'"})}),
        {"src": [(1,)]},
        {"out_t": [("flow!",)]},
    ),
    "transformer: the last row of each group": (
        transformed("G:s! ID:i!", {"out": ("G:s ID:i", {"G": "in1.G", **BY_ID})}, LAST_OF_G, ordered=["G", "ID"]),
        {"src": [("b", 2), ("a", 1), ("b", 3)]},
        {"out_t": [("a", 1), ("b", 3)]},
    ),
    "transformer: sums of groups whose rows have no order of their own": (
        transformed(
            "G:s! V:i!",
            {"out": ("G:s S:i", {"G": "in1.G", "S": "svSum"})},
            {"out": {"Constraint": "svLast"}},
            ordered=["G"],
            variables=SUMS,
        ),
        {"src": [("b", 2), ("a", 1), ("b", 3), ("b", 5)]},
        {"out_t": [("a", 1), ("b", 10)]},
    ),
    "transformer: the last of all rows": (
        transformed("ID:i!", {"out": ("ID:i", BY_ID)}, {"out": {"Constraint": "LastRow()"}}, ordered=["ID"]),
        {"src": [(9,), (2,)]},
        {"out_t": [(9,)]},
    ),
    "transformer: saved rows come out with what their group adds up to": (
        saved_rows(),
        {"src": [(1, "a", 100), (1, "b", 20), (1, "c", 80), (2, "z", 3)]},
        {"out_t": [(1, "a", 50, 1), (1, "b", 10, 2), (1, "c", 40, 3), (2, "z", 100, 1)]},
    ),
    "filter: an output that no clause names gets no rows": (
        filtered_to_the_first(),
        {"src": [(1,), (7,)]},
        {"first": [(7,)], "second": []},
    ),
    "aggregator: no rows make no group": (
        through("PxAggregator", "A:n", "S:n", {"reduce": packed(("reduce", "A", {"sum": "S"}))}),
        {"src": []},
        {"tgt": []},
    ),
    "column import: parted by a character": (
        imported("delim='|', quote=none, null_field='-'", *columns("ID:i! A:s B:n")),
        {"src": [(1, "abc|5.25"), (2, "-|"), (3, None), (4, "x|-")]},
        {"t": [(1, "abc", 5.25), (2, None, None), (3, None, None), (4, "x", None)]},
    ),
    "column import: delimiters within quotation marks do not part": (
        imported("final_delim=end, delim=',', quote=double", *columns("A:s B:s C:i D:d")),
        {"src": [(1, '"a",b,3,2024-01-31'), (2, '"a,b","",4,'), (3, "x"), (4, ",,")]},
        {"t": [("a", "b", 3, date(2024, 1, 31)), ("a,b", "", 4, None), ("x", None, None, None), ("", "", None, None)]},
    ),
    "column import: in the widths of the columns": (
        imported("delim=none, quote=none", *FIXED),
        {"src": [(1, "ab   1220240229")]},
        {"t": [(1, "ab ", 12, date(2024, 2, 29))]},
    ),
    "column export: texts in quotation marks": (
        exported("delim=',', quote=double", "ID:i! A:s B:d"),
        {"src": [(1, "abc", date(2024, 1, 2)), (2, None, None)]},
        {"t": [('1,"abc",2024-01-02',), ('2,"",',)]},
    ),
    "hashed file: what was written is read, one row for each key": (
        written_and_read("CHashedFileStage"),
        {"src": [("a", 1), ("b", 3), ("c", None)]},
        {"t": [(1, "a"), (3, "b"), (None, "c")]},
    ),
    "sequential file of server jobs: what was written is read": (
        written_and_read("CSeqFileStage", "KEY:s NUMBER:i"),
        {"src": [("a", 1), ("a", 2)]},
        {"t": [("a", 1), ("a", 2)]},
    ),
    "link partitioner: every row goes to one link": (
        partitioned(),
        {"src": [("a", 1), ("b", 3), ("c", 5)]},
        {"t": [("a", 1), ("b", 3), ("c", 5)]},
    ),
    "a link's own sort fixes the row that is kept": (
        sorted_on_the_link("PxRemDup", key=keys("K"), keep="first"),
        {"src": [("a", 1), ("a", 9), ("b", None), ("b", 4)]},
        {"t": [("a", 9), ("b", 4)]},
    ),
    "a link's own sort that is unique": (
        sorted_on_the_link("PxCopy", "-unique"),
        {"src": [("a", 1), ("a", 1), ("a", 2)]},
        {"t": [("a", 1), ("a", 2)]},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_rows(name: str) -> None:
    text, inputs, gives = CASES[name]
    found = rows_of(text, inputs)
    assert {sink: found[sink] for sink in gives} == expected(gives)
