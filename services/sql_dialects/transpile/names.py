"""Names: case of quoted ones, names of other databases, temporary tables."""

from __future__ import annotations

import re

from sqlglot import exp

from services.sql_dialects.transpile.work import Work

_UPPER = re.compile(r"[A-Z_][A-Z0-9_$]*")
_LOWER = re.compile(r"[a-z_][a-z0-9_$]*")
_FOLDS_UP = ("snowflake", "sap_hana", "teradata")
_FOLDS_DOWN = ("postgresql",)
_CASELESS = ("mssql", "teradata", "duckdb")


def _identifier(name: str, quoted: bool) -> exp.Identifier:
    return exp.Identifier(this=name, quoted=quoted)


def case(node: exp.Expr, work: Work) -> exp.Expr | None:
    """ "NAME" is name in a dialect that folds up; where names have no case, they are written as the table has them."""
    if not isinstance(node, exp.Identifier) or not node.quoted:
        return None
    name = node.this
    if work.read in _FOLDS_UP and work.write in _FOLDS_DOWN and _UPPER.fullmatch(name):
        return _identifier(name.lower(), quoted=False)
    if work.read in _FOLDS_DOWN and work.write in _FOLDS_UP and _LOWER.fullmatch(name):
        return _identifier(name, quoted=False)
    if work.read in _CASELESS and work.write not in _CASELESS:
        known = work.types.spelled.get(name.lower())
        if known:
            return _identifier(known, quoted=True)
        if name != name.lower():
            work.caution("identifier_case", node)
    return None


def place(node: exp.Expr, work: Work) -> exp.Expr | None:
    """The database before the schema; `dbo` is T-SQL's default schema, as `public` is PostgreSQL's."""
    if not isinstance(node, exp.Table):
        return None
    if node.catalog:
        if node.catalog.lower() in ("master", "msdb", "tempdb", "model") and work.read == "mssql":
            raise work.refusal(node, "a system table")
        work.caution("catalog", node)
        node.set("catalog", None)
        if not node.db:
            node.set("db", None)
    if work.read == "mssql" and node.db.lower() == "sys":
        raise work.refusal(node, "a system table; use information_schema")
    if work.read == "mssql" and node.db.lower() == "dbo":
        node.set("db", None)
    return None


def temporary(node: exp.Expr, work: Work) -> exp.Expr | None:
    """#name of T-SQL."""
    if isinstance(node, exp.Identifier) and node.args.get("temporary"):
        work.caution("temporary_table", f"#{node.name}")
        if node.args.get("global_"):
            raise work.refusal(f"##{node.name}", "use a table")
    return None
