"""Glossaries imported from the Open Semantic Interchange: a model of our own, and the spec's TPC-DS example."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from services.copilot.semantic.__main__ import main
from services.copilot.semantic.answer import from_glossary
from services.copilot.semantic.layer import Layer
from services.copilot.semantic.osi import imported
from services.copilot.semantic.reading import GlossaryError, read
from services.copilot.sql.reading import grammar
from tests.copilot.semantic.sample import TODAY

TPC_DS = Path(__file__).parents[4] / "shared/testsets/osi/tpcds_semantic_model.yaml"
needs_tpc_ds = pytest.mark.skipif(not TPC_DS.exists(), reason="the test set is not there")
DIALECTS = ("postgresql", "snowflake", "teradata", "sap_hana", "mssql")


def _field(name, text=None, **more):
    return {"name": name, "expression": {"dialects": [{"dialect": "ANSI_SQL", "expression": text or name}]}, **more}


MODEL = {
    "semantic_model": [
        {
            "name": "Deliveries (EU)",
            "datasets": [
                {
                    "name": "drops",
                    "source": "lake.gold.drop_facts",
                    "primary_key": ["drop_id"],
                    "fields": [
                        _field("drop_id", dimension={}),
                        _field("weight"),
                        _field("dropped_on", dimension={"is_time": True}, ai_context={"synonyms": ["date"]}),
                        _field("size", "CASE WHEN weight > 10 THEN 'big' ELSE 'small' END", dimension={}),
                    ],
                },
                {
                    "name": "depots",
                    "source": "lake.gold.depots",
                    "primary_key": ["depot_id"],
                    "fields": [_field("town", dimension={}, ai_context={"synonyms": ["place"]}), _field("gates")],
                },
                {"name": "odd", "source": "SELECT 1 AS x", "primary_key": ["x"], "fields": []},
            ],
            "relationships": [
                {
                    "name": "drop_depot",
                    "from": "drops",
                    "to": "depots",
                    "from_columns": ["depot_id"],
                    "to_columns": ["depot_id"],
                },
                {"name": "lost", "from": "drops", "to": "nowhere", "from_columns": ["a"], "to_columns": ["b"]},
            ],
            "metrics": [
                _field("tonnage", "SUM(drops.weight) / 1000", ai_context={"synonyms": ["load"]}),
                _field("load_per_gate", "SUM(drops.weight) / NULLIF(SUM(depots.gates), 0)"),
                _field("depots_served", "COUNT(DISTINCT drops.depot_id)"),
                _field("crossed", "SUM(drops.weight * depots.gates)"),
                _field("spread", "STDDEV(drops.weight)"),
                _field("looked_up", "MAX(drops.weight) FILTER (WHERE drops.weight > 1)"),
            ],
        }
    ]
}


def _layer(content, file="mine.yaml"):
    return Layer.of(read(imported(yaml.safe_dump(content), file).text(), file))


def test_what_has_a_counterpart_is_imported_and_the_rest_is_told():
    made = imported(yaml.safe_dump(MODEL), "mine.yaml")
    glossary = read(made.text(), "mine.yaml")
    assert glossary.name == "deliveries_eu"
    assert [each.qualified for each in glossary.tables] == ["lake.gold.drop_facts", "lake.gold.depots"]
    assert set(glossary.metric) == {"tonnage", "load_per_gate", "depots_served"}
    assert glossary.metric["load_per_gate"].formula == "load_per_gate_1 / load_per_gate_2"
    assert {each.origin for each in (*glossary.metrics, *glossary.dimensions)} == {"mine.yaml"}
    assert "drop_id" not in glossary.dimension
    left_out = "\n".join(made.left_out)
    for name in ("dataset odd", "relationship lost", "metric crossed", "metric spread", "metric looked_up"):
        assert name in left_out


def test_imported_figures_are_right_where_a_join_would_count_gates_twice():
    layer = _layer(MODEL)
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS lake; CREATE SCHEMA lake.gold")
        connection.execute("CREATE TABLE lake.gold.depots (depot_id INT, town TEXT, gates INT)")
        connection.execute("INSERT INTO lake.gold.depots VALUES (1, 'Opole', 4), (2, 'Radom', 6)")
        connection.execute(
            "CREATE TABLE lake.gold.drop_facts AS SELECT * FROM (VALUES (1, 5.0, DATE '2025-01-01', 1), "
            "(2, 20.0, DATE '2025-01-02', 1), (3, 7.0, DATE '2026-02-01', 2)) t(drop_id, weight, dropped_on, depot_id)"
        )

        def found(question):
            answer = from_glossary(question, "duckdb", glossary=layer, today=TODAY)
            assert answer.covered, answer.explanation
            return connection.execute(answer.sql).fetchall()

        assert found("load per gate") == [(3.2,)]
        assert found("load per gate by town") == [("Opole", 6.25), ("Radom", pytest.approx(7 / 6))]
        assert found("load by size in 2025") == [("big", 0.02), ("small", 0.005)]
        assert found("depots served by month") == [(date(2025, 1, 1), 1), (date(2026, 2, 1), 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "not YAML"),
        ("a: 1", "no semantic_model"),
        ("semantic_model: []", "no semantic_model"),
        ("[]", "no semantic_model"),
    ],
)
def test_what_is_no_model_is_told(text, said):
    with pytest.raises(GlossaryError, match=said):
        imported(text, "mine.yaml")


def test_one_of_several_models_is_named():
    two = {"semantic_model": [{**MODEL["semantic_model"][0], "name": name} for name in ("one", "two")]}
    with pytest.raises(GlossaryError, match="one, two"):
        imported(yaml.safe_dump(two), "mine.yaml")
    assert imported(yaml.safe_dump(two), "mine.yaml", "two").content["name"] == "two"


@needs_tpc_ds
def test_the_example_of_the_spec_is_imported_whole():
    made = imported(TPC_DS.read_text("utf-8"), TPC_DS.name)
    glossary = read(made.text(), TPC_DS.name)
    source = yaml.safe_load(TPC_DS.read_text("utf-8"))["semantic_model"][0]
    assert not made.left_out
    assert set(glossary.metric) == {each["name"] for each in source["metrics"]}
    assert [each.name for each in glossary.tables] == [each["name"] for each in source["datasets"]]
    assert len(glossary.joins) == len(source["relationships"])


STORES = [
    (1, "S1", "Ann's", "Ames", "IA", 10),
    (2, "S2", "Bob's", "Boise", "ID", 40),
    (3, "S3", "Cy's", "Cody", "WY", 5),
]
SALES = [
    (day, item, customer, store, ticket, price)
    for ticket, (day, item, customer, store, price) in enumerate(
        [(1, 1, 1, 1, 100.0), (1, 2, 1, 1, 50.0), (2, 1, 2, 1, 30.0), (2, 2, 3, 2, 80.0), (3, 1, 1, 2, 20.0)]
    )
]


@pytest.fixture(scope="module")
def retail():
    with duckdb.connect() as connection:
        connection.execute(Path(__file__).with_name("retail.sql").read_text("utf-8"))
        connection.executemany("INSERT INTO store VALUES (?, ?, ?, ?, ?, ?)", STORES)
        connection.executemany("INSERT INTO store_sales VALUES (?, ?, ?, ?, ?, ?)", SALES)
        yield connection


@needs_tpc_ds
def test_the_examples_figures_are_right(retail):
    layer = _layer(yaml.safe_load(TPC_DS.read_text("utf-8")), TPC_DS.name)

    def found(question):
        answer = from_glossary(question, "duckdb", glossary=layer, today=TODAY)
        assert answer.covered, answer.explanation
        return retail.execute(answer.sql).fetchall()

    by_store: dict[int, float] = defaultdict(float)
    for _, _, _, store, _, price in SALES:
        by_store[store] += price
    assert found("sales per employee") == [(pytest.approx(280 / 55),)]
    assert found("sales per employee by store name") == [
        (name, pytest.approx(by_store[key] / staff)) for key, _, name, _, _, staff in STORES
    ]
    assert found("CLV") == [(pytest.approx(280 / 4),)]
    assert found("total revenue by brand in 2001") == [("Acme", 130.0), ("Best", 130.0)]
    assert found("top 1 brands by total revenue") == [("Acme", 150.0)]
    assert found("total revenue by customer name in Q1 2001") == [("Al Ash", 150.0)]


@needs_tpc_ds
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "question", ["total revenue by customer name in Q1 2001", "sales per employee by state", "CLV"]
)
def test_the_examples_statements_parse(question, dialect):
    layer = _layer(yaml.safe_load(TPC_DS.read_text("utf-8")), TPC_DS.name)
    answer = from_glossary(question, dialect, glossary=layer, today=TODAY)
    assert answer.covered, answer.explanation
    (statement,) = grammar(dialect).parse(answer.sql)
    assert statement is not None


@needs_tpc_ds
@pytest.mark.parametrize(
    ("question", "reason"),
    [("CLV by state", "customer"), ("sales per employee by brand", "item")],
)
def test_what_the_example_leaves_open_is_refused(question, reason):
    layer = _layer(yaml.safe_load(TPC_DS.read_text("utf-8")), TPC_DS.name)
    answer = from_glossary(question, "postgresql", glossary=layer, today=TODAY)
    assert not answer.covered
    assert reason in answer.refused_reason


def test_the_command_imports_checks_and_answers(tmp_path, capsys):
    source, target = tmp_path / "osi.yaml", tmp_path / "glossary.yaml"
    source.write_text(yaml.safe_dump(MODEL), "utf-8")
    assert main(["import-osi", str(source)]) == 0
    written = capsys.readouterr()
    target.write_text(written.out, "utf-8")
    assert "left out: metric crossed" in written.err
    assert main(["check", str(target)]) == 0
    assert "3 metrics" in capsys.readouterr().out
    assert main(["ask", "load by place", "--dialect", "teradata", "--glossary", str(target)]) == 0
    assert "lake.gold.drop_facts" in capsys.readouterr().out
    assert main(["ask", "unheard of", "--glossary", str(target)]) == 1
    assert main(["check", str(source)]) == 1
    assert "semantic_model" in capsys.readouterr().err
    assert main(["check", str(tmp_path / "none.yaml")]) == 1
