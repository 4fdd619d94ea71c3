"""Features of a statement beside its question, fan-out, and the confidence they make."""

from __future__ import annotations

import pytest
import sqlglot

from services.copilot.sql.confidence import score
from services.copilot.sql.confidence.asked import asked
from services.copilot.sql.confidence.fan_out import fan_out
from services.copilot.sql.confidence.features import FEATURES, Subject, features
from services.copilot.sql.confidence.known import known_of
from services.copilot.sql.confidence.selects import selects
from tests.copilot.sql.generate.stage import SHOP, refers, table

PAYMENTS = table(
    "payments",
    {"payment_id": "integer", "order_id": "integer", "paid": "decimal(10,2)", "kind": "varchar(8)"},
    "payment_id",
    foreign_keys=[refers("order_id", "orders")],
)
PAYMENTS.columns[3].sample_values.extend(["card", "cash"])
KNOWN = known_of([*SHOP, PAYMENTS])


def subject(question: str, sql: str) -> Subject:
    return Subject(question, sqlglot.parse_one(sql, dialect="postgres"), KNOWN)


@pytest.mark.parametrize(
    ("sql", "risk"),
    [
        ("SELECT SUM(o.amount) FROM orders o", 0),
        ("SELECT SUM(o.amount) FROM orders o JOIN customers c ON c.customer_id = o.customer_id", 0),
        ("SELECT SUM(o.amount) FROM orders o JOIN customers c USING (customer_id)", 0),
        ("SELECT SUM(o.amount) FROM orders o, customers c WHERE c.customer_id = o.customer_id", 0),
        ("SELECT SUM(o.amount) FROM orders o JOIN payments p ON p.order_id = o.order_id", 1),
        ("SELECT AVG(amount) FROM orders o LEFT JOIN payments p ON p.order_id = o.order_id", 1),
        ("SELECT COUNT(o.order_id) FROM orders o JOIN payments p ON p.order_id = o.order_id", 1),
        ("SELECT COUNT(DISTINCT o.order_id) FROM orders o JOIN payments p ON p.order_id = o.order_id", 0),
        ("SELECT COUNT(*) FROM orders o JOIN customers c ON c.customer_id = o.customer_id", 0),
        ("SELECT MAX(o.amount) FROM orders o JOIN payments p ON p.order_id = o.order_id", 0),
        ("SELECT SUM(p.paid) FROM orders o JOIN payments p ON p.order_id = o.order_id", 0),
        ("SELECT SUM(o.amount) FROM orders o CROSS JOIN customers c", 1),
        (
            "SELECT SUM(o.amount) FROM orders o JOIN (SELECT order_id, SUM(paid) AS paid FROM payments "
            "GROUP BY order_id) p ON p.order_id = o.order_id",
            0,
        ),
        (
            "WITH p AS (SELECT order_id, kind FROM payments GROUP BY 1, 2) "
            "SELECT SUM(o.amount) FROM orders o JOIN p ON p.order_id = o.order_id",
            1,
        ),
        ("SELECT SUM(o.amount) FROM orders o JOIN unheard_of u ON u.order_id = o.order_id", 0.5),
    ],
)
def test_a_join_that_repeats_what_is_added_up_is_seen(sql, risk):
    (outer, *_) = selects(sqlglot.parse_one(sql, dialect="postgres"), KNOWN.tables)
    assert fan_out(outer) == risk


@pytest.mark.parametrize(
    ("question", "aggregates", "grain"),
    [
        ("How many orders by city?", {"count"}, 1),
        ("Total amount per customer and month", {"sum"}, 1),
        ("Średnia kwota według miasta", {"avg"}, 1),
        ("Ilu klientów w każdym mieście?", {"count"}, 1),
        ("Show the customers", set(), 0),
    ],
)
def test_what_a_question_asks_for_is_read(question, aggregates, grain):
    found = asked(question)
    assert (set(found.aggregates), len(found.grain)) == (aggregates, grain)


RIGHT = (
    "SELECT c.city, SUM(o.amount) AS total FROM orders o JOIN customers c ON c.customer_id = o.customer_id GROUP BY 1"
)


@pytest.mark.parametrize(
    ("feature", "question", "sql"),
    [
        ("unresolved", "Total weight of shipments by colour", RIGHT),
        ("off_topic", "How many payments?", "SELECT COUNT(*) FROM customers"),
        ("joins", "Total amount by city", RIGHT),
        ("unkeyed_join", "Total", "SELECT SUM(amount) FROM orders o JOIN customers c ON c.name = o.order_id"),
        ("unjoined", "Total", "SELECT SUM(amount) FROM orders, customers"),
        ("aggregate_missing", "How many orders?", "SELECT order_id FROM orders"),
        ("aggregate_unasked", "Which orders are there?", "SELECT COUNT(*) FROM orders"),
        ("grain_missing", "Total amount by city", "SELECT SUM(amount) FROM orders"),
        ("grain_finer", "Total amount by city", f"{RIGHT}, o.ordered_on"),
        ("outputs_unasked", "Total amount", "SELECT SUM(amount), MIN(amount), MAX(amount) FROM orders"),
        ("values_unasked", "Orders by card", "SELECT COUNT(*) FROM payments WHERE kind = 'CC'"),
        ("filtered", "Orders", "SELECT order_id FROM orders WHERE amount > 5"),
        ("limit_unasked", "Orders", "SELECT order_id FROM orders LIMIT 5"),
        ("nested", "Orders", "SELECT order_id FROM (SELECT order_id FROM orders) x"),
        ("bridged", "Cities", "SELECT city FROM customers c JOIN orders o ON o.customer_id = c.customer_id"),
        ("rare_columns", "Which customers?", "SELECT city FROM customers"),
        ("outer", "Cities", "SELECT city FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id"),
    ],
)
def test_each_fault_is_seen_and_a_simple_right_answer_has_none(feature, question, sql):
    assert features(subject(question, sql))[feature] > 0
    simple = features(subject("How many orders are there?", "SELECT COUNT(*) AS orders FROM orders"))
    assert simple[feature] == 0


def test_every_feature_lies_between_0_and_1_whatever_the_statement():
    strange = (
        "SELECT 1",
        "SELECT * FROM a, b, c WHERE x = 'y' LIMIT 3",
        "DELETE FROM orders WHERE order_id = 1",
        "VALUES (1, 2)",
        "SELECT city FROM customers UNION SELECT name FROM customers",
        "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT SUM(n) FROM t",
    )
    for sql in strange:
        found = features(subject("what?", sql))
        assert list(found) == list(FEATURES)
        assert all(0 <= value <= 1 for value in found.values())


def test_a_known_value_is_no_guess():
    said = features(subject("Payments by card", "SELECT COUNT(*) FROM payments WHERE kind = 'card' OR kind = 'CASH'"))
    assert said["values_unasked"] == 0


def test_the_factors_add_up_to_the_fitted_probability():
    made = subject("Total amount by colour", RIGHT)
    weights = score.fitted()
    factors = score.factors(made, errors=0, checked=True)
    assert sum(each.effect for each in factors) == pytest.approx(weights.probability(features(made)), abs=0.001)
    assert all(weight <= 0 for weight in weights.weights.values())


@pytest.mark.parametrize(("errors", "checked", "most"), [(1, True, score.INVALID), (0, False, 0.31), (0, True, 1.0)])
def test_what_is_invalid_or_unchecked_is_capped(errors, checked, most):
    factors = score.factors(subject("How many orders?", "SELECT COUNT(*) FROM orders"), errors=errors, checked=checked)
    assert sum(each.effect for each in factors) <= most + 1e-9
