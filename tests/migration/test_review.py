"""Verdicts applied to a conversion: when they hold, and when they ask for another look."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.migration.conversion import Review
from services.migration.gate import Outcome
from services.migration.pipeline import complete, draft
from services.migration.review import ReviewError, Verdict, apply, nodes_text, settled

EXPORT = (Path(__file__).parent / "server" / "sales.xml").read_bytes()


def drawn():
    return draft(EXPORT, "sales.xml", generated_at="2026-01-01T00:00:00Z")


def verdict(action, name="FIL_ACTIVE", **more):
    return Verdict("m_active", name, Review(action, "why", "ann", "2026-01-01T00:00:00Z"), **more)


def filter_of(result):
    return next(item for item in result.mappings[0].objects if item.object == "FIL_ACTIVE")


def test_without_verdicts_nothing_changes():
    result = drawn().result
    assert apply(result, []) is result
    assert apply(result, [verdict("accept", "GONE")]) == result


def test_an_accepted_object_is_sure_and_its_document_agrees():
    result = drawn().result
    accepted = apply(result, [verdict("accept", original=nodes_text(filter_of(result)))])
    node = next(node for node in accepted.mappings[0].pipeline["nodes"] if node["id"] == "fil_active")
    assert (filter_of(accepted).confidence, node["confidence"]) == (1.0, 1.0)
    before, after = (each.mappings[0].pipeline for each in (result, accepted))
    assert [node["id"] for node in after["nodes"]] == [node["id"] for node in before["nodes"]]
    assert sorted(map(str, after["edges"])) == sorted(map(str, before["edges"]))
    assert after["metadata"]["overall_confidence"] > before["metadata"]["overall_confidence"]


def test_what_was_accepted_as_another_conversion_asks_for_another_look():
    old = verdict("accept", original="nodes:\n- id: another\n")
    result = apply(drawn().result, [old])
    assert filter_of(result).requires_manual_review
    assert "accepted by ann" in filter_of(result).warnings[-1]
    release = complete(replace(drawn(), result=result)).release
    assert (release.outcome, release.blocking[0].code) == (Outcome.FAILED, "MANUAL_REVIEW")


@pytest.mark.parametrize(
    "text",
    [
        "type: transformation\ntransform: sql_where\nconfig: {condition: STATUS = 'B'}\n",
        "- type: transformation\n  transform: sql_where\n  config: {condition: STATUS = 'B'}\n",
        "nodes: [{id: fil_active, type: transformation, transform: sql_where, config: {condition: STATUS = 'B'}}]\n",
    ],
)
def test_an_edit_is_a_node_a_list_or_a_document(text):
    found = settled(drawn().result.mappings[0], verdict("edit", yaml=text))
    assert found.nodes[0]["config"] == {"condition": "STATUS = 'B'"}
    assert (found.nodes[0]["id"], found.nodes[0]["depends_on"]) == ("fil_active", ["sq_customers"])
    assert settled(drawn().result.mappings[0], verdict("edit", yaml=nodes_text(found))).nodes == found.nodes


def test_one_object_may_become_several_nodes():
    text = """
- {id: first, type: transformation, transform: sql_where, depends_on: [sq_customers], config: {condition: STATUS = 'A'}}
- {id: fil_active, type: transformation, transform: sql_where, depends_on: [first], config: {condition: CUST_ID > 1}}
"""
    result = apply(drawn().result, [verdict("edit", yaml=text)])
    migration = complete(replace(drawn(), result=result))
    assert migration.release.outcome is Outcome.COMPLETED
    assert [item.node_ids for item in migration.report.objects if item.name == "FIL_ACTIVE"] == [
        ("first", "fil_active")
    ]


def test_a_sink_that_is_edited_gets_a_check_of_its_new_columns():
    text = """
type: sink
connector: oracle
config:
  schema: DWH
  table: ACTIVE_CUSTOMERS
  mode: append
  columns: [{name: CUST_ID, from: CUST_ID, type: bigint}]
"""
    result = apply(drawn().result, [verdict("edit", "ACTIVE_CUSTOMERS", yaml=text)])
    [check] = [each for each in result.mappings[0].pipeline["quality_checks"] if each.get("node")]
    assert check["expected"] == [{"name": "CUST_ID", "type": "bigint"}]


def test_an_edit_that_breaks_others_is_refused():
    with pytest.raises(ReviewError, match=r"would not hold: .*(CUST_ID|STATUS)"):
        settled(
            drawn().result.mappings[0],
            verdict(
                "edit",
                "CUSTOMERS",
                yaml="type: source\nconnector: oracle\nconfig: {table: T}\ncolumns: [{name: X, type: bigint}]",
            ),
        )
