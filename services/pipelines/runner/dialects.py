"""How the dialects differ in what a script is made of: long texts, temporary tables, trees as text."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.dialects import Dialect
from sqlglot.errors import SqlglotError

from services.pipelines.dsl.sqlread import GRAMMARS
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.errors import NotRunnableError

TEXTS = {"sap_hana": "NVARCHAR(5000)", "teradata": "VARCHAR(32000)"}
"""The text type of dialects in which a long text can't be compared; each is the longest that can."""
NO_RECURSION = frozenset({"sap_hana"})
TEMPORARY = {
    "teradata": "CREATE VOLATILE TABLE {name} AS (\n{query}\n) WITH DATA ON COMMIT PRESERVE ROWS",
    "sap_hana": "CREATE LOCAL TEMPORARY COLUMN TABLE {name} AS (\n{query}\n) WITH DATA",
}
"""How a dialect keeps rows for the session, where it is not CREATE TEMPORARY TABLE … AS."""
HASHED = frozenset({"mssql", "sap_hana"})
"""Dialects whose temporary tables begin with #."""


def null_ordering(dialect: str) -> str:
    """Where nulls go in an ORDER BY that does not say it, as sqlglot names it."""
    return str(Dialect.get_or_raise(GRAMMARS.get(dialect, "")).NULL_ORDERING)


def temporary_name(name: str, dialect: str) -> str:
    return f"#{name}" if dialect in HASHED else name


def create_temporary(name: str, query: exp.Query, dialect: str, *, pretty: bool = True) -> str:
    """The statement that keeps a query's rows for the session."""
    if dialect == "mssql":
        inner = exp.select("*").from_(sql.subquery(query, "__t")) if not isinstance(query, exp.Select) else query
        inner.set("into", exp.Into(this=sql.table(name)))
        return text(inner, dialect, pretty=pretty)
    if dialect in TEMPORARY:
        return TEMPORARY[dialect].format(name=text(sql.name(name), dialect), query=text(query, dialect, pretty=pretty))
    properties = exp.Properties(expressions=[exp.TemporaryProperty()])
    return text(
        exp.Create(this=sql.table(name), kind="TABLE", expression=query, properties=properties),
        dialect,
        pretty=pretty,
    )


def text(tree: exp.Expr, dialect: str, *, pretty: bool = True) -> str:
    """A tree, which may be changed, in a script's dialect. Raises NotRunnableError where the dialect can't say it."""
    if dialect in TEXTS:
        tree = tree.transform(_sized, TEXTS[dialect])
    try:
        return tree.sql(dialect=GRAMMARS.get(dialect, ""), pretty=pretty, copy=False)
    except SqlglotError as error:
        raise NotRunnableError("", f"{dialect} can't say it: {error}") from None


def _sized(node: exp.Expr, kind: str) -> exp.Expr:
    long = isinstance(node, exp.DataType) and node.this == exp.DType.TEXT
    return exp.DataType(this=exp.DType.USERDEFINED, kind=kind) if long else node
