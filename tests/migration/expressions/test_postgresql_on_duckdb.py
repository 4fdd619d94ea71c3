"""Rows of the four languages in PostgreSQL's SQL, the dialect by default, as the runner says it on DuckDB."""

from pathlib import Path

import pytest
import sqlglot

from services.migration.ast import Tool
from services.migration.expressions import conformance, engines
from services.migration.expressions.conformance_rows import read_rows
from services.pipelines.runner.adapt import for_duckdb
from services.pipelines.runner.division import kept_whole

HERE = Path(__file__).parent
ROWS = {
    Tool.POWERCENTER: "results.tsv",
    Tool.ALTERYX: "alteryx/results.tsv",
    Tool.SSIS: "ssis/results.tsv",
    Tool.DATASTAGE: "datastage/results.tsv",
}


OTHERWISE = {
    "1349": "more than 12 places",
    "1350": "more than 12 places",
    "a511": "letters beyond ASCII in a pattern, which the translation warns of",
    "a1506": "the same",
    "s12": "a whole division: the types of columns are known to the runner, not here",
    "s143": "the same",
    "s401": "the same",
    "s656": "the same",
}
ENDED = {Tool.POWERCENTER: 20, Tool.ALTERYX: 10, Tool.SSIS: 2, Tool.DATASTAGE: 2}
"""How many rows may end with an error at most: what DuckDB does not have, or only with constants."""


@pytest.mark.slow
@pytest.mark.parametrize("language", ROWS)
def test_a_pipeline_gives_there_what_it_gives_on_postgresql_or_an_error(language: Tool) -> None:
    with engines.duckdb_engine() as execute:

        def adapted(text: str) -> object:
            tree = kept_whole(sqlglot.parse_one(text, read="postgres"), {}, "postgresql", "duckdb")
            return execute(for_duckdb(tree).sql("duckdb"))

        score = conformance.run(read_rows(HERE / ROWS[language]), adapted, dialect="postgresql", language=language)
    differ = [outcome for outcome in score.outcomes if outcome.verdict != "right"]
    ended = [outcome for outcome in differ if "Exception: " in outcome.detail]
    assert [o for o in differ if o not in ended and o.row.id not in OTHERWISE] == []
    assert len(ended) <= ENDED[language], [(o.row.id, o.row.expression, o.detail) for o in ended]
