"""Whatever SQL comes out can be read again in its dialect."""

from pathlib import Path

import pytest
import sqlglot

from services.migration.expressions import conformance, translate
from services.migration.expressions.sql import standard
from services.migration.expressions.sql.dialects import DIALECTS, SqlDialect
from services.migration.expressions.sql.templates import fill, holes

OWN = Path(__file__).with_name("results.tsv")
AGGREGATES = ["COUNT(*)", "COUNT(S, N > 1)", "SUM(N, N > 1)", "AVG(N)", "MEDIAN(N)", "STDDEV(N)", "FIRST(S)", "MAX(S)"]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda d: d.name)
def test_emitted_sql_parses_in_its_dialect(dialect: SqlDialect) -> None:
    rows = [(row.expression, {n: t for n, t, _ in row.inputs}) for row in conformance.read_rows(OWN)]
    rows += [(text, {"S": "string", "N": "integer"}) for text in AGGREGATES]
    emitted = 0
    for text, types in rows:
        translation = translate(text, dialect=dialect.name, types=types, aggregate=True)
        if translation.refused:
            continue
        emitted += 1
        tree = sqlglot.parse_one(f"SELECT ({translation.sql})", read=dialect.sqlglot)
        again = tree.sql(dialect.sqlglot)
        assert sqlglot.parse_one(again, read=dialect.sqlglot).sql(dialect.sqlglot) == again
    assert emitted > len(rows) / 2


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda d: d.name)
def test_every_template_is_sql_of_its_dialect(dialect: SqlDialect) -> None:
    for name, template in {**standard.OPERATIONS, **dialect.knowledge.OPERATIONS}.items():
        names = holes(template)
        values = {hole: sqlglot.exp.column(f"c_{hole}") for hole in names}
        sql = fill(template, dialect.sqlglot, values).sql(dialect.sqlglot)
        assert sqlglot.parse_one(f"SELECT {sql}", read=dialect.sqlglot), name
        assert all(f"c_{hole}" in sql for hole in names), name
