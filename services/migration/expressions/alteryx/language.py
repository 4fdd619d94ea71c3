"""The Alteryx expression language, put together.

How a caller gives what the text names (all in `types`, `rename` or `inline`, in any case):
- a field by its name without brackets;
- `[Row-1:Amount]` as `Row-1:Amount` (`names.row_offset` takes it apart): `inline` gives its SQL;
- `[_CurrentField_]`, `[_CurrentFieldName_]`, `[_CurrentFieldType_]` by these names: `rename` or `inline`;
- `[User.Year]`, `[Engine.X]`, `[Question.X]`, `%User.Year%` as the parameter `User_Year`, `[#1]` as `Input_1`: SQL has
  `:User_Year` unless `inline` gives a value; `types` may tell its type.
"""

from __future__ import annotations

from types import MappingProxyType

from services.migration.expressions.alteryx import (
    add_on_calendar,
    add_on_dates,
    add_on_made_dates,
    add_on_values,
    checks,
    conditions,
    conversions,
    date_texts,
    dates,
    files,
    finance,
    numbers,
    refused,
    regex,
    text,
)
from services.migration.expressions.alteryx.assignment import assign
from services.migration.expressions.alteryx.builder import AlteryxBuilder
from services.migration.expressions.alteryx.grammar import parse
from services.migration.expressions.alteryx.names import field_name, parameter_name
from services.migration.expressions.alteryx.operators import OPERATORS, UNARY, membership, operation
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.kinds import Value
from services.migration.expressions.language import Language
from services.migration.expressions.nodes import Operation

_MODULES = (
    *(checks, conditions, conversions, date_texts, dates, files, finance, numbers, refused, regex, text),
    *(add_on_calendar, add_on_dates, add_on_made_dates, add_on_values),
)
FUNCTIONS = MappingProxyType({row.name: row for module in _MODULES for row in module.FUNCTIONS})


def _constant(b: SqlBuilder, name: str) -> Value | None:
    return b.null() if name == "NULL" else b.boolean(name == "TRUE")


def _key(name: str) -> str:
    """How a name of the text stands in types and references."""
    bare = name.removeprefix("[").removesuffix("]")
    return parameter_name(bare.strip("%")) or field_name(bare)


ALTERYX = Language(
    title="Alteryx expression language",
    parse=parse,
    functions=FUNCTIONS,
    operators=OPERATORS,
    unary=UNARY,
    membership=membership,
    assign=assign,
    built_in=frozenset({"TRUE", "FALSE", "NULL"}),
    constant=_constant,
    builder=AlteryxBuilder,
    nodes={Operation: operation},
    key=_key,
)
