"""A target's own UPDATE statement: by which keys rows are updated, and which columns are.

Source: PowerCenter Transformation Guide, "Target Update Override": `UPDATE T SET A = :TU.A WHERE ID = :TU.ID`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.migration.ast import SourceDefinition
from services.migration.rules import connectors, raw_sql
from services.migration.rules.context import NotConvertible
from services.migration.rules.load import Load

_PORT = re.compile(r":\s*TU\s*\.\s*(?=[\w\"])", re.IGNORECASE)
_GIVEN = "dataflow_tu"
BY_HAND = "Write the update by hand."


@dataclass(frozen=True, slots=True)
class Override:
    """Columns in lower case: those that are set and those that are compared, each with the port that it takes."""

    assigned: dict[str, str]
    keys: dict[str, str]


def read(item: SourceDefinition) -> Override | None:
    """None where the target has no statement of its own. Raises NotConvertible where it does more than set by keys."""
    text = item.attributes.get("Update Override", "").strip().rstrip(";")
    if not text:
        return None
    system = connectors.system(item.database_type)
    dialect = raw_sql.SQLGLOT_SYSTEMS.get(system.dialect if system else "")
    try:
        tree = sqlglot.parse_one(_PORT.sub(f"{_GIVEN}.", text), dialect=dialect)
    except (SqlglotError, RecursionError):
        raise _refused() from None
    where = tree.args.get("where")
    if not isinstance(tree, exp.Update) or where is None or tree.args.get("from_"):
        raise _refused()
    table = item.attributes.get("Target Table Name", "").strip() or item.table
    if tree.this.name.lower() != table.lower():
        raise _refused()
    return Override(_pairs(tree.expressions), _pairs(where.this.flatten() if _is_and(where.this) else [where.this]))


def _is_and(tree: exp.Expr) -> bool:
    return isinstance(tree, exp.And)


def _pairs(tests: Iterable[exp.Expr]) -> dict[str, str]:
    """`COLUMN = :TU.PORT`, either way round."""
    found: dict[str, str] = {}
    for test in tests:
        sides = [test.this.unnest(), test.expression.unnest()] if isinstance(test, exp.EQ) else []
        given = [side for side in sides if isinstance(side, exp.Column) and side.table == _GIVEN]
        own = [side for side in sides if isinstance(side, exp.Column) and side.table != _GIVEN]
        if len(given) != 1 or len(own) != 1 or own[0].name.lower() in found:
            raise _refused()
        found[own[0].name.lower()] = given[0].name.lower()
    return found


def _refused() -> NotConvertible:
    return NotConvertible(
        "it has an update statement of its own (Update Override), which does more than set columns by keys", BY_HAND
    )


def applied(
    override: Override | None, load: Load, columns: list[dict[str, Any]], keys: list[str], name: str
) -> tuple[list[dict[str, Any]], list[str], str]:
    """Columns, keys and what to say of them. Raises NotConvertible where inserts and updates take other columns."""
    if override is None:
        return columns, keys, ""
    if load.mode not in ("update", "upsert") and not load.action_column:
        return columns, keys, f"The Update Override of {name} has no effect: no row is written as an update."
    by_name = {column["name"].lower(): column for column in columns}
    sources = {column: by_name[port]["from"] for column, port in _taken(override).items() if port in by_name}
    found = [{**column, "from": sources[key]} for key, column in by_name.items() if key in sources]
    if len(found) != len(_taken(override)):
        raise NotConvertible("its Update Override names columns that are not connected", "Connect them.")
    inserts = load.mode == "upsert" or bool(load.action_column)
    if inserts and found != columns:
        raise NotConvertible(
            "rows are inserted with other columns than its Update Override sets", "Write inserts and updates apart."
        )
    return found, [by_name[key]["name"] for key in override.keys], ""


def _taken(override: Override) -> dict[str, str]:
    return {**override.assigned, **override.keys}
