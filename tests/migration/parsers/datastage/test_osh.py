"""The sorts of links in a job's generated code."""

from __future__ import annotations

import pytest

from services.migration.parsers.datastage.osh import link_sorts

BLOCK = """#### STAGE: {name}
## Operator
{operator}
## Operator options
{options}

## General options
[ident('{name}'); seq]
## Inputs
0< [] 'src:in1.v'
;
"""


def block(options: str, name: str = "step.in1_Sort", operator: str = "tsort") -> str:
    return BLOCK.format(name=name, operator=operator, options=options)


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        (block("-key 'A'\n-desc\n-nulls last\n-key B -ci"), [
            {"Name": "A", "order": "desc", "nulls": "last"}, {"Name": "B", "case": "ci"}]),
        (block("-key 'A' -asc -cs\n-unique\n-nonStable"), [
            {"Name": "A", "order": "asc", "case": "cs", "unique": "1", "nonstable": "1"}]),
        (block("-key 'it\\'s'"), [{"Name": "it\\'s"}]),
        (block("-stable"), []),
    ],
)  # fmt: skip
def test_keys(code: str, keys: list[dict[str, str]]) -> None:
    assert link_sorts("x\n" + code + block("-key 'Z'", "other")) == {("step", "in1"): keys}


@pytest.mark.parametrize(
    "code", ["", block("-key 'A'", operator="hash"), block("-key 'A'", "step.in1_Part"), block("-key 'A'", "in1_Sort")]
)
def test_what_is_no_sort_of_a_link(code: str) -> None:
    assert link_sorts(code) == {}
