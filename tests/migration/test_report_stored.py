"""A report that was stored as JSON, as the server does, shows the same as the one it was made of."""

import json

import pytest

from services.migration.pipeline import draft
from services.migration.report import RENDERERS, MigrationReport, build_report, sides_of, to_html, to_json
from services.migration.report.stored import build
from tests.cli.conftest import EXPORT
from tests.migration.test_report import full_report


@pytest.mark.parametrize("form", sorted(RENDERERS))
def test_every_form_of_a_stored_report_is_that_of_the_original(form):
    report = full_report()
    stored = build(MigrationReport, json.loads(to_json(report)))
    render = RENDERERS[form][1]
    assert render(stored) == render(report)


def test_each_original_stands_beside_its_result():

    drawn = draft(EXPORT.replace("CUSTOMERS", "CUST&lt;B&gt;").encode(), "copy.xml")
    sides = sides_of(drawn.ast, drawn.result)
    assert set(sides) == {(each.mapping, one.object) for each in drawn.result.mappings for one in each.objects}
    assert all(side.original and side.result.startswith("id: ") for side in sides.values())
    page = to_html(build_report(drawn.result, workflow=drawn.ast), sides)
    assert page.count("<details>") >= len(sides)
    assert "<B>" not in page
    assert "CUST&lt;B&gt;" in page
