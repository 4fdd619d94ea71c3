from pathlib import Path

import pytest

from services.runtime.queries import load_queries, parse_queries


def test_queries_have_names(tmp_path: Path) -> None:
    file = tmp_path / "queries.sql"
    file.write_text(
        "-- Jobs.\n\n-- name: get_job\nSELECT *\nFROM job -- all\nWHERE id = $1;\n\n--name:add_job\nINSERT INTO job;\n",
        encoding="utf-8",
    )
    queries = load_queries(file)
    assert dict(queries) == {
        "get_job": "SELECT *\nFROM job -- all\nWHERE id = $1",
        "add_job": "INSERT INTO job",
    }
    with pytest.raises(KeyError):
        queries["no_such"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT 1", "queries.sql:1: SQL before the first"),
        ("-- name: a\nSELECT 1\n-- name: a\nSELECT 2", "queries.sql:3: the name 'a' is there twice"),
        ("-- name: Get-Job\nSELECT 1", "queries.sql:1: the name 'Get-Job' must be"),
        ("-- name:\nSELECT 1", "queries.sql:1: the name '' must be"),
        ("-- name: a\n\n-- name: b\nSELECT 1", "the query 'a' is empty"),
    ],
)
def test_wrong_file_is_explained(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_queries(text)
