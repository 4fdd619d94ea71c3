"""A glossary made ready to answer: its phrases indexed, its ways known, its formulas written out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlglot import exp

from services.copilot.semantic.expressions import READ, formula, row_expression
from services.copilot.semantic.facts import exact
from services.copilot.semantic.lexicon import Lexicon, lexicon
from services.copilot.semantic.model import Dimension, Filter, Glossary, Measure, Metric
from services.copilot.semantic.reading import load
from services.copilot.semantic.sql_names import column
from services.copilot.semantic.ways import Ways


@dataclass(frozen=True)
class Layer:
    glossary: Glossary
    lexicon: Lexicon
    ways: Ways

    @classmethod
    def of(cls, glossary: Glossary) -> Layer:
        return cls(glossary, lexicon(glossary), Ways(glossary))

    def formula_of(self, kind: str, name: str, value: str = "") -> str:
        """The SQL of an entry; with a value, the condition that a dimension has it."""
        if kind == "metric":
            return metric_formula(self.glossary, self.glossary.metric[name])
        if kind == "filter":
            return filter_formula(self.glossary.filter[name])
        shown = dimension_formula(self.glossary.dimension[name])
        return f"{shown} = {exp.Literal.string(value).sql(READ)}" if value else shown


@lru_cache(maxsize=4)
def _kept(path: Path | None, modified: float) -> Layer:
    return Layer.of(load(path))


def layer(path: Path | None = None) -> Layer:
    """The layer of a glossary file (None: the built-in one), kept until the file changes. Raises GlossaryError."""
    try:
        modified = path.stat().st_mtime if path else 0.0
    except OSError:
        modified = 0.0
    return _kept(path, modified)


def metric_formula(glossary: Glossary, metric: Metric) -> str:
    """`SUM(fact_revenue.amount_net) / NULLIF(…, 0)`, in PostgreSQL's words."""

    def written(node: exp.Expr) -> exp.Expr:
        return _aggregate(glossary.measure[node.name]) if isinstance(node, exp.Column) and not node.table else node

    return exact(formula(metric.formula)).transform(written).sql(READ)


def _aggregate(measure: Measure) -> exp.Expr:
    """The aggregate as an unread name, so that the columns inside it are not taken for measures."""
    value = _qualified(measure.value, measure.table) if measure.value else "*" if not measure.where else "1"
    if measure.where:
        value = f"CASE WHEN {_qualified(measure.where, measure.table)} THEN {value} END"
    name, distinct = measure.aggregate.upper(), ""
    if measure.aggregate == "count_distinct":
        name, distinct = "COUNT", "DISTINCT "
    return exp.Var(this=f"{name}({distinct}{value})")


def _qualified(text: str, table: str) -> str:
    def placed(node: exp.Expr) -> exp.Expr:
        return column(node.table or table, node.name) if isinstance(node, exp.Column) else node

    return exact(row_expression(text)).transform(placed).sql(READ)


def dimension_formula(dimension: Dimension) -> str:
    if dimension.time_grain:
        return f"DATE_TRUNC('{dimension.time_grain}', the figure's date)"
    return dimension.column or dimension.expression


def filter_formula(each: Filter) -> str:
    """Its conditions; the first that fits a figure's table is taken."""
    return "; else ".join(each.conditions)
