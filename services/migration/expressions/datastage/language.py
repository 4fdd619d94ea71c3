"""The expression language of DataStage, put together: derivations and constraints of the parallel Transformer, and the
part of BASIC that server jobs write in theirs.

Names. A column is `Link.Column`, a stage variable its bare name. A caller's mappings (types, rename, inline) name
columns as `Link.Column` or, where one link arrives, as `Column` alone: the longer form is looked for first. Job
parameters stand in a derivation like variables: `names.mark_parameters(text, names)` marks them as `#NAME#`, which
becomes `:NAME`; `Set.Name` becomes `:Set_Name`, macros such as DSJobName `:DSJobName`. System variables are `@NAME`;
what depends on the order of rows, such as @INROWNUM, is given by the caller: `inline={"@INROWNUM": "ROW_NUMBER() …"}`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from types import MappingProxyType

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage import (
    basic,
    conversions,
    dates,
    layout,
    nulls,
    numbers,
    operators,
    searching,
    text,
    times,
    unavailable,
    validity,
)
from services.migration.expressions.datastage.builder import DECIMAL, TIME, DataStageBuilder, Told, told
from services.migration.expressions.datastage.grammar import parse
from services.migration.expressions.datastage.names import CONSTANTS, VARIABLES
from services.migration.expressions.datastage.sql import own
from services.migration.expressions.emitter import Emitter
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import DAY, INTEGER, NULL, TIMESTAMP, UNKNOWN, Value, kind_of_type
from services.migration.expressions.language import Language
from services.migration.expressions.nodes import Name
from services.migration.expressions.sql.dialects import needs_quoting

_MODULES = (unavailable, basic, conversions, dates, layout, nulls, numbers, operators, searching, text, times, validity)
FUNCTIONS = MappingProxyType({row.name: row for module in _MODULES for row in module.FUNCTIONS})
_SIZES = re.compile(r"(?:decimal|numeric)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)\Z", re.IGNORECASE)
_PARTS = {"@DAY": "month_day", "@MONTH": "month", "@YEAR": "year"}


def _constant(b: SqlBuilder, name: str) -> Value | None:
    if name in CONSTANTS:
        return b.string(CONSTANTS[name])
    match name:
        case "@TRUE" | "@FALSE":
            return b.number(int(name == "@TRUE"))
        case "@NULL":
            return b.null()
        case "@DATE":
            return own(b, "internal_date", INTEGER, d=own(b, "today", DAY)).unless_null()
        case "@TIME":
            return own(b, "midnight_seconds", INTEGER, t=own(b, "time_now", TIME)).unless_null()
        case "@DAY" | "@MONTH" | "@YEAR":
            return own(b, _PARTS[name], INTEGER, d=own(b, "today", DAY)).unless_null()
        case "@NUMPARTITIONS":
            return b.number(1)
        case "@PARTITIONNUM":
            return b.number(0)
        case "@INROWNUM" | "@OUTROWNUM" | "@ITERATION":
            raise Refused(f"{name} counts rows in the order they come; give an order to number them by")
    raise Refused(f"{name} is of the server the job runs on and has no SQL")


def _name(emitter: Emitter, node: Name) -> Value:
    """A column by its link, else by its own name; decimals with the digits they are declared with."""
    name = _known_as(emitter, node.value)
    inlined = emitter.inlined(name)
    if inlined is not None:
        return inlined
    if node.value.startswith("@"):
        found = _constant(emitter.builder, node.value) if node.value in VARIABLES else None
        if found is None:
            raise Refused(f"{node.value} is no system variable")
        return found
    if "." in name and emitter.scope.types is None and name.upper() not in emitter.scope.rename:
        link, _, column = name.rpartition(".")
        return Value(exp.column(_identifier(column), _identifier(link)), UNKNOWN)
    return _typed(emitter, emitter.field(Name(node.start, node.end, name)), name)


def _identifier(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=needs_quoting(name))


def _known_as(emitter: Emitter, name: str) -> str:
    scope = emitter.scope
    link, _, column = name.rpartition(".")
    for candidate in (name, column) if link else (name,):
        upper = candidate.upper()
        if upper in scope.inline or upper in scope.rename or (scope.types is not None and upper in scope.types):
            return candidate
    return name


def _typed(emitter: Emitter, value: Value, name: str) -> Value:
    declared = (emitter.scope.types or {}).get(name.upper(), "").strip()
    if declared.lower().startswith("time") and not declared.lower().startswith("timestamp"):
        return own(emitter.builder, "to_time", TIME, t=value)
    sizes = _SIZES.match(declared)
    if sizes:
        scale = int(sizes[2] or 0)
        return told(Value(value.node, DECIMAL if scale else INTEGER), digits=int(sizes[1]), scale=scale)
    if value.kind == TIMESTAMP or declared.lower() != "date":
        return value
    return own(emitter.builder, "to_date", DAY, d=value)


def _assign(b: SqlBuilder, value: Value, target: str) -> Value:
    """A value as a column of the target holds it: rounded toward zero, dates read and written in the default form."""
    sizes = _SIZES.match(target.strip())
    kind = TIME if target.strip().lower() == "time" else kind_of_type(target)
    if isinstance(value, Told) and value.for_scale is not None and (sizes or kind == INTEGER):
        return value.for_scale(int(sizes[2] or 0) if sizes else 0)
    if value.kind.name == "number" and (sizes or kind == INTEGER):
        return _cut(b, value, int(sizes[2] or 0) if sizes else 0)
    if value.kind in (NULL, UNKNOWN) or kind == UNKNOWN or value.kind.name == kind.name:
        return _as_moment(b, value, target)
    match kind.name:
        case "string":
            return b.as_text(value)
        case "number":
            number = b.as_number(value)
            return b.as_integer(number) if kind == INTEGER else number
        case "boolean":
            return b.as_condition(value)
    return _as_moment(b, value, target)


def _cut(b: SqlBuilder, value: Value, scale: int) -> Value:
    """A number as a whole one, or a column with fewer decimals: the rest is cut off, where SQL would round it."""
    if value.kind == INTEGER or isinstance(value.constant, Decimal):
        return value
    held = value.scale if isinstance(value, Told) else 0
    if (held or scale) and held <= scale:
        return value
    operation = "trunc_number" if scale else "truncate_to_integer"
    if not b.has(operation):
        return value
    return b.op("trunc_number", DECIMAL, n=value, m=b.number(scale)) if scale else b.op(operation, INTEGER, n=value)


def _as_moment(b: SqlBuilder, value: Value, target: str) -> Value:
    name = target.strip().lower()
    if value.kind.name not in ("date", "string", "time") or not isinstance(b, DataStageBuilder):
        return value
    if name == "date" and value.kind != DAY:
        return b.as_date(value)
    if name.startswith(("timestamp", "datetime")) and value.kind != TIMESTAMP:
        return b.as_timestamp(value)
    return b.as_time(value) if name == "time" and value.kind != TIME else value


def _membership(b: SqlBuilder, subject: Value, candidates: list[Value]) -> Value:
    del b, subject, candidates
    raise Refused("the language has no IN")


DATASTAGE = Language(
    title="DataStage expression language",
    parse=parse,
    functions=FUNCTIONS,
    operators=operators.OPERATORS,
    unary=operators.UNARY,
    membership=_membership,
    assign=_assign,
    runs={":": operators.concatenate},
    built_in=VARIABLES,
    constant=_constant,
    conditionals=frozenset({"IF"}),
    builder=DataStageBuilder,
    nodes={Name: _name},
)
