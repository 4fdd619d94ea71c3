from __future__ import annotations

from typing import Any

import pytest

from services.pipelines.dsl.columns import resolve
from services.pipelines.dsl.relation import KIND_OUTPUTS
from services.pipelines.dsl.schema import validate
from tests.pipelines.dsl.samples import CUSTOMERS, ORDERS, document, node, pipeline

TWO = [{"from": "orders", "to": "step"}, {"from": "customers", "to": "step"}, {"from": "step", "to": "target"}]
SIDES = {"left": "orders", "right": "customers"}
JOINED = [{"name": "order_id", "expression": "l.order_id", "type": "bigint"}]
BY_ID = [{"column": "cust_id"}]
EXPR = [{"name": "x", "expression": "cust_id + 1", "type": "bigint"}]
ALL = "cust_id decimal(10,0), status varchar(1), Full Name varchar(80)"

SINGLE: list[tuple[str, dict[str, Any], str]] = [
    ("source_connector_sql_pushdown", {"columns": [{"name": "id", "from": "customers.CUST_ID"}]}, "id decimal(10,0)"),
    ("sql_expression", {"columns": EXPR}, "x bigint"),
    ("sql_expression", {"columns": EXPR, "passthrough": ["status"]}, "status varchar(1), x bigint"),
    (
        "sql_expression",
        {"columns": [{"name": "status", "expression": "1"}], "passthrough": ["*"]},
        "cust_id decimal(10,0), Full Name varchar(80), status unknown",
    ),
    (
        "sql_group_by",
        {"group_by": ["status"], "columns": [{"name": "n", "expression": "count(*)", "type": "bigint"}]},
        "n bigint",
    ),
    ("sql_where", {"condition": "cust_id > 1"}, ALL),
    ("sql_order_by", {"order_by": BY_ID}, ALL),
    ("sequence_generator", {"columns": [{"name": "k"}]}, f"{ALL}, k bigint"),
    ("upsert_strategy", {"strategy": "update"}, f"{ALL}, dataflow_action varchar(6)"),
    ("sql_rank", {"order_by": BY_ID, "rank_column": "r"}, f"{ALL}, r integer"),
    ("sql_rank", {"order_by": BY_ID}, ALL),
    (
        "normalizer",
        {
            "occurs": 2,
            "passthrough": ["cust_id"],
            "index_column": "i",
            "generated_key": {"name": "gk"},
            "columns": [{"name": "v", "from": ["status", "Full Name"]}],
        },
        "cust_id decimal(10,0), v varchar(1), gk bigint, i integer",
    ),
    ("distinct", {}, ALL),
    ("sample", {"method": "random_rows", "rows": 5}, ALL),
    ("limit", {"rows": 5}, ALL),
    (
        "pivot",
        {
            "group_by": ["cust_id"],
            "key": "status",
            "columns": [
                {"name": "a", "when": "A", "value": "Full Name"},
                {"name": "n", "when": "A", "value": "status", "aggregate": "count"},
            ],
        },
        "cust_id decimal(10,0), a varchar(80), n bigint",
    ),
    (
        "unpivot",
        {"passthrough": ["cust_id"], "columns": [{"column": "status"}], "name_column": "k", "value_column": "v"},
        "cust_id decimal(10,0), k varchar, v varchar(1)",
    ),
    ("window", {"columns": [{"name": "n", "expression": "count(*)", "type": "bigint"}]}, f"{ALL}, n bigint"),
    (
        "multi_row_formula",
        {"order_by": BY_ID, "columns": [{"name": "status", "expression": "prev1.status", "type": "text"}]},
        "cust_id decimal(10,0), status text, Full Name varchar(80)",
    ),
    (
        "text_to_columns",
        {"column": "Full Name", "delimiters": " ", "columns": [{"name": "first"}]},
        f"{ALL}, first varchar",
    ),
    ("text_to_columns", {"column": "Full Name", "delimiters": " "}, ALL),
    (
        "json_parse",
        {
            "column": "Full Name",
            "keep": False,
            "columns": [{"name": "n", "holds": "name"}, {"name": "i", "holds": "integer"}],
            "position_column": "p",
        },
        "cust_id decimal(10,0), status varchar(1), n varchar, i bigint, p bigint",
    ),
    (
        "xml_parse",
        {
            "column": "Full Name",
            "columns": [{"name": "x", "paths": ["@x"]}, {"name": "y", "type": "date", "paths": ["y"]}],
        },
        f"{ALL}, x varchar, y date",
    ),
    (
        "manual",
        {
            "original": "x",
            "original_type": "Java",
            "reason": "r",
            "todo": "t",
            "columns": [{"name": "z", "type": "date"}],
        },
        "z date",
    ),
]
DOUBLE: list[tuple[str, dict[str, Any], str]] = [
    (
        "sql_join",
        {"type": "inner", **SIDES, "condition": "l.cust_id = r.cust_id", "columns": JOINED},
        "order_id bigint",
    ),
    ("sql_join_pushdown", {**SIDES, "condition": "l.cust_id = r.cust_id", "columns": JOINED}, "order_id bigint"),
    ("append", {**SIDES, "columns": JOINED}, "order_id bigint"),
    (
        "find_replace",
        {**SIDES, "column": "order_id", "find": "status", "append": ["Full Name"]},
        "order_id bigint, cust_id bigint, amount decimal(12,2), Full Name varchar(80)",
    ),
    (
        "change_capture",
        {"before": "orders", "after": "customers", "keys": ["cust_id"], "values": []},
        f"{ALL}, change_code integer",
    ),
    (
        "scd",
        {
            "input": "orders",
            "dimension": "customers",
            "business_keys": ["cust_id"],
            "type1": [],
            "current_flag": "status",
        },
        "order_id bigint, cust_id bigint, amount decimal(12,2), status varchar(1), dataflow_action varchar(6)",
    ),
    (
        "sql_union_all",
        {
            "columns": [{"name": "id"}],
            "inputs": [{"ref": "orders", "columns": ["cust_id"]}, {"ref": "customers", "columns": [None]}],
        },
        "id bigint",
    ),
    (
        "sql_query",
        {
            "inputs": [{"ref": "orders", "name": "o"}, {"ref": "customers", "name": "c"}],
            "query": "SELECT o.order_id AS id FROM o JOIN c ON c.cust_id = o.cust_id",
            "columns": [{"name": "id", "type": "bigint"}],
        },
        "id bigint",
    ),
]


def build(kind: str, config: dict[str, Any], double: bool) -> dict[str, Any]:
    if double:
        return pipeline(node(kind, config), sources=(CUSTOMERS, ORDERS), edges=TWO)
    return pipeline(node(kind, config))


@pytest.mark.parametrize(
    ("kind", "config", "columns", "double"), [(*r, False) for r in SINGLE] + [(*r, True) for r in DOUBLE]
)
def test_every_kind_gives_its_columns(kind: str, config: dict[str, Any], columns: str, double: bool) -> None:
    read = document(build(kind, config, double))
    assert validate(read) == []
    found = resolve(read)
    assert [*found.graph.findings, *found.findings] == []
    assert ", ".join(f"{column.name} {column.type}" for column in found.output("step").columns) == columns


def test_no_kind_is_left_out() -> None:
    assert {row[0] for row in SINGLE + DOUBLE} | {"conditional_branch"} == KIND_OUTPUTS.keys()


BRANCH = node(
    "conditional_branch",
    {"match": "all", "branches": [{"port": "big", "condition": "amount > 5"}], "default": "rest"},
    "split",
)


@pytest.mark.parametrize(
    ("port", "said"),
    [("big", ""), ("rest", ""), ("bigg", "Did you mean 'big'?"), ("", "needs a `from_port`: big, rest")],
)
def test_ports(port: str, said: str) -> None:
    last = {"from": "split", "to": "target"} | ({"from_port": port} if port else {})
    data = pipeline(BRANCH, sources=(ORDERS,), edges=[{"from": "orders", "to": "split"}, last])
    messages = [finding.message for finding in resolve(document(data)).findings]
    assert (said == "" and messages == []) or any(said in message for message in messages)


@pytest.mark.parametrize(
    ("kind", "config", "double", "place", "said"),
    [
        (
            "sql_order_by",
            {"order_by": [{"column": "statsu"}]},
            False,
            "config.order_by[0].column",
            "Did you mean 'status'?",
        ),
        (
            "sql_expression",
            {"columns": EXPR, "passthrough": ["zzz"]},
            False,
            "config.passthrough[0]",
            "It has: cust_id",
        ),
        (
            "source_connector_sql_pushdown",
            {"columns": [{"name": "a", "from": "custmers.x"}]},
            False,
            "config.columns[0].from",
            "'customers'",
        ),
        (
            "source_connector_sql_pushdown",
            {"columns": [{"name": "a", "from": "customers.x"}]},
            False,
            "config.columns[0].from",
            "no column 'x'",
        ),
        ("source_connector_sql_pushdown", {"columns": [{"name": "a"}]}, False, "config.columns[0].from", "missing"),
        (
            "sql_join",
            {"type": "inner", "left": "ordrs", "right": "customers", "condition": "1=1", "columns": JOINED},
            True,
            "config.left",
            "Did you mean 'orders'?",
        ),
        ("append", {**SIDES, "right": "orders", "columns": JOINED}, True, "", "does not use"),
        (
            "sql_union_all",
            {
                "columns": [{"name": "a"}],
                "inputs": [
                    {"ref": "orders", "columns": ["cust_id", "amount"]},
                    {"ref": "customers", "columns": ["cust_id"]},
                ],
            },
            True,
            "config.inputs[0].columns",
            "lists 2 columns where the output has 1",
        ),
        (
            "sql_union_all",
            {
                "columns": [{"name": "a"}],
                "inputs": [{"ref": "orders", "columns": ["x"]}, {"ref": "customers", "columns": ["cust_id"]}],
            },
            True,
            "config.inputs[0].columns[0]",
            "no column 'x'",
        ),
        ("sql_where", {"condition": "1=1"}, True, "", "exactly one input, has 2"),
        (
            "change_capture",
            {"before": "orders", "after": "customers", "keys": ["status"]},
            True,
            "config.keys[0]",
            "`before`",
        ),
        ("sql_expression", {"columns": [*EXPR, {"name": "X", "expression": "1"}]}, False, "", "'x' twice"),
    ],
)
def test_names_that_do_not_resolve(kind: str, config: dict[str, Any], double: bool, place: str, said: str) -> None:
    findings = resolve(document(build(kind, config, double))).findings
    found = [finding for finding in findings if said in finding.message]
    assert found, findings
    assert found[0].node == "step"
    assert found[0].line > 0
    assert place in found[0].place


@pytest.mark.parametrize(
    ("sink", "said"),
    [
        ({"config": {"table": "t", "mode": "append", "columns": [{"name": "ID", "from": "cust_idd"}]}}, "'cust_id'"),
        ({"config": {"table": "t", "mode": "append", "columns": [{"name": "nope"}]}}, "no column 'nope'"),
        (
            {
                "config": {
                    "table": "t",
                    "mode": "upsert",
                    "keys": ["ident"],
                    "columns": [{"name": "ID", "from": "cust_id"}],
                }
            },
            "'ident'",
        ),
        ({"config": {"table": "t", "mode": "upsert", "keys": ["x"]}}, "'x' is not a column that is written"),
        ({"config": {"table": "t", "mode": "append", "action_column": "act"}}, "no column 'act'"),
        (
            {"config": {"path": "a", "mode": "append", "chosen_by": {"column": "to", "changes": "name"}}},
            "no column 'to'",
        ),
    ],
)
def test_sinks_name_columns_that_exist(sink: dict[str, Any], said: str) -> None:
    findings = resolve(document(pipeline(sink=sink))).findings
    assert any(said in finding.message for finding in findings), findings


def test_what_is_unknown_upstream_is_not_reported_again() -> None:
    manual = node("manual", {"original": "x", "original_type": "Java", "reason": "r", "todo": "t"}, "java")
    after = node("sql_order_by", {"order_by": [{"column": "whatever"}]}, "sorted")
    assert resolve(document(pipeline(manual, after))).findings == []


def test_a_broken_node_is_passed_over() -> None:
    data = pipeline(node("sql_expression", {}), node("sql_where", {"condition": "a"}, "after"))
    found = resolve(document(data), broken={"step"})
    assert found.findings == []
    assert found.trusted == {"customers", "after", "target"}


@pytest.mark.parametrize(
    ("edges", "code", "said"),
    [
        (
            [
                {"from": "customers", "to": "a"},
                {"from": "a", "to": "b"},
                {"from": "b", "to": "a"},
                {"from": "b", "to": "target"},
            ],
            "CYCLE",
            "a → b → a",
        ),
        (
            [{"from": "custmers", "to": "a"}, {"from": "a", "to": "b"}, {"from": "b", "to": "target"}],
            "UNKNOWN_NODE",
            "'customers'",
        ),
        (
            [
                {"from": "customers", "to": "a"},
                {"from": "a", "to": "b"},
                {"from": "b", "to": "target"},
                {"from": "target", "to": "a"},
            ],
            "CYCLE",
            "circle",
        ),
    ],
)
def test_the_graph_names_what_is_wrong(edges: list[dict[str, str]], code: str, said: str) -> None:
    where = {"condition": "status = 'A'"}
    data = pipeline(node("sql_where", where, "a"), node("sql_where", where, "b"), edges=edges)
    findings = resolve(document(data)).graph.findings
    assert any(finding.code == code and said in finding.message for finding in findings), findings


def test_edges_and_depends_on_must_agree() -> None:
    data = pipeline(node("sql_where", {"condition": "status = 'A'"}))
    data["nodes"][1]["depends_on"] = []
    data["nodes"][2]["depends_on"] = ["step", "customers"]
    messages = [str(finding) for finding in resolve(document(data)).graph.findings]
    assert any("'step'" in text and "`depends_on` does not list" in text for text in messages)
    assert any("no edge goes from 'customers' to 'target'" in text for text in messages)


def test_without_edges_depends_on_is_the_flow() -> None:
    data = pipeline(node("sql_where", {"condition": "status = 'A'"}))
    del data["edges"]
    found = resolve(document(data))
    assert [*found.graph.findings, *found.findings] == []
    assert found.graph.order == ["customers", "step", "target"]


def test_ids_are_unique() -> None:
    data = pipeline()
    data["nodes"].append(dict(data["nodes"][0]))
    (finding,) = resolve(document(data)).graph.findings
    assert (finding.code, finding.path) == ("DUPLICATE_NODE", ("nodes", 2, "id"))
