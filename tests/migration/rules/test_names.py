"""Node ids made from an export's names."""

from __future__ import annotations

import re

import pytest

from services.migration.rules.names import NodeIds, slug
from services.pipelines.dsl.language import definition

ID = re.compile(definition("nodeId")["pattern"])


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("FIL_Active Rows", "fil_active_rows"), ("", "node"), ("9x", "n_9x"), ("é", "node"), ("x" * 5000, "x" * 110)],
)
def test_a_name_becomes_an_id(name: str, wanted: str) -> None:
    assert slug(name) == wanted
    assert ID.fullmatch(slug(name))


def test_long_names_with_one_beginning_keep_apart() -> None:
    ids = NodeIds()
    given = [ids.new("x" * 5000 + str(number)) for number in range(2000)]
    assert len(set(given)) == 2000
    assert all(ID.fullmatch(one) for one in given)
