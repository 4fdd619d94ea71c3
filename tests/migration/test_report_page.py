"""What every HTML report is made of."""

import re
from dataclasses import replace

import pytest

from services.migration.report import to_html
from services.migration.report.model import ReviewReport
from services.migration.report.page import ROWS_SHOWN, moment, table
from services.migration.report.render import to_csv
from tests.migration.pages import Page
from tests.migration.test_report import full_report


def test_a_table_has_a_label_for_each_cell_of_a_narrow_screen():
    text = table(("Name", "Count"), [("a", 1), ("b", 20)], "")
    labels = re.findall(r'td:nth-child\((\d)\)::before\{content:"(\w+)"\}', text)
    assert labels == [("1", "Name"), ("2", "Count")]
    (named,) = set(re.findall(r'class="(t\w{8})"', text))
    assert f".{named} td" in text


def test_numbers_stand_below_each_other_and_empty_columns_are_left_out():
    text = table(("Name", "Nothing", "Share"), [("a", "", "0.5"), ("1", "", "12")], "")
    assert "Nothing" not in text
    assert text.count(" class=n>") == 3
    assert "<th>Name" in text


def test_long_tables_are_folded_and_nothing_is_lost():
    text = table(("Name",), [(f"row {number}",) for number in range(ROWS_SHOWN + 1200)], "")
    assert "<summary>1,200 more</summary>" in text
    assert text.index(f">row {ROWS_SHOWN - 1}\n") < text.index("<details>") < text.index(f">row {ROWS_SHOWN}\n")
    assert text.count("<td>row ") == ROWS_SHOWN + 1200


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("VARIABLE_READ_AFTER_ASSIGNMENT", "VARIABLE_<wbr>READ_<wbr>AFTER_<wbr>ASSIGNMENT"),
        ("<b>", "&lt;b&gt;"),
        ("a/<script>alert(1)</script>", "a/&lt;script&gt;alert(1)&lt;/<wbr>script&gt;"),
        ("SHORT_NAME", "SHORT_NAME"),
        ("a\0b", "a b"),
    ],
)
def test_long_names_may_break_and_are_escaped(cell, shown):
    assert f"<td>{shown}</table>" in table(("Name",), [(cell,)], "").replace("\n</tbody>", "").replace("</tbody>", "")


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("2026-01-31T12:00:59Z", "2026-01-31 12:00 UTC"),
        ("2026-01-31T12:00:59.123Z", "2026-01-31 12:00 UTC"),
        ("", ""),
        ("2026-01-31T12:00:59+02:00", "2026-01-31T12:00:59+02:00"),
    ],
)
def test_moments(at, shown):
    assert moment(at) == shown


def test_a_verdict_is_what_the_confidence_rests_on():
    report = full_report()
    first, *others = report.objects
    review = ReviewReport("accept", "fine", "anna", "2026-01-31T12:00:59Z")
    page = Page(to_html(replace(report, objects=(replace(first, warnings=(), review=review), *others))))
    assert {"accepted", "fine", "anna", "2026-01-31 12:00 UTC", "the verdict of anna"} <= set(page.texts)
    assert page.figure("Reviewed") == "1 accepted"
    assert Page(to_html(report)).figure("Reviewed") == "none"
    assert "Nobody has given a verdict yet." in to_html(report)
    assert to_csv(report).splitlines()[0].endswith("accepted,edited,wrong")
