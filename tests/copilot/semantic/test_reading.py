"""Glossary files: what is wrong with one is told with its place and its remedy."""

from __future__ import annotations

import os
from importlib import resources

import pytest
import yaml

from services.copilot.semantic.layer import layer
from services.copilot.semantic.model import Glossary
from services.copilot.semantic.reading import GlossaryError, load, read

BUILT_IN = resources.files("services.copilot.semantic").joinpath("glossary.yaml").read_text("utf-8")


def test_the_built_in_glossary_holds_what_is_documented():
    glossary = load()
    assert (len(glossary.metrics), len(glossary.dimensions), len(glossary.filters)) == (11, 14, 7)
    for entry in (*glossary.metrics, *glossary.dimensions, *glossary.filters):
        assert entry.origin in ("reference", "project")
        assert entry.synonyms or getattr(entry, "phrases", {}), entry.name
        assert entry.examples, entry.name


def _changed(change):
    content = yaml.safe_load(BUILT_IN)
    change(content)
    return yaml.safe_dump(content)


def _entry(content, section, name):
    return next(each for each in content[section] if each["name"] == name)


def _set(section, which, /, **values):
    return lambda content: _entry(content, section, which).update(values)


BROKEN = [
    (
        _set("metrics", "arpu", formula="revenue_amount / subscribers_month"),
        "metrics[1] (arpu).formula",
        "subscriber_months",
    ),
    (_set("metrics", "arpu", formula="SUM(x) / y"), "metrics[1] (arpu).formula", "move the rest into a measure"),
    (_set("metrics", "arpu", formula="1 + 1"), "metrics[1] (arpu).formula", "name at least one"),
    (_set("metrics", "arpu", formula="a b c("), "metrics[1] (arpu).formula", "not an SQL expression"),
    (_set("metrics", "arpu", colour="red"), "metrics[1] (arpu).colour", "remove it"),
    (_set("metrics", "arpu", name="ARPU!"), "metrics[1] (ARPU!).name", "lower snake case"),
    (
        _set("measures", "revenue_amount", value="amount_nett"),
        "measures[0] (revenue_amount).value",
        "did you mean amount_net",
    ),
    (_set("measures", "revenue_amount", value="SUM(amount_net)"), "measures[0] (revenue_amount).value", "one row"),
    (_set("measures", "revenue_amount", value="(SELECT 1)"), "measures[0] (revenue_amount).value", "one row"),
    (_set("measures", "revenue_amount", value=""), "measures[0] (revenue_amount)", "give value"),
    (_set("measures", "revenue_amount", table="fact_revenues"), "measures[0] (revenue_amount).table", "fact_revenue"),
    (_set("measures", "revenue_amount", aggregate="median"), "measures[0] (revenue_amount).aggregate", "'sum'"),
    (_set("joins", "location_region", to_columns=["region_name"]), "joins[0] (location_region)", "rows could multiply"),
    (_set("joins", "location_region", columns=["region_id", "city"]), "joins[0] (location_region)", "in pairs"),
    (_set("joins", "location_region", to="dim_regions"), "joins[0] (location_region).to", "did you mean dim_region"),
    (_set("dimensions", "region", column="dim_region.name"), "dimensions[0] (region).column", "no column name"),
    (_set("dimensions", "region", column="nowhere.name"), "dimensions[0] (region).column", "no table nowhere"),
    (_set("dimensions", "region", time_grain="day"), "dimensions[0] (region)", "exactly one"),
    (_set("dimensions", "region", via=["no_join"]), "dimensions[0] (region).via", "no join no_join"),
    (
        _set("filters", "prepaid", conditions=["dim_tariff.contract = 'x'"]),
        "filters[0] (prepaid).conditions",
        "contract_type",
    ),
    (
        _set("filters", "prepaid", conditions=["dim_tariff.contract_type = '{x}'"]),
        "filters[0] (prepaid).conditions",
        "no parameter",
    ),
    (_set("filters", "prepaid", conditions=["1; DROP TABLE x"]), "filters[0] (prepaid).conditions", "not one SQL"),
    (
        _set("filters", "in_city", phrases={"en": ["in town"]}),
        "filters[5] (in_city).phrases.en",
        "each of its parameters",
    ),
    (_set("tables", "fact_revenue", primary_key=["id"]), "tables[8] (fact_revenue)", "no column id"),
    (_set("tables", "fact_revenue", time={"column": "when"}), "tables[8] (fact_revenue)", "no column when"),
    (lambda content: content["metrics"].append(dict(content["metrics"][0])), "churn_rate is there 2 times", "rename"),
    (lambda content: content.pop("metrics"), "metrics: field required", "add it"),
    (lambda content: content.update(metrics=[]), "metrics:", "give at least one"),
]


@pytest.mark.parametrize(
    ("change", "place", "remedy"), BROKEN, ids=[f"{place} {remedy}" for _, place, remedy in BROKEN]
)
def test_what_is_wrong_is_told_with_its_place_and_remedy(change, place, remedy):
    with pytest.raises(GlossaryError) as raised:
        read(_changed(change), "mine.yaml")
    message = str(raised.value)
    assert message.startswith("mine.yaml: ")
    assert place in message
    assert remedy in message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1", "line"),
        ("- 1", "is not a mapping"),
        ("", "is not a mapping"),
        ("[" * 3000, "nested too deeply"),
        ("name: !!python/object/apply:os.system ['true']", "line"),
    ],
)
def test_what_is_no_glossary_is_told(text, said):
    with pytest.raises(GlossaryError, match=said):
        read(text, "mine.yaml")


def test_all_problems_are_told_at_once():
    def change(content):
        _set("metrics", "arpu", formula="a + b")(content)
        _set("joins", "location_region", to="x")(content)

    with pytest.raises(GlossaryError) as raised:
        read(_changed(change), "mine.yaml")
    assert len(raised.value.problems) == 3


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path):
    with pytest.raises(GlossaryError, match="GLOSSARY_FILE"):
        load(tmp_path / "none.yaml")
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(GlossaryError, match="UTF-8"):
        load(binary)


def test_a_changed_file_is_read_again(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(BUILT_IN, "utf-8")
    assert layer(file) is layer(file)
    before = layer(file)
    file.write_text(BUILT_IN.replace("name: polkomtel", "name: other"), "utf-8")
    os.utime(file, (1, 1))
    assert layer(file) is not before
    assert layer(file).glossary.name == "other"


def test_a_glossary_cannot_be_changed():
    glossary = load()
    assert isinstance(glossary, Glossary)
    with pytest.raises(ValueError, match="frozen"):
        glossary.name = "x"  # type: ignore[misc]  # that is what is tried
