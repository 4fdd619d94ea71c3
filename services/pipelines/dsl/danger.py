"""SQL that destroys data, changes rights or structure, reaches outside the database, or can't be looked into.

Found by walking the syntax tree, so a word inside a text or a column's name is never mistaken for a command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

STATEMENTS: dict[type[exp.Expr], str] = {
    exp.Drop: "DROP {kind}",
    exp.TruncateTable: "TRUNCATE",
    exp.Alter: "ALTER {kind}",
    exp.Grant: "GRANT",
    exp.Revoke: "REVOKE",
    exp.Execute: "EXEC",
    exp.Copy: "COPY, which reads or writes files or programs of the server",
    exp.LoadData: "LOAD DATA, which reads files of the server",
    exp.Attach: "ATTACH",
    exp.Detach: "DETACH",
    exp.Kill: "KILL",
    exp.Pragma: "PRAGMA",
}
"""Statement → what is said of it. Reference: DROP TABLE/DATABASE, TRUNCATE, ALTER TABLE, EXEC, xp_cmdshell."""

CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Into)
"""What has no place in a query that only reads."""

FUNCTION_PREFIXES = ("xp_", "sp_", "dbms_", "utl_", "dblink", "lo_", "pg_read_", "pg_ls_", "pg_write_", "pg_stat_file")
FUNCTIONS = frozenset(
    """openrowset opendatasource openquery load_file load_extension pg_terminate_backend pg_cancel_backend
    pg_reload_conf pg_rotate_logfile set_config query_to_xml database_to_xml table_to_xml system shell
    read_csv read_csv_auto read_parquet parquet_scan read_json read_json_auto read_text read_blob glob httpget
    http_get sys_exec sys_eval""".split()  # noqa: SIM905  # a long list reads better as words
)


def dangers(tree: exp.Expr) -> Iterator[str]:
    """What is dangerous in one statement or expression, in words; nothing where it is harmless."""
    for node in tree.walk():
        name = STATEMENTS.get(type(node))
        if name:
            yield name.format(kind=node.args.get("kind") or "").strip()
        check = _CHECKS.get(type(node))
        found = check(node) if check else ""
        if found:
            yield found
        function = _function(node)
        if function:
            yield f"the function {function}, which reaches outside the query"


def opaque(tree: exp.Expr) -> str:
    """The command that can't be looked into; "" where the statement is understood."""
    if isinstance(tree, exp.Command):
        return str(tree.this).upper()
    if isinstance(tree, exp.Condition | exp.Alias) and not isinstance(tree, exp.Query):
        return tree.sql()[:40]
    return ""


def changes(tree: exp.Expr) -> str:
    """What a query changes, such as `DELETE`; "" where it only reads."""
    if not isinstance(tree, exp.Query):
        return type(tree).__name__.upper()
    node = next((node for node in tree.walk() if isinstance(node, CHANGES)), None)
    return "" if node is None else f"{type(node).__name__.upper()} inside a query"


def _insert(node: exp.Expr) -> str:
    return "INSERT OVERWRITE" if node.args.get("overwrite") else ""


def _unbounded(node: exp.Expr) -> str:
    return "" if node.args.get("where") else f"{type(node).__name__.upper()} without WHERE"


_CHECKS: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
    exp.Insert: _insert,
    exp.Delete: _unbounded,
    exp.Update: _unbounded,
}


def _function(node: exp.Expr) -> str:
    """Name of a dangerous function that is called here, with its package; "" where there is none."""
    if not isinstance(node, exp.Func):
        return ""
    name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
    owner = node.parent.this.name if isinstance(node.parent, exp.Dot) else ""
    for candidate in (name, owner):
        folded = candidate.casefold()
        if folded in FUNCTIONS or folded.startswith(FUNCTION_PREFIXES):
            return f"{owner}.{name}" if owner else name
    return ""
