from __future__ import annotations

from typing import Any

import pytest

from services.pipelines.dsl.columns import resolve
from services.pipelines.dsl.schema import validate
from services.pipelines.dsl.semantics import check_semantics
from tests.pipelines.dsl.samples import CUSTOMERS, TARGET, document, node, pipeline

ORDER = [{"column": "cust_id"}]
ROWS = {"connector": "inline", "columns": [{"name": "a", "type": "integer"}]}


def source(**config: Any) -> dict[str, Any]:
    return pipeline(sources=({**CUSTOMERS, "config": config},))


def inline(rows: list[list[Any]]) -> dict[str, Any]:
    return pipeline(sources=({**CUSTOMERS, **ROWS, "config": {"rows": rows}},))


def sink(**config: Any) -> dict[str, Any]:
    return pipeline(sink={**TARGET, "config": config})


def step(kind: str, **config: Any) -> dict[str, Any]:
    return pipeline(node(kind, config))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (source(connection="CRM"), "nothing to read"),
        (source(table="t", rows=[[1]]), "only an `inline` source"),
        (source(request={"url_column": "cust_id"}, keys=["cust_id"]), ""),
        (source(path="*.csv", file_column="file"), "'file' is not among the source's `columns`"),
        (source(path="a", keys=["gone"]), "'gone' is not among the source's `columns`"),
        (source(request={"headers": [{"name": "X", "column": "gone"}]}), "'gone' is not among"),
        (inline([[1], [2, 3]]), "values: 2, columns: 1; a row has one for each"),
        (inline([[1]]), ""),
        (sink(mode="append"), "nothing to write to"),
        (sink(mode="upsert", table="t"), "needs `keys`"),
        (sink(mode="delete", table="t", keys=[]), "needs `keys`"),
        (sink(mode="upsert", table="t", keys=["a"], only={"b": None}), "updated or deleted"),
        (sink(mode="update", table="t", keys=["cust_id"]), ""),
        (step("sequence_generator", columns=[{"name": "k"}], increment=0), "must not be 0"),
        (step("sequence_generator", columns=[{"name": "k"}], cycle=True), "`cycle` needs `end`"),
        (step("normalizer", occurs=3, columns=[{"name": "v", "from": ["status"]}]), "`occurs` is 3"),
        (step("sample", method="random_rows"), "needs `rows`"),
        (step("sample", method="random_percent"), "needs `percent`"),
        (step("sample", method="every_nth", rows=3), "needs `order_by`"),
        (step("sample", method="every_nth", rows=0, order_by=ORDER), "at least 1"),
        (step("limit", method="last", rows=3), "needs `order_by`"),
        (step("limit", rows=3), ""),
        (step("find_replace", left="a", right="b", column="c", find="d"), "`replace`, `append` or both"),
        (step("scd", input="a", dimension="b", business_keys=["c"]), "`type1`, `type2` or both"),
        (step("scd", input="a", dimension="b", business_keys=["c"], type2=["d"]), "tell current rows"),
        (step("scd", input="a", dimension="b", business_keys=["c"], type2=["d"], effective_to="e"), "needs `as_of`"),
        (
            step(
                "sql_join_pushdown",
                left="a",
                right="b",
                condition="1=1",
                policy="last",
                columns=[{"name": "x", "expression": "1"}],
            ),
            "policy last needs `order_by`",
        ),
        (
            step("conditional_branch", match="all", branches=[{"port": "a", "condition": "1=1"}], default="a"),
            "named twice",
        ),
    ],
)
def test_rules(data: dict[str, Any], said: str) -> None:
    read = document(data)
    assert validate(read) == []
    messages = [finding.message for finding in check_semantics(read, resolve(read))]
    assert (messages == []) if not said else any(said in message for message in messages), messages
