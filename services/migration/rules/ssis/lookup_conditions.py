"""Conditions of lookups without a full cache whose statement was changed by hand: rows join by more than equal columns.

`select * from (…) [refTable] where [refTable].[K] = ? and [refTable].[VALID_FROM] <= ?`: each `?` is an input column,
in the order of `ParameterMap`. Source: "Lookup Transformation Editor (Advanced Page)".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.migration.rules import sql
from services.migration.rules.context import NotConvertible
from services.migration.rules.relation import Column, Relation
from services.migration.rules.ssis import compare, frame
from services.migration.rules.ssis.row_values import marked, place
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

TODO = "Write the join with the condition of that statement."
_ALLOWED = (
    exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.Is,
    exp.Null, exp.Column, exp.Identifier, exp.Parameter, exp.Var, exp.Literal,
)  # fmt: skip  # a list
"""What a condition may be made of: it means the same in every dialect."""
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class OwnCondition:
    """The condition with its `?` numbered, and the input columns in their order."""

    tree: exp.Expr
    parameters: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The reference's columns that it compares."""
        return tuple(dict.fromkeys(node.name for node in self.tree.find_all(exp.Column)))

    def text(self, context: StepContext, by_name: Mapping[str, Column]) -> str:
        """The condition over `l.` and `r.` columns."""

        def named(node: exp.Expr) -> exp.Expr:
            number = place(node)
            if number is not None:
                return frame.node_of(context, self.parameters[number], "l")
            return frame.node_of(context, by_name[node.name.lower()], "r") if isinstance(node, exp.Column) else node

        return self.tree.transform(named).sql(sql.sqlglot_name(context.dialect))


def read(context: StepContext, given: Relation, text: str) -> OwnCondition:
    """The condition of a statement. Raises NotConvertible where it says more than a condition over plain columns."""
    try:
        tree = sqlglot.parse_one(marked(text), dialect="tsql")
    except (SqlglotError, RecursionError):
        raise _refused("could not be read") from None
    where = tree.args.get("where") if isinstance(tree, exp.Select) else None
    read_from = tree.args.get("from_")
    source = read_from.this if read_from is not None else None
    if where is None or not isinstance(source, exp.Subquery) or tree.args.get("joins") or not tree.is_star:
        raise _refused("does more than choose rows of the reference")
    _same_reference(context, source)
    condition = where.this
    foreign = next((node for node in condition.walk() if not isinstance(node, _ALLOWED)), None)
    if foreign is not None:
        raise _refused(f"computes with its columns ({foreign.sql('tsql')[:80]})")
    found = OwnCondition(condition, _parameters(context, given))
    numbers = [number for node in condition.find_all(exp.Parameter) if (number := place(node)) is not None]
    if len(numbers) != len(list(condition.find_all(exp.Parameter))) or max(numbers, default=0) >= len(found.parameters):
        raise _refused("has a parameter that is mapped to no column")
    texts = [column for column in found.parameters if types.kind(column.type) == "string"]
    compare.warn_of_collation(context, texts)
    return found


def _same_reference(context: StepContext, source: exp.Subquery) -> None:
    """The statement inside must be the one whose columns are known."""
    try:
        known = sqlglot.parse_one(context.settings.get("SqlCommand"), dialect="tsql")
    except (SqlglotError, RecursionError):
        raise _refused("could not be read") from None
    inside, outside = (_SPACE.sub(" ", tree.sql("tsql")).lower() for tree in (source.this, known))
    if inside != outside:
        raise _refused("reads another reference than its columns are of")


def _parameters(context: StepContext, given: Relation) -> tuple[Column, ...]:
    listed = [one for one in context.settings.get("ParameterMap").split(";") if one.strip()]
    return tuple(frame.source_of(context, given, one) for one in listed)


def _refused(why: str) -> NotConvertible:
    return NotConvertible(f"its statement with parameters was changed by hand and {why}", TODO)
