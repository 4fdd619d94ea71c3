"""What no rule can carry over, by the node that it is: each with what to do instead."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from services.sql_dialects.names import DIALECT_NAMES
from services.sql_dialects.sap_hana_statements import RegularExpression, Upsert
from services.sql_dialects.transpile.work import Work

_PROCEDURAL = (
    "a variable or a procedural statement has no place in a query; put the value in or make it a step of its own"
)

# Node → remedy; the dialects of which it may stay are in KEPT.
NODES: Mapping[type[exp.Expr], str] = MappingProxyType(
    {
        exp.Parameter: _PROCEDURAL,
        exp.SessionParameter: _PROCEDURAL,
        exp.Declare: _PROCEDURAL,
        exp.IfBlock: _PROCEDURAL,
        exp.WhileBlock: _PROCEDURAL,
        exp.Execute: _PROCEDURAL,
        exp.Block: _PROCEDURAL,
        exp.Set: "settings of the session are the target's own",
        exp.Use: "name the schema before the table",
        exp.QueryBand: "settings of the session are the target's own",
        exp.Command: "the statement is not understood, so it is not written",
        exp.ForClause: "FOR XML and FOR JSON have no equivalent; use STRING_AGG or the target's JSON functions",
        Upsert: "use MERGE or INSERT … ON CONFLICT with the key",
        exp.Kwarg: "parameters of views have no equivalent; put the condition in WHERE",
        exp.MatchRecognize: "row pattern matching has no equivalent",
        exp.RangeN: "use CASE or WIDTH_BUCKET",
        exp.XMLTable: "read the XML with the target's own functions",
        exp.Connect: "write the hierarchy as WITH RECURSIVE",
        exp.Prior: "write the hierarchy as WITH RECURSIVE",
        exp.OpenJSON: "read the JSON with the target's own functions",
        exp.Copy: "loading and unloading is the target's own",
        RegularExpression: "use REGEXP_REPLACE, REGEXP_SUBSTR or REGEXP_COUNT of the target",
        exp.Clone: "create the table and insert the rows",
        exp.IgnoreNulls: "take the last value that is not NULL in another way",
        exp.NextValueFor: "use the target's sequence or an identity column",
    }
)
KEPT: Mapping[type[exp.Expr], frozenset[str]] = MappingProxyType(
    {
        exp.NextValueFor: frozenset(),
        exp.Kwarg: frozenset({"snowflake", "duckdb"}),
        RegularExpression: frozenset({"sap_hana"}),
        Upsert: frozenset({"sap_hana"}),
        exp.Set: frozenset(),
        exp.Block: frozenset(),
        exp.Clone: frozenset({"snowflake"}),
        exp.Connect: frozenset({"snowflake"}),
        exp.Prior: frozenset({"snowflake"}),
        exp.IgnoreNulls: frozenset({"snowflake", "teradata", "mssql", "duckdb"}),
    }
)


def check(tree: exp.Expr, work: Work) -> None:
    """Raises RefusedError at the first node that cannot be written."""
    for node in tree.walk():
        if isinstance(node, exp.Select) and not node.expressions:
            raise work.refusal("SELECT without a column", f"it is not {work.read} SQL")
        remedy = NODES.get(type(node))
        if (isinstance(node, exp.Kwarg) and work.read != "sap_hana") or _has_a_rule(node, work):
            continue  # a named argument of a function is none of a view
        if remedy and work.write not in KEPT.get(type(node), ()):
            raise work.refusal(_shown(node, work), remedy)


def _has_a_rule(node: exp.Expr, work: Work) -> bool:
    if isinstance(node, exp.OpenJSON):
        return bool(node.expressions) and work.write == "postgresql"
    return isinstance(node, exp.ForClause) and work.write in ("postgresql", "duckdb")


def _shown(node: exp.Expr, work: Work) -> str:
    if isinstance(node, exp.Parameter) and work.read == "mssql":
        return f"@{node.name or node.this.name}"
    if isinstance(node, exp.ForClause):
        return f"FOR {node.text('kind')}"
    if isinstance(node, exp.Command):
        return f"{node.name} {node.text('expression')}"
    if isinstance(node, exp.Block | exp.IfBlock | exp.WhileBlock | exp.Execute):
        return f"{type(node).__name__.removesuffix('Block').upper()} statement"
    return node.sql(dialect=DIALECT_NAMES[work.read])
