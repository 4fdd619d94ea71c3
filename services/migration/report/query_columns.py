"""Which columns of which tables a source's query makes its outputs of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage

from services.pipelines.dsl.sqlread import GRAMMARS, UnreadableSqlError, read
from services.pipelines.dsl.texts import Form

Behind = tuple[str, str, bool]
"""Table, column, and whether the column is merely copied."""


def behind(query: str, dialect: str, names: Sequence[str]) -> dict[str, list[Behind]]:
    """For each of a source's column `names` what the query makes it of; without entry where nobody can tell.

    Outputs are told by their names, and by their places where the names differ and the numbers agree.
    """
    try:
        (tree,) = read(query, Form.QUERY, dialect)
        nodes: Mapping[str, Node] = _traced(tree, dialect)
    except (UnreadableSqlError, SqlglotError, ValueError, RecursionError):
        return {}
    written = {each.name.lower(): each.name for each in tree.find_all(exp.Identifier)}
    if list(nodes) == ["*"]:
        (all_of,) = nodes.values()
        return {name: _origins(all_of, written, name) for name in names}
    by_name = {output.lower(): node for output, node in nodes.items()}
    if not all(name.lower() in by_name for name in names) and len(names) == len(nodes) and not tree.is_star:
        by_name = dict(zip((name.lower() for name in names), nodes.values(), strict=True))
    return {name: _origins(by_name[name.lower()], written, name) for name in names if name.lower() in by_name}


def _traced(tree: Any, dialect: str) -> Mapping[str, Node]:
    found: Any = lineage(None, tree, {}, dialect=GRAMMARS.get(dialect), validate_qualify_columns=False)
    return dict(found)


def _origins(node: Node, written: Mapping[str, str], name: str) -> list[Behind]:
    made = node.expression.unalias()
    copied = isinstance(made, exp.Column | exp.Star)
    found: set[Behind] = set()
    for leaf in node.walk():
        if leaf.downstream or not isinstance(leaf.source, exp.Table):
            continue
        column = exp.to_column(leaf.name).name if leaf.name != "*" else name
        parts = [written.get(part.name.lower(), part.name) for part in leaf.source.parts[-2:]]
        found.add((".".join(parts), written.get(column.lower(), column), copied))
    return sorted(found)  # the tracer keeps no order
