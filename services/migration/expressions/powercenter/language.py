"""The PowerCenter transformation language, put together."""

from __future__ import annotations

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.emitter import Emitter
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import STRING, TIMESTAMP, Value
from services.migration.expressions.language import Language
from services.migration.expressions.nodes import Parameter, Text
from services.migration.expressions.powercenter.catalogue import (
    CONSTANTS,
    FUNCTIONS,
    TIMES,
    UNAVAILABLE,
    expected_kinds,
)
from services.migration.expressions.powercenter.conditions import membership
from services.migration.expressions.powercenter.grammar import parse
from services.migration.expressions.powercenter.operators import OPERATORS
from services.migration.expressions.powercenter.ports import assign
from services.migration.expressions.powercenter.text import concatenate
from services.migration.expressions.sql.templates import parenthesised

_WORDS = frozenset({"TRUE", "FALSE", "NULL"})


def _constant(b: SqlBuilder, name: str) -> Value | None:
    if name in ("TRUE", "FALSE"):
        return b.boolean(name == "TRUE")
    if name == "NULL":
        return b.null()
    if name in CONSTANTS:
        return b.number(CONSTANTS[name])
    if name in UNAVAILABLE:
        raise Refused(f"{name} has no SQL: {UNAVAILABLE[name]}")
    if name == "WORKFLOWSTARTTIME":
        b.caution("WORKFLOW_START")
    return b.op(TIMES[name], TIMESTAMP).unless_null()


def _text(emitter: Emitter, node: Text) -> Value:
    if "$$" in node.value:
        emitter.builder.caution("PARAMETER_IN_TEXT", name=node.value)
    return emitter.builder.string(node.value)


def _parameter(emitter: Emitter, node: Parameter) -> Value:
    inlined = emitter.inlined(node.value)
    if inlined is not None:
        return inlined
    if node.value.upper() == "$$$SESSSTARTTIME":
        return emitter.builder.op("now", TIMESTAMP).unless_null()
    is_text = node.value.upper().startswith("$PM")
    return emitter.parameter(node, STRING if is_text else emitter.declared(node.value))


def _not(b: SqlBuilder, operand: Value) -> Value:
    if operand.kind.name in ("string", "date"):
        raise Refused(f"NOT is applied to a {operand.kind.name}; NOT binds tighter than comparisons")
    return b.negate(operand)


def _plus(b: SqlBuilder, operand: Value) -> Value:
    return b.as_number(operand)


def _minus(b: SqlBuilder, operand: Value) -> Value:
    operand = b.as_number(operand)
    if operand.constant is not None:
        return b.number(operand.constant.copy_negate())  # type: ignore[union-attr]  # as_number gives Decimal constants
    return Value(exp.Neg(this=parenthesised(operand.node)), operand.kind, size=operand.size + 1)


POWERCENTER = Language(
    title="PowerCenter transformation language",
    parse=parse,
    functions=FUNCTIONS,
    operators=OPERATORS,
    unary={"NOT": _not, "+": _plus, "-": _minus},
    membership=membership,
    assign=assign,
    runs={"||": concatenate},
    built_in=frozenset({*_WORDS, *CONSTANTS, *TIMES, *UNAVAILABLE}),
    constant=_constant,
    expected_kinds=expected_kinds,
    prefixes={
        "LKP": "the unconnected lookup {name} has to be joined first",
        "UDF": "the user-defined function {name} has to be replaced by its expression first",
        "SP": "the stored procedure {name} is a call and no expression",
        "EXT": "the external procedure {name} is code outside of the mapping; replace it by SQL or a script",
        "INFA": "{name} is code of the tool's own; replace it by SQL or a script",
        "MCR": "the macro {name} has to be replaced by its expression first",
        "SD": "{name} is a column of a source definition; name the port it goes to",
        "SEQ": "the sequence {name} gives every row a number; connect its NEXTVAL port instead",
        "TD": "{name} is a column of a target definition; name the port it comes from",
        "TYPE": "{name} is a complex type of the Developer tool, which has no equal here",
    },
    conditionals=frozenset({"IIF"}),
    nodes={Text: _text, Parameter: _parameter},
)
