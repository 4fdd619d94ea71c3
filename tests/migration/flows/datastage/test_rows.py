"""Rows through converted DataStage jobs, worked out by hand from the Parallel Job Developer's Guide, the chapter of
each stage (server jobs: Server Job Developer's Guide)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from benchmarks.datastage_constructs import CONSTRUCTS
from benchmarks.datastage_dsx import Job, columns, export, keys, packed
from benchmarks.datastage_flows import transformer, variable
from services.pipelines.runner.errors import RunFailedError
from tests.migration.flows.datastage.sheet import Rows, expected, rows_of

D = date(2024, 1, 1)
ORDERS: Rows = [
    (1, "N", 10, "A", D),
    (2, "S", 30, "B", D),
    (3, "N", None, "A", D),
    (4, None, 5, "X", D),
    (5, "S", 200, "A", D),
]
AREAS: Rows = [("N", "North", "Anna"), ("S", "South", None), ("W", "West", "Ewa")]


def job(draw: Callable[[Job], None]) -> str:
    made = Job("flow")
    draw(made)
    return export(made.text())


def _null_in_filter() -> str:
    """Nulls are less than every value: AMOUNT < 20 holds for null, AMOUNT > 20 does not; NOT turns each round."""

    def draw(made: Job) -> None:
        made.read("src", "in1", "ID:i! AMOUNT:n AREA:s")
        clauses = ["AMOUNT < 20", "AMOUNT > 20", "not (AMOUNT > 20)", "AREA <> 'N'", "AREA like 'N%' or AREA is null"]
        where = packed(*(("where", text, {"target": str(place)}) for place, text in enumerate(clauses)))
        outputs = {f"out{place}": columns("ID:i!") for place in range(len(clauses))}
        made.stage("step", "PxFilter", ["in1"], outputs, {"where": where})
        for name in outputs:
            made.write(name, name)

    return job(draw)


def _nulls_last_in_filter() -> str:
    def draw(made: Job) -> None:
        made.read("src", "in1", "ID:i! AMOUNT:n")
        made.stage(
            "step",
            "PxFilter",
            ["in1"],
            {"out1": columns("ID:i!")},
            {"where": packed(("where", "AMOUNT > 20")), "nulls": "last"},
        )
        made.write("tgt", "out1")

    return job(draw)


def _sort_and_keep(keep: str) -> str:
    def draw(made: Job) -> None:
        made.read("src", "in1", "ID:i! AREA:s!")
        made.stage("srt", "PxSort", ["in1"], {"mid": columns("ID:i! AREA:s!")}, {"key": keys("AREA", "ID")})
        made.stage("dup", "PxRemDup", ["mid"], {"out1": columns("ID:i! AREA:s!")}, {"key": keys("AREA"), "keep": keep})
        made.write("tgt", "out1")

    return job(draw)


def _key_change() -> str:
    def draw(made: Job) -> None:
        made.read("src", "in1", "ID:i! AREA:s")
        key = packed(("key", "AREA", {"asc\\desc": "asc"}), ("key", "ID", {"asc\\desc": "desc"}))
        made.stage("srt", "PxSort", ["in1"], {"mid": columns("ID:i! AREA:s")}, {"key": key})
        made.stage(
            "chg",
            "PxSort",
            ["mid"],
            {"out1": columns("ID:i! AREA:s keyChange:i")},
            {"key": keys("AREA"), "flagKey": "flagKey"},
        )
        made.write("tgt", "out1")

    return job(draw)


def _aggregated(**more: str) -> str:
    def draw(made: Job) -> None:
        made.read("src", "in1", "AREA:s AMOUNT:n")
        made_of = {"sum": "TOTAL", "mean": "MEAN", "min": "LOWEST", "count": "KNOWN", "missing": "UNKNOWN"}
        properties = {"key": keys("AREA"), "reduce": packed(("reduce", "AMOUNT", made_of)), **more}
        made.stage(
            "agg",
            "PxAggregator",
            ["in1"],
            {"out1": columns("AREA:s TOTAL:n MEAN:f LOWEST:n KNOWN:i UNKNOWN:i")},
            properties,
        )
        made.write("tgt", "out1")

    return job(draw)


def _transformed(
    out: str, ordered: bool = False, variables: list[dict[str, str]] | None = None, **derivations: str
) -> str:
    def draw(made: Job) -> None:
        made.read("src", "in0" if ordered else "in1", "ID:i!* AREA:s AMOUNT:n")
        if ordered:
            made.stage("srt", "PxSort", ["in0"], {"in1": columns("ID:i!* AREA:s AMOUNT:n")}, {"key": keys("ID")})
        transformer(made, {"out1": columns(out, **derivations)}, variables=variables)
        made.write("tgt", "out1")

    return job(draw)


RUNNING = [
    variable("svTotal", "If in1.AREA = svArea Then svTotal + in1.AMOUNT Else in1.AMOUNT", "3", "0"),
    variable("svCount", "svCount + 1", "4", "10"),
    variable("svArea", "in1.AREA", "12", '""'),
]
AMOUNTS = {"src": [("N", 10), ("N", 20), ("S", None), (None, 5), ("N", None)]}


def _modified(out: str, *specifications: str) -> str:
    def draw(made: Job) -> None:
        made.read("src", "in1", "ID:i! AMOUNT:n TEXT:s")
        spec = packed(*(("modifyspec", text) for text in specifications))
        made.stage("mod", "PxModify", ["in1"], {"out1": columns(out)}, {"modifyspec": spec})
        made.write("tgt", "out1")

    return job(draw)


FRACTIONS = {"src": [(7, 2.7, "05/03/2024"), (-7, -2.7, None)]}

CASES: dict[str, tuple[str, dict[str, Rows], dict[str, Rows]]] = {
    "copy with its columns renamed": (
        CONSTRUCTS["copy_to_two"](),
        {"orders": ORDERS[:2]},
        {"a": [(1, "N"), (2, "S")], "b": [(1,), (2,)]},
    ),
    "modify: decimals become whole by the mode stated, toward zero without one": (
        _modified(
            "A:i B:i C:i D:d T:s",
            "A:int32 = int32_from_decimal(AMOUNT)",
            "B:int32 = int32_from_decimal[ceil](AMOUNT)",
            "C:int32 = AMOUNT",
            "D = date_from_string[%dd/%mm/%yyyy](TEXT)",
            "T:string[12] = string_from_decimal[suppress_zero](AMOUNT)",
        ),
        FRACTIONS,
        {"tgt": [(2, 3, 2, date(2024, 3, 5), "2.7"), (-2, -2, -2, None, "-2.7")]},
    ),
    "transformer: a whole target cuts off what stands after the point": (
        _transformed("HALF:i WHOLE:i", HALF="in1.ID / 2", WHOLE="in1.AMOUNT"),
        {"src": [(7, None, 2.7), (-7, None, -2.7)]},
        {"tgt": [(3, 2), (-3, -2)]},
    ),
    "filter: nulls are less than every value": (
        _null_in_filter(),
        {"src": [(1, 10, "N"), (2, 30, "S"), (3, None, None)]},
        {"out0": [(1,), (3,)], "out1": [(2,)], "out2": [(1,), (3,)], "out3": [(2,), (3,)], "out4": [(1,), (3,)]},
    ),
    "filter: nulls greater than every value": (
        _nulls_last_in_filter(),
        {"src": [(1, 10), (2, 30), (3, None)]},
        {"tgt": [(2,), (3,)]},
    ),
    "filter: several outputs and rejects": (
        CONSTRUCTS["filter_many"](),
        {"orders": ORDERS},
        {
            "out1": [ORDERS[0], ORDERS[2], ORDERS[4]],
            "out2": [ORDERS[3]],
            "rejected": [ORDERS[1]],
        },
    ),
    "switch: cases and the rest": (
        CONSTRUCTS["switch"](),
        {"orders": ORDERS},
        {"out1": [ORDERS[0], ORDERS[2], ORDERS[4]], "out2": [ORDERS[1]], "rest": [ORDERS[3]]},
    ),
    "remove duplicates keeps the first": (
        _sort_and_keep("first"),
        {"src": [(3, "N"), (1, "N"), (2, "S")]},
        {"tgt": [(1, "N"), (2, "S")]},
    ),
    "remove duplicates keeps the last": (
        _sort_and_keep("last"),
        {"src": [(3, "N"), (1, "N"), (2, "S")]},
        {"tgt": [(3, "N"), (2, "S")]},
    ),
    "sort: key change flags the first of each group, nulls are a group": (
        _key_change(),
        {"src": [(1, "N"), (2, "N"), (3, None), (4, "S")]},
        {"tgt": [(3, None, 1), (2, "N", 1), (1, "N", 0), (4, "S", 1)]},
    ),
    "aggregator: 0 where every value is null, a null key is a group": (
        _aggregated(),
        AMOUNTS,
        {"tgt": [("N", 30, 15, 10, 2, 1), ("S", 0, 0, 0, 0, 1), (None, 5, 5, 5, 1, 0)]},
    ),
    "aggregator: null results where they are allowed": (
        _aggregated(nul_res="nul_res"),
        AMOUNTS,
        {"tgt": [("N", 30, 15, 10, 2, 1), ("S", None, None, None, 0, 1), (None, 5, 5, 5, 1, 0)]},
    ),
    "aggregator: rows of each group": (
        CONSTRUCTS["aggregator_rows"](),
        {"orders": [*ORDERS, ORDERS[0]]},
        {"target": [("N", "A", 3), ("S", "B", 1), (None, "X", 1), ("S", "A", 1)]},
    ),
    "join: inner": (
        CONSTRUCTS["join_innerjoin"](),
        {"orders": ORDERS, "areas": AREAS},
        {"target": [(1, "N", "North"), (2, "S", "South"), (3, "N", "North"), (5, "S", "South")]},
    ),
    "join: right outer takes the key from the right": (
        CONSTRUCTS["join_rightouterjoin"](),
        {"orders": ORDERS[:2], "areas": AREAS},
        {"target": [(1, "N", "North"), (2, "S", "South"), (0, "W", "West")]},
    ),
    "join: full outer gives both keys; what may not be null is 0 or empty where nothing matches": (
        CONSTRUCTS["join_full"](),
        {"orders": [ORDERS[0], ORDERS[3]], "areas": AREAS[:2]},
        {"target": [(1, "N", "N", "North"), (4, None, "", None), (0, None, "S", "South")]},
    ),
    "join: three inputs": (
        CONSTRUCTS["join_three"](),
        {"orders": ORDERS[:2], "areas": AREAS[:1], "notes": [("S", "x")]},
        {"target": [(1, "N", "North", None), (2, "S", None, "x")]},
    ),
    "merge: unmatched masters dropped, unmatched updates rejected": (
        CONSTRUCTS["merge"](),
        {"orders": ORDERS[:2], "updates": [(1, "one"), (9, "nine")]},
        {"target": [(1, "N", "one")], "refused": [(9, "nine")]},
    ),
    "lookup: no match goes on with nulls": (
        CONSTRUCTS["lookup_continue"](),
        {"orders": ORDERS[:4], "areas": AREAS[:1]},
        {"target": [(1, "N", "North"), (2, "S", None), (3, "N", "North"), (4, None, None)]},
    ),
    "lookup: every match, where several rows are asked for": (
        CONSTRUCTS["lookup_continue"]().replace('MultiRow "0"', 'MultiRow "1"'),
        {"orders": ORDERS[:2], "areas": [*AREAS[:1], ("N", "Nord", None)]},
        {"target": [(1, "N", "North"), (1, "N", "Nord"), (2, "S", None)]},
    ),
    "lookup: no match is dropped": (
        CONSTRUCTS["lookup_drop"](),
        {"orders": ORDERS[:4], "areas": AREAS[:1]},
        {"target": [(1, "N", "North"), (3, "N", "North")]},
    ),
    "lookup: no match is rejected": (
        CONSTRUCTS["lookup_reject"](),
        {"orders": ORDERS[:4], "areas": AREAS[:1]},
        {"target": [(1, "N", "North"), (3, "N", "North")], "refused": [ORDERS[1], ORDERS[3]]},
    ),
    "change capture: copies dropped, codes of insert, delete and edit": (
        CONSTRUCTS["change_capture"](),
        {
            "orders": [(1, "N", 1, "A", D), (2, "S", 2, "B", D), (3, "N", None, "A", D)],
            "areas": [(1, "X", 1, "A", D), (2, "S", 9, "B", D), (4, "N", 4, "A", D)],
        },
        {"target": [(2, "S", 9, "B", D, 3), (3, "N", None, "A", D, 2), (4, "N", 4, "A", D, 1)]},
    ),
    "funnel: rows of all inputs": (
        CONSTRUCTS["funnel_sequence"](),
        {"orders": ORDERS[:1], "areas": ORDERS[1:2]},
        {"target": [(1, "N"), (2, "S")]},
    ),
    "sequential file: the rows of several files": (
        CONSTRUCTS["several_files"](),
        {"source": [("a",)], "source_in1": [("b",)]},
        {"target": [("a",), ("b",)]},
    ),
    "head": (CONSTRUCTS["head"](), {"orders": ORDERS[::-1]}, {"target": ORDERS[:2]}),
    "tail": (CONSTRUCTS["tail"](), {"orders": ORDERS[::-1]}, {"target": ORDERS[3:]}),
    "modify: drop, rename, handle_null": (
        CONSTRUCTS["modify"](),
        {"orders": ORDERS[2:4]},
        {"target": [(3, "N", None, D), (4, "none", 5, D)]},
    ),
    "pivot: columns become rows": (
        CONSTRUCTS["pivot"](),
        {"quarters": [("a", 1, 2, None)]},
        {"target": [("a", 1), ("a", 2), ("a", None)]},
    ),
    "transformer: constraints, otherwise beside a link without one": (
        CONSTRUCTS["transformer_otherwise"](),
        {"orders": ORDERS},
        {"target_big": [(5,)], "target_rest": [(1,), (2,), (3,), (4,)]},
    ),
    "transformer: variables in order": (
        CONSTRUCTS["transformer_variables"](),
        {"orders": ORDERS[1:3]},
        {"target_out1": [(2, 30, 60), (3, 0, 0)]},
    ),
    "transformer: variables keep the row before": (
        _transformed("ID:i TOTAL:n N:i", True, RUNNING, ID="in1.ID", TOTAL="svTotal", N="svCount"),
        {"src": [(2, "N", 5), (1, "N", 1), (4, "N", 7), (3, "S", 2)]},
        {"tgt": [(1, 1, 11), (2, 6, 12), (3, 2, 13), (4, 7, 14)]},
    ),
    "transformer: rows are numbered in their order": (
        CONSTRUCTS["transformer_row_number"](),
        {"orders": [ORDERS[1], ORDERS[0]]},
        {"target_out1": [(1, 1), (2, 2)]},
    ),
    "shared container: what stands in it takes its place": (
        CONSTRUCTS["shared_container"](),
        {"orders": ORDERS},
        {"target": [(4, None), (5, "S")]},
    ),
    "server job: a reference link says that nothing was found": (
        CONSTRUCTS["server_job"]().replace(
            'Derivation "ref1.NAME"', "Derivation \"If ref1.NOTFOUND Then 'none' Else ref1.NAME\""
        ),
        {"orders": ORDERS[:2], "areas": [("N", "North")]},
        {"target": [(1, "North"), (2, "none")]},
    ),
    "server job: a reference link gives nulls without a match": (
        CONSTRUCTS["server_job"](),
        {"orders": ORDERS[:2], "areas": [("N", "North")]},
        {"target": [(1, "North"), (2, None)]},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_rows(name: str) -> None:
    text, inputs, gives = CASES[name]
    found = rows_of(text, inputs)
    assert {sink: found[sink] for sink in gives} == expected(gives)


def test_a_lookup_that_fails_ends_the_run() -> None:
    with pytest.raises(RunFailedError, match="looks up rows that are not there"):
        rows_of(CONSTRUCTS["lookup_fail"](), {"orders": ORDERS[:2], "areas": AREAS[:1]})


def test_an_upsert_updates_and_adds() -> None:
    before: dict[str, Any] = {"target": [(1, "N", 1, "A", D)]}
    found = rows_of(CONSTRUCTS["db2_upsert"](), {"source": ORDERS[:2]}, before=before)
    assert found["target"] == expected({"target": ORDERS[:2]})["target"]
