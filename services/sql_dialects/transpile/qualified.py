"""QUALIFY for a target without it: a subquery with the window's value, and the condition outside."""

from __future__ import annotations

from sqlglot import exp, transforms

from services.sql_dialects.transpile.work import Work

_AFTERWARDS = ("distinct", "order", "limit", "offset")


def qualify(node: exp.Expr, work: Work) -> exp.Expr | None:
    """DISTINCT, the order and the number of rows go outside too: they hold for the rows that the condition leaves."""
    if not isinstance(node, exp.Select) or node.args.get("qualify") is None:
        return None
    _columns_named(node, work)
    renamed = _renamed(node, work)
    after = {each: node.args.get(each) for each in _AFTERWARDS}
    distinct = after["distinct"]
    if distinct is not None and (distinct.args.get("on") or node.is_star):
        raise work.refusal(distinct, "list the columns in a subquery, and take DISTINCT outside")
    for each in after:
        node.set(each, None)
    ctes = node.args.get("with_")
    node.set("with_", None)
    outer = transforms.eliminate_qualify(node.copy())
    if not isinstance(outer, exp.Select):
        raise work.refusal(node, "take the rows by their number in an outer query")
    outer.set("with_", ctes)
    outer.set("expressions", [_shown(each, renamed) for each in outer.expressions])
    inner = outer.find(exp.Subquery)
    for each in ("distinct", "limit", "offset"):
        outer.set(each, after[each])
    if after["order"] is not None and inner is not None:
        outer.set("order", _order(after["order"], outer, inner.this, work))
    return outer


def _columns_named(node: exp.Select, work: Work) -> None:
    """`*` as the columns of the tables, where they are known: else the window's value would be among them."""
    if not node.is_star:
        return
    source = node.args.get("from_")
    tables = [source.this, *(each.this for each in node.args.get("joins") or [])] if source is not None else []
    columns: list[exp.Expr] = []
    for each in node.selects:
        if not each.is_star:
            columns.append(each)
            continue
        wanted = [table for table in tables if not isinstance(each, exp.Column) or table.alias_or_name == each.table]
        for table in wanted:
            names = list(work.types.of(table)) if isinstance(table, exp.Table) else _selected(table)
            if not names:
                work.caution("window_column", each)
                return
            columns += [exp.column(name, table=table.alias_or_name or None) for name in names]
    node.set("expressions", columns)


def _renamed(node: exp.Select, work: Work) -> dict[str, str]:
    """Aliases that hide a column of the tables, as other names for the way outside: in QUALIFY such a name is the
    column. A cast without an alias keeps the name that it shows."""
    tables = [each for each in node.find_all(exp.Table) if each.find_ancestor(exp.Select) is node]
    known = {name for table in tables for name in work.types.of(table)}
    renamed: dict[str, str] = {}
    for each in list(node.selects):
        made = exp.alias_(each.copy(), each.name) if isinstance(each, exp.Cast) and each.name else each
        own = isinstance(made.this, exp.Column) and made.this.name == made.alias
        if isinstance(made, exp.Alias) and made.alias.lower() in known and not own:
            name = f"_a{len(renamed)}"
            renamed[name] = made.alias
            made.set("alias", exp.to_identifier(name))
        each.replace(made)
    return renamed


def _shown(output: exp.Expr, renamed: dict[str, str]) -> exp.Expr:
    alias = renamed.get(output.alias_or_name)
    return exp.alias_(exp.column(output.alias_or_name), alias) if alias else output


def _selected(table: exp.Expr) -> list[str]:
    query = table.this if isinstance(table, exp.Subquery) else None
    return list(query.named_selects) if isinstance(query, exp.Query) and not query.is_star else []


def _order(order: exp.Expr, outer: exp.Select, inner: exp.Expr, work: Work) -> exp.Expr:
    """What is shown is ordered by its name; anything else becomes a column of the subquery."""
    shown = {name.lower() for name in outer.named_selects}
    made = order.copy()
    for at, each in enumerate(made.expressions):
        value = each.this
        if isinstance(value, exp.Column) and value.name.lower() in shown and not _is_hidden(value, inner):
            value.set("table", None)
        elif not isinstance(value, exp.Literal):
            if outer.args.get("distinct"):
                raise work.refusal(order, "order by what is selected")
            inner.set("expressions", [*inner.expressions, exp.alias_(value.copy(), f"_o{at}")])
            each.set("this", exp.column(f"_o{at}"))
    return made


def _is_hidden(column: exp.Column, inner: exp.Expr) -> bool:
    """Whether an output of the same name is something else than the table's column."""
    same = [each for each in inner.expressions if each.alias_or_name.lower() == column.name.lower()]
    return bool(column.table) and not any(each.unalias() == column for each in same)
