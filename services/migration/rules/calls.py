"""Calls by name inside expressions, made explicit before a rule sees them.

`:UDF.NAME(a, b)` is replaced by the function's own expression. `:LKP.NAME(a, b)` asks an unconnected lookup: the lookup
is joined to the instance's input, and the call becomes a port that reads the joined column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from services.migration.ast import Role, Transformation, TransformationField, UserFunction
from services.migration.expressions import ExpressionError, calls, parse
from services.migration.expressions.nodes import Call, Name, walk
from services.migration.rules import lookup, lookup_table, sql
from services.migration.rules.context import Context, NotConvertible, Outcome, Scope, connected
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed, transformation
from services.migration.rules.ports import computed_value, scope
from services.migration.rules.relation import Column, Input, unique

CALL = re.compile(r":\s*(?:LKP|UDF)\s*\.", re.IGNORECASE)
LOOKED_UP = re.compile(r":\s*LKP\s*\.\s*([\w$#@]+)", re.IGNORECASE)
EXPRESSIONS = ("Filter Condition", "Update Strategy Expression", "Transaction Control Condition")
SIMPLE = re.compile(r"[\w.]+")
DEEPEST = 20  # user-defined functions that call each other
LookupContext = Callable[[str], Context | None]
Change = Callable[[str], str]


def make_explicit(context: Context, functions: Mapping[str, UserFunction], lookups: LookupContext) -> None:
    """Rewrite the instance and its input in place. Raises NotConvertible where a call cannot be made explicit."""
    if not any(CALL.search(text) for text in _texts(context.transformation)):
        return
    context.transformation = _changed(context.transformation, lambda text: expanded(text, functions))
    if any(CALL.search(text) for text in _texts(context.transformation)):
        joiner = _Joiner(context, lookups)
        context.transformation = _changed(context.transformation, joiner.change)
        joiner.finish()


def asks(item: Transformation, lookup: Transformation) -> bool:
    """Whether one of its expressions asks the unconnected lookup."""
    names = {lookup.name.upper(), lookup.definition_name.upper()}
    found = (name for text in _texts(item) for name in LOOKED_UP.findall(text))
    return any(name.upper() in names for name in found)


def _texts(item: Transformation) -> list[str]:
    texts = [port.expression for port in item.fields] + [group.expression for group in item.groups]
    return texts + [item.attributes.get(name, "") for name in EXPRESSIONS]


def _changed(item: Transformation, change: Change) -> Transformation:
    def at(text: str) -> str:
        return change(text) if CALL.search(text) else text

    attributes = {name: at(text) if name in EXPRESSIONS else text for name, text in item.attributes.items()}
    return replace(
        item,
        fields=tuple(replace(port, expression=at(port.expression)) for port in item.fields),
        groups=tuple(replace(group, expression=at(group.expression)) for group in item.groups),
        attributes=attributes,
    )


def _replaced(text: str, prefix: str, change: Callable[[Call], str]) -> str:
    """The text with the outermost calls of a prefix replaced, last first so that places stay right."""
    try:
        found = calls(parse(text), prefix)
    except ExpressionError as error:
        raise NotConvertible(f"an expression cannot be read: {error}", "Correct the expression.") from None
    outer = [c for c in found if not any(o.start < c.start and c.end <= o.end for o in found)]
    for call in sorted(outer, key=lambda c: c.start, reverse=True):
        text = text[: call.start] + change(call) + text[call.end :]
    return text


def expanded(text: str, functions: Mapping[str, UserFunction], depth: int = 0) -> str:
    """The text with user-defined functions replaced by what they compute; unknown ones stay."""

    def body(call: Call) -> str:
        function = functions.get(call.name.upper())
        if depth > DEEPEST:
            raise NotConvertible(
                f"the user-defined function {call.name} calls itself, or others more than {DEEPEST} deep",
                "Write the expression without it.",
            )
        if function is None or not function.expression:
            raise NotConvertible(
                f"it calls the user-defined function {call.name}, which the export does not hold",
                "Export the mapping again with its user-defined functions.",
            )
        given = [text[argument.start : argument.end] for argument in call.arguments]
        names = [argument.name.upper() for argument in function.arguments]
        if len(given) != len(names):
            raise NotConvertible(f"it calls {call.name} with {len(given)} values for {len(names)}", "Correct the call.")
        try:
            inner = _with_values(function.expression, dict(zip(names, given, strict=True)))
        except ExpressionError as error:
            raise NotConvertible(f"the body of {call.name} cannot be read: {error}", "Correct the function.") from error
        return f"({expanded(inner, functions, depth + 1)}{_line_end(inner)})"

    return _replaced(text, "UDF", body) if CALL.search(text) else text


def _line_end(text: str) -> str:
    """A line break where a comment may stand at the end, which would take in what follows."""
    return "\n" if "--" in text or "//" in text else ""


def _with_values(body: str, values: Mapping[str, str]) -> str:
    names = [node for node in walk(parse(body)) if isinstance(node, Name) and node.value.upper() in values]
    for node in sorted(names, key=lambda n: n.start, reverse=True):
        body = f"{body[: node.start]}({values[node.value.upper()]}){body[node.end :]}"
    return body


class _Joiner:
    """Joins the looked-up tables to an instance's input, one for each distinct call."""

    def __init__(self, context: Context, lookups: LookupContext) -> None:
        self.context = context
        self.lookups = lookups
        self.given = connected(context)
        self.names = {port.name.lower() for port in context.transformation.fields}
        self.ports: dict[tuple[str, str], TransformationField] = {}
        self.columns: dict[str, Column] = {}

    def change(self, text: str) -> str:
        return _replaced(text, "LKP", lambda call: self._port(text, call).name)

    def _port(self, text: str, call: Call) -> TransformationField:
        asked = [text[argument.start : argument.end].strip() for argument in call.arguments]
        key = (call.name.upper(), "\0".join(asked))
        if key not in self.ports:
            self.ports[key] = self._join(call.name, asked)
        return self.ports[key]

    def _join(self, name: str, asked: list[str]) -> TransformationField:
        context = self.lookups(name)
        if context is None:
            raise NotConvertible(f"it calls the lookup {name}, which the mapping does not hold", "Add the lookup.")
        returned = next((p for p in context.transformation.fields if p.role is Role.LOOKUP_RETURN), None)
        inputs = [port for port in context.transformation.fields if port.role.takes_input]
        if returned is None or len(inputs) != len(asked):
            raise NotConvertible(
                f"it calls the lookup {name} with {len(asked)} values, which has {len(inputs)} inputs and "
                f"{'a' if returned else 'no'} return port",
                "Correct the lookup or the call.",
            )
        context.inputs = {"": self.given}
        table = lookup_table.read_table(context)
        relation = self.given.relation
        config = lookup.join_config(context, relation.ref, self._asked(inputs, asked), table)
        column = Column(unique(f"{column_name(name)}_{returned.name}", relation.names()), context.type_of(returned))
        config["columns"] = [
            *(computed(c, f"l.{sql.identifier(c.name, context.dialect)}") for c in relation.columns),
            computed(column, f"r.{sql.identifier(table.columns[returned.name].name, context.dialect)}"),
        ]
        node = transformation(context, "sql_join_pushdown", config, [relation.ref, table.relation.ref])
        self.context.attached.setdefault(name, []).append(
            Outcome(
                "sql_join_pushdown",
                context.confidence,
                (*table.nodes, node),
                warnings=tuple(context.warnings),
                issues=tuple(context.issues),
            )
        )
        self.context.parameters.update(context.parameters)
        joined = replace(relation, ref=node["id"], columns=(*relation.columns, column))
        self.given = Input(joined, self.given.ports)
        name = unique(f"{column_name(name)}_result", self.names)
        port = replace(returned, name=name, role=Role.INPUT, default="")  # a call gives null, whatever the default
        self.columns[port.name] = column
        return port

    def _asked(self, inputs: list[TransformationField], asked: list[str]) -> Scope:
        """The lookup's input ports as SQL over the rows that ask, each converted to its port's type."""
        outer = replace_input(self.context, self.given)
        found = scope(outer, alias="l.")
        _add_variables(outer, found)
        asking = replace_input(self.context, self.given)
        answer = Scope()
        for port, text in zip(inputs, asked, strict=True):
            result = computed_value(asking, replace(port, expression=text), f"Value of {port.name}", found)
            if result.refused:
                raise NotConvertible(
                    f"it asks a lookup for {text}, which is not made of input ports: {result.refused}",
                    "Compute the value in an Expression before this object.",
                )
            answer.references[port.name] = result.sql if SIMPLE.fullmatch(result.sql) else f"({result.sql})"
            answer.types[port.name] = asking.type_of(port)
        self.context.warnings.update(asking.warnings)
        self.context.confidence = min(self.context.confidence, asking.confidence)
        self.context.parameters.update(asking.parameters)
        return answer

    def finish(self) -> None:
        """Give the instance its new input and the ports that read what was looked up."""
        context = self.context
        group = next(iter(context.inputs))
        context.transformation = replace(
            context.transformation, fields=(*context.transformation.fields, *self.ports.values())
        )
        context.inputs = {group: Input(self.given.relation, {**self.given.ports, **self.columns})}


def _add_variables(context: Context, found: Scope) -> None:
    """Local variables as the SQL they stand for, but those that keep a row's value for the next or ask a lookup."""
    for port in context.transformation.fields:
        if port.role is not Role.VARIABLE or CALL.search(port.expression):
            continue
        kind = context.type_of(port)
        result = computed_value(context, port, f"Variable {port.name}", found)
        if not result.refused and result.sql:
            found.references[port.name] = sql.cast(result.sql, kind, context.dialect)
            found.types[port.name] = kind


def replace_input(context: Context, given: Input) -> Context:
    """The same instance reading other rows; what it collects is thrown away."""
    return Context(
        mapping=context.mapping,
        transformation=context.transformation,
        dialect=context.dialect,
        ids=context.ids,
        inputs={"": given},
        parameter_types=context.parameter_types,
    )
