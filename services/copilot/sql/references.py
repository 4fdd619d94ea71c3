"""Which tables a statement names, from its tree: names of WITH and of functions in FROM are no tables."""

from __future__ import annotations

from sqlglot import exp


def tables_used(statement: exp.Expr) -> list[str]:
    """Names as written, each once, in the order of the text."""
    found: dict[str, int] = {}
    for table in statement.find_all(exp.Table):
        if isinstance(table.this, exp.Identifier) and not _is_cte(table) and not _is_no_table(table):
            name = ".".join(part.name for part in table.parts)
            start = table.parts[0].meta.get("start", 0)
            found[name] = min(found.get(name, start), start)
    return sorted(found, key=lambda name: found[name])


def _is_cte(table: exp.Table) -> bool:
    """Whether a WITH in reach has the name."""
    if table.db:
        return False
    above: exp.Expr | None = table.parent
    inside: exp.Expr | None = table
    while above is not None:
        clause = above.args.get("with_")
        if clause is not None and any(_reaches(clause, cte, table, inside) for cte in clause.expressions):
            return True
        above, inside = above.parent, above
    return False


def _reaches(clause: exp.Expr, cte: exp.Expr, table: exp.Table, inside: exp.Expr | None) -> bool:
    """A CTE is known behind its definition, and within it only where it recurs."""
    if cte.alias_or_name.lower() != table.name.lower():
        return False
    if inside is not clause:
        return True
    own: exp.Expr | None = table
    while own is not None and own.parent is not clause:
        own = own.parent
    order = clause.expressions
    here, there = order.index(own), order.index(cte)
    return there < here or bool(clause.args.get("recursive")) or (there == here and isinstance(cte.this, exp.Union))


def _is_no_table(table: exp.Table) -> bool:
    if table.find_ancestor(exp.Execute):
        return True
    if isinstance(table.parent, exp.Drop):
        return str(table.parent.args.get("kind")).upper() not in ("TABLE", "VIEW", "MATERIALIZED VIEW")
    if isinstance(table.parent, exp.Update | exp.Delete) and table.arg_key == "this":
        return _target_is_alias(table)
    return False


def _target_is_alias(table: exp.Table) -> bool:
    """`UPDATE t SET … FROM orders AS t` names an alias."""
    clause = table.parent.args.get("from_") if table.parent is not None else None
    return clause is not None and any(each.alias == table.name for each in clause.find_all(exp.Table))
