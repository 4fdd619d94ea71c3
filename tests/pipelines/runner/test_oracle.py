"""Conditions in Oracle's SQL on the engines that execute them here, against what Oracle would keep."""

from __future__ import annotations

import pytest

from services.pipelines.dsl.document import Document
from services.pipelines.runner import run
from tests.pipelines.dsl.samples import node, pipeline

ROWS = [
    {"id": 1, "d": "2024-01-15 10:00:00", "s": "ABx"},
    {"id": 2, "d": "2024-02-01", "s": "abx"},
    {"id": 3, "d": None, "s": "XAB"},
    {"id": 4, "d": "2020-12-31", "s": None},
    {"id": 5, "d": "2024-01-31", "s": "AB"},
]
COLUMNS = [{"name": "id", "type": "integer"}, {"name": "d", "type": "timestamp"}, {"name": "s", "type": "varchar(9)"}]
SOURCE = {
    "id": "ord",
    "type": "source",
    "connector": "oracle",
    "config": {"connection": "C", "table": "ORD"},
    "columns": COLUMNS,
}


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("TO_CHAR(ord.d, 'YYYYMM') = '202401'", [1, 5]),
        ("TO_NUMBER(TO_CHAR(ord.d, 'yyyy')) = 2020", [4]),
        ("TO_CHAR(ord.d, 'HH24:MI') = '10:00'", [1]),
        ("TRUNC(ord.d) = TO_DATE('15-JAN-2024', 'DD-MON-YYYY')", [1]),
        ("TRUNC(ord.d, 'MM') = TO_DATE('2024-01-01', 'YYYY-MM-DD')", [1, 5]),
        ("ord.d = TO_DATE('2024-01-15 10:00', 'YYYY-MM-DD HH24:MI')", [1]),
        ("ord.d - 1 < TO_DATE('2024-01-14 12:00', 'YYYY-MM-DD HH24:MI')", [1, 4]),
        ("ord.d >= SYSDATE - 36500", [1, 2, 4, 5]),
        ("ord.d < SYSDATE - 1/24", [1, 2, 4, 5]),
        ("LAST_DAY(ord.d) = TRUNC(ord.d)", [4, 5]),
        ("ord.s || 'x' = 'x'", [4]),
        ("NVL(ord.s, 'AB') || ord.s = 'ABAB'", [5]),
        ("DECODE(ord.s, 'AB', 1, NULL, 2, 0) IN (1, 2)", [4, 5]),
        ("TRUNC(ord.id / 2) = 1", [2, 3]),
    ],
)
def test_a_condition_keeps_what_oracle_keeps(condition: str, kept: list[int]) -> None:
    columns = [{"name": c["name"], "from": f"ord.{c['name']}", "type": c["type"]} for c in COLUMNS]
    step = node("source_connector_sql_pushdown", {"columns": columns, "filter": condition, "dialect": "oracle"})
    found = run(Document(pipeline({**step, "depends_on": ["ord"]}, sources=(SOURCE,))), {"ord": ROWS})
    assert sorted(row["id"] for row in found["target"]) == kept
