"""Suggestions: the right ones by rules, each parsing in its place, the model's beside them, nothing that breaks."""

from __future__ import annotations

import json

import grpc
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dataflow.common.v1 import reply_pb2
from dataflow.common.v1.table_schema_pb2 import Column, ForeignKey, TableSchema
from dataflow.copilot.v1 import suggest_pb2, suggest_pb2_grpc
from services.copilot.suggest.answer import read_lines
from services.copilot.suggest.place import LANGUAGES, Place
from services.copilot.suggest.suggest import suggest, told_by_text
from tests.copilot.stage import copilot


def columns(*names):
    return [Column(name=name) for name in names]


TABLES = [
    TableSchema(
        name="customer",
        columns=columns("customer_id", "name", "segment_id", "First Name"),
        primary_key=["customer_id"],
        foreign_keys=[ForeignKey(columns=["segment_id"], references_table="segment")],
    ),
    TableSchema(name="segment", columns=columns("segment_id", "segment_name"), primary_key=["segment_id"]),
    TableSchema(
        name="orders",
        schema="sales",
        columns=columns("order_id", "customer_id", "amount"),
        foreign_keys=[ForeignKey(columns=["customer_id"], references_table="customer")],
    ),
]
PIPELINE = "name: a\nnodes:\n  - id: read\n    type: source\n  - id: write\n    type: sink\n"


def proposed(language, prefix, suffix="", most=8, dialect="postgresql"):
    return [each.text for each in suggest(Place(language, prefix, suffix, dialect, TABLES), most)]


@pytest.mark.parametrize(
    ("prefix", "suffix", "first"),
    [
        ("SELECT * FROM ", "", ["customer", "segment", "sales.orders"]),
        ("SELECT * FROM cust", "", ["omer"]),
        ("SELECT * FROM sal", "", ["es.orders"]),
        ("SELECT * FROM sales.", "", ["orders"]),
        ("SELECT * FROM sales.or", "", ["ders"]),
        ("SELECT * FROM ord", "", ["ers"]),
        ("SELECT ", " FROM segment", ["segment_id", "segment_name"]),
        ("SELECT o.", " FROM sales.orders o", ["order_id", "customer_id", "amount"]),
        ("SELECT c.na", " FROM customer c", ["me"]),
        ("SELECT * FROM sales.orders o JOIN ", "", ["customer ON customer.customer_id = o.customer_id"]),
        ("SELECT * FROM sales.orders o JOIN customer c ON ", "", ["c.customer_id = o.customer_id"]),
        ("SELECT * FROM customer c JOIN segment s ON ", "", ["s.segment_id = c.segment_id"]),
        ("SELECT amount FROM sales.orders WHERE ", "", ["order_id", "customer_id"]),
        ("SELECT amount FROM sales.orders GROUP BY ", "", ["order_id", "customer_id"]),
        ("SELECT count(", " FROM segment", ["segment_id"]),
        ("SELECT * FROM segment ", "", ["WHERE "]),
        ("SELECT 1; SELECT * FROM seg", "", ["ment"]),
        ('SELECT "First', " FROM customer", []),
        ("SELECT 'abc ", "", []),
        ("SELECT 1 -- FROM ", "", []),
        ("UPDATE ", "", ["customer", "segment"]),
        ("UPDATE segment ", "", ["SET "]),
        ("DELETE FROM segment ", "", ["WHERE "]),
        ("SELECT segment_id FROM segment GROUP ", "", ["BY "]),
        ("SELECT rank() OVER (PARTITION ", ") FROM segment", ["BY "]),
        ("WITH x AS (SELECT amount AS total FROM sales.orders) SELECT ", " FROM x", ["total"]),
        ("WITH x AS (SELECT amount AS total FROM sales.orders) SELECT * FROM ", "", ["x"]),
        ("WITH x AS (SELECT * FROM sales.orders) SELECT ", " FROM x", []),
        ("SELECT * FROM (SELECT amount AS total FROM sales.orders) o WHERE o.", "", ["total"]),
        ("SELECT * FROM customer c WHERE EXISTS (SELECT 1 FROM sales.orders o WHERE c.na", ")", ["me"]),
    ],
)
def test_sql(prefix, suffix, first):
    assert proposed("sql", prefix, suffix)[: len(first) or 1] == first


def test_sql_quotes_what_must_be_quoted():
    assert '"First Name"' in proposed("sql", "SELECT ", " FROM customer")
    assert "[First Name]" in proposed("sql", "SELECT ", " FROM customer", dialect="mssql")


def test_columns_that_two_tables_have_are_qualified():
    found = proposed("sql", "SELECT ", " FROM sales.orders o JOIN customer c ON o.customer_id = c.customer_id", most=20)
    assert {"o.customer_id", "c.customer_id", "amount", "name"} <= set(found)
    assert "customer_id" not in found


@pytest.mark.parametrize(
    ("prefix", "first"),
    [
        ("name: a\n", ["nodes:"]),
        ("name: a\nnodes:\n  - id: x\n    type: ", ["source", "transformation", "sink"]),
        ("name: a\nnodes:\n  - id: x\n    type:", [" source", " transformation", " sink"]),
        ("name: a\nnodes:\n  - id: x\n    type: source\n    connector: postg", ["resql"]),
        ("name: a\nnodes:\n  - id: x\n    type: transformation\n    transform: sql_wh", ["ere"]),
        (
            "name: a\nnodes:\n  - id: x\n    type: transformation\n    transform: sql_where\n    config:\n      ",
            ["condition: "],
        ),
        ("name: a\nnodes:\n  - id: x\n    type: sink\n    config:\n      mode: up", ["sert", "date"]),
        (PIPELINE + "edges:\n  - from: ", ["read", "write"]),
        (PIPELINE + "edges:\n  - ", ["from: ", "to: "]),
        (PIPELINE + "qual", ["ity_checks:"]),
    ],
)
def test_yaml(prefix, first):
    assert proposed("yaml", prefix)[: len(first)] == first


@pytest.mark.parametrize(
    ("language", "prefix", "first"),
    [
        ("python", "import pan", ["das as pd"]),
        ("python", "df = load()\nprint(d", ["f"]),
        ("python", 'x = df["seg', ['ment_id"]', 'ment_name"]']),
        ("python", "x = df.", []),
        ("connection_config", "connector: post", ["gresql"]),
        ("connection_config", "connector: postgresql\nport: ", ["5432"]),
        ("connection_config", "connector: kafka\npass", ["word: "]),
        ("connection_config", "connector: kafka\npassword: ", ["${KAFKA_PASSWORD}"]),
        ("connection_config", '{"connector": "sno', ['wflake"']),
    ],
)
def test_other_languages(language, prefix, first):
    assert proposed(language, prefix)[: len(first) or 1] == first


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("SELECT 1", "sql"),
        ("import pandas as pd", "python"),
        ("connector: kafka\nhost: x", "connection_config"),
        ("name: a\nnodes:", "yaml"),
    ],
)
def test_the_language_is_told_from_the_text(text, language):
    assert told_by_text(text) == language


@given(
    st.sampled_from(LANGUAGES),
    st.text("selctfromwhjin *.,()'\"{}:-\n\t a1[]=#;", max_size=80),
    st.text("a ,)}\n", max_size=8),
)
def test_any_place_is_answered(language, prefix, suffix):
    for text in proposed(language, prefix, suffix, most=3):
        assert text


@given(st.integers(0, len(PIPELINE)))
def test_yaml_proposals_load_wherever_the_cursor_is(cut):
    for text in proposed("yaml", PIPELINE[:cut], PIPELINE[cut:]):
        yaml.safe_load(PIPELINE[:cut] + text + PIPELINE[cut:])


def test_a_models_lines_are_read_tolerantly():
    found = read_lines("Here:\n0.9|SELECT 1\n.5 | x\\ny\n2|no\n0.7|" + "z" * 500 + "\n1|done")
    assert [(each.text, each.confidence) for each in found] == [("SELECT 1", 0.9), (" x\ny", 0.5), ("done", 1.0)]


def ask(channel, **fields):
    stub = suggest_pb2_grpc.SuggestServiceStub(channel)
    return stub.Suggest(suggest_pb2.SuggestRequest(**fields))


async def test_without_a_model_and_a_catalog_rules_answer():
    async with copilot(catalog_base_url="http://127.0.0.1:9/api") as channel:
        reply = await ask(channel, language="sql", prefix="SELECT * FROM seg", schema=TABLES)
        assert [each.text for each in reply.suggestions] == ["ment"]
        assert reply.source == reply_pb2.Source.rules
        assert list(reply.degraded_reasons) == ["llm_unavailable"]
        yaml_reply = await ask(channel, prefix="name: a\nnodes:\n  - id: x\n    type: ")
        assert "catalog_unavailable" in yaml_reply.degraded_reasons
        assert [each.text for each in yaml_reply.suggestions] == ["source", "transformation", "sink"]


async def test_a_models_proposals_stand_beside_the_rules_and_must_parse(tmp_path):
    script = json.dumps(
        {"model": "m", "rules": [], "default": "0.9|ment WHERE segment_id = 1\n0.8|ment WHERE )\nprose"}
    )
    async with copilot(script, tmp_path) as channel:
        reply = await ask(channel, language="sql", prefix="SELECT * FROM seg", schema=TABLES)
    assert [(each.text, each.source) for each in reply.suggestions] == [
        ("ment WHERE segment_id = 1", reply_pb2.Source.model),
        ("ment", reply_pb2.Source.rules),
    ]


async def test_a_slow_model_is_not_waited_for(tmp_path):
    slow = json.dumps({"model": "m", "rules": [], "default": {"text": "0.9|x", "delay": 30}})
    async with copilot(slow, tmp_path) as channel:
        reply = await ask(channel, language="sql", prefix="SELECT * FROM seg", schema=TABLES)
    assert [each.text for each in reply.suggestions] == ["ment"]
    assert list(reply.degraded_reasons) == ["llm_unavailable"]


async def test_a_number_out_of_range_is_refused():
    async with copilot() as channel:
        with pytest.raises(grpc.aio.AioRpcError) as raised:
            await ask(channel, prefix="x", max_suggestions=21)
    assert raised.value.code() is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("prefix", "suffix", "found"),
    [
        ("nodes:\n  - id: read\n  - id: write\n    depends_on: [", "]", ["read"]),
        ("nodes:\n  - id: read\n  - id: write\n    depends_on:\n      - ", "", ["read"]),
        ("nodes:\n  - id: read\n  - id: join\n  - id: write\n    depends_on: [read, ", "]", ["join"]),
        ("nodes:\n  - id: read\n  - id: write\nedges:\n  - {from: ", "}", ["read", "write"]),
        ("nodes:\n  - id: read\n  - id: write\nedges:\n  - {from: read, to: w", "}", ["rite"]),
    ],
)
def test_nodes_are_named_where_a_pipeline_refers_to_them(prefix, suffix, found):
    assert proposed("yaml", prefix, suffix) == found


@pytest.mark.parametrize(
    ("prefix", "suffix", "first"),
    [
        ("from sqlalchemy import create_engine\nengine = create_", "", "engine"),
        ("import json, os.path as p\nj", "", "son"),
        ("df = 1\ndf[", "]", '"customer_id"'),
        ("def f(x):\n    ret", "", "urn"),
        ("rows = []\nfor row in ro", "", "ws"),
    ],
)
def test_python_names_are_known_above_the_line(prefix, suffix, first):
    found = proposed("python", prefix, suffix)
    assert found[0] == first
    assert "w" not in found


def test_a_connections_type_is_its_connector():
    assert proposed("connection_config", "type: snow") == ["flake"]
    assert "account: " in proposed("connection_config", "type: snowflake\n")
    assert "connector: " not in proposed("connection_config", "type: snowflake\n")
