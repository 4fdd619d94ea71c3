"""The tables that the statements of one text make for those behind them: CREATE TABLE, CREATE … AS, SELECT … INTO."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from services.copilot.sql.postgresql import catalogue
from services.copilot.sql.reading import name_of
from services.copilot.sql.scopes import Output
from services.copilot.sql.sources import known_as

# What the parser keeps as a command: its name alone can be told.
_MADE = re.compile(
    r"(?:\w+\s+)*?(?:TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:[\w\"\[\]]+\.)*[\"\[]?(?P<name>#*\w+)", re.IGNORECASE
)


def remember(statement: exp.Expr, output: Output, traits: Any, made: dict[str, Output]) -> None:
    """Adds what a statement makes to `made`, by the name it is found under. `output`: of its query."""
    if isinstance(statement, exp.Command) and str(statement.this).upper() == "CREATE":
        found = _MADE.match(str(statement.expression).strip())
        if found:
            made[traits.fold(found["name"])] = Output(is_open=True)
    elif isinstance(statement, exp.Create) and statement.args.get("kind") in ("TABLE", "VIEW"):
        named = statement.this if isinstance(statement.this, exp.Schema) else None
        target = named.this if named is not None else statement.this
        if isinstance(target, exp.Table):
            made[known_as(target, traits)] = _created(statement, named, output, traits)
    elif isinstance(statement, exp.Select) and isinstance(statement.args.get("into"), exp.Into):
        made[known_as(statement.args["into"].this, traits)] = output
    elif isinstance(statement, exp.Alter) and isinstance(statement.this, exp.Table):
        known = made.get(known_as(statement.this, traits))
        if known is not None:
            known.is_open = True


def _created(statement: Any, named: Any, output: Output, traits: Any) -> Output:
    """The columns: of its query under the names given, or those that are defined."""
    given = named.expressions if named is not None else []
    defined = [each for each in given if isinstance(each, exp.ColumnDef)]
    if not isinstance(statement.args.get("expression"), exp.Query):
        if not defined:
            return Output(is_open=True)
        return Output([(name_of(each.this, traits), catalogue.type_named(_type(each))) for each in defined])
    names = [name_of(each.this if isinstance(each, exp.ColumnDef) else each, traits) for each in given]
    kinds = [kind for _, kind in output.columns] + [None] * len(names)
    return Output(list(zip(names, kinds, strict=False)) + output.columns[len(names) :], output.is_open)


def _type(column: Any) -> str:
    kind = column.args.get("kind")
    return kind.sql("postgres") if kind is not None else ""
