"""Flows that rank rows, take them by their numbers, or tell the moment of the run, worked out from the tools' pages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.migration.flows.alteryx.build import converted, meta, played, rows, tool

SOLD = rows(
    1, "record sold", *[(str(place), str(sold)) for place, sold in enumerate([22] * 7 + [21] * 7 + [20] * 3, 1)]
)
SHOPS = rows(1, "id shop n", ("1", "a", "5"), ("2", "a", "7"), ("3", "b", "5"), ("4", "b", None), ("5", "a", "5"))
SHOW = tool(99, "BrowseV2")


def ranked(*ways: str, fields: str = "sold:Descending", groups: str = "", saved: str = "", locale: str = "") -> str:
    modes = "".join(f'<Mode value="{way}" />' for way in ways)
    keys = "".join(
        f'<Field field="{each.partition(":")[0]}" order="{each.partition(":")[2]}" />' for each in fields.split()
    )
    within = "".join(f'<Field name="{name}" />' for name in groups.split())
    stated = f' locale="{locale}"' if locale else ""
    return tool(
        2,
        "Rank",
        f"<RankingModes>{modes}</RankingModes><SortInfo{stated}>{keys}</SortInfo><GroupFields>{within}</GroupFields>",
        meta=meta(saved) if saved else "",
    )


def shown(*tools: str) -> list[tuple[Any, ...]]:
    (found,) = played([*tools, SHOW], ["1>2", "2>99"]).values()
    return sorted(found)


def names(*tools: str) -> list[str]:
    made = converted([*tools, SHOW], ["1>2", "2>99"])
    return re.findall(r"name: (\w*Rank\w*)", made.documents[0].yaml)


def refusal(*tools: str) -> str:
    made = converted([*tools, SHOW], ["1>2", "2>99"])
    (found,) = [item.warnings for item in made.result.mappings[0].objects if item.target_type == "manual"]
    return found[0]


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("Ordinal", list(range(1, 18))),
        ("Standard", [1] * 7 + [8] * 7 + [15] * 3),
        ("Dense", [1] * 7 + [2] * 7 + [3] * 3),
        ("Competition", [7] * 7 + [14] * 7 + [17] * 3),
        ("Fractional", [4.0] * 7 + [11.0] * 7 + [16.0] * 3),
    ],
)
def test_the_five_ways_of_the_tools_page(way: str, expected: list[float]) -> None:
    assert [rank for _, _, rank in shown(SOLD, ranked(way))] == expected


def test_ranks_within_groups_begin_anew_and_a_missing_value_is_the_lowest() -> None:
    found = shown(SHOPS, ranked("Dense", "Standard", fields="n:Ascending", groups="shop"))
    assert [(row[0], *row[3:]) for row in found] == [(1, 1, 1), (2, 2, 3), (3, 2, 2), (4, 1, 1), (5, 1, 1)]


def test_ranks_by_two_fields_are_equal_where_both_are() -> None:
    found = shown(SHOPS, ranked("Competition", fields="shop:Descending n:Ascending"))
    assert [(row[0], row[3]) for row in found] == [(1, 4), (2, 5), (3, 2), (4, 1), (5, 4)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (ranked("Dense"), ["DenseRanking"]),
        (ranked("Dense", saved="record:Int16 sold:Int16 MyRank:Int64"), ["MyRank"]),
        (
            ranked("Dense", "Standard", saved="sold:Int16 StandardRank:Int64 DenseRank:Int64"),
            ["DenseRank", "StandardRank"],
        ),
    ],
)
def test_columns_are_called_as_the_last_run_saved_them(given: str, expected: list[str]) -> None:
    assert names(SOLD, given)[: len(expected)] == expected


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (ranked("Percentile"), "the way of ranking 'Percentile' is not known"),
        (ranked(), "the way of ranking '' is not known"),
        (ranked("Dense", fields=""), "it names no field to rank by"),
        (ranked("Dense", fields="shop:Ascending", locale="1033"), "texts are ranked in the order of a dictionary"),
        (ranked("Dense", fields="other:Ascending"), "the field 'other' does not arrive at the tool"),
        (tool(2, "SelectRecords.yxmc", '<Value name="Ranges" />'), "it names no rows"),
        (tool(2, "SelectRecords.yxmc", '<Value name="Ranges">2 - 4</Value>'), "the range of rows '-' is not known"),
    ],
)
def test_what_the_settings_do_not_tell_is_refused(given: str, reason: str) -> None:
    assert refusal(SHOPS, given) == reason


@pytest.mark.parametrize("kind", ["SelectRecords", "SelectRecords.yxmc"])
@pytest.mark.parametrize(
    ("ranges", "expected"), [("-2\n5", [1, 2, 5]), ("2-3, 5+", [2, 3, 5]), ("4 1", [1, 4]), ("9", [])]
)
def test_rows_are_taken_by_their_numbers(kind: str, ranges: str, expected: list[int]) -> None:
    found = shown(SHOPS, tool(2, kind, f'<Value name="Ranges">{ranges}</Value>'))
    assert [row[0] for row in found] == expected


def moment(form: str, language: str = "English", *, saved: str = "") -> str:
    told = f'<Value name="Language">{language}</Value><Value name="OutputFormat">{form}</Value>'
    return tool(1, "DateTimeNow", told, meta=meta(saved, "DTN") if saved else "")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("yyyy-MM-dd", r"\d{4}-\d\d-\d\d"),
        ("yyyyMMdd", r"\d{8}"),
        ("dd/MM/yyyy hh:mm:ss", r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d"),
        ("Month, yyyy", r"[A-Z][a-z]{2,8}, \d{4}"),
    ],
)
def test_the_moment_of_the_run_is_one_row_of_a_text(form: str, expected: str) -> None:
    (found,) = played([moment(form), SHOW], ["1.DTN>99"]).values()
    ((value,),) = found
    assert re.fullmatch(expected, value)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (moment("dd Month", "French"), "its names of days and months are in French"),
        (moment(""), "it names no format"),
        (moment("yyyy Quarter"), "the part 'Quarter' of its format 'yyyy Quarter' is not known"),
    ],
)
def test_a_moment_in_a_form_that_is_not_known_is_refused(given: str, reason: str) -> None:
    made = converted([given, SHOW], ["1.DTN>99"])
    found = [item.warnings for item in made.result.mappings[0].objects if item.target_type == "manual"]
    assert found[0] == (reason,)


def test_the_moment_has_the_name_that_the_last_run_saved() -> None:
    made = converted([moment("yyyy", saved="Today:V_String:20"), SHOW], ["1.DTN>99"])
    assert "name: Today" in made.documents[0].yaml
