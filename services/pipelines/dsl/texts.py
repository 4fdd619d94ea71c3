"""Every piece of SQL in a document: where it stands, in which dialect, who wrote it, and what it may name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from services.pipelines.dsl.columns import Resolution
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.fields import ALIASED
from services.pipelines.dsl.finding import Path
from services.pipelines.dsl.relation import UNKNOWN, Column, Relation

LEGACY_TOOLS = frozenset({"powercenter", "alteryx", "ssis", "datastage"})
Scope = Mapping[str, Relation]


class Form(StrEnum):
    """What a text is."""

    EXPRESSION = "expression"
    AGGREGATE = "aggregate"  # an expression in which aggregates may stand
    WINDOW = "window"  # one function call that gets an OVER clause
    ORDERING = "ordering"  # an expression, optionally followed by asc or desc
    QUERY = "query"  # one statement that gives rows
    SCRIPT = "script"  # statements


@dataclass(frozen=True, slots=True)
class SqlText:
    """One piece of SQL. `scope` maps qualifiers ("" for none) to the columns an expression may name."""

    path: Path
    text: str
    form: Form
    dialect: str
    original: bool  # True where the legacy tool's own text is carried, False where a converter or a person wrote it
    scope: Scope = field(default_factory=dict)


def texts(document: Document, resolution: Resolution | None) -> Iterator[SqlText]:
    """Every SQL text of a pipeline or an orchestration; `resolution` is None for an orchestration.

    Nodes that did not meet the schema are passed over.
    """
    dialect = str(document.data.get("dialect") or "postgresql")
    if resolution is not None:
        for node_id in resolution.graph.order:
            if node_id in resolution.trusted:
                node = resolution.graph.nodes[node_id]
                yield from _node_texts(resolution, node_id, node, dialect)
        yield from _check_texts(document, dialect)
    yield from _task_texts(document)


def _node_texts(found: Resolution, node_id: str, node: Mapping[str, Any], dialect: str) -> Iterator[SqlText]:
    kind = str(node.get("transform") or node["type"])
    config, inputs = node["config"], found.inputs[node_id]
    path = found.graph.path(node_id, "config")
    legacy = is_original(node)
    own = str(config.get("dialect") or dialect)
    for form, key in ((Form.QUERY, "query"), (Form.SCRIPT, "pre_sql"), (Form.SCRIPT, "post_sql")):
        for extra, text in _scripts(config.get(key)):
            yield SqlText((*path, key, *extra), text, form, own, legacy)
    make = _KIND_TEXTS.get(kind, ())
    for pattern, form, scope_of in make:
        here = own if kind == "source_connector_sql_pushdown" else dialect
        for place, text, scope in scope_of(config, inputs, pattern):
            yield SqlText((*path, *place), text, form, here, legacy and "dialect" in config, scope)


def is_original(node: Mapping[str, Any]) -> bool:
    """True where rules carried the node over from a legacy tool, so that its own SQL is the tool's, not ours."""
    origin = node.get("origin") or {}
    return origin.get("tool") in LEGACY_TOOLS and origin.get("source", "rule_engine") == "rule_engine"


def _scripts(value: Any) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield (), value
    for index, item in enumerate(value if isinstance(value, list) else ()):
        yield (index,), item


ScopeOf = Callable[[Mapping[str, Any], Mapping[str, Relation], str], Iterator[tuple[Path, str, Scope]]]


def _found(config: Mapping[str, Any], pattern: str) -> Iterator[tuple[Path, str]]:
    """`columns.expression` → each of the list's expressions; `joins` → each text of the list; `filter` → the text."""
    key, _, inner = pattern.partition(".")
    value = config.get(key)
    if isinstance(value, str):
        yield (key,), value
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if inner:
            yield (key, index, inner), item[inner]
        else:
            yield (key, index), item


def _bare(config: Mapping[str, Any], inputs: Mapping[str, Relation], pattern: str) -> Iterator[tuple[Path, str, Scope]]:
    for path, text in _found(config, pattern):
        yield path, text, {"": inputs.get("", UNKNOWN)}


def _aliased(
    config: Mapping[str, Any], inputs: Mapping[str, Relation], pattern: str
) -> Iterator[tuple[Path, str, Scope]]:
    scope = {"l": inputs.get("left", UNKNOWN), "r": inputs.get("right", UNKNOWN)}
    for path, text in _found(config, pattern):
        yield path, text, scope


def _qualified(
    config: Mapping[str, Any], inputs: Mapping[str, Relation], pattern: str
) -> Iterator[tuple[Path, str, Scope]]:
    """A pushdown's own names: `<source id>.<column>`."""
    for path, text in _found(config, pattern):
        yield path, text, inputs


def _variables(
    config: Mapping[str, Any], inputs: Mapping[str, Relation], pattern: str
) -> Iterator[tuple[Path, str, Scope]]:
    """Each variable sees the input and the variables before it; output columns see them all."""
    given = inputs.get("", UNKNOWN)
    names: list[Column] = []
    for index, item in enumerate(config.get("variables") or ()):
        if pattern == "variables":
            yield ("variables", index, "expression"), item["expression"], {"": _with(given, names)}
        names.append(Column(item["name"], item.get("type", "unknown")))
    if pattern == "columns":
        for path, text in _found(config, "columns.expression"):
            yield path, text, {"": _with(given, names)}


def _with(given: Relation, names: list[Column]) -> Relation:
    return Relation((*given.columns, *names), given.known)


def _neighbours(
    config: Mapping[str, Any], inputs: Mapping[str, Relation], _pattern: str
) -> Iterator[tuple[Path, str, Scope]]:
    """A multi-row formula: bare names, `prevN.` and `nextN.`; its own columns as values of earlier rows."""
    given = inputs.get("", UNKNOWN)
    own = [Column(item["name"], item.get("type", "unknown")) for item in config["columns"]]
    around = {
        f"{side}{n}": _with(given, own if side == "prev" else []) for n in range(1, 100) for side in ("prev", "next")
    }
    for index, item in enumerate(config["columns"]):
        scope = {"": _with(given, own[:index]), **around}
        yield ("columns", index, "expression"), item["expression"], scope


def _strategy(
    config: Mapping[str, Any], inputs: Mapping[str, Relation], _pattern: str
) -> Iterator[tuple[Path, str, Scope]]:
    if config["strategy"] not in ACTIONS:
        yield ("strategy",), config["strategy"], {"": inputs.get("", UNKNOWN)}


ACTIONS = ("insert", "update", "delete", "reject")

_EXPR = Form.EXPRESSION
_KIND_TEXTS: dict[str, tuple[tuple[str, Form, ScopeOf], ...]] = {
    "source_connector_sql_pushdown": (
        ("filter", _EXPR, _qualified),
        ("joins", _EXPR, _qualified),
        ("order_by", Form.ORDERING, _qualified),
    ),
    "sql_expression": (("variables", _EXPR, _variables), ("columns", _EXPR, _variables)),
    "sql_where": (("condition", _EXPR, _bare),),
    "sql_group_by": (
        ("group_by", _EXPR, _bare),
        ("columns.expression", Form.AGGREGATE, _bare),
        ("having", Form.AGGREGATE, _bare),
    ),
    "conditional_branch": (("branches.condition", _EXPR, _bare),),
    "upsert_strategy": (("strategy", _EXPR, _strategy),),
    "window": (("columns.expression", Form.WINDOW, _bare),),
    "multi_row_formula": (("columns", _EXPR, _neighbours),),
    "scd": (("as_of", _EXPR, lambda c, i, p: ((path, text, {}) for path, text in _found(c, p))),),
    **{kind: (("condition", _EXPR, _aliased), ("columns.expression", _EXPR, _aliased)) for kind in sorted(ALIASED)},
}


def _check_texts(document: Document, dialect: str) -> Iterator[SqlText]:
    checks = document.data.get("quality_checks")
    for index, check in enumerate(checks if isinstance(checks, list) else ()):
        if isinstance(check, dict) and isinstance(check.get("sql"), str):
            yield SqlText(("quality_checks", index, "sql"), check["sql"], Form.QUERY, dialect, False)


def _task_texts(document: Document) -> Iterator[SqlText]:
    orchestration = document.data.get("orchestration")
    if isinstance(orchestration, dict):
        legacy = is_original(orchestration) or _converted(document)
        yield from _tasks(orchestration.get("tasks"), ("orchestration", "tasks"), legacy)
        for index, handler in enumerate(orchestration.get("handlers") or ()):
            yield from _tasks(handler.get("tasks"), ("orchestration", "handlers", index, "tasks"), legacy)


def _converted(document: Document) -> bool:
    metadata = document.data.get("metadata")
    return isinstance(metadata, dict) and metadata.get("source_tool") in LEGACY_TOOLS


def _tasks(tasks: Any, path: Path, legacy: bool) -> Iterator[SqlText]:
    for index, task in enumerate(tasks if isinstance(tasks, list) else ()):
        if not isinstance(task, dict):
            continue
        original = is_original(task) if "origin" in task else legacy
        for extra, text in _scripts(task.get("sql")):
            dialect = str(task.get("dialect") or "other")
            yield SqlText((*path, index, "sql", *extra), text, Form.SCRIPT, dialect, original)
        yield from _tasks(task.get("tasks"), (*path, index, "tasks"), legacy)
