"""Nodes of an expression to SQL values, by the tables of its language."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import (
    BOOLEAN,
    TIMESTAMP,
    UNKNOWN,
    Kind,
    Value,
    kind_of_type,
)
from services.migration.expressions.language import Language
from services.migration.expressions.nodes import (
    Call,
    Membership,
    Name,
    Node,
    Number,
    Operation,
    Parameter,
    Star,
    Text,
    Unary,
)
from services.migration.expressions.sql.dialects import needs_quoting
from services.migration.expressions.sql.templates import is_placeholder, parse_sql

MAX_DIGITS = 400  # characters of a numeric literal
MAX_EXPONENT = 308  # the largest power of ten of a double


@dataclass(frozen=True)
class Scope:
    """What names mean to a caller; every mapping is keyed in upper case. `types` None accepts any field."""

    types: Mapping[str, str] | None
    rename: Mapping[str, str]
    inline: Mapping[str, exp.Expr | str]
    aggregate: bool


@dataclass
class Emitter:
    builder: SqlBuilder
    scope: Scope
    language: Language
    inside_aggregate: bool = False

    def emit(self, node: Node, expected: Kind = UNKNOWN) -> Value:
        """The node as SQL; `expected` is the kind of a field or parameter whose type nobody told.

        Raises Refused where there is no equal.
        """
        if isinstance(node, Call):
            return self._call(node, expected)
        value = (self.language.nodes.get(type(node)) or _EMIT[type(node)])(self, node)
        if value.kind == UNKNOWN and isinstance(node, (Name, Parameter)):
            value = replace(value, kind=expected)
        return self._typed(value) if isinstance(node, Parameter) else value

    def _typed(self, parameter: Value) -> Value:
        """A parameter of a date, cast: engines can't tell the type of one from `DATE_TRUNC('day', :P)`."""
        if parameter.kind.name != "date" or not isinstance(parameter.node, exp.Var):
            return parameter
        return self.builder.op("to_timestamp_type", TIMESTAMP, d=parameter).unless_null(parameter)

    def _text(self, node: Text) -> Value:
        return self.builder.string(node.value)

    def _number(self, node: Number) -> Value:
        try:
            number = Decimal(node.value)
        except InvalidOperation:  # an exponent beyond what Decimal takes
            number = Decimal("NaN")
        if len(node.value) > MAX_DIGITS or number.is_nan() or abs(number.adjusted()) > MAX_EXPONENT:
            raise Refused(f"the number {node.value[:20]}… is out of the range of SQL types")
        return self.builder.number(number, node.value)

    def _star(self, node: Star) -> Value:
        del node
        return Value(exp.Star(), UNKNOWN)

    def _parameter(self, node: Parameter) -> Value:
        inlined = self.inlined(node.value)
        return inlined if inlined is not None else self.parameter(node, self.declared(node.value))

    def parameter(self, node: Parameter, kind: Kind) -> Value:
        """`:NAME`. Raises Refused where the dialect would read the name as a word of its own."""
        name, dialect = node.value.lstrip("$"), self.builder.dialect
        if dialect.name != "duckdb" and not is_placeholder(name, dialect.sqlglot):
            raise Refused(f"the parameter {node.value} has the name of a word of SQL; rename it")
        return self.builder.parameter(name, kind)

    def name(self, node: Name) -> Value:
        """A field, a constant, or what the caller gives in its place."""
        node = self._as_a_column(node)
        name = node.value.upper()
        inlined = self.inlined(name)
        if inlined is not None:
            return inlined
        is_field = self.scope.types is not None and name in self.scope.types
        built_in = (
            None if is_field or name not in self.language.built_in else self.language.constant(self.builder, name)
        )
        return built_in if built_in is not None else self.field(node)

    def _as_a_column(self, node: Name) -> Name:
        """The name as a pipeline's column has it, without blanks around it and control characters: `[Amount ]`.

        Raises Refused where two fields differ in nothing else.
        """
        name = "".join(char for char in node.value.strip() if char.isprintable())
        if name == node.value or self._is_known(node.value) or not self._is_known(name):
            return node
        if self._is_known(f"{name}_2") or self._is_known(f"{name}2"):
            raise Refused(f"there may be two fields '{name}' that differ in blanks alone; rename one before")
        return replace(node, value=name)

    def _is_known(self, name: str) -> bool:
        upper = name.upper()
        return any(upper in known for known in (self.scope.types or {}, self.scope.rename, self.scope.inline))

    def field(self, node: Name) -> Value:
        """A column by its name. Raises Refused where the caller knows none of it."""
        name = node.value.upper()
        kind = self.declared(node.value)
        if name in self.scope.rename:
            return Value(self._reference(node.value, self.scope.rename[name]), kind)
        if self.scope.types is not None and name not in self.scope.types:
            raise Refused(f"there is no field '{node.value}'{self._nearest(name)}")
        return self.builder.column(node.value, kind)

    def _reference(self, name: str, text: str) -> exp.Expr:
        """A column as the caller spells it; `name`, `table.name` and `"a name"` need no parser."""
        parts = text.split(".")
        if len(parts) <= 2 and not any(needs_quoting(part) for part in parts):
            return exp.column(*(exp.to_identifier(part, quoted=False) for part in reversed(parts)))
        quoted = _QUOTED.fullmatch(text)
        if quoted and self.builder.dialect.sqlglot in _QUOTES_DOUBLY:
            return exp.column(exp.to_identifier(quoted[1], quoted=True))
        return self._given_sql(name, text).copy()

    def _given_sql(self, name: str, text: str) -> exp.Expr:
        """What the caller gives in place of a name; it may come from text of others, so that it may be wrong."""
        try:
            return parse_sql(text, self.builder.dialect.sqlglot)
        except (SqlglotError, ValueError):
            raise Refused(f"what stands for {name} is no SQL expression") from None

    def _nearest(self, name: str) -> str:
        near = difflib.get_close_matches(name, [*(self.scope.types or ()), *self.scope.rename], 1)
        return f"; the nearest is '{near[0]}'" if near else ""

    def declared(self, name: str) -> Kind:
        """The kind the caller told of a name."""
        declared = (self.scope.types or {}).get(name.upper())
        return kind_of_type(declared) if declared else UNKNOWN

    def inlined(self, name: str) -> Value | None:
        """What the caller gives in place of a name; None where nothing."""
        given = self.scope.inline.get(name.upper())
        if given is None:
            return None
        tree = self._given_sql(name, given) if isinstance(given, str) else given
        kind = self.declared(name)
        is_predicate = isinstance(tree, exp.Predicate) and not isinstance(tree, exp.Paren)
        return Value(tree.copy(), BOOLEAN if is_predicate and kind == UNKNOWN else kind, size=8)

    def _unary(self, node: Unary) -> Value:
        return self.language.unary[node.operator](self.builder, self.emit(node.operand))

    def _operation(self, node: Operation) -> Value:
        run = self.language.runs.get(node.operators[0])
        if run is not None:
            return run(self.builder, [self.emit(operand) for operand in node.operands])
        result = self.emit(node.operands[0])
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            result = self.language.operators[operator](self.builder, operator, result, self.emit(operand))
        return result

    def _membership(self, node: Membership) -> Value:
        found = self.language.membership(self.builder, self.emit(node.operand), [self.emit(v) for v in node.values])
        return self.builder.negate(found) if node.negated else found

    def _call(self, node: Call, expected: Kind) -> Value:
        if node.prefix:
            return self._prefixed(node)
        row = self.language.functions.get(node.name)
        if row is None:
            near = difflib.get_close_matches(node.name, self.language.functions, 1)
            raise Refused(
                f"{node.name} is no function of the language" + (f"; the nearest is {near[0]}" if near else "")
            )
        if row.build is None:
            raise Refused(f"{row.name} has no SQL: {row.refused}")
        if len(node.arguments) < row.least or (row.most != -1 and len(node.arguments) > row.most):
            raise Refused(f"{row.name} takes {_count(row.least, row.most)}, here are {len(node.arguments)}")
        self._check_aggregate(row.name, row.aggregate)
        self.builder.limit(row.confidence)
        outer, self.inside_aggregate = self.inside_aggregate, self.inside_aggregate or row.aggregate
        hints = self.language.expected_kinds(node.name, len(node.arguments), expected)
        arguments = [self._argument(node, n, hint) for n, hint in enumerate(hints)]
        self.inside_aggregate = outer
        try:
            return row.build(self.builder, arguments)
        except Refused as refusal:
            raise refusal if row.name in str(refusal) else Refused(f"{row.name}: {refusal}") from None

    def _argument(self, call: Call, place: int, expected: Kind) -> Value:
        """One argument; what a conditional excludes from being 0 holds in the branch it chooses then."""
        outer = self.builder.nonzero
        if call.name in self.language.conditionals and place > 0:
            subject = _nonzero_in_branch(call.arguments[0], place)
            if subject is not None:
                self.builder.nonzero = outer | {self.emit(subject).node.sql()}
        value = self.emit(call.arguments[place], expected)
        self.builder.nonzero = outer
        return value

    def _check_aggregate(self, name: str, is_aggregate: bool) -> None:
        if is_aggregate and not self.scope.aggregate:
            raise Refused(f"{name} is an aggregate function and stands outside an Aggregator")
        if is_aggregate and self.inside_aggregate:
            raise Refused(f"{name} stands inside another aggregate function, which SQL does not allow")

    def _prefixed(self, node: Call) -> Value:
        inlined = self.inlined(f":{node.prefix}.{node.name}".upper())
        if inlined is not None:
            return inlined
        reason = self.language.prefixes.get(node.prefix, "the prefix :{prefix} is not known")
        raise Refused(reason.format(prefix=node.prefix, name=node.name))


_EMIT: Mapping[type[Node], Callable[..., Value]] = {
    Text: Emitter._text,
    Number: Emitter._number,
    Star: Emitter._star,
    Parameter: Emitter._parameter,
    Name: Emitter.name,
    Unary: Emitter._unary,
    Operation: Emitter._operation,
    Membership: Emitter._membership,
}

_QUOTED = re.compile(r'"([^"\\]+)"')
_QUOTES_DOUBLY = frozenset({"duckdb", "postgres"})
_NONZERO_BRANCH = {"=": 2, "!=": 1, ">": 1, "<": 1}


def _nonzero_in_branch(condition: Node, place: int) -> Node | None:
    """What a conditional on `x = 0` has compared with 0 so that it can't be 0 in the argument at `place`."""
    if not isinstance(condition, Operation) or len(condition.operators) != 1:
        return None
    subject, bound = condition.operands
    is_zero = isinstance(bound, Number) and Decimal(bound.value) == 0
    return subject if is_zero and _NONZERO_BRANCH.get(condition.operators[0]) == place else None


def _count(least: int, most: int) -> str:
    if least == most:
        return f"{least} argument{'s' * (least != 1)}"
    return f"{least} or more arguments" if most == -1 else f"{least} to {most} arguments"
