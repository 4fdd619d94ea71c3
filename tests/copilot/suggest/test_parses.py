"""Every proposal parses in its place: documents cut at many places, each proposal put in and the whole parsed."""

from __future__ import annotations

import ast
import json
import re

import pytest
import yaml
from sqlglot.errors import SqlglotError

from dataflow.common.v1.table_schema_pb2 import Column, ForeignKey, TableSchema
from services.copilot.sql.reading import grammar
from services.copilot.suggest.place import Place
from services.copilot.suggest.reach import MOST, in_reach
from services.copilot.suggest.sql_check import SHORT, around, tokens_of
from services.copilot.suggest.suggest import suggest

TABLES = [
    TableSchema(
        name="customer",
        columns=[Column(name=name) for name in ("customer_id", "order", "First Name", 'odd"name', "segment_id")],
        primary_key=["customer_id"],
        foreign_keys=[ForeignKey(columns=["segment_id"], references_table="segment")],
    ),
    TableSchema(name="segment", columns=[Column(name="segment_id"), Column(name="group")], primary_key=["segment_id"]),
    TableSchema(
        name="cdr",
        schema="dwh",
        columns=[Column(name=name) for name in ("msisdn", "customer_id", "duration")],
        foreign_keys=[ForeignKey(columns=["customer_id"], references_table="customer")],
    ),
]
LONG = """WITH talk AS (
  SELECT c.customer_id, SUM(d.duration) AS seconds
  FROM dwh.cdr d JOIN customer c ON c.customer_id = d.customer_id
  WHERE d.msisdn IN (SELECT msisdn FROM dwh.cdr WHERE duration > 10) AND d.duration BETWEEN 1 AND 5
  GROUP BY c.customer_id HAVING SUM(d.duration) > 100
), quiet AS (SELECT customer_id FROM customer WHERE NOT EXISTS
  (SELECT 1 FROM dwh.cdr x WHERE x.customer_id = customer_id))
SELECT s.segment_id, COUNT(*) AS n, CASE WHEN COUNT(*) > 5 THEN 'many; or ) more' ELSE 'few' END AS size
FROM segment s JOIN customer c ON s.segment_id = c.segment_id
LEFT JOIN (SELECT customer_id, MAX(duration) AS longest FROM dwh.cdr GROUP BY customer_id) m
  ON m.customer_id = c.customer_id
WHERE c.customer_id IN (SELECT customer_id FROM talk) AND UPPER(TRIM(s.segment_id)) <> 'X'
GROUP BY s.segment_id
UNION ALL
SELECT segment_id, 0, 'none' FROM segment WHERE segment_id NOT IN (SELECT segment_id FROM customer) ORDER BY 1
"""
DOCUMENTS = {
    "sql": [
        LONG,
        "SELECT msisdn FROM dwh.cdr WHERE duration > 1; SELECT customer_id FROM customer c WHERE c.segment_id = 1",
        "UPDATE customer SET segment_id = 1 WHERE customer_id = 2",
        "INSERT INTO segment (segment_id) SELECT segment_id FROM customer",
        "DELETE FROM dwh.cdr WHERE msisdn = 'a;b'",
    ],
    "yaml": [
        "name: load\nnodes:\n  - id: read\n    type: source\n    connector: postgresql\n    config:\n"
        "      table: cdr\n"
        "  - id: keep\n    type: transformation\n    transform: sql_where\n    config:\n"
        "      condition: 'duration > 1'\n"
        "  - id: write\n    type: sink\n    connector: file\n    config: {path: out.csv, mode: append}\n"
        "edges:\n  - from: read\n    to: keep\n  - from: keep\n    to: write\n# the end\n"
    ],
    "python": [
        "import pandas as pd\nfrom json import loads\n\n@cached\ndef load(path, *, sep=','):\n"
        "    '''Reads (a file.'''\n"
        "    frame = pd.read_csv(path, sep=sep)\n    for name in frame.columns:\n"
        "        print(f'{name}: {len(frame)}')\n"
        "    return frame[frame['duration'] > 1]\n\nif True:\n    x = load('a')\nelse:\n    x = {'a': [1, 2]}\n"
    ],
    "connection_config": [
        "name: dwh\nconnector: postgresql\nhost: localhost\nport: 5432\npassword: ${DWH_PASSWORD}\n",
        '{"name": "dwh", "connector": "kafka", "bootstrap_servers": "a:9092", "group_id": "g"}',
    ],
}
CASES = [(language, document) for language, documents in DOCUMENTS.items() for document in documents]


def parses(language: str, text: str) -> bool:
    try:
        if language == "sql":
            grammar("postgresql").parse(text)
        elif language == "python":
            ast.parse(text)
        elif text.startswith("{"):
            json.loads(text)
        else:
            yaml.safe_load(text)
    except (SqlglotError, SyntaxError, ValueError, yaml.YAMLError):
        return False
    return True


ENDINGS = {
    "sql": ("", ")", "))", "x", "x)", "x))", "x = 1", "x = 1)", "t ON a = b", "t ON a = b)", "t)"),
    "python": ("", ")", "]", "'", ":\n pass", "\n pass", "):\n pass"),
    "yaml": ("",),
    "connection_config": ("", "}", ' ""}', '"}', ' "": ""}'),
}


def stands(language: str, before: str, after: str) -> bool:
    """Whether it parses whole, with something that closes what is open or is wanted behind a keyword."""
    return any(parses(language, f"{before}{ending} {after}".rstrip(" ")) for ending in ENDINGS[language]) or parses(
        language, before + after
    )


def stands_before_what_is_broken(place: Place, text: str) -> bool:
    broken = not stands(place.language, place.prefix, place.suffix)
    return broken and stands(place.language, place.prefix + text, "")


def test_documents_parse_to_begin_with():
    assert all(parses(language, document) for language, document in CASES)
    assert len(LONG) > SHORT


@pytest.mark.parametrize(("language", "document"), CASES)
def test_what_is_proposed_parses_in_the_whole_document(language, document):
    seen = 0
    for cut in range(0, len(document) + 1, 1 + len(document) // 120):
        rest = document[cut:]
        word = re.match(r"\w*", rest)[0]
        for after in dict.fromkeys((rest, rest[len(word) :])):
            place = Place(language, document[:cut], after, "postgresql", TABLES)
            for proposal in suggest(place, 5):
                seen += 1
                whole = stands(language, place.prefix + proposal.text, after)
                assert whole or stands_before_what_is_broken(place, proposal.text), (
                    place.prefix[-60:],
                    proposal,
                    after[:60],
                )
    assert seen


@pytest.mark.parametrize(
    "cut", [cut for cut in range(0, len(LONG), 7) if tokens_of(LONG[:cut], "postgresql") is not None]
)
def test_a_block_of_a_long_statement_stands_for_the_whole(cut):
    before, after = around(Place("sql", LONG[:cut], LONG[cut:]))
    assert parses("sql", before + after), (before, after)
    assert len(before + after) < len(LONG)


def test_what_python_only_warns_of_is_no_error():
    (found,) = suggest(Place("python", 'digits = "\\d"\nvalue = dig', ""), 5)
    assert found.text == "its"


def test_words_of_the_language_are_quoted():
    found = [each.text for each in suggest(Place("sql", "SELECT ", " FROM customer", "postgresql", TABLES), 20)]
    assert {'"order"', '"First Name"', '"odd""name"'} <= set(found)


def test_a_table_is_found_among_thousands():
    many = [TableSchema(name=f"t_{number}", columns=[Column(name="a")]) for number in range(3_000)]
    place = in_reach(Place("sql", "SELECT * FROM t_7 JOIN customer c ON ", "", "postgresql", [*many, *TABLES]))
    assert len(place.tables) == MOST
    assert {"customer", "t_7"} <= {table.name for table in place.tables}
    begun = in_reach(Place("sql", "SELECT * FROM segm", "", "postgresql", [*many, *TABLES]))
    assert [each.text for each in suggest(begun, 3)] == ["ent"]
    joined = in_reach(Place("sql", "SELECT * FROM segment s JOIN ", "", "postgresql", [*many, *TABLES]))
    assert suggest(joined, 1)[0].text == "customer ON s.segment_id = customer.segment_id"
