"""What is not converted says why; what may differ says so, with less confidence."""

from __future__ import annotations

import pytest

from benchmarks.datastage_constructs import CONSTRUCTS
from benchmarks.datastage_dsx import Job, columns, export, keys, packed
from benchmarks.datastage_stages import ORDERS, beside, through
from tests.migration.flows.datastage.sheet import converted, manual

SPEC = "modifyspec"


def filtered(text: str, **options: str) -> str:
    return through("j", "PxFilter", ORDERS, {"where": packed(("where", text, options))})


def modified(text: str) -> str:
    return through("j", "PxModify", "ID:i", {SPEC: packed((SPEC, text))})


AGGREGATED = {"key": keys("STATUS"), "reduce": packed(("reduce", "AMOUNT", {"kurtosis": "X"}))}
INNER = {"operator": "innerjoin", "key": keys("AREA")}
BY_ID = {"key": keys("ID")}
MORE = ORDERS + " MORE:s"
REFUSED = {
    "a filter on what is no column": (filtered("NONE_SUCH = 1"), "names the column NONE_SUCH"),
    "a filter that is no SQL": (filtered("ID = = 1"), "cannot be read"),
    "a filter that calls": (filtered("upper(AREA) = 'N'"), "uses"),
    "a filter with a subquery": (filtered("ID in (select 1)"), "uses"),
    "an output that is not connected": (filtered("ID = 1", target="4"), "output 4"),
    "a sort without keys": (through("j", "PxSort", ORDERS, {"stable": "stable"}), "no key column"),
    "a key that is no column": (through("j", "PxSort", ORDERS, {"key": keys("NOPE")}), "NOPE is not a column"),
    "a calculation that is not known": (through("j", "PxAggregator", "STATUS:s X:n", AGGREGATED), "kurtosis"),
    "an output column from nowhere": (
        through("j", "PxCopy", "ID:i GHOST:s"),
        "GHOST of link out1 comes from no",
    ),
    "a modification that is not read": (modified("ID = lookup_int32_from_string[t](AREA)"), "lookup_int32_from_string"),
    "a type that is not known": (modified("ID:tagged = ID"), "type tagged"),
    "a join of one input": (
        through("j", "PxJoin", ORDERS, INNER),
        "fewer than two inputs",
    ),
    "change capture with other columns": (
        beside("j", "PxChangeCapture", columns(ORDERS), {"key": keys("ID")}, MORE),
        "lacks the columns more",
    ),
    "java": (through("j", "JavaStagePX", ORDERS), "calls code outside the job"),
    "a kind that nobody knows": (through("j", "PxNobody", ORDERS), "the kind of step 'PxNobody' is not known"),
    "slowly changing dimension": (beside("j", "PxSCD", columns(ORDERS)), "purpose code"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusal(name: str) -> None:
    text, reason = REFUSED[name]
    done = converted(text)
    reasons = manual(done)
    assert list(reasons) == ["step"]
    assert reason in reasons["step"][0]
    (node,) = [one for one in done.result.mappings[0].pipeline["nodes"] if one.get("transform") == "manual"]
    assert "BEGIN DSRECORD" in node["config"]["original"]
    assert node["config"]["todo"]


@pytest.mark.parametrize(
    ("name", "says", "at_most"),
    [
        ("remove_duplicates_unsorted", "nothing before the stage fixes", 0.79),
        ("head", "of each partition", 0.84),
        ("merge", "repeat a key", 0.84),
        ("surrogate_key", "set the first number", 0.84),
        ("row_generator", "its default is used", 0.79),
        ("peek_at_the_end", "job's log", 0.95),
        ("filter_one", "null is less", 0.98),
    ],
)
def test_what_may_differ_is_named(name: str, says: str, at_most: float) -> None:
    done = converted(CONSTRUCTS[name]())
    item = next(one for one in done.result.mappings[0].objects if one.object == "step")
    assert any(says in text for text in item.warnings)
    assert item.confidence <= at_most


def test_a_filter_over_a_key_that_may_be_null_on_both_sides_of_a_join_is_doubted() -> None:
    job = Job("nulls")
    job.read("a", "in1", "K:s A:i")
    job.read("b", "in2", "K:s B:i")
    job.stage(
        "step", "PxJoin", ["in1", "in2"], {"out1": columns("K:s A:i B:i")}, {"operator": "innerjoin", "key": keys("K")}
    )
    job.write("out", "out1")
    item = next(one for one in converted(export(job.text())).result.mappings[0].objects if one.object == "step")
    assert item.confidence < 0.8
    assert any("may be null on both sides" in text for text in item.warnings)


def test_names_of_parameters_reach_paths_sql_and_the_parameter_list() -> None:
    done = converted(CONSTRUCTS["odbc_select_update"]())
    pipeline = done.result.mappings[0].pipeline
    source = next(one for one in pipeline["nodes"] if one["id"] == "source")
    assert source["config"]["query"].endswith("WHERE DAY >= :pDay")
    assert [one["name"] for one in pipeline["parameters"]] == ["pDb", "pDay"]
    paths = converted(CONSTRUCTS["data_set"]()).result.mappings[0].pipeline
    assert paths["nodes"][0]["config"]["path"] == "${pDir}/orders.ds"
    assert [one["name"] for one in paths["parameters"]] == ["pDir"]
