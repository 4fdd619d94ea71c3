"""Tools and macros that come with Designer are called what they are."""

from __future__ import annotations

import pytest

from services.migration.rules.alteryx import RULES, with_designer
from services.migration.rules.alteryx.no_rule import ADD_ON, MACRO, NO_RULE
from services.pipelines.dsl.document import load_all
from services.pipelines.runner import run
from tests.migration.archives.macros import caller, played, split
from tests.migration.flows.alteryx.build import converted, rows, tool

GROUPS = ("MODELS", "PICTURES", "ASKING", "SPATIAL", "REPORTS", "STATISTICS")
KINDS = [kind for group in GROUPS for kind in getattr(with_designer, group)]
GIVEN = rows(1, "n", ("1",), ("2",))


def test_no_kind_has_both_a_rule_and_a_reason_against_one() -> None:
    assert set(RULES) & set(NO_RULE) == set()


def test_no_kind_stands_in_two_groups() -> None:
    assert len(KINDS) == len(set(KINDS)) > 60


@pytest.mark.parametrize("group", GROUPS)
def test_a_tool_of_designer_is_no_add_on_and_no_macro_whose_file_is_missing(group: str) -> None:
    kind = getattr(with_designer, group)[0]
    made = converted([GIVEN, tool(2, kind), tool(3, "BrowseV2")], ["1>2", "2>3"])
    ((reason,),) = [item.warnings for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert reason == NO_RULE[kind].reason
    assert not any(other.reason in reason for other in (ADD_ON, MACRO))


def test_the_file_of_such_a_macro_is_looked_into_where_the_upload_holds_it() -> None:
    files = {"flow.yxmd": caller("Histogram.yxmc"), "Histogram.yxmc": split()}
    assert played(files) == {"browsev2_3": [(5,), (9,)]}


def test_rows_for_the_program_that_calls_are_given_and_it_is_told() -> None:
    made = converted([GIVEN, tool(2, "APIOutput")], ["1>2"])
    (document,) = load_all(made.documents[0].yaml)
    assert list(run(document, {}).values()) == [[{"n": 1}, {"n": 2}]]
    (sink,) = [item for item in made.result.mappings[0].objects if item.target_type == "sink"]
    assert sink.warnings[0].startswith("The original hands these rows to the program")


def test_the_newer_tool_that_expects_equal_rows_keeps_both_inputs() -> None:
    flow = [GIVEN, rows(2, "n", ("3",)), tool(3, "ExpectEqual")]
    made = converted(flow, ["1>3.Expected", "2>3.Actual"])
    (document,) = load_all(made.documents[0].yaml)
    assert sorted(map(len, run(document, {}).values())) == [1, 2]
