"""`reconciliation`: the rows of a sink against those that the legacy job loads, or against the sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from services.pipelines.dsl.columns import Resolution
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.quality.outcome import CannotCheckError, Found
from services.pipelines.runner.quality.rows import Rows, shown

KEEP_ROWS = frozenset({"sql_expression", "window", "multi_row_formula", "upsert_strategy", "sequence_generator"})
"""Kinds that give one row for each."""
RELATIVE = 1e-9
"""Difference of two sums that rounding explains."""
REMEDY = "give what the legacy job loads with --expect SINK=FILE"


def with_expected(measures: Sequence[str], rows: Rows, expected: Rows) -> Found:
    """The rows against expected ones, in the columns that the expected have."""
    names = rows.named(expected.columns)
    found: dict[str, Any] = {}
    wrong: list[str] = []
    for measure in measures:
        COMPARED[measure](names, rows, expected, found, wrong)
    return Found(not wrong, found, {"differences": 0}, "; ".join(wrong))


def _row_counts(_names: list[str], rows: Rows, expected: Rows, found: dict[str, Any], wrong: list[str]) -> None:
    found["rows"], found["expected_rows"] = rows.count()[0], expected.count()[0]
    if found["rows"] != found["expected_rows"]:
        wrong.append(f"{found['rows']} rows, where {found['expected_rows']} are expected")


def _sums(names: list[str], rows: Rows, expected: Rows, _found: dict[str, Any], wrong: list[str]) -> None:
    numbers = [name for name in names if name in rows.numbers()]
    sums = [exp.Sum(this=sql.column(name)) for name in numbers]
    if not numbers:
        return
    for name, one, other in zip(numbers, rows.one(*sums), expected.one(*(s.copy() for s in sums)), strict=True):
        own, wanted = float(one or 0), float(other or 0)
        if abs(own - wanted) > RELATIVE * max(abs(own), abs(wanted)):
            wrong.append(f"{name} adds up to {shown(one)}, not {shown(other)}")


def _contents(names: list[str], rows: Rows, expected: Rows, found: dict[str, Any], wrong: list[str]) -> None:
    """Rows of one side that the other lacks, each as often as it stands there."""
    columns = [sql.column(name) for name in names]
    sides = [exp.select(*(c.copy() for c in columns)).from_(sql.table(each.view)) for each in (rows, expected)]
    for key, (one, other) in {"unexpected": sides, "missing": sides[::-1]}.items():
        left = exp.except_(one, other, distinct=False)
        ((found[key],),) = rows.ask(exp.select(exp.Count(this=exp.Star())).from_(sql.subquery(left, "d")))
    if found["unexpected"] or found["missing"]:
        wrong.append(f"{found['unexpected']} rows are not expected, {found['missing']} expected ones are missing")


COMPARED = {"row_count": _row_counts, "column_sums": _sums, "checksums": _contents}


def with_sources(resolution: Resolution, sink: str, rows: Rows, sources: Mapping[str, int]) -> Found:
    """Counts against the sources'. They must be equal only where every row of the one source becomes one row."""
    found: dict[str, Any] = {"rows": rows.count()[0], "source_rows": sum(sources.values())}
    if len(sources) == 1 and _keeps_rows(resolution, sink, next(iter(sources))):
        return Found(found["rows"] == found["source_rows"], found, {"source_rows": found["source_rows"]})
    raise CannotCheckError(
        f"a pipeline that filters, joins or groups rows is not compared with its sources; {REMEDY}", found
    )


def _keeps_rows(resolution: Resolution, sink: str, source: str) -> bool:
    """Whether the nodes between a source and a sink stand in one line, and each gives as many rows as it gets."""
    ref = resolution.graph.inputs(sink)[0].ref
    while ref != source:
        node_id = ref.partition(".")[0]
        node, before = resolution.graph.nodes[node_id], resolution.graph.inputs(node_id)
        if len(before) != 1 or not _keeps(node):
            return False
        ref = before[0].ref
    return "action_column" not in resolution.graph.nodes[sink]["config"]


def _keeps(node: Mapping[str, Any]) -> bool:
    config = node.get("config", {})
    if node.get("transform") == "source_connector_sql_pushdown":
        return not any(config.get(key) for key in ("filter", "joins", "distinct", "query"))
    if node.get("transform") == "sql_order_by":
        return not config.get("distinct")
    return node.get("transform") in KEEP_ROWS and config.get("forward_rejected", True)
