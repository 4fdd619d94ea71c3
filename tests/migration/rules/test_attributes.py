"""No attribute that changes rows passes in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from services.migration.rules import attributes, flat_file
from services.migration.rules.attribute_tables import DOUBTS, EVERYWHERE, HONOURED, NO_INFLUENCE
from tests.migration.rules.build import convert, flow, inp, node, out, port, step

ALL = {"Expression": {}, "Filter": {"Filter Condition": "TRUE"}, "Router": {}}


def codes(kind: str, given: Mapping[str, str]) -> list[tuple[str, float]]:
    return [(found.code, found.confidence) for found in attributes.of_object(kind, "X", given)]


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("Sorter", {"Distinct": "YES", "Sorter Cache Size": "Auto", "tracing level": "Terse"}, []),
        ("Sorter", {"Stable": "YES"}, [("UNKNOWN_ATTRIBUTE", 0.84)]),
        ("Sorter", {"Stable": " "}, []),
        ("Aggregator", {"Transformation Scope": "All Input", "Sorted Input": "YES"}, []),
        ("Aggregator", {"Transformation Scope": "Transaction"}, [("ATTRIBUTE_NOT_HONOURED", 0.79)]),
        ("Lookup Procedure", {"Lookup cache persistent": "NO", "Insert Else Update": "YES"}, []),
        ("Lookup Procedure", {"Lookup cache persistent": "YES"}, [("ATTRIBUTE_NOT_HONOURED", 0.79)]),
        ("Lookup Procedure", {"Lookup cache persistent": "YES", "Re-cache from lookup source": "YES"}, []),
        ("Lookup Procedure", {"FLATFILE CONSECDELIMITERSASONE": "YES"}, [("ATTRIBUTE_NOT_HONOURED", 0.79)]),
        ("source", {"Source filetype": "Direct", "Thousand Separator": "None"}, []),
        ("source", {"Source filetype": "Indirect"}, [("ATTRIBUTE_NOT_HONOURED", 0.79)]),
        ("source", {"Differing by partition": "Source filename"}, [("ATTRIBUTE_NOT_HONOURED", 0.6)]),
        ("Source Qualifier", {"Differing by partition": "Source Filter"}, [("ATTRIBUTE_NOT_HONOURED", 0.6)]),
        ("source", {"Input Type": "Command", "Command": "ls"}, [("ATTRIBUTE_NOT_HONOURED", 0.6)] * 2),
        ("target", {"Rejected Truncated/Overflowed rows": "YES"}, [("ATTRIBUTE_NOT_HONOURED", 0.79)]),
        ("target", {"Target load type": "Bulk", "Insert": "YES"}, []),
        ("Java Transformation", {"Whatever": "1"}, []),
    ],
)
def test_what_is_said_of_attributes(kind: str, given: Mapping[str, str], expected: list[tuple[str, float]]) -> None:
    assert codes(kind, given) == expected


def test_no_attribute_is_in_two_tables() -> None:
    for kind in HONOURED.keys() | NO_INFLUENCE.keys():
        honoured, without = HONOURED.get(kind, frozenset()), NO_INFLUENCE.get(kind, frozenset())
        doubted = DOUBTS.get(kind, {}).keys()
        assert not honoured & without, kind
        assert not (honoured | without) & doubted, kind
        assert not honoured & EVERYWHERE, kind


def sorted_flow(**given: str) -> object:
    keys = {"ISSORTKEY": "YES", "SORTDIRECTION": "ASCENDING"}
    sorter = step(
        "S", "Sorter", port("A", "n", attributes=keys), attributes={k.replace("_", " "): v for k, v in given.items()}
    )
    return flow(sorter, columns="A:n", gives="A:n", links="SQ → S: A\nS → TGT: A")


def test_an_unknown_attribute_is_an_issue_and_lowers_the_confidence() -> None:
    _, walked = convert(sorted_flow(Stable="YES"))  # type: ignore[arg-type]  # a mapping
    outcome = next(item for item in walked.objects if item.object == "S")
    assert outcome.confidence == 0.84
    assert [issue.code for issue in outcome.issues] == ["UNKNOWN_ATTRIBUTE"]
    assert "Stable = YES" in outcome.issues[0].message


def test_an_attribute_is_found_whatever_the_case_of_its_name() -> None:
    document, _ = convert(sorted_flow(distinct="YES", NULL_TREATED_LOW="YES"))  # type: ignore[arg-type]  # a mapping
    config = node(document, "s")["config"]
    assert config["distinct"] is True
    assert config["order_by"][0]["nulls"] == "first"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("Enable Test Load", "YES", "reads only a few rows"),
        ("Session Sort Order", "Polish", "by the order Polish"),
        ("Pre 85 Timestamp Compatibility", "YES", "fractions of seconds"),
        ("Session Sort Order", "Binary", ""),
        ("Enable Test Load", "NO", ""),
    ],
)
def test_what_a_session_does_to_all_rows_is_told(name: str, value: str, said: str) -> None:
    mapping = replace(sorted_flow(), session_attributes={name: value}, session="s_x")  # type: ignore[type-var]  # a mapping
    _, walked = convert(mapping)  # type: ignore[arg-type]  # a mapping
    messages = [issue.message for issue in walked.issues if issue.code == "ATTRIBUTE_NOT_HONOURED"]
    assert [said in message for message in messages] == ([True] if said else [])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"DELIMITERS": "\\001"}, {"delimiter": "\x01", "quote": ""}),
        ({"DELIMITERS": "\\t|", "MULTIDELIMITERSASAND": "YES"}, {"delimiter": "\t|", "quote": ""}),
        ({"DELIMITERS": ",", "ROWDELIMITER": "10"}, {"delimiter": ",", "quote": ""}),
        ({"DELIMITERS": ",", "ROWDELIMITER": "124"}, {"delimiter": ",", "quote": "", "row_delimiter": "|"}),
        ({"DELIMITED": "NO", "SKIPROWS": "2"}, {"skip_rows": 2}),
    ],
)
def test_how_a_file_is_written(given: Mapping[str, str], expected: Mapping[str, object]) -> None:
    assert flat_file.format_options(given) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"Datetime Format": "A  19 mm/dd/yyyy hh24:mi:ss", "Thousand Separator": "None"}, {}),
        ({"Datetime Format": "A  10 yyyy-mm-dd"}, {"date_format": "yyyy-mm-dd"}),
        (
            {"Decimal Separator": "Comma", "Thousand Separator": "."},
            {"decimal_separator": ",", "thousands_separator": "."},
        ),
    ],
)
def test_how_a_files_values_are_written(given: Mapping[str, str], expected: Mapping[str, object]) -> None:
    assert flat_file.value_formats(given) == expected


def test_a_rank_that_computes_ports_ranks_by_them() -> None:
    rank = step(
        "R",
        "Rank",
        inp("A", "n"),
        out("TWICE", "n", "A * 2", expression_kind="RANKPORT"),
        attributes={"Number of Ranks": "2", "Top/Bottom": "Top"},
    )
    document, walked = convert(flow(rank, columns="A:n", gives="TWICE:n", links="SQ → R: A\nR → TGT: TWICE"))
    assert node(document, "r_computed")["config"]["columns"][0]["expression"] == "A * 2"
    assert node(document, "r")["config"]["order_by"][0]["column"] == "TWICE"
    assert next(item for item in walked.objects if item.object == "R").confidence <= 0.85
