"""The SSIS expression language, put together."""

from __future__ import annotations

from types import MappingProxyType

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.emitter import Emitter
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import NULL, UNKNOWN, Value, kind_of_type
from services.migration.expressions.language import Language
from services.migration.expressions.nodes import Name
from services.migration.expressions.ssis import casts, dates, numbers, text
from services.migration.expressions.ssis.builder import TIME, SsisBuilder
from services.migration.expressions.ssis.grammar import parse
from services.migration.expressions.ssis.names import parameter_name
from services.migration.expressions.ssis.operators import OPERATORS, UNARY

FUNCTIONS = MappingProxyType({row.name: row for module in (casts, dates, numbers, text) for row in module.FUNCTIONS})


def _constant(b: SqlBuilder, name: str) -> Value | None:
    return b.boolean(name == "TRUE")


def _membership(b: SqlBuilder, subject: Value, candidates: list[Value]) -> Value:
    del b, subject, candidates
    raise Refused("the language has no IN")


def _assign(b: SqlBuilder, value: Value, target: str) -> Value:
    """Derived columns are typed by their expression: what a column of another kind would take needs a cast."""
    kind = kind_of_type(target)
    if value.kind in (NULL, UNKNOWN) or kind == UNKNOWN or value.kind.name == kind.name:
        return value
    if kind.name == "boolean":
        return b.as_condition(value)
    raise Refused(f"a {value.kind.name} is assigned to a column of type {target}")


_TIMES = ("time", "dbtime", "dbtime2")


def _name(emitter: Emitter, node: Name) -> Value:
    """A name as everywhere; a column of times is cast to a time, for nothing else tells engines what NULL is of."""
    value = emitter.name(node)
    declared = (emitter.scope.types or {}).get(node.value.upper(), "").partition("(")[0].strip().lower()
    if value.kind != UNKNOWN or declared not in _TIMES:
        return value
    return emitter.builder.sql("CAST({t} AS TIME)", TIME, t=value)


def _key(name: str) -> str:
    """How a name of the text stands in types and references: variables by their parameter's name."""
    return parameter_name(name) if name.startswith("@") else name


SSIS = Language(
    title="SSIS expression language",
    parse=parse,
    functions=FUNCTIONS,
    operators=OPERATORS,
    unary=UNARY,
    membership=_membership,
    assign=_assign,
    built_in=frozenset({"TRUE", "FALSE"}),
    constant=_constant,
    conditionals=frozenset({"?:"}),
    builder=SsisBuilder,
    nodes={Name: _name},
    key=_key,
)
