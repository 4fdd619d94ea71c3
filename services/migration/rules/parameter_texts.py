"""Parameters whose text becomes a part of SQL or of an expression, put in its place where the text is known.

PowerCenter expands parameters in SQL as text, so one that names a table, lists values or holds a condition is no value
that could be bound; and one marked as expression variable is read as a part of the expression. Source: PowerCenter
Designer Guide, "Mapping Parameters and Variables".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from services.migration.ast import MappingAST, Transformation
from services.migration.rules import raw_sql
from services.migration.rules.attribute_tables import CHECK
from services.migration.rules.context import Context

QUERIES = ("Sql Query", "Lookup Sql Override")
CONDITIONS = ("Source Filter", "User Defined Join", "Lookup Source Filter")
EXPRESSIONS = ("Filter Condition", "Join Condition", "Update Strategy Expression", "Transaction Control Condition")
_TEXTS = re.compile(r"'(?:[^']|'')*'|--[^\r\n]*|//[^\r\n]*|\$\$\w+")
_VALUE = re.compile(r"[+-]?\d+(?:\.\d+)?")


def expanded(item: Transformation, mapping: MappingAST) -> tuple[Transformation, tuple[str, ...]]:
    """The transformation with known texts in place, and what has to be known and is not.

    In SQL the text is a parameter file's; a parameter's own initial value is one where it brings its quotes along.
    """
    written = {p.name.lower(): p.default for p in mapping.parameters if p.is_expression}
    expressions = {name: mapping.values.get(name, default) for name, default in written.items()}
    initial = {p.name.lower(): p.default for p in mapping.parameters if p.default and "'" in p.default}
    values = {**initial, **mapping.values}
    if not expressions and not values:
        return item, ()
    attributes = dict(item.attributes)
    for name in (*QUERIES, *CONDITIONS):
        if "$" in attributes.get(name, ""):
            attributes[name] = _in_sql(attributes[name], values, is_condition=name in CONDITIONS)
    unknown: dict[str, None] = {}
    fields, groups = item.fields, item.groups
    if expressions:
        fields = tuple(replace(f, expression=_in_expression(f.expression, expressions, unknown)) for f in fields)
        groups = tuple(replace(g, expression=_in_expression(g.expression, expressions, unknown)) for g in groups)
        for name in EXPRESSIONS:
            if name in attributes:
                attributes[name] = _in_expression(attributes[name], expressions, unknown)
    return replace(item, attributes=attributes, fields=fields, groups=groups), tuple(unknown)


def named_by(text: str) -> str:
    """A sentence on the tables, schemas and columns that SQL names by parameters, "" where it names none so."""
    named = ", ".join(raw_sql.pieces(text))
    return f"SQL names tables, schemas or columns by parameters ({named}); write their names into it." if named else ""


def note(context: Context, text: str) -> None:
    """Tell the pipeline of the parameters in a text of SQL, and a person of those that no value can stand for."""
    named = named_by(text)
    if named:
        context.warn(named, confidence=CHECK)
    context.parameters.update(dict.fromkeys(raw_sql.parameters(text)))
    lists = list(dict.fromkeys(found.group(1) for found in raw_sql.LISTED.finditer(text)))
    if lists:
        context.warn(
            f"{', '.join(lists)} is the whole list of an IN, and is one value here: where it may hold several, write "
            "them into the condition.",
            confidence=CHECK,
        )


def _in_expression(text: str, values: Mapping[str, str | None], unknown: dict[str, None]) -> str:
    if "$$" not in text:
        return text

    def placed(found: re.Match[str]) -> str:
        name = found.group(0)
        if name.lower() not in values:
            return name
        value = values[name.lower()]
        if not value:
            unknown[f"{name} is read as a part of the expression, and its text is not in the export"] = None
            return name
        return f"({value})"

    return _TEXTS.sub(placed, text)


def _in_sql(text: str, values: Mapping[str, str], *, is_condition: bool) -> str:
    """Parameters outside quotes, but plain numbers, which stay parameters of the pipeline."""

    def placed(found: re.Match[str]) -> str:
        whole = found.group(0)
        value = values.get(whole.lower(), "")
        return value if value and not _VALUE.fullmatch(value.strip()) else whole

    changed = raw_sql.PLACES.sub(placed, text)
    return changed.strip() if is_condition else changed
