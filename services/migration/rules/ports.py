"""How expressions of an instance reach its input ports, and how values reach ports of other types.

Both follow PowerCenter Transformation Guide, "Port-to-Port Data Conversion" and "Default Values for Ports".
"""

from __future__ import annotations

from dataclasses import replace

from services.migration.ast import TransformationField
from services.migration.conversion import Translation
from services.migration.rules import lengths, scales, sql
from services.migration.rules.context import SYSTEM_DEFAULTS, Context, Scope
from services.migration.rules.relation import Column
from services.pipelines import types

ROUNDED = 0.84
"""Confidence where decimals may be lost that the tool keeps: below the documented top of the kinds concerned."""
VALUE = "PORT_VALUE"
"""The name by which a value is handed to a translation of its own."""


def scope(context: Context, *, alias: str = "", group: str = "") -> Scope:
    """References for every port of one input group, as the tool sees their values.

    A connected port reads its column, converted where the port's type differs; an unconnected one is null; a default
    value replaces null.
    """
    found = Scope()
    given = context.input(group)
    for port in context.transformation.fields:
        if not port.role.takes_input or (len(context.inputs) > 1 and group and not _in(port, context, group)):
            continue
        column = given.ports.get(port.name) if given else None
        found.references[port.name] = reference(context, port, column, alias)
        found.types[port.name] = context.type_of(port)
    return found


def _in(port: TransformationField, context: Context, group: str) -> bool:
    if context.transformation.type == "Joiner":
        return port.master == (group == "master")
    return port.group == group


def reference(context: Context, port: TransformationField, column: Column | None, alias: str = "") -> str:
    """An input port's value as SQL over the column that feeds it, if any."""
    default = "" if port.name in context.fitted else default_value(context, port)
    port_type = context.type_of(port)
    if column is None:
        return default or sql.null(port_type, context.dialect)
    text = converted(context, port, alias + sql.identifier(column.name, context.dialect), column.type)
    return f"COALESCE({text}, {default})" if default else text


def differs(context: Context, port: TransformationField, column: Column) -> bool:
    """True where a port holds something else than the column that feeds it."""
    wanted = context.type_of(port)
    return converts(column.type, wanted) or cuts(lengths.of_type(column.type), wanted)


def converts(given: str, wanted: str) -> bool:
    return types.kind(given) != types.kind(wanted) or (types.is_whole(wanted) and types.has_fraction(given))


def cuts(length: int | None, wanted: str) -> bool:
    limit = types.text_length(wanted) if types.kind(wanted) == "string" else 0
    return bool(limit) and (length is None or length > limit)


def converted(context: Context, port: TransformationField, text: str, given: str) -> str:
    """A value of type `given` as a port holds it: by the tool's conversion, text cut to the port's precision."""
    wanted = context.type_of(port)
    if converts(given, wanted):
        within = Scope({VALUE: text}, {VALUE: given})
        text = context.expression(VALUE, f"Port {port.name}", within, target=target_type(wanted)).sql
    _note_rounding(context, port, types.scale(given))
    return cut(context, port, text) if text and cuts(lengths.of_type(given), wanted) else text


def computed_value(
    context: Context, port: TransformationField, place: str, within: Scope, **how: object
) -> Translation:
    """A port's own expression, as the port holds its value."""
    wanted = context.type_of(port)
    result = context.expression(port.expression, place, within, target=target_type(wanted), **how)  # type: ignore[arg-type]  # options by name
    _note_rounding(context, port, scales.decimals(port.expression, within.types))
    if result.sql and result.type == "string" and cuts(lengths.longest(port.expression, within.types), wanted):
        return replace(result, sql=cut(context, port, result.sql))
    return result


def target_type(wanted: str) -> str:
    """The type to convert to: a decimal's digits are the column's to keep, whatever their number."""
    return "decimal(38,10)" if wanted.startswith("decimal(") else wanted


def _note_rounding(context: Context, port: TransformationField, given: int | None) -> None:
    """Name a decimal port with fewer decimals than its values: only in high precision is it sure to round them."""
    wanted = context.type_of(port)
    own = types.scale(wanted)
    precise = context.mapping.session_attributes.get("Enable high precision", "").upper() == "YES"
    if precise or types.is_whole(wanted) or own is None or given is None or given <= own:
        return
    context.warn(
        f"Port {port.name} has {own} decimals and takes values with {given}: they are rounded here; PowerCenter "
        "without high precision may hand them on unrounded.",
        confidence=ROUNDED,
    )


def cut(context: Context, port: TransformationField, text: str) -> str:
    return sql.left(text, types.text_length(context.type_of(port)), context.dialect)


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
    place = f"Default of {port.name}"
    return context.expression(port.default, place, Scope(), target=target_type(context.type_of(port))).sql
