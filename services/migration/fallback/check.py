"""The checks that an answer must pass before it becomes a node: those of every pipeline, on a pipeline of its own.

The pipeline reads the request's inputs, runs the query and writes what it gives, so that a query which passes here
is sound wherever the object stands.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from services.migration.fallback.request import ModelRequest, RequestColumn
from services.pipelines import types
from services.pipelines.dsl.check import check_document
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.sqlread import UnreadableSqlError, read
from services.pipelines.dsl.texts import Form
from services.pipelines.severity import Severity

SAMPLES = {"date": "2024-01-31", "boolean": True, "number": 1}
"""Values that parameters have in a trial, by kind of type; any other is the text "1"."""
STEP = "step"
RESULT = "result"


def document_of(request: ModelRequest, sql: str) -> Document:
    """A pipeline of the request's inputs, the query and a sink."""
    sources = {f"given_{index}": given for index, given in enumerate(request.inputs)}
    step = {
        "id": STEP,
        "type": "transformation",
        "transform": "sql_query",
        "depends_on": list(sources),
        "config": {
            "inputs": [{"ref": node_id, "name": given.name} for node_id, given in sources.items()],
            "query": sql,
            "columns": [_typed(column) for column in request.outputs],
        },
    }
    nodes: list[dict[str, Any]] = [
        {
            "id": node_id,
            "type": "source",
            "connector": "postgresql",
            "config": {"table": node_id},
            "columns": [_typed(column) for column in given.columns],
        }
        for node_id, given in sources.items()
    ]
    sink = {"id": RESULT, "type": "sink", "connector": "postgresql", "depends_on": [STEP]}
    data: dict[str, Any] = {
        "name": "answer",
        "dialect": request.dialect,
        "nodes": [*nodes, step, {**sink, "config": {"table": RESULT, "mode": "overwrite"}}],
    }
    if request.parameters:
        data["parameters"] = [_parameter(name, kind) for name, kind in request.parameters]
    return Document(data)


def _parameter(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "type": kind, "default": SAMPLES.get(types.kind(kind), "1")}


def _typed(column: RequestColumn) -> dict[str, str]:
    return {"name": column.name, "type": column.type}


def static_problems(request: ModelRequest, sql: str) -> list[str]:
    """What is wrong with a query, as far as that can be seen without running it."""
    errors = [f for f in check_document(document_of(request, sql)) if f.severity == Severity.ERROR]
    return [finding.message for finding in errors] or _placeholders(request, sql)


def _placeholders(request: ModelRequest, sql: str) -> list[str]:
    """Columns that are null in every row: a stand-in for what was not converted."""
    try:
        (tree,) = read(sql, Form.QUERY, request.dialect)
    except (UnreadableSqlError, ValueError):
        return []
    selects = tree.selects if isinstance(tree, exp.Select) else []
    empty = [item.alias_or_name for item in selects if _is_null(item.unalias())]
    if not empty:
        return []
    return [f"{', '.join(empty)} is null in every row; compute it, or give null for `sql` and say why it can't be done"]


def _is_null(tree: exp.Expr) -> bool:
    while isinstance(tree, exp.Cast | exp.TryCast | exp.Paren):
        tree = tree.this
    return isinstance(tree, exp.Null)
