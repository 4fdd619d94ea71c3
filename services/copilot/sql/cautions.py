"""What runs but should be looked at: SELECT *, changes without a condition, LIMIT where the dialect has none."""

from __future__ import annotations

from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.simplify import simplify

from services.copilot.knowledge.dialects import dialects
from services.copilot.sql.findings import Findings


def cautions(statement: exp.Expr, sql: str, dialect: str, findings: Findings) -> None:
    """Report them for one statement."""
    for node in statement.walk():
        if isinstance(node, exp.Select):
            _star(node, findings)
            _product(node, findings)
        elif isinstance(node, exp.Delete | exp.Update):
            _condition(node, findings)
        elif isinstance(node, exp.Limit):
            _limit(node, sql, dialect, findings)
        elif isinstance(node, exp.Array):
            _brackets(node, sql, dialect, findings)


def _star(node: Any, findings: Findings) -> None:
    for each in node.expressions:
        is_star = isinstance(each, exp.Star) or (isinstance(each, exp.Column) and isinstance(each.this, exp.Star))
        if is_star and not isinstance(node.parent, exp.Exists):
            message = "SELECT * reads every column, those to come included."
            findings.add("SELECT_STAR", message, each, severity="warning", fix="Name the columns that are needed.")


def _product(node: Any, findings: Findings) -> None:
    """Tables side by side in FROM that no condition connects. Where a column does not say whose it is, it may."""
    where = node.args.get("where")
    pairs = [] if where is None else [_owners(each) for each in where.find_all(exp.Predicate)]
    connecting = [owners for owners in pairs if len(owners) > 1 or "" in owners]
    for join in node.args.get("joins") or ():
        table = join.this
        bare = not any(join.args.get(each) for each in ("on", "using", "kind", "side", "method"))
        if not bare or not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
            continue
        name = table.alias_or_name.lower()
        if not any(name in owners or "" in owners for owners in connecting) and name not in _defined(node):
            findings.add(
                "CARTESIAN_PRODUCT",
                f"No condition connects {table.alias_or_name}: every row of it is paired with every other row.",
                table,
                severity="warning",
                fix="JOIN it ON the columns that belong together; write CROSS JOIN where every pair is meant.",
            )


def _owners(predicate: exp.Expr) -> set[str]:
    """Whose columns a comparison has; nothing where it has fewer than two."""
    columns = list(predicate.find_all(exp.Column))
    return {each.table.lower() for each in columns} if len(columns) > 1 else set()


def _defined(node: exp.Expr) -> set[str]:
    """Names of queries of WITH, which may have a single row."""
    return {each.alias.lower() for each in node.root().find_all(exp.CTE)}


def _condition(node: Any, findings: Findings) -> None:
    if isinstance(node.parent, exp.When) or node.find_ancestor(exp.Merge):
        return
    where, word = node.args.get("where"), node.key.upper()
    fix = "Add a WHERE that names the rows."
    if where is None:
        findings.add("DML_WITHOUT_WHERE", f"{word} without WHERE: every row.", node, severity="warning", fix=fix)
    elif _always_true(where.this):
        message = f"{word} with a WHERE that is always true: every row."
        findings.add("DML_WITHOUT_WHERE", message, where, severity="warning", fix=fix)


def _always_true(condition: exp.Expr) -> bool:
    """Conditions over literals that come out true, and `x = x`."""
    if isinstance(condition, exp.Or):
        return _always_true(condition.this) or _always_true(condition.expression)
    if isinstance(condition, exp.And):
        return _always_true(condition.this) and _always_true(condition.expression)
    if isinstance(condition, exp.Paren):
        return _always_true(condition.this)
    if isinstance(condition, exp.EQ | exp.GTE | exp.LTE) and condition.this == condition.expression:
        return not condition.find(exp.Anonymous)
    if condition.find(exp.Column, exp.Query, exp.Anonymous):
        return False
    if isinstance(condition, exp.Literal):
        return condition.name.lower() in ("1", "t", "true", "yes", "on")
    try:
        return bool(simplify(condition.copy()) == exp.true())
    except SqlglotError:
        return False


def _limit(node: exp.Limit, sql: str, dialect: str, findings: Findings) -> None:
    """sqlglot reads TOP as a limit too; the word before the count tells which was written."""
    instead = dialects()[dialect].no_limit if dialect in dialects() else ""
    count = node.expression
    start = count.meta.get("start") if count is not None else None
    if not instead or start is None or sql[:start].rstrip(" (\n\t\r").upper().endswith(("TOP", "SAMPLE")):
        return
    fix = instead.format(count=count.sql())
    findings.add("DIALECT_LIMIT", f"{dialect} has no LIMIT.", node, fix=fix)


def _brackets(node: exp.Array, sql: str, dialect: str, findings: Findings) -> None:
    """`[name]` is read as an array of one column; where the dialect has no such arrays, T-SQL's name is meant."""
    instead = dialects()[dialect].no_brackets if dialect in dialects() else ""
    name = node.expressions[0] if len(node.expressions) == 1 else None
    if not instead or not isinstance(name, exp.Column) or not name.this.meta:
        return
    if not sql[: name.this.meta["start"] - 1].rstrip().upper().endswith("ARRAY"):
        message = f"{dialect} has no names in square brackets."
        findings.add("DIALECT_BRACKETS", message, name, fix=instead.format(name=name.name))
