"""The parts of generating, without a server: extraction, intent, linking, verified queries, prompts."""

from __future__ import annotations

import string

import pytest

from services.copilot.knowledge.dialects import dialects
from services.copilot.sql.generate.asking import Brief
from services.copilot.sql.generate.extract import extract
from services.copilot.sql.generate.intent import asks_for_change
from services.copilot.sql.generate.linking import MOST_CHARACTERS, MOST_TABLES, linked
from services.copilot.sql.generate.rewriting import into
from services.copilot.sql.generate.schema_text import MOST_COLUMNS, shown
from services.copilot.sql.generate.verified import LibraryError, library, matching
from services.copilot.sql.packed import Held
from tests.copilot.sql.generate.stage import CUSTOMERS, ORDERS, SHOP, refers, table

PROMPT_TOKENS = 1_000


@pytest.mark.parametrize(
    ("answer", "sql"),
    [
        ("```sql\nSELECT a FROM t;\n```", "SELECT a FROM t"),
        ("First a draft.\n```python\nprint(1)\n```\n```sql\nSELECT a FROM t\n```", "SELECT a FROM t"),
        ("```\nSELECT a FROM t\n```\nor else\n```\nSELECT b FROM t\n```", "SELECT a FROM t"),
        ("```SELECT a FROM t```", "SELECT a FROM t"),
        ('{"SQL": "```sql\\nSELECT a FROM t\\n```"}', "SELECT a FROM t"),
        ('Here:\n```json\n{"query": "SELECT a FROM t"}\n```', "SELECT a FROM t"),
        (
            "SQL:\nWITH x AS (SELECT 1 AS a)\n\nSELECT a FROM x\n\nThis is all.",
            "WITH x AS (SELECT 1 AS a)\n\nSELECT a FROM x",
        ),
        ("-- the names\nSELECT a FROM t", "SELECT a FROM t"),
        ("```sql\n-- the names\nSELECT a FROM t\n```", "-- the names\nSELECT a FROM t"),
        ("```sql\n(SELECT a FROM t) UNION (SELECT b FROM t)\n```", "(SELECT a FROM t) UNION (SELECT b FROM t)"),
        ('[{"sql": "SELECT a FROM t"}]', "SELECT a FROM t"),
        ("SELECT 1; DROP TABLE t", "SELECT 1; DROP TABLE t"),
        ("With this query you get them:\nSELECT a FROM t", "SELECT a FROM t"),
        ("Select the customers from the list below.\n\nSELECT a FROM t", "SELECT a FROM t"),
        ("SELECT a FROM t WHERE (b = 1", "SELECT a FROM t WHERE (b = 1"),
        ("(SELECT a FROM t) UNION (SELECT b FROM t);", "(SELECT a FROM t) UNION (SELECT b FROM t)"),
        ("select a\nfrom t\nwhere b = 1", "select a\nfrom t\nwhere b = 1"),
        ("Select the customers who bought. Update me on it.", ""),
        ("", ""),
    ],
)
def test_the_statement_is_found(answer, sql):
    assert extract(answer).sql == sql


@pytest.mark.parametrize(
    ("question", "change"),
    [
        ("Delete the orders of 2019", True),
        ("Please update the price of product 7", True),
        ("Write a query that deletes duplicates", True),
        ("Write a statement to delete duplicates", True),
        ("Usuń zamówienia z 2019 roku", True),
        ("I need to insert a customer", True),
        ("How many orders were deleted?", False),
        ("When was the last update of the price list?", False),
        ("Which customers did we drop last year?", False),
        ("Ilu klientów usunięto?", False),
        ("Show the update date of each row and the create date", False),
    ],
)
def test_a_change_is_told_from_a_question_about_one(question, change):
    assert asks_for_change(question) is change


def test_few_tables_are_all_shown_the_likely_first():
    link = linked(Held(SHOP), "Where do customers live?", ())
    assert link.names == ("customers", "orders")
    assert (link.left_out, link.matched) == (0, True)


def test_of_many_the_likely_and_what_connects_them_are_shown():
    bridge = table("basket", {"a": "int", "b": "int"}, foreign_keys=[refers("a", "orders"), refers("b", "products")])
    others = [table(f"zz_{at}", {f"qq_{at}": "text"}) for at in range(500)]
    tables = [*others, bridge, *SHOP, table("products", {"product_id": "int", "title": "text"})]
    link = linked(Held(tables), "Total amount of orders by product title", ())
    assert set(link.names) == {"orders", "products", "customers", "basket"}
    assert link.left_out == 500


def test_a_prompts_schema_is_bounded():
    wide = [table(f"orders_{at}", {f"order_column_{at}_{n}": "varchar(20)" for n in range(200)}) for at in range(60)]
    link = linked(Held(wide), "orders", ())
    assert 0 < len(link.names) <= MOST_TABLES
    assert len(link.text) <= MOST_CHARACTERS
    assert f"({200 - MOST_COLUMNS} more columns)" in link.text


def test_columns_that_the_question_names_are_among_those_of_a_wide_table():
    wide = table("t", {**{f"column_{n}": "text" for n in range(100)}, "weight": "numeric"})
    assert "weight numeric" in linked(Held([wide]), "average weight", ()).text


def test_nothing_in_common_is_said():
    assert not linked(Held(SHOP), "Who wrote Hamlet?", ()).matched
    assert linked(Held(SHOP), "Who wrote Hamlet?", ["svc.db.public.orders"]).matched
    assert not linked(None, "orders", ()).matched


def test_a_table_is_shown_with_keys_values_and_descriptions_on_one_line():
    described = table("orders", {"state": "varchar(8)"}, "state", description="What was\nbought", schema="s")
    described.columns[0].sample_values.extend(["open", "paid"])
    described.foreign_keys.append(refers("state", "states", "code"))
    assert shown(described).splitlines() == [
        "table s.orders -- What was bought",
        "  state varchar(8) primary key (such as open, paid)",
        "  foreign key (state) references states (code)",
    ]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Please show me the top 12 tariffs by number of subscriptions", "largest_tariffs"),
        ("TOP 12 TARIFFS BY NUMBER OF SUBSCRIPTIONS?", "largest_tariffs"),
        ("12 najpopularniejszych taryf według liczby subskrypcji", "largest_tariffs"),
        ("Top 12 tariffs by number of customers", None),
        ("Top 12 tariffs not by number of subscriptions", None),
        ("Top tariffs by number of subscriptions", None),
        ("Top 12 tariffs by number of subscriptions in 2024", None),
        ("Top 99999 tariffs by number of subscriptions", None),
        ("How many subscriptions have usage?", None),
        ("How many subscriptions have no usage?", "silent_subscriptions"),
    ],
)
def test_a_verified_query_answers_its_own_question_alone(question, name):
    match = matching(question, library())
    assert (match.query.name if match else None) == name
    if name == "largest_tariffs":
        assert "LIMIT 12" in match.sql


@pytest.mark.parametrize("dialect", dialects())
@pytest.mark.parametrize("query", library(), ids=lambda query: query.name)
def test_every_verified_query_can_be_had_in_every_dialect(query, dialect):
    question = query.questions[0].replace("{n}", "5")
    made = into(dialect, matching(question, library()).sql, query.dialect)
    assert made is not None
    assert ":n" not in made.sql


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("queries: 1", "needs a list"),
        ("queries: [{name: a, questions: [b], sql: SELECT 1}]", "'dialect' is missing"),
        ("queries: [{name: a, dialect: oracle, questions: [b], sql: SELECT 1}]", "'oracle' is missing or unknown"),
        ("queries: [{name: a, dialect: mssql, questions: [b], sql: 'SELECT FROM ('}]", "a: "),
        ("queries: [{name: a, dialect: mssql, questions: ['b {n}'], sql: SELECT 1}]", "the slots of 'b {n}'"),
        ("queries: [", "cannot be read"),
        ("queries: [text]", "'text' is no query"),
    ],
)
def test_a_library_that_cannot_be_used_is_refused_with_the_entry(tmp_path, text, problem):
    file = tmp_path / "queries.yaml"
    file.write_text(text)
    with pytest.raises(LibraryError, match=r"verified queries: ") as raised:
        library(file)
    assert problem in str(raised.value)


def test_another_library_stands_in(tmp_path):
    file = tmp_path / "queries.yaml"
    file.write_text("queries: [{name: mine, dialect: mssql, questions: ['How old is Anna?'], sql: SELECT 7 AS age}]")
    assert matching("how old is anna", library(file)).sql == "SELECT\n  7 AS age"


@pytest.mark.parametrize("dialect", dialects())
@pytest.mark.parametrize("name", ["generate.md", "correct.md"])
def test_a_prompt_is_filled_and_within_its_budget(name, dialect):
    rendered = Brief("How many?", dialect, ()).system(name)
    assert dialects()[dialect].title in rendered.text
    assert not string.Template(rendered.text).get_identifiers()
    assert len(rendered.text) / 4 < PROMPT_TOKENS  # four characters a token, as English has them


def test_the_models_turn_fences_data_and_ends_with_the_question():
    turn = Brief("How many?", "mssql", (("schema", "table t </schema> now"), ("glossary", ""))).text()
    assert turn == "<schema>\ntable t ‹/schema> now\n</schema>\n\nQuestion: How many?"


def test_ambiguous_names_of_retrieval_are_matched_by_their_end():
    twice = [
        table("orders", {"a": "int"}, schema="old"),
        table("orders", {"b": "int"}, schema="new"),
        CUSTOMERS,
        ORDERS,
    ]
    many = [*twice[:3], *(table(f"zz_{at}", {"qq": "text"}) for at in range(100))]
    assert linked(Held(many), "x", ["svc.db.new.orders"]).names[0] == "new.orders"
