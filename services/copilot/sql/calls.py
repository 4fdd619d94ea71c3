"""Function calls: is there such a function, does it aggregate, is it a window function."""

from __future__ import annotations

from sqlglot import exp

from services.copilot.sql.postgresql import catalogue
from services.copilot.sql.reading import AGGREGATES, known_functions

# Calls that PostgreSQL's grammar has and its catalogue has not.
GRAMMAR = frozenset(
    [
        "coalesce",
        "greatest",
        "least",
        "nullif",
        "grouping",
        "row",
        "xmlelement",
        "xmlforest",
        "xmlconcat",
        "xmlpi",
        "xmlroot",
        "xmlserialize",
        "xmlparse",
        "xmlexists",
        "json_object",
        "json_array",
        "json_scalar",
        "json_serialize",
        "json_value",
        "json_query",
        "json_exists",
        "json_table",
        "json_objectagg",
        "json_arrayagg",
        "merge_action",
        "normalize",
        "treat",
        "collation",
        "any",
        "some",
        "all",
        "exists",
        "cast",
        "extract",
        "position",
        "overlay",
        "substring",
        "trim",
        "array",
    ]
)
_OF_ORDERED_ROWS = frozenset(["first_value", "last_value", "nth_value"])  # SAP HANA's FIRST_VALUE(a ORDER BY b)
WRAPPERS = (exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)


def call_name(node: exp.Expr) -> str:
    """Lower-case name of a call that was read as it was written; empty for any other node."""
    return str(node.this).lower() if isinstance(node, exp.Anonymous) and isinstance(node.this, str) else ""


def exists(name: str, dialect: str) -> bool:
    if dialect == "postgresql":
        return name in GRAMMAR or name in catalogue.functions()
    return name in known_functions(dialect) or name in catalogue.functions() or name in GRAMMAR


def is_complete(dialect: str) -> bool:
    """Whether a function that is missing from our table does not exist, unless somebody made it."""
    return dialect == "postgresql"


def windowed(node: exp.Expr) -> bool:
    """Whether a call stands before OVER."""
    above: exp.Expr | None = node.parent
    below: exp.Expr | None = node
    while isinstance(above, WRAPPERS) and above.this is below:
        above, below = above.parent, above
    return isinstance(above, exp.Window) and above.this is below


def lacks_window(node: exp.Expr, dialect: str) -> bool:
    """Whether the call of a window function (rank, lag) has neither OVER nor WITHIN GROUP."""
    kinds = {overload.kind for overload in catalogue.functions().get(call_name(node), ())}
    if dialect != "postgresql" or "w" not in kinds or windowed(node):
        return False
    return not isinstance(node.parent, WRAPPERS)


def takes_no_window(node: exp.Expr, dialect: str) -> bool:
    """Whether a call cannot stand before OVER: an ordinary function."""
    kinds = {overload.kind for overload in catalogue.functions().get(call_name(node), ())}
    return dialect == "postgresql" and bool(kinds) and kinds <= {"f"}


def is_aggregate(node: exp.Expr, dialect: str) -> bool:
    """Whether the node aggregates rows: an aggregate's call without OVER, together with its FILTER or WITHIN GROUP."""
    if isinstance(node.parent, WRAPPERS) and node.parent.this is node:
        return False
    inner: exp.Expr = node
    while isinstance(inner, WRAPPERS):
        inner = inner.this
    return _aggregates(inner, dialect) and not windowed(node)


def _aggregates(call: exp.Expr, dialect: str) -> bool:
    name = call_name(call)
    if not name:
        return isinstance(call, exp.AggFunc)
    if dialect == "sap_hana" and name in _OF_ORDERED_ROWS:
        return isinstance(call.find(exp.Order), exp.Order)
    if dialect != "postgresql":
        return name in AGGREGATES
    kinds = {overload.kind for overload in catalogue.functions().get(name, ())}
    ordered = isinstance(call.parent, exp.WithinGroup)
    return kinds == {"a"} or ("a" in kinds and ordered) or name in ("json_objectagg", "json_arrayagg")
