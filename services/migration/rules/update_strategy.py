"""Update Strategy → `upsert_strategy`: DD_INSERT, DD_UPDATE, DD_DELETE, DD_REJECT (0 to 3), fixed or row by row.

Source: PowerCenter Transformation Guide, "Flagging Rows Within a Mapping".
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from services.migration.rules import sql
from services.migration.rules.context import Context, NotConvertible, Outcome
from services.migration.rules.fit import fitted
from services.migration.rules.nodes import passed_on, transformation
from services.migration.rules.ports import scope
from services.migration.rules.relation import Action, Column, Relation, unique

STRATEGIES = {"DD_INSERT": "insert", "DD_UPDATE": "update", "DD_DELETE": "delete", "DD_REJECT": "reject"}
CODES = dict(zip(("0", "1", "2", "3"), STRATEGIES.values(), strict=True))
ACTION_COLUMN = "dataflow_action"
FLAGS_LOST = 0.6
"""Confidence where rows are written otherwise than an Update Strategy before them says."""


def convert(context: Context) -> Outcome:
    given, before = fitted(context)
    text = context.attribute("Update Strategy Expression")
    if not text:
        raise NotConvertible("it has no update strategy expression", "Enter the strategy, such as DD_UPDATE.")
    fixed = STRATEGIES.get(text.upper()) or CODES.get(text)
    strategy = fixed or _by_row(context, text)
    column = Column(unique(ACTION_COLUMN, given.relation.names()), "varchar(6)")
    config = {
        "strategy": strategy,
        "column": column.name,
        "forward_rejected": context.attribute("Forward Rejected Rows", "YES").upper() != "NO",
    }
    node = transformation(context, "upsert_strategy", config, [given.relation.ref])
    result = passed_on(context, given.relation, node["id"])
    output = Relation(
        result.ref, (*result.columns, column), result.ports, result.order, Action(fixed or "", column.name)
    )
    return Outcome("upsert_strategy", 1.0, (*before, node), {"": output})


def _by_row(context: Context, text: str) -> str:
    """The expression gives a code for each row; any other than 1 to 3 inserts."""
    place, found = "Update strategy expression", scope(context)
    result = context.expression(text, place, found)
    code = result.sql if result.type != "string" else context.expression(text, place, found, target="integer").sql
    dialect = sql.sqlglot_name(context.dialect)
    words = _words(sqlglot.parse_one(code, dialect=dialect)) if code else None
    if words is not None:
        return words.sql(dialect)
    return f"CASE {code} WHEN 1 THEN 'update' WHEN 2 THEN 'delete' WHEN 3 THEN 'reject' ELSE 'insert' END"


def _words(tree: exp.Expr) -> exp.Expr | None:
    """The tree with each code replaced by its word, where every result of it is a code; else None."""
    if isinstance(tree, exp.Literal):
        return exp.Literal.string(CODES[tree.name]) if tree.name in CODES else None
    if not isinstance(tree, exp.Case) or tree.this is not None or tree.args.get("default") is None:
        return None
    found = exp.Case(ifs=[])
    for branch in tree.args["ifs"]:
        word = _words(branch.args["true"])
        if word is None:
            return None
        found.append("ifs", exp.If(this=branch.this.copy(), true=word))
    word = _words(tree.args["default"])
    if word is None:
        return None
    found.set("default", word)
    return found


def note_lost_flags(context: Context, outcome: Outcome) -> None:
    """Name an Update Strategy whose decision does not reach beyond this object."""
    flagged = any(given.relation.action for given in context.inputs.values())
    if flagged and outcome.outputs and not any(relation.action for relation in outcome.outputs.values()):
        context.warn(
            "Rows come from an Update Strategy, whose flags end here: they are written as the session treats source "
            "rows, and flagged deletes and rejects count like any row. PowerCenter's own result differs or the mapping "
            "is not valid.",
            confidence=FLAGS_LOST,
        )
