"""Expressions of components: lineage references become the columns that hold them, then the language is translated."""

from __future__ import annotations

import re

from services.migration.ast import Setting
from services.migration.conversion import Translation
from services.migration.rules.context import NotConvertible, Scope
from services.migration.rules.relation import Column, Relation
from services.migration.rules.ssis.frame import by_lineage, columns, find, input_of, key, last_name
from services.migration.rules.steps.context import StepContext

_REFERENCE = re.compile(r'"(?:[^"\\]|\\.)*"|#\{(?P<path>(?:[^}]|\}(?=[^\s\W]|\.))*)\}|#(?P<number>\d+)')
"""A string, which is passed over, or a reference; a path may itself hold braces."""


def expression(
    context: StepContext, setting: Setting, relation: Relation, place: str, *, condition: bool = False, target: str = ""
) -> Translation:
    """The expression of a column or output as SQL."""
    text = setting.get("Expression") or setting.get("FriendlyExpression")
    if not text.strip():
        raise NotConvertible(f"{place} has no expression", "Write the expression in the component.")
    within = scope(context, relation)
    return translated(context, text, place, relation, within, condition=condition, target=target)


def translated(
    context: StepContext,
    text: str,
    place: str,
    relation: Relation,
    within: Scope,
    *,
    condition: bool = False,
    target: str = "",
) -> Translation:
    return context.expression(
        _resolved(context, text, relation, within), place, within, condition=condition, target=target
    )


def scope(context: StepContext, relation: Relation) -> Scope:
    """Columns by the names that hold them here, and by those they have in the component: `Col`, `Component.Col`."""
    within = context.scope(relation)
    known = {name.lower() for name in within.references}
    for setting in columns(input_of(context)):
        name = setting.get("cachedName") or setting.get("name") or last_name(setting.get("lineageId"))
        if key(setting.get("lineageId")) not in relation.ports:
            continue
        column = find(relation, setting)
        owner = setting.get("lineageId").partition(".Outputs[")[0].rpartition("\\")[2]
        for spelled in (name, f"{owner}.{name}"):
            if spelled.lower() not in known or column.name.lower() == name.lower():
                _put(context, within, spelled, column)
    return within


def _put(context: StepContext, within: Scope, name: str, column: Column) -> None:
    within.references.setdefault(name, context.scope(Relation("", (column,))).references[column.name])
    within.types.setdefault(name, column.type)


def _resolved(context: StepContext, text: str, relation: Relation, within: Scope) -> str:
    """`#{…}` and `#35` as the columns of here, in brackets."""

    def column(match: re.Match[str]) -> str:
        lineage = match["path"] or match["number"]
        if not lineage:
            return match[0]
        return bracketed(context, within, by_lineage(relation, lineage))

    return _REFERENCE.sub(column, text) if "#" in text else text


def bracketed(context: StepContext, within: Scope, column: Column) -> str:
    """A column as an expression of the language names it; one whose name ends a bracket gets another name."""
    if "]" not in column.name:
        return f"[{column.name}]"
    alias = f"column {len(within.references)}"
    _put(context, within, alias, column)
    return f"[{alias}]"
