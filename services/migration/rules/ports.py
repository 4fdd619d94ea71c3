"""How expressions of an instance reach its input ports: as SQL over the columns behind them."""

from __future__ import annotations

from services.migration import types
from services.migration.ast import TransformationField
from services.migration.rules import sql
from services.migration.rules.context import SYSTEM_DEFAULTS, Context, Scope
from services.migration.rules.relation import Column

CONVERSIONS = {
    ("number", "string"): "TO_CHAR",
    ("date", "string"): "TO_CHAR",
    ("string", "date"): "TO_DATE",
    ("string", "number"): "TO_DECIMAL",
}
"""From one kind to another: the function whose default format the implicit conversion follows. Source: PowerCenter
Transformation Guide, "Port-to-Port Data Conversion"."""

CONVERTED = 0.84
"""Confidence of an object that relies on an implicit conversion: below the top, above the gate's limit."""


def scope(context: Context, *, alias: str = "", group: str = "") -> Scope:
    """References for every port of one input group, as the tool sees their values.

    A connected port reads its column, converted where the port's kind of type differs; an unconnected one is null; a
    default value replaces null (PowerCenter Transformation Guide, "Default Values for Ports").
    """
    found = Scope()
    given = context.input(group)
    for port in context.transformation.fields:
        if not port.role.takes_input or (len(context.inputs) > 1 and group and not _in(port, context, group)):
            continue
        port_type = context.type_of(port)
        column = given.ports.get(port.name) if given else None
        found.references[port.name] = _reference(context, port, port_type, column, alias)
        found.types[port.name] = port_type
    return found


def _in(port: TransformationField, context: Context, group: str) -> bool:
    if context.transformation.type == "Joiner":
        return port.master == (group == "master")
    return port.group == group


def _reference(context: Context, port: TransformationField, port_type: str, column: Column | None, alias: str) -> str:
    default = default_value(context, port)
    if column is None:
        return default or sql.null(port_type, context.dialect)
    text = alias + sql.identifier(column.name, context.dialect)
    if types.kind(column.type) != types.kind(port_type):
        text = converted(context, port, text, column.type, port_type)
    return f"COALESCE({text}, {default})" if default else text


def converted(context: Context, port: TransformationField, text: str, given: str, wanted: str) -> str:
    """A value of one kind as a port of another sees it: by the tool's conversion function, where it has one."""
    function = CONVERSIONS.get((types.kind(given), types.kind(wanted)))
    context.warn(
        f"Port {port.name} takes a {types.kind(given)} as {types.kind(wanted)}; PowerCenter converts by default.",
        confidence=CONVERTED,
    )
    if function is None:
        return sql.cast(text, wanted, context.dialect)
    within = Scope({port.name: text}, {port.name: given})
    result = context.expression(f"{function}({port.name})", f"Port {port.name}", within)
    return result.sql if not result.refused else sql.cast(text, wanted, context.dialect)


def default_value(context: Context, port: TransformationField) -> str:
    """The constant that replaces null at an input port, as SQL; "" where there is none."""
    if port.default.strip().upper() in SYSTEM_DEFAULTS:
        return ""
    if port.default.strip().upper().startswith(("ERROR(", "ABORT(")):
        context.warn(
            f"Port {port.name}: a null input is an error in PowerCenter ({port.default.strip()}), and stays null here.",
            confidence=0.6,
        )
        return ""
    return context.expression(port.default, f"Default of {port.name}", Scope()).sql
