"""Values and conditions of statements that run for each row: `?` marks numbered, what is known of both said.

A value that the row's parameters and constants give can be computed for all rows together; one that reads the table
that is changed, or is written in the database's own language, can't.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from services.migration.rules.context import NotConvertible

TODO = (
    "Load the rows into a table of their own and run the statement once, as a join of the two, as a task of the "
    "orchestration."
)
_MARK = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|\[[^\]]*\]|--[^\n]*|/\*.*?\*/|(\?)""", re.DOTALL)
_PLACE = "row_parameter_"
_FUNCTIONS = (exp.Upper, exp.Lower, exp.Coalesce, exp.Trim)
"""What may be computed from a parameter: functions that mean the same in every dialect."""
_PARTS = (exp.Parameter, exp.Var, exp.Literal, exp.Null, exp.Neg, exp.Paren, *_FUNCTIONS)
_OF_A_MOMENT = (exp.CurrentTimestamp, exp.CurrentDate, exp.Cast, exp.DataType, exp.DataTypeParam, exp.DateAdd)
_DATES = frozenset({exp.DataType.Type.DATE, exp.DataType.Type.DATETIME, exp.DataType.Type.DATETIME2})


Constant = str | int | float | None


@dataclass
class Statement:
    """What a statement writes: target column → the value, in which `place` finds the row's parameters.

    `only` holds what the table's row must hold beside the keys: columns that are null, or that are changed. `unless`
    holds the values of a row that must not be there: with it a row is added where the table has none such.
    """

    mode: str
    table: exp.Table
    values: dict[str, exp.Expr] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    only: dict[str, Constant] = field(default_factory=dict)
    unless: dict[str, exp.Expr] = field(default_factory=dict)

    @property
    def target(self) -> str:
        return ".".join(f"[{part.name.replace(']', ']]')}]" for part in self.table.parts)

    def put(self, column: str, value: exp.Expr, *, key: bool = False) -> None:
        """Adds a column. Raises NotConvertible where the statement names it twice."""
        if column.lower() in {name.lower() for name in self.values}:
            changed = key and column.lower() not in {name.lower() for name in self.keys}
            what = f"changes {column}, by which it finds the row" if changed else f"names the column {column} twice"
            raise NotConvertible(f"it {what}", TODO)
        self.values[column] = value
        if key:
            self.keys.append(column)

    def hold(self, column: str, value: Constant) -> None:
        """Adds what a column must hold. Raises NotConvertible where the statement says it twice."""
        if column.lower() in {name.lower() for name in self.only}:
            raise NotConvertible(f"its condition says twice what {column} must be", TODO)
        self.only[column] = value


def place(node: exp.Expr) -> int | None:
    """The number of the `?` that a node stands for."""
    if isinstance(node, exp.Parameter) and node.name.startswith(_PLACE):
        return int(node.name.removeprefix(_PLACE))
    return None


def marked(text: str, alike: Mapping[int, int] | None = None) -> str:
    """The text with its `?` marks as numbered parameters, in the order in which they stand in it.

    `alike`: a number → the first one with the same value.
    """
    same = alike or {}
    places = (same.get(number, number) for number in range(text.count("?")))
    return _MARK.sub(lambda match: f"@{_PLACE}{next(places)}" if match[1] else match[0], text)


def without_comments(text: str) -> str:
    return _MARK.sub(lambda match: " " if match[0].startswith(("--", "/*")) else match[0], text)


def value_of(node: exp.Expr) -> exp.Expr:
    """A value that the row's parameters and constants give. Raises NotConvertible for any other."""
    node = node.unnest()
    if any(node.find_all(exp.Query)):
        raise NotConvertible("its statement reads other tables", TODO)
    if any(node.find_all(exp.Column)):
        raise NotConvertible("its statement computes a value from the row that it changes", TODO)
    marks = [place(one) for one in node.find_all(exp.Parameter)]
    if None in marks:
        raise NotConvertible("its statement takes a value from a variable of the database", TODO)
    parameters = bool(marks)
    allowed = _PARTS if parameters else (*_PARTS, *_OF_A_MOMENT)
    foreign = next((one for one in node.walk() if not isinstance(one, (*allowed, exp.Identifier))), None)
    cast = next((one for one in node.find_all(exp.Cast) if one.to.this not in _DATES), None)
    if foreign is not None or cast is not None:
        text = (foreign or cast or node).sql("tsql")[:80]
        raise NotConvertible(f"it computes a value in the database's own language ({_readable(text)})", TODO)
    return node


def _readable(text: str) -> str:
    return re.sub(rf"@{_PLACE}\d+", "?", text)


def conditions(where: exp.Expr) -> list[exp.Expr]:
    where = where.unnest()
    return [one.unnest() for one in where.flatten()] if isinstance(where, exp.And) else [where]


def null(condition: exp.Expr, names: frozenset[str]) -> str:
    """The column of the changed table that is to be null; "" where the condition says something else."""
    column = condition.this.unnest() if isinstance(condition, exp.Is) else None
    is_null = column is not None and isinstance(condition.expression, exp.Null)
    return column.name if is_null and isinstance(column, exp.Column) and column.table.lower() in names else ""


def constant(value: exp.Expr) -> Constant:
    """A text or a number as it is written; None for what is neither."""
    if not isinstance(value, exp.Literal):
        return None
    if value.is_string:
        return str(value.this)
    return int(value.this) if value.is_int else float(value.this)


def equal(condition: exp.Expr, names: frozenset[str]) -> tuple[str, exp.Expr]:
    """The column of the changed table and the value that it is to equal."""
    sides = (condition.this.unnest(), condition.expression.unnest()) if isinstance(condition, exp.EQ) else None
    for column, value in (sides, sides[::-1]) if sides else ():
        if isinstance(column, exp.Column) and column.table.lower() in names:
            return column.name, value
    raise NotConvertible(
        f"its condition holds more than equal columns ({_readable(condition.sql('tsql'))[:80]}), so which rows change "
        "depends on what the table holds",
        TODO,
    )


def names_of(tree: exp.Expr, table: exp.Table) -> frozenset[str]:
    """What a column of the changed table may be qualified by."""
    stated = tree.this.name if isinstance(tree.this, exp.Table) else ""
    return frozenset(name.lower() for name in ("", table.name, table.alias, stated))


def selected(query: exp.Expr) -> list[exp.Expr]:
    """The values of a SELECT without tables."""
    if not isinstance(query, exp.Select) or any(given for name, given in query.args.items() if name != "expressions"):
        raise NotConvertible("its statement reads other tables", TODO)
    return [value.unalias() for value in query.expressions]


def assign(
    found: Statement, assignment: exp.Expr, names: frozenset[str], read: Callable[[exp.Expr], exp.Expr] = value_of
) -> None:
    """Adds what `column = value` sets; `read` gives the value behind what is written."""
    column = assignment.this
    if not isinstance(assignment, exp.EQ) or not isinstance(column, exp.Column) or column.table.lower() not in names:
        raise NotConvertible("it sets a column in a way that is not known", TODO)
    found.put(column.name, read(assignment.expression))
