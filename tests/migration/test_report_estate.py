"""Reports of many files: waves, sums, and the same numbers in every form."""

import csv
import io
import json
import re

import pytest

from services.migration.pipeline import migrate
from services.migration.report.datasets import touched
from services.migration.report.entry import Entry, Pipeline, entry_of, failed_entry
from services.migration.report.estate import Team, build_estate
from services.migration.report.estate_render import estate_csv, estate_html, estate_json
from services.migration.report.waves import Step, order
from tests.cli.conftest import EXPORT
from tests.migration.pages import Page

STAMP = "2026-01-31T12:00:00Z"


def step(name: str, reads: str = "", writes: str = "") -> Step:
    return Step(name, tuple(reads.split()), tuple(writes.split()))


@pytest.mark.parametrize(
    ("steps", "waves", "circles"),
    [
        ([], [], []),
        ([step("a", "S", "T"), step("b", "X", "Y")], [["a", "b"]], []),
        ([step("b", "T", "U"), step("a", "S", "T")], [["a"], ["b"]], []),
        ([step("c", "U T", "V"), step("b", "T", "U"), step("a", "S", "T")], [["a"], ["b"], ["c"]], []),
        ([step("a", "S T", "T"), step("b", "T", "U")], [["a"], ["b"]], []),
        ([step("a", "U", "T"), step("b", "T", "U"), step("c", "T", "V")], [["a", "b"], ["c"]], [("a", "b")]),
        ([step("a", "S", 'dwh."T"'), step("b", "DWH.t", "U")], [["a"], ["b"]], []),
        ([step("a", "S", "DWH.T"), step("b", "T", "U")], [["a"], ["b"]], []),
        ([step("a", "S", "X.T"), step("c", "S", "Y.T"), step("b", "T", "U")], [["a", "c", "b"]], []),
        ([step("a", "S", "out\\x.csv"), step("b", "OUT/X.CSV", "U")], [["a"], ["b"]], []),
    ],
)
def test_a_pipeline_comes_after_those_whose_tables_it_reads(steps, waves, circles):
    found = order(steps)
    assert [list(wave) for wave in found.waves] == waves
    assert list(found.circles) == circles


def test_a_chain_longer_than_the_stack_has_as_many_waves():
    steps = [step(f"p{number}", f"T{number}", f"T{number + 1}") for number in range(3000)]
    assert len(order(steps[::-1]).waves) == 3000


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"type": "source", "config": {"schema": "S", "table": "T"}}, (("S.T",), ())),
        ({"type": "sink", "config": {"path": "${DIR}/x.csv"}}, ((), ("${DIR}/x.csv",))),
        (
            {
                "type": "source",
                "config": {"query": "WITH w AS (SELECT * FROM a.b) SELECT * FROM w JOIN c ON w.x = c.x"},
            },
            (("c", "a.b"), ()),
        ),
        ({"type": "source", "config": {"query": "SELECT FROM WHERE ((", "dialect": "oracle"}}, ((), ())),
        ({"type": "source", "connector": "inline", "config": {"rows": [[1]]}}, ((), ())),
    ],
)
def test_what_a_pipeline_reads_and_writes(node, expected):
    assert touched({"nodes": [node]}) == expected


def entries():
    blocked = EXPORT.replace('TYPE="Source Qualifier" VERSIONNUMBER', 'TYPE="Mystery" VERSIONNUMBER')
    made = [
        entry_of(name, migrate(text.encode(), name), seconds=0.1)
        for name, text in (("a.xml", EXPORT), ("<b> & 'c'.xml", blocked))
    ]
    return [*made, failed_entry("=broken.xml", "TRUNCATED_XML", "It ends <early>.", 0.1)]


def test_every_form_shows_the_same_numbers():
    report = build_estate(entries(), title="An estate", generated_at=STAMP, team=Team(2, 10))
    data = json.loads(estate_json(report))
    rows = list(csv.DictReader(io.StringIO(estate_csv(report))))
    page = Page("".join(estate_html(report)))
    (total,) = [row for row in rows if row["record"] == "total"]
    files = [row for row in rows if row["record"] == "file"]
    for name, shown in (
        ("objects", "Objects"),
        ("auto_converted", "Converted"),
        ("needs_review", "To review"),
        ("manual_required", "By hand"),
        ("files", "Files"),
    ):
        value = data["totals"][name]
        assert int(total[name]) == value == int(page.figure(shown))
        assert sum(int(row[name]) for row in files) == value
    assert data["effort"]["total_hours"] == float(total["hours"]) == sum(float(row["hours"]) for row in files)
    assert page.figure("Effort") == f"{data['effort']['total_hours']:g} h"
    assert data["weeks"] == round(data["effort"]["total_hours"] / 20, 1) == float(page.figure("Weeks"))
    assert sum(data["severities"].values()) == sum(data["categories"].values()) == data["totals"]["issues"]
    assert data["totals"]["issues"] == sum(int(row["count"]) for row in rows if row["record"] == "issue")
    assert data["unsupported"][0]["type"] == "Mystery"
    assert data["totals"]["unreadable"] == 1


def test_the_page_stands_alone_and_all_is_escaped():
    text = "".join(estate_html(build_estate(entries(), title="<b>x", generated_at=STAMP)))
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "b"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "href")]
    assert not re.search(r"https?://|url\(", text)
    assert "<b> & 'c'.xml" in page.texts
    assert "svg" in page.tags
    assert any(
        row["file"] == "'=broken.xml"
        for row in csv.DictReader(io.StringIO(estate_csv(build_estate(entries(), title="x", generated_at=STAMP))))
    )


def test_an_estate_of_nothing_has_a_report():
    report = build_estate([], title="Nothing", generated_at=STAMP)
    assert (report.totals.files, report.weeks, report.order.waves) == (0, 0.0, ())
    assert "There is no file." in "".join(estate_html(report))


def test_the_waves_of_an_estate_count_from_one():
    one = Entry("a.xml", "ssis", "completed", pipelines=(Pipeline("load", reads=("S",), writes=("T",)),))
    two = Entry("b.xml", "ssis", "completed", pipelines=(Pipeline("load", reads=("T",), writes=("U",)),))
    report = build_estate([two, one], title="x", generated_at=STAMP)
    assert [(row.file, row.wave) for row in report.pipelines] == [("b.xml", 2), ("a.xml", 1)]
    (feed,) = report.order.feeds
    assert (feed.dataset, feed.writers, feed.readers) == ("T", ("a.xml: load",), ("b.xml: load",))
    assert "wave 2" in "".join(estate_html(report))
