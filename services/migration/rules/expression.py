"""Expression → `sql_expression`: input ports, then variables top to bottom, then output ports."""

from __future__ import annotations

import re
from typing import Any

from services.migration.ast import TransformationField
from services.migration.rules import running, sql, variables
from services.migration.rules.context import SYSTEM_DEFAULTS, Context, Outcome, Scope, connected
from services.migration.rules.manual import carried, partly
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed, transformation
from services.migration.rules.order import WORD
from services.migration.rules.ports import computed_value, scope
from services.migration.rules.relation import Column, Relation, SortKey, unique
from services.pipelines import types

DIVIDES = re.compile(r"[/%]")
"""Operators that fail, as functions may, for some values."""


def convert(context: Context) -> Outcome:
    relation = connected(context).relation
    found = scope(context)
    outputs = [port for port in context.transformation.fields if port.role.gives_output]
    names = {column_name(port.name).lower() for port in outputs}
    local = variables.convert(context, found, relation, names)
    full = Scope({**found.references, **local.references}, found.types)
    draft = Draft(context, relation)
    whole = not context.refusals  # a refused variable leaves nothing to stand on
    refused: list[tuple[TransformationField, str]] = []
    for port in outputs:
        text = _value(context, running.make_explicit(context, full, relation, local, port), full)
        if text or not whole:
            draft.add((context.name, port.name), context.column(port), text)
        else:
            refused.append((port, context.refusals.pop()))
    left = {port.name for port, _ in refused}
    if left and all(port.name in left for port in outputs if port.computes):
        context.refusals.extend(reason for _, reason in refused)
    for column, key in carried(context):
        draft.carry(column, key)
    draft.carry_state()
    if refused:
        for name in _read_by(context, refused):
            draft.carry(connected(context).ports[name])
    outcome = draft.finish(local.steps)
    return partly(context, outcome, refused) if refused and not context.refusals else outcome


def _read_by(context: Context, refused: list[tuple[TransformationField, str]]) -> list[str]:
    """Input ports that refused expressions name: whoever writes them needs their columns."""
    words = {word.lower() for port, _ in refused for word in WORD.findall(port.expression)}
    return [name for name in connected(context).ports if name.lower() in words]


def _value(context: Context, port: TransformationField, within: Scope) -> str:
    if port.role.takes_input and not port.computes:
        return within.references[port.name]
    if not port.expression.strip():
        return sql.null(context.type_of(port), context.dialect)
    result = computed_value(context, port, f"Port {port.name}", within)
    may_fail = result.functions or DIVIDES.search(port.expression)
    if may_fail and port.default.strip().upper() not in SYSTEM_DEFAULTS and not port.role.takes_input:
        context.warn(
            f"Port {port.name} gives {port.default.strip()} where its expression fails; here a failure stops the load."
        )
    return result.sql


class Draft:
    """Output columns as they are put together; `alias` is how expressions name the input (`l.`)."""

    def __init__(self, context: Context, given: Relation, *, alias: str = "") -> None:
        self.context = context
        self.given = given
        self.alias = alias
        self.columns: list[tuple[Column, str]] = []
        self.ports: dict[tuple[str, str], str] = {}
        self.taken: set[str] = set()

    def add(self, key: tuple[str, str], column: Column, expression: str) -> None:
        name = unique(column.name, self.taken)
        self.columns.append((Column(name, column.type), expression))
        self.ports[key] = name

    def carry(self, column: Column, key: tuple[str, str] | None = None) -> str:
        """Hand a column of the input on, under its own name where that is free; give its name."""
        bare = self.alias + sql.identifier(column.name, self.context.dialect)
        name = next((c.name for c, text in self.columns if text == bare and c.type == column.type), "")
        if not name:
            name = unique(column.name, self.taken)
            self.columns.append((Column(name, column.type), bare))
        if key:
            self.ports[key] = name
        return name

    def count(self, name: str) -> str:
        """Hand on the looked-up rows' count of matches; give its column."""
        given = unique(name, self.taken)
        self.columns.append((Column(given, "bigint"), f"r.{sql.identifier(name, self.context.dialect)}"))
        return given

    def carry_state(self) -> None:
        """Hand on what later instances need of the rows themselves: sort keys and the Update Strategy's decision."""
        self.order: list[SortKey] = []
        self.action = self.given.action
        for key in self.given.order if self.context.keeps_order else ():
            column = self.given.column(key.column)
            if column:
                self.order.append(SortKey(self.carry(column), key.descending, key.nulls_first, key.case_sensitive))
        if self.action and self.action.column:
            column = self.given.column(self.action.column)
            if column:
                self.action = type(self.action)(self.action.strategy, self.carry(column))

    def relation(self, ref: str) -> Relation:
        columns = tuple(column for column, _ in self.columns)
        return Relation(ref, columns, self.ports, tuple(self.order), self.action)

    def finish(self, steps: list[dict[str, str]]) -> Outcome:
        """The whole as one `sql_expression`."""
        config: dict[str, Any] = {"variables": steps} if steps else {}
        passed = [column.name for column, text in self.columns if self._unchanged(column, text)]
        config["columns"] = [computed(column, text) for column, text in self.columns if column.name not in passed]
        if passed:
            config["passthrough"] = passed
        node = transformation(self.context, "sql_expression", config, [self.given.ref])
        return Outcome("sql_expression", 1.0, (node,), {"": self.relation(node["id"])})

    def _unchanged(self, column: Column, text: str) -> bool:
        """True where the input has the very column: same name, same SQL, and no more digits or letters than it may."""
        source = self.given.column(column.name)
        same = source is not None and text == sql.identifier(column.name, self.context.dialect)
        return same and source is not None and not types.narrows(source.type, column.type)
