"""The pairs of tables written for development, with Retrieval away: most of what is proposed is right."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from services.copilot.schema_match.column import Column, Table
from services.copilot.schema_match.matching import match

PAIRS = yaml.safe_load((Path(__file__).parent / "pairs.yaml").read_text(encoding="utf-8"))["pairs"]


def table(side):
    return Table(side["name"], tuple(Column(*column) for column in side["columns"]))


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["source"]["name"] for pair in PAIRS])
def test_the_truth_names_columns_that_are_there(pair):
    source, target = table(pair["source"]), table(pair["target"])
    assert set(pair["truth"]) <= set(source.by_name)
    assert {name for names in pair["truth"].values() for name in names} <= set(target.by_name)


def test_words_letters_and_types_find_more_than_half_and_little_that_is_wrong():
    right = wrong = 0
    for pair in PAIRS:
        for each in match(table(pair["source"]), table(pair["target"])).proposals:
            hit = each.target in pair["truth"].get(each.source, ())
            right, wrong = right + hit, wrong + (not hit)
    assert right >= 22
    assert wrong <= 4
