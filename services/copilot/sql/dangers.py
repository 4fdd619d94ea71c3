"""Statements that change, destroy, reach outside the database or hide what they do; told from the tree alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlglot import exp

from services.copilot.sql.calls import call_name
from services.copilot.sql.findings import Findings, Severity

READS = (exp.Query, exp.Values)
_CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
# Functions that leave the database or act on the server, by their catalogue names.
OUTSIDE_FUNCTIONS = frozenset(
    [
        "pg_read_file",
        "pg_read_binary_file",
        "pg_ls_dir",
        "pg_stat_file",
        "lo_import",
        "lo_export",
        "pg_file_write",
        "pg_file_read",
        "pg_execute_server_program",
        "dblink",
        "dblink_exec",
        "dblink_connect",
        "openrowset",
        "opendatasource",
        "openquery",
        "load_extension",
        "sys_exec",
        "pg_ls_logdir",
        "pg_ls_waldir",
        "pg_ls_tmpdir",
    ]
)
ACTING_FUNCTIONS = frozenset(
    [
        "pg_terminate_backend",
        "pg_cancel_backend",
        "pg_reload_conf",
        "pg_rotate_logfile",
        "pg_promote",
        "pg_switch_wal",
        "set_config",
        "setval",
        "nextval",
        "pg_advisory_lock",
        "pg_drop_replication_slot",
        "lo_unlink",
        "lo_create",
        "pg_create_restore_point",
        "system$cancel_query",
        "system$abort_session",
        "system$cancel_all_queries",
    ]
)
_OUTSIDE_WORDS = ("xp_", "sp_oacreate", "sp_oamethod", "sp_execute_external_script", "openrowset", "openquery")
_RIGHTS = (exp.Grant, exp.Revoke)
_COMMAND_RIGHTS = frozenset({"GRANT", "REVOKE", "DENY"})


def dangers(statement: exp.Expr, findings: Findings) -> None:
    """Report what is dangerous about one statement."""
    for node in statement.walk():
        for code, severity, message, fix in _of(node, statement):
            findings.add(code, message, node, severity=severity, fix=fix)


_Said = tuple[str, Severity, str, str]


def _of(node: Any, statement: exp.Expr) -> Iterator[_Said]:
    for classes, handler in _HANDLERS:
        if isinstance(node, classes):
            yield from handler(node)
    if isinstance(node, _CHANGES) and node is not statement and isinstance(node.parent, exp.CTE):
        message = f"WITH hides a statement that changes data: {node.key.upper()}."
        yield "WRITABLE_CTE", "warning", message, "Run it alone."


def _rights(node: Any) -> Iterator[_Said]:
    message = f"{node.key.upper()} changes who may do what."
    yield "CHANGES_RIGHTS", "warning", message, "Leave it to an administrator."


def _into(node: Any) -> Iterator[_Said]:
    yield "SELECT_INTO", "warning", "SELECT … INTO makes a table.", "Write CREATE TABLE … AS where one is wanted."


def _overwrite(node: Any) -> Iterator[_Said]:
    if node.args.get("overwrite"):
        yield (
            "INSERT_OVERWRITE",
            "warning",
            "INSERT OVERWRITE replaces all rows of the table.",
            "Use INSERT INTO to add.",
        )


def _alter(node: Any) -> Iterator[_Said]:
    yield "CHANGES_SCHEMA", "warning", "ALTER changes the schema.", "Run it as a migration, not as a query."


def _call(node: Any) -> Iterator[_Said]:
    yield from _function(call_name(node))


def _function(name: str) -> Iterator[_Said]:
    if name in OUTSIDE_FUNCTIONS or name.startswith("xp_"):
        yield "REACHES_OUTSIDE", "error", f"{name} reaches outside the database.", "Read from tables only."
    elif name in ACTING_FUNCTIONS:
        yield (
            "ACTING_FUNCTION",
            "warning",
            f"{name} acts on the server although it stands in a query.",
            "Call it alone.",
        )


def _drop(node: Any) -> Iterator[_Said]:
    if isinstance(node, exp.TruncateTable):
        yield "TRUNCATE", "warning", "TRUNCATE removes every row.", "Keep a copy, or DELETE with a condition."
        return
    kind = str(node.args.get("kind") or "object").upper()
    fix = "Make sure nobody needs it and a copy exists."
    yield "DROP", "warning", f"DROP {kind} cannot be undone.", fix


def _command(node: Any) -> Iterator[_Said]:
    word, rest = str(node.this).upper(), str(node.expression or "").lower()
    if word in _COMMAND_RIGHTS:
        yield "CHANGES_RIGHTS", "warning", f"{word} changes who may do what.", "Leave it to an administrator."
    elif word in ("EXEC", "EXECUTE") and any(part in rest.replace("[", "").replace('"', "") for part in _OUTSIDE_WORDS):
        yield "REACHES_OUTSIDE", "error", "The procedure reaches outside the database.", "Read from tables only."
    else:
        fix = "Only a person who knows what it does should run it."
        yield "OPAQUE_COMMAND", "warning", f"{word} is a command whose effect cannot be checked.", fix


def _procedure(node: Any) -> Iterator[_Said]:
    name = node.this.name.lower() if isinstance(node.this, exp.Table) else ""
    if name.startswith(_OUTSIDE_WORDS):
        yield "REACHES_OUTSIDE", "error", f"{name} reaches outside the database.", "Read from tables only."
    else:
        what = f"Procedure {name}" if name else "SQL put together at run time"
        fix = "Only a person who knows what it does should run it."
        yield "OPAQUE_COMMAND", "warning", f"{what} cannot be checked.", fix


def _copy(node: Any) -> Iterator[_Said]:
    names = [each.name.upper() for each in node.args.get("files") or ()]
    if "PROGRAM" in names:
        yield "REACHES_OUTSIDE", "error", "COPY … PROGRAM runs a program on the server.", "Copy from STDIN."
    else:
        yield "COPY", "warning", "COPY moves rows between a table and a file.", "Check the file and the table."


_HANDLERS: tuple[tuple[Any, Callable[[Any], Iterator[_Said]]], ...] = (
    (exp.Anonymous, _call),
    ((exp.Drop, exp.TruncateTable), _drop),
    (_RIGHTS, _rights),
    (exp.Command, _command),
    (exp.Execute, _procedure),
    (exp.Copy, _copy),
    (exp.Into, _into),
    (exp.Insert, _overwrite),
    (exp.Alter, _alter),
)


def is_read_only(statements: Sequence[exp.Expr]) -> bool:
    """True where by its structure nothing can change: queries alone, without INTO, changing CTEs or acting calls."""
    for statement in statements:
        if not isinstance(statement, READS) and not isinstance(statement, exp.Describe):
            return False
        for node in statement.walk():
            if isinstance(node, (*_CHANGES, exp.Into, exp.Lock)):
                return False
            if isinstance(node, exp.Anonymous) and (
                call_name(node) in OUTSIDE_FUNCTIONS | ACTING_FUNCTIONS or call_name(node).startswith("xp_")
            ):
                return False
    return True
