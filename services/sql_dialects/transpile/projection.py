"""What a SELECT may say shorter in its dialect: * without some columns, GROUP BY ALL, aliases in WHERE and HAVING."""

from __future__ import annotations

from sqlglot import exp

from services.sql_dialects.transpile.work import Work


def star(node: exp.Expr, work: Work) -> exp.Expr | None:
    """* EXCLUDE (a) as the list of the other columns, where they are known."""
    if not isinstance(node, exp.Select):
        return None
    stars = [each for each in node.selects if isinstance(each, exp.Star) and each.args.get("except_")]
    for each in stars:
        source = node.args.get("from_")
        table = source.this if source is not None and not node.args.get("joins") else None
        names = list(work.types.of(table)) if isinstance(table, exp.Table) else []
        if not names or each.args.get("replace") or each.args.get("rename"):
            raise work.refusal(each, "list the columns")
        left_out = {one.name.lower() for one in each.args["except_"]}
        kept: list[exp.Expr] = [exp.column(name) for name in names if name not in left_out]
        at = node.expressions.index(each)
        node.set("expressions", [*node.expressions[:at], *kept, *node.expressions[at + 1 :]])
    return None


def group_all(node: exp.Expr, work: Work) -> exp.Expr | None:
    """GROUP BY ALL as the columns that are not aggregated."""
    group = node.args.get("group")
    if not isinstance(node, exp.Select) or group is None or not group.args.get("all") or group.expressions:
        return None
    plain = [
        each.unalias().copy() for each in node.selects if not each.find(exp.AggFunc) and not each.find(exp.Literal)
    ]
    node.set("group", exp.Group(expressions=plain) if plain else None)
    return None


def aliases(node: exp.Expr, work: Work) -> exp.Expr | None:
    """An alias in WHERE or HAVING as the expression that it names; a column of that name goes before it."""
    if not isinstance(node, exp.Select):
        return None
    named = {each.alias.lower(): each.this for each in node.selects if isinstance(each, exp.Alias)}
    tables = [table for table in node.find_all(exp.Table) if table.find_ancestor(exp.Select) is node]
    known = {name for table in tables for name in work.types.of(table)}
    for clause in filter(None, (node.args.get("where"), node.args.get("having"))):
        for column in list(clause.find_all(exp.Column)):
            name = column.name.lower()
            meant = named.get(name) if not column.table and column.find_ancestor(exp.Select) is node else None
            own = (
                meant is None or name in known or any(each.name.lower() == name for each in meant.find_all(exp.Column))
            )
            if meant is not None and not own:
                column.replace(exp.paren(meant.copy()) if isinstance(meant, exp.Binary) else meant.copy())
    return None
