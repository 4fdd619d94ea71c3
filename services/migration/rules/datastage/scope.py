"""How expressions reach columns (`Link.Column`), job parameters and system variables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from services.migration.conversion import Translation
from services.migration.expressions.datastage.names import mark_parameters
from services.migration.parsers.datastage.parameters import name_of
from services.migration.rules.context import Scope
from services.migration.rules.datastage.frame import Arriving, Stage
from services.migration.rules.datastage.joined import Chain
from services.migration.rules.datastage.narrowing import cut
from services.pipelines import types

ROW_CALL = re.compile(r"\b(LastRow|LastRowInGroup|SaveInputRecord)\s*\(\s*([\w.$]*)\s*\)", re.IGNORECASE)
"""A call that asks where a row stands among the others, which a stage answers by a column."""
JOB_NAME = "dsjobname"  # the macro that gives the job's own name
_NAME = re.compile(r"[@$]?[^\W\d][\w$]*(?:\.[\w$]+)*")


def column_scope(stage: Stage, inputs: Iterable[Arriving], chain: Chain | None = None, alias: str = "") -> Scope:
    """Every input column as `Link.Column`."""
    scope = Scope()
    for given in inputs:
        for column in given.relation.columns:
            held = chain.held.get((given.name, column.name), column.name) if chain else column.name
            scope.references[f"{given.name}.{column.name}"] = alias + stage.identifier(held)
            scope.types[f"{given.name}.{column.name}"] = column.type
        if chain is not None and given.name in chain.missing and not alias:
            scope.references[f"{given.name}.NOTFOUND"] = chain.missing[given.name]
            scope.types[f"{given.name}.NOTFOUND"] = "boolean"
        for field in given.fields:
            found = given.column(field.name)
            if found is not None and found.name != field.name:
                scope.references[f"{given.name}.{field.name}"] = scope.references[f"{given.name}.{found.name}"]
                scope.types[f"{given.name}.{field.name}"] = found.type
    return scope


def translated(
    stage: Stage,
    text: str,
    place: str,
    scope: Scope,
    *,
    condition: bool = False,
    target: str = "",
    inline: dict[str, str] | None = None,
) -> Translation:
    """An expression of the stage. Job parameters, which stand in it like variables, are told from columns here.

    A column as it is needs no translation where its type takes every value of the other.
    """
    text = _without_calls(text, scope)
    plain = scope.references.get(text.strip())
    is_plain = plain is not None and bool(target) and not condition and text.strip() not in (inline or {})
    if plain is not None and is_plain and not types.narrows(scope.types[text.strip()], target):
        return Translation(plain, confidence=1.0)
    own = {name.lower() for name in scope.types}
    known = {one.name.lower() for one in stage.context.mapping.parameters}
    found = {name for name in _NAME.findall(text) if name_of(name).lower() in known and name.lower() not in own}
    counted = {name: held for name, held in scope.references.items() if name.startswith("@")}
    named = {name: _literal(stage.context.mapping.name) for name in _NAME.findall(text) if name.lower() == JOB_NAME}
    inlined = {**counted, **named, **(inline or {})}
    made = stage.context.expression(
        mark_parameters(text, found), place, scope, condition=condition, target=target, inline=inlined
    )
    return replace(made, sql=cut(stage.context, made.sql, text, scope.types, "" if condition else target))


def call_name(function: str, column: str) -> str:
    """What stands in an expression for a call that asks where a row stands among the others."""
    return f"{function.upper()}.{column.replace('.', '_') or 'ALL'}"


def _without_calls(text: str, scope: Scope) -> str:
    """The text with the calls that the stage has answered by columns under the names of these."""

    def named(match: re.Match[str]) -> str:
        name = call_name(match[1], match[2])
        return name if name in scope.references else match[0]

    return ROW_CALL.sub(named, text) if "(" in text else text


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
