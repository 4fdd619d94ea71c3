"""Nodes to SQL: conversions between kinds, SQL templates of the dialect, and the record of what was used.

A `SqlBuilder` serves one translation. Function rows call it; it knows no function of any tool.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlglot import Dialect, exp

from services.migration.conversion import Caution
from services.migration.expressions.cautions import CAUTIONS
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import (
    BOOLEAN,
    INTEGER,
    NULL,
    NUMBER,
    STRING,
    TIMESTAMP,
    UNKNOWN,
    Kind,
    Value,
)
from services.migration.expressions.sql.dialects import SqlDialect, needs_quoting
from services.migration.expressions.sql.templates import fill, holes, parenthesised

MAX_SIZE = 50_000  # SQL nodes of one expression
# operations that give wide decimals
_WIDE = frozenset({"exact", "round_number_any", "string_to_decimal", "string_to_exact", "sum", "trunc_number_any"})

_COMPARISONS: Mapping[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "!=": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}


@dataclass
class SqlBuilder:
    dialect: SqlDialect
    confidence: float = 1.0
    cautions: dict[str, Caution] = field(default_factory=dict)
    nonzero: frozenset[str] = frozenset()  # SQL that can't be 0 where something is emitted now

    def caution(self, code: str, **details: str) -> None:
        """Record a corner in which the SQL may differ; lowers the confidence to what the table says of it."""
        row = CAUTIONS[code]
        self.cautions.setdefault(code, Caution(code, row.message.format(**details)))
        self.limit(row.confidence)

    def limit(self, confidence: float) -> None:
        self.confidence = min(self.confidence, confidence)

    # SQL

    def has(self, operation: str) -> bool:
        return self.dialect.template(operation) is not None

    def op(self, operation: str, kind: Kind, /, **values: Value) -> Value:
        """An operation of the dialect's table. Raises Refused where the dialect has none."""
        template = self.dialect.template(operation)
        if template is None:
            raise Refused(f"{self.dialect.name} has no equal of {operation.replace('_', ' ')}")
        result = self.sql(template, kind, **values)
        result.is_wide = kind.name == "number" and (operation in _WIDE or any(v.is_wide for v in values.values()))
        return result

    def sql(self, template: str, kind: Kind, /, **values: Value) -> Value:
        """SQL written out in a template of the dialect."""
        size = 8 + sum(values[name].size for name in holes(template))
        self._check(size)
        tree = fill(template, self.dialect.sqlglot, {name: value.node for name, value in values.items()})
        return Value(tree, kind, size=size)

    def call(self, name: str, kind: Kind, *arguments: Value, never_null: bool = False) -> Value:
        """A function call, spelled as given."""
        size = 1 + sum(a.size for a in arguments)
        self._check(size)
        return Value(exp.Anonymous(this=name, expressions=[a.node for a in arguments]), kind, None, never_null, size)

    def binary(self, node: type[exp.Binary], left: Value, right: Value, kind: Kind) -> Value:
        self._check(left.size + right.size)
        tree = node(this=_operand(left.node, node, True), expression=_operand(right.node, node, False))
        if isinstance(tree, exp.Div):  # as the dialect divides: sqlglot is not to add a cast of its own
            language = Dialect.get_or_raise(self.dialect.sqlglot)
            tree.set("typed", language.TYPED_DIVISION)
            tree.set("safe", language.SAFE_DIVISION)
        never_null, is_wide = left.never_null and right.never_null, left.is_wide or right.is_wide
        size = left.size + right.size + 1
        return Value(tree, kind, None, never_null, size, is_wide=is_wide and kind.name == "number")

    def case(self, branches: list[tuple[Value, Value]], default: Value | None, kind: Kind) -> Value:
        """CASE WHEN … THEN … ELSE … END; a default that is itself such a CASE continues this one."""
        size = 2 + sum(c.size + v.size for c, v in branches) + (default.size if default else 0)
        self._check(size)
        ifs = [exp.If(this=c.node, true=v.node) for c, v in branches]
        last = default.node if default else None
        if isinstance(last, exp.Case) and last.this is None:
            ifs += last.args["ifs"]
            last = last.args.get("default")
        never_null = default is not None and default.never_null and all(v.never_null for _, v in branches)
        is_wide = any(v.is_wide for _, v in branches) or (default is not None and default.is_wide)
        return Value(exp.Case(ifs=ifs, default=last), kind, None, never_null, size, is_wide=is_wide)

    def copy(self, value: Value) -> Value:
        return replace(value, node=value.node.copy())

    def _check(self, size: int) -> None:
        if size > MAX_SIZE:
            raise Refused(f"the SQL would have more than {MAX_SIZE} parts; split the expression")

    # literals and references

    def string(self, text: str) -> Value:
        return Value(exp.Literal.string(text), STRING, text, True)

    def number(self, value: int | Decimal, spelled: str = "") -> Value:
        kind = INTEGER if value == int(value) and "." not in spelled and "e" not in spelled.lower() else NUMBER
        number = Decimal(value).copy_abs()
        node: exp.Expr = exp.Literal.number(spelled or format(number, "f"))
        if value < 0 and not spelled.startswith("-"):
            node = exp.Neg(this=node)
        if kind is NUMBER:
            kind = Kind("number", "double" if "e" in spelled.lower() else "decimal")
        return Value(node, kind, Decimal(value), True, is_narrow=abs(number) < 2**31)

    def boolean(self, value: bool) -> Value:
        return Value(exp.Boolean(this=value), BOOLEAN, value, True)

    def null(self) -> Value:
        return Value(exp.Null(), NULL)

    def column(self, name: str, kind: Kind) -> Value:
        if kind is BOOLEAN and not self.dialect.has_boolean:
            kind = INTEGER
        return Value(exp.column(exp.to_identifier(name, quoted=needs_quoting(name))), kind)

    def parameter(self, name: str, kind: Kind) -> Value:
        return Value(exp.Var(this=f":{name}"), kind, never_null=True)

    # conversions

    def as_condition(self, value: Value) -> Value:
        """A predicate; a number is true unless it is 0."""
        if value.kind == BOOLEAN:
            if value.constant is not None and not self.dialect.has_boolean:
                return self.sql("1 = 1" if value.constant else "1 = 0", BOOLEAN).unless_null()
            return value
        if value.kind == NULL:
            return Value(exp.Null(), BOOLEAN) if self.dialect.has_boolean else self.sql("1 = NULL", BOOLEAN)
        if value.kind == UNKNOWN:
            self.caution("UNKNOWN_TYPE")
        return self.binary(exp.NEQ, self.as_number(value), self.number(0), BOOLEAN)

    def as_value(self, value: Value) -> Value:
        """Something a column can hold: in a dialect without booleans a predicate becomes 1 or 0."""
        if value.kind != BOOLEAN or self.dialect.has_boolean:
            return value
        return self.as_number(value)

    def as_number(self, value: Value) -> Value:
        match value.kind.name:
            case "number" | "null" | "unknown":
                return value
            case "boolean":
                return self._boolean_number(value)
            case "string":
                return self._string_number(value)
        raise Refused(f"a {value.kind.name} can't be used as a number")

    def _boolean_number(self, value: Value) -> Value:
        if isinstance(value.constant, bool):
            return self.number(int(value.constant))
        condition = self.as_condition(value)
        if value.never_null:
            return self.case([(condition, self.number(1))], self.number(0), INTEGER)
        negated = Value(exp.Not(this=parenthesised(condition.node.copy())), BOOLEAN, size=condition.size)
        return self.case([(condition, self.number(1)), (negated, self.number(0))], None, INTEGER)

    def _string_number(self, value: Value) -> Value:
        if isinstance(value.constant, str) and _NUMBER_TEXT.match(value.constant):
            return self.number(Decimal(value.constant.strip()))
        self.caution("STRING_AS_NUMBER")
        return self.op("string_to_double", Kind("number", "double"), s=value)

    def as_text(self, value: Value) -> Value:
        match value.kind.name:
            case "string":
                return value
            case "null" | "unknown":
                return value
            case "boolean":
                return self.as_text(self.as_number(value))
            case "number":
                return self.number_text(value)
            case "date":
                self.caution("DATE_AS_TEXT")
                return self.op("date_to_default_text", STRING, d=value)
        raise Refused(f"a {value.kind.name} value can't be used as text")

    def number_text(self, value: Value) -> Value:
        if isinstance(value.constant, Decimal) and value.constant.copy_abs() < 10**15:
            text = format(value.constant, "f")
            return self.string(text.rstrip("0").rstrip(".") if "." in text else text)
        if value.kind == INTEGER:
            return self.op("integer_to_text", STRING, n=value).unless_null(value)
        if value.kind.detail == "decimal":
            return self.op("decimal_to_text", STRING, n=value).unless_null(value)
        return self.op("number_to_text", STRING, n=value).unless_null(value)

    def as_date(self, value: Value) -> Value:
        match value.kind.name:
            case "date" | "null" | "unknown":
                return value
            case "string":
                self.caution("STRING_AS_DATE")
                return self.op("default_text_to_date", TIMESTAMP, s=value)
        raise Refused(f"a {value.kind.name} can't be used as a date")

    def as_timestamp(self, value: Value) -> Value:
        """A date for arithmetic on its time of day."""
        value = self.as_date(value)
        return value if value.kind.detail == "timestamp" else self.op("to_timestamp_type", TIMESTAMP, d=value)

    def as_integer(self, value: Value) -> Value:
        """An integer argument such as a position; a fraction is rounded, as the tool does."""
        value = self.as_number(value)
        if isinstance(value.constant, Decimal):
            return self.number(int(round_half_up(value.constant)))
        if value.kind == INTEGER:
            return value
        return self.op("round_to_integer", INTEGER, n=value)

    def as_position(self, value: Value, *, exactly_32_bits: bool = False) -> Value:
        """An integer argument of a text function; some engines take 32 bits there and nothing wider."""
        value = self.as_number(value)
        if isinstance(value.constant, Decimal):
            return self.number(int(round_half_up(value.constant)))
        if value.is_narrow and not exactly_32_bits:
            return value
        return replace(self.op("narrow" if value.kind == INTEGER else "to_position", INTEGER, n=value), is_narrow=True)

    def alternative(self, value: Value, kind: Kind) -> Value:
        """One of several results of `kind`: a call that fails takes their type, for SQL wants one of it."""
        if value.failure is None:
            return value
        name = kind.name if kind.name in ("number", "date") else "string"
        return self.op(f"fail_{name}", kind, s=value.failure)

    # operators

    def compare(self, operator: str, left: Value, right: Value) -> Value:
        left, right = self.alike(left, right)
        return self.binary(_COMPARISONS[operator], left, right, BOOLEAN)

    def alike(self, left: Value, right: Value) -> tuple[Value, Value]:
        """Both in one kind, converted the way the tool converts the operands of a comparison."""
        kinds = {left.kind.name, right.kind.name} - {"null", "unknown"}
        if len(kinds) < 2:
            if kinds == {"boolean"} and not self.dialect.has_boolean:
                return self.as_number(left), self.as_number(right)
            if kinds == {"string"} and not self.dialect.case_sensitive:
                self.caution("STRING_COMPARISON", dialect=self.dialect.name)
            return left, right
        if kinds == {"boolean", "number"}:
            return self.as_number(left), self.as_number(right)
        if "date" in kinds:
            return self.as_date(left), self.as_date(right)
        self.caution("MIXED_COMPARISON")
        return self.as_text(left), self.as_text(right)

    def is_null(self, value: Value) -> Value:
        value = self.as_value(value)
        tree = exp.Is(this=parenthesised(value.node), expression=exp.Null())
        return Value(tree, BOOLEAN, None, True, value.size + 1)

    def negate(self, value: Value) -> Value:
        condition = self.as_condition(value)
        if isinstance(condition.node, exp.Is) and isinstance(condition.node.expression, exp.Null):
            return Value(exp.Not(this=condition.node), BOOLEAN, None, True, condition.size)
        return Value(
            exp.Not(this=parenthesised(condition.node)), BOOLEAN, None, condition.never_null, condition.size + 1
        )


def _operand(node: exp.Expr, parent: type[exp.Binary], is_left: bool) -> exp.Expr:
    """A left operand of the very same operator needs no parentheses."""
    if is_left and type(node) is parent and parent in (exp.Add, exp.Sub, exp.Mul, exp.And, exp.Or, exp.DPipe):
        return node
    comparison = not issubclass(parent, (exp.And, exp.Or))
    if isinstance(node, (exp.And, exp.Or)) or comparison:
        if isinstance(node, exp.Neg) and is_left:
            return node
        arithmetic = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.DPipe)
        if comparison and issubclass(parent, exp.Predicate) and isinstance(node, arithmetic):
            return node
        return parenthesised(node)
    return node


_NUMBER_TEXT = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*\Z", re.ASCII)


def round_half_up(value: Decimal) -> Decimal:
    """Half away from zero, as the tool rounds."""
    return value.to_integral_value(rounding="ROUND_HALF_UP")
