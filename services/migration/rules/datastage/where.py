"""Where clauses of the Filter stage: SQL of comparisons alone, read in a table of what may stand there.

Strings stand in single or double quotes. Nulls count as less than every value (greater, where the stage says so), so a
comparison always comes to true or false. Source: Parallel Job Developer's Guide, "Filter stage"; Advanced Developer's
Guide, "filter operator".
"""

from __future__ import annotations

import re
from collections.abc import Callable

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.migration.parsers.datastage.parameters import name_of
from services.migration.rules import sql
from services.migration.rules.context import NotConvertible
from services.migration.rules.datastage.frame import Arriving
from services.migration.rules.steps.context import StepContext

ALLOWED = (
    exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.Null,
    exp.Like, exp.Between, exp.In, exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Neg, exp.Placeholder,
    exp.Add, exp.Sub, exp.Mul, exp.Div,
)  # fmt: skip
COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
TODO = "Write the condition as SQL."
_PARAMETER = re.compile(r"#(\$?[A-Za-z_][\w.$]*)#")
NULLS = "A comparison with null follows the stage: null is less than every value."


def condition(context: StepContext, text: str, given: Arriving, place: str, *, nulls_last: bool = False) -> str:
    """A where clause as a predicate of the pipeline's dialect. Raises NotConvertible: unreadable, or not SQL's part."""
    for match in _PARAMETER.finditer(text):
        context.parameters[name_of(match[1])] = None
    marked = _PARAMETER.sub(
        lambda match: f":{name_of(match[1])}", re.sub(r"(['\"])(#\$?[A-Za-z_][\w.$]*#)\1", r"\2", text)
    )
    try:
        tree = sqlglot.parse_one(marked, dialect="mysql")
    except (SqlglotError, RecursionError) as error:
        said = str(error).split("\n", 1)[0].split(". Line", 1)[0]
        raise NotConvertible(f"{place} cannot be read: {said}", TODO) from None
    return _Reader(context, given, place, nulls_last).read(tree)


class _Reader:
    def __init__(self, context: StepContext, given: Arriving, place: str, nulls_last: bool) -> None:
        self.context = context
        self.given = given
        self.place = place
        self.nulls_last = nulls_last

    def read(self, tree: exp.Expr) -> str:
        for node in tree.walk():
            if not isinstance(node, ALLOWED):
                raise NotConvertible(f"{self.place} uses {node.key.upper()}, which a where clause does not have", TODO)
        tree = tree.transform(self._column)
        marked = tree.transform(self._two_valued).transform(_named_parameter)
        return marked.sql(sql.sqlglot_name(self.context.dialect))

    def _column(self, node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        found = self.given.column(node.name)
        if found is None:
            raise NotConvertible(f"{self.place} names the column {node.name}, which its input does not have", TODO)
        plain = sql.identifier(found.name, self.context.dialect)
        made = exp.column(exp.to_identifier(found.name, quoted=plain != found.name))
        made.meta["nullable"] = self.given.nullable(found.name)
        return made

    def _two_valued(self, node: exp.Expr) -> exp.Expr:
        if not isinstance(node, COMPARISONS):
            return node
        left, right = node.this, node.expression
        a, b = _nullable(left), _nullable(right)
        if not a and not b:
            return node
        self.context.warn(NULLS if not self.nulls_last else NULLS.replace("less", "greater"))
        less, greater = (right, left) if self.nulls_last else (left, right)
        rule: Callable[[], exp.Expr] = {
            exp.EQ: lambda: _both(left, right, a, b),
            exp.NEQ: lambda: exp.not_(exp.paren(_both(left, right, a, b))),
        }.get(type(node), lambda: _ordered(node, less, greater))
        return exp.paren(rule())


def _named_parameter(node: exp.Expr) -> exp.Expr:
    """A parameter as the pipeline language writes it, `:NAME`, whatever the dialect makes of one."""
    return exp.Var(this=f":{node.name}") if isinstance(node, exp.Placeholder) else node


def _nullable(node: exp.Expr) -> bool:
    return any(column.meta.get("nullable", True) for column in node.find_all(exp.Column))


def _known(node: exp.Expr) -> exp.Expr:
    return exp.not_(exp.Is(this=node.copy(), expression=exp.Null()))


def _is_null(node: exp.Expr) -> exp.Expr:
    return exp.Is(this=node.copy(), expression=exp.Null())


def _both(left: exp.Expr, right: exp.Expr, a: bool, b: bool) -> exp.Expr:
    """Equal, never null: two nulls are equal."""
    equal = exp.EQ(this=left.copy(), expression=right.copy())
    known = [_known(side) for side, nullable in ((left, a), (right, b)) if nullable]
    told = exp.and_(*known, equal)
    return exp.or_(told, exp.and_(_is_null(left), _is_null(right))) if a and b else told


def _ordered(node: exp.Expr, less: exp.Expr, greater: exp.Expr) -> exp.Expr:
    """An ordering comparison in which null stands before (or after) every value."""
    left, right = node.this, node.expression
    plain = exp.and_(*[_known(side) for side in (left, right) if _nullable(side)], node.copy())
    grows = isinstance(node, exp.LT | exp.LTE)
    small, large = (left, right) if grows else (right, left)
    first = small if less is left else large  # the side whose null makes it true
    other = large if first is small else small
    null_first = _is_null(first) if _nullable(first) else None
    if null_first is None:
        extra: exp.Expr | None = None
    elif _nullable(other):
        extra = exp.and_(null_first, _known(other))
    else:
        extra = null_first
    equal = (
        exp.and_(_is_null(left), _is_null(right))
        if isinstance(node, exp.LTE | exp.GTE) and _nullable(left) and _nullable(right)
        else None
    )
    return exp.or_(*[part for part in (plain, extra, equal) if part is not None])
