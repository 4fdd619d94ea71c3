"""Expressions of In-DB tools, written in the SQL of the database that runs them.

What every database understands alike is taken over; a division, a function, a joined text is not, for they differ.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.migration.rules import sql
from services.migration.rules.alteryx import frame
from services.migration.rules.context import NotConvertible
from services.migration.rules.relation import Relation
from services.migration.rules.steps.context import StepContext

TODO = "Copy it into an sql_expression or an sql_where."
COMMON = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Neg, exp.Add, exp.Sub, exp.Mul,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In, exp.Between,
    exp.Case, exp.If, exp.Coalesce,
)  # fmt: skip  # a list of classes
"""What has one meaning in the databases that the tools run in."""


def expression(context: StepContext, text: str, given: Relation) -> str:
    """The SQL of the document's dialect. Raises NotConvertible for what databases read each in its own way."""
    try:
        tree = sqlglot.parse_one(f"SELECT {text}")
    except SqlglotError:
        raise NotConvertible("its expression is no SQL that is read here", TODO) from None
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or set(_given(tree)) != {"expressions"}:
        raise NotConvertible("its expression is not one value", TODO)
    value = tree.expressions[0]
    for node in value.walk():
        if not isinstance(node, COMMON):
            raise NotConvertible(f"{node.key.upper()} is the database's own in its expression", TODO)
        if isinstance(node, exp.Literal) and node.is_string:
            context.warn("Texts are compared as the database does; here with case.", confidence=frame.UNSURE)
        if isinstance(node, exp.Column):
            if node.table:
                raise NotConvertible(f"its expression names the table {node.table}", TODO)
            node.set("this", exp.to_identifier(frame.find(given, node.name).name, quoted=True))
    return str(value.sql(sql.sqlglot_name(context.dialect)))


def _given(tree: exp.Select) -> list[str]:
    return [key for key, held in tree.args.items() if held]
