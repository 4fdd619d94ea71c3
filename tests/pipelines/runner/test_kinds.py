"""What every kind gives, run on each engine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from services.pipelines.dsl.docs import examples
from services.pipelines.dsl.document import Document, load
from services.pipelines.dsl.language import dialects, kinds
from services.pipelines.dsl.sqlread import GRAMMARS
from services.pipelines.runner import NotRunnableError, RunFailedError, compile
from tests.pipelines.runner.engines import ENGINES, Rows
from tests.pipelines.runner.given import BY_ID, ORDERED, PAIR, SIDES, anyhow, on_each_engine, one, rows, two

EXAMPLES: dict[str, Rows] = {
    "source_connector_sql_pushdown": [(3, None), (1, 10)],
    "sql_expression": [(1, 20, "NORTH"), (2, 60, "SOUTH"), (3, 0, "NORTH")],
    "sql_join_pushdown": [(1, "Anna"), (2, None), (3, "Anna")],
    "sql_group_by": [("north", 10), ("south", 30)],
    "sql_where": [(1, "north", 10), (2, "south", 30)],
    "sql_join": [(1, "Anna"), (2, None), (3, "Anna")],
    "sql_order_by": [(2, "south", 30), (3, "north", None), (1, "north", 10)],
    "conditional_branch": [(1, "north", 10), (3, "north", None)],
    "sequence_generator": [(1, "north", 10, 100), (2, "south", 30, 110), (3, "north", None, 120)],
    "upsert_strategy": [(1, "north", 10, "update"), (2, "south", 30, "update"), (3, "north", None, "delete")],
    "sql_union_all": [("north", 10), ("south", 30), ("north", None), ("north", None), ("west", None)],
    "sql_rank": [(2, "south", 30, 1), (1, "north", 10, 1)],
    "normalizer": [(1, 1, 1, 1), (1, 10, 1, 2), (2, 2, 2, 1), (2, 30, 2, 2), (3, 3, 3, 1), (3, None, 3, 2)],
    "distinct": [(1, "north", 10), (2, "south", 30)],
    "sample": [(1, "north", 10), (3, "north", None)],
    "limit": [(3, "north", None)],
    "pivot": [(10, 1)],
    "unpivot": [
        (1, "region", "north"),
        (1, "quantity", "10"),
        (2, "region", "south"),
        (2, "quantity", "30"),
        (3, "region", "north"),
    ],
    "window": [(1, "north", 10, 10), (2, "south", 30, 40), (3, "north", None, 40)],
    "multi_row_formula": [(1, "north", 10, 10, "south"), (2, "south", 30, 40, "north"), (3, "north", None, 40, None)],
    "change_capture": [(1, "west", 3), (4, "east", 1), (2, "south", 2)],
    "scd": [
        ("A", "Anna", "north", date(2024, 2, 1), None, None, "insert"),
        ("C", "Jan", "east", date(2024, 2, 1), None, None, "insert"),
        ("B", "Ewa", "west", date(2023, 1, 1), None, 2, "update"),
        ("A", "Anna", "south", date(2023, 1, 1), date(2024, 2, 1), 1, "expire"),
    ],
    "find_replace": [(1, "Anna", 10), (2, "south", 30), (3, "Anna", None)],
    "append": [(i, m) for i in (1, 2, 3) for m in ("Anna", "Ewa")],
    "sql_query": [("north", "Anna", 2), ("south", None, 1)],
    "json_parse": [
        (1, "name", "Anna", 1),
        (1, "scores.0", "7", 2),
        (1, "scores.1", "9.5", 3),
        (1, "late", "false", 4),
        (2, "name", "Ewa", 1),
    ],
    "xml_parse": [
        (1, "a1", "Bolt & nut", Decimal("0.60"), "EUR", 1),
        (1, "a2", None, None, None, 2),
        (2, None, None, None, None, 1),
    ],
    "text_to_columns": [(1, "north", 10, "n", "rth"), (2, "south", 30, "s", "uth"), (3, "north", None, "n", "rth")],
}


def test_every_kind_but_manual_runs() -> None:
    assert {*EXAMPLES, "manual"} == set(kinds())


@on_each_engine
@pytest.mark.parametrize("kind", EXAMPLES)
def test_examples_give_what_the_page_says(kind: str) -> None:
    found = rows(load(examples()[kind]))
    if kind in ("sql_order_by", "source_connector_sql_pushdown"):
        assert found == EXAMPLES[kind]
    assert anyhow(found) == anyhow(EXAMPLES[kind])


NOT_SAID = [
    ("multi_row_formula", "sap_hana"),
    *((kind, name) for kind in ("json_parse", "xml_parse") for name in dialects() if name not in ENGINES),
]
PAIRS = [(kind, dialect) for kind in EXAMPLES for dialect in dialects() if (kind, dialect) not in NOT_SAID]


@pytest.mark.parametrize(("kind", "dialect"), PAIRS)
def test_every_kind_can_be_said_in_every_dialect(kind: str, dialect: str) -> None:
    script = compile(load(examples()[kind]), dialect)
    assert script.dialect == dialect
    assert script.statements[-1].node == "result"
    for statement in script.statements:
        for tree in sqlglot.parse(statement.sql, dialect=GRAMMARS[dialect]):
            assert [name.name for name in tree.find_all(exp.Identifier) if not name.quoted] == []


@pytest.mark.parametrize(("kind", "dialect"), NOT_SAID)
def test_what_a_dialect_can_not_say_is_refused(kind: str, dialect: str) -> None:
    with pytest.raises(
        NotRunnableError, match=f"{dialect} has no recursive queries|no SQL that parses (JSON|XML) texts in {dialect}"
    ):
        compile(load(examples()[kind]), dialect)


@on_each_engine
@pytest.mark.parametrize(
    ("kind", "config", "port", "expected"),
    [
        ("sql_group_by", {"columns": [{"name": "c", "expression": "count(n)", "type": "bigint"}]}, "", [(3,)]),
        (
            "sql_group_by",
            {
                "group_by": ["n"],
                "columns": [{"name": "n", "expression": "n"}, {"name": "c", "expression": "count(*)"}],
                "having": "count(*) > 1",
            },
            "",
            [(5, 2)],
        ),
        ("distinct", {"columns": ["n"], "order_by": BY_ID}, "duplicates", [(4, "X", 5)]),
        ("sample", {"method": "every_nth", "rows": 3, "order_by": BY_ID}, "rest", [(2, "y", None), (3, None, 7)]),
        ("limit", {"method": "skip", "rows": 3, "order_by": BY_ID}, "", [(4, "X", 5)]),
        (
            "limit",
            {"rows": 1, "partition_by": ["n"], "order_by": [{"column": "id", "direction": "desc"}]},
            "",
            [(4, "X", 5), (2, "y", None), (3, None, 7)],
        ),
        (
            "sql_rank",
            {"order_by": [{"column": "n"}], "rank_column": "r", "method": "dense_rank", "keep": 2},
            "",
            [(1, "x", 5, 1), (4, "X", 5, 1), (3, None, 7, 2)],
        ),
        ("sql_rank", {"order_by": [{"column": "n", "nulls": "first"}], "keep": 1}, "", [(2, "y", None)]),
        (
            "sequence_generator",
            {
                "columns": [{"name": "s"}, {"name": "c", "property": "currval"}],
                "start": 1,
                "end": 3,
                "increment": 1,
                "cycle": True,
                "order_by": BY_ID,
            },
            "",
            [(1, "x", 5, 1, 2), (2, "y", None, 2, 3), (3, None, 7, 3, 4), (4, "X", 5, 1, 2)],
        ),
        (
            "upsert_strategy",
            {"strategy": "case when n is null then 'reject' else 'insert' end", "forward_rejected": False},
            "",
            [(1, "x", 5, "insert"), (3, None, 7, "insert"), (4, "X", 5, "insert")],
        ),
        (
            "normalizer",
            {"occurs": 2, "columns": [{"name": "v", "from": ["n", None], "type": "integer"}], "skip_nulls": True},
            "",
            [(5,), (7,), (5,)],
        ),
        (
            "pivot",
            {
                "group_by": ["n"],
                "key": "k",
                "columns": [{"name": "x", "when": "x", "value": "id"}, {"name": "none", "when": None, "value": "id"}],
            },
            "",
            [(5, 1, None), (7, None, 3), (None, None, None)],
        ),
        (
            "window",
            {"columns": [{"name": "p", "expression": "lag(id, 1)"}], "partition_by": ["n"], "order_by": BY_ID},
            "",
            [(1, "x", 5, None), (4, "X", 5, 1), (2, "y", None, None), (3, None, 7, None)],
        ),
        (
            "multi_row_formula",
            {
                "order_by": BY_ID,
                "partition_by": ["n"],
                "columns": [{"name": "t", "expression": "coalesce(prev1.t, 100) + id", "type": "integer"}],
            },
            "",
            [(1, "x", 5, 101), (4, "X", 5, 105), (2, "y", None, 102), (3, None, 7, 103)],
        ),
        (
            "multi_row_formula",
            {
                "order_by": BY_ID,
                "missing_rows": "zero_or_empty",
                "columns": [{"name": "n", "expression": "id - prev1.id", "type": "integer"}],
            },
            "",
            [(1, "x", 1), (2, "y", 1), (3, None, 1), (4, "X", 1)],
        ),
        (
            "multi_row_formula",
            {
                "order_by": BY_ID,
                "missing_rows": "nearest",
                "columns": [
                    {"name": "k", "expression": "prev2.id", "type": "integer"},
                    {"name": "n", "expression": "next1.id", "type": "integer"},
                ],
            },
            "",
            [(1, 1, 2), (2, 1, 3), (3, 1, 4), (4, 2, 4)],
        ),
        ("sql_order_by", {"order_by": [{"column": "k", "nulls": "last"}]}, "", ORDERED),
        (
            "sql_expression",
            {
                "columns": [
                    {"name": "a", "expression": "id / 2"},
                    {"name": "b", "expression": "-id / 2"},
                    {"name": "c", "expression": "(id + length(k)) / 2 * 2"},
                    {"name": "d", "expression": "7 / id"},
                ]
            },
            "",
            [(0, 0, 2, 7), (1, -1, 2, 3), (1, -1, None, 2), (2, -2, 4, 1)],
        ),
        (
            "text_to_columns",
            {"column": "k", "delimiters": "xy", "extra": "drop", "columns": [{"name": "f"}]},
            "",
            [(1, "x", 5, ""), (2, "y", None, ""), (3, None, 7, None), (4, "X", 5, "X")],
        ),
        (
            "sql_expression",
            {
                "variables": [
                    {"name": "id", "expression": "id * 2", "type": "integer"},
                    {"name": "w", "expression": "id + 1", "type": "integer"},
                ],
                "columns": [{"name": "r", "expression": "w"}],
            },
            "",
            [(3,), (5,), (7,), (9,)],
        ),
        (
            "sql_expression",
            {
                "columns": [
                    {"name": "t", "expression": "id", "type": "varchar(1)"},
                    {"name": "d", "expression": "n / 2.0", "type": "decimal(5,0)"},
                ]
            },
            "",
            [("1", 3), ("2", None), ("3", 4), ("4", 3)],
        ),
    ],
)
def test_kinds(kind: str, config: dict[str, Any], port: str, expected: Rows) -> None:
    found = [tuple(int(v) if type(v).__name__ == "Decimal" else v for v in row) for row in one(kind, config, port)]
    assert anyhow(found) == anyhow(expected)


@pytest.mark.parametrize(
    ("kind", "config", "said"),
    [
        (
            "manual",
            {"original": "x", "original_type": "J", "reason": "r", "todo": "t", "columns": [{"name": "z"}]},
            "by hand",
        ),
        ("text_to_columns", {"column": "k", "delimiters": "x", "quotes": True}, "outside quotation marks"),
        (
            "multi_row_formula",
            {"order_by": BY_ID, "columns": [{"name": "t", "expression": "prev2.t"}]},
            "two rows before",
        ),
        ("sql_where", {"condition": "nope = 1"}, "no column 'nope'"),
    ],
)
def test_what_does_not_run_says_why(kind: str, config: dict[str, Any], said: str) -> None:
    with pytest.raises(NotRunnableError, match=said) as error:
        one(kind, config)
    assert error.value.node == "step"


@on_each_engine
@pytest.mark.parametrize(
    ("kind", "config", "said"),
    [
        ("sql_join_pushdown", {"policy": "error"}, r"several rows meet its condition.*: k = 'x'$"),
        ("sql_join_pushdown", {"on_no_match": "error"}, r"that are not there.*: k = '[yX]'.*null"),
        (
            "sequence_generator",
            {"columns": [{"name": "s"}], "start": 8, "end": 10},
            r"past 10, where it ends: number = 11",
        ),
        (
            "text_to_columns",
            {"column": "k", "delimiters": "x", "columns": [{"name": "f"}], "extra": "error"},
            "more than 1 parts.*: k = 'x'$",
        ),
    ],
)
def test_rows_that_may_not_be_stop_the_run(kind: str, config: dict[str, Any], said: str) -> None:
    call = two if kind == "sql_join_pushdown" else one
    with pytest.raises(RunFailedError, match=said) as error:
        call(kind, {**SIDES, "columns": PAIR, **config} if call is two else config)
    assert error.value.node == "step"
    assert error.value.of_data


@on_each_engine
def test_members_that_must_not_change_stop_the_run() -> None:
    data = load(examples()["scd"]).data
    (step,) = (each for each in data["nodes"] if each["id"] == "step")
    step["config"] = {**step["config"], "fixed": ["name"], "type1": []}
    with pytest.raises(RunFailedError, match="must not change have changed: code = 'B', name = 'Ewa'"):
        rows(Document(data))


@on_each_engine
@pytest.mark.parametrize(
    "expression", ["7 / (id - 3)", "7.5 / (id - 3)", "mod(7, id - 3)", "cast(7 as double precision) / (id - 3)"]
)
def test_division_by_zero_is_refused(expression: str) -> None:
    with pytest.raises(RunFailedError, match="division by zero") as error:
        one("sql_expression", {"columns": [{"name": "x", "expression": expression}]})
    assert error.value.of_data
