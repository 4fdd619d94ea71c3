"""What an expression language is made of: one value per tool, tables all through.

A language is a package of its own (`powercenter/`), with a grammar, a function table and a `language.py` that puts
them together. A new one is that package and a row in `languages.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.functions import Function
from services.migration.expressions.kinds import UNKNOWN, Kind, Value
from services.migration.expressions.nodes import Node

Operator = Callable[[SqlBuilder, str, Value, Value], Value]
"""Builds one binary operation; the string is the operator."""
Run = Callable[[SqlBuilder, list[Value]], Value]
NodeEmitter = Callable[[Any, Any], Value]
"""Takes the Emitter and the node."""


def _no_constant(_builder: SqlBuilder, _name: str) -> Value | None:
    return None


def _any_kind(_function: str, count: int, _expected: Kind) -> tuple[Kind, ...]:
    return (UNKNOWN,) * count


@dataclass(frozen=True, slots=True)
class Language:
    """One tool's expression language.

    `functions`: by upper-case name; a grammar may write what is no call in the text as one (`(DT_I4)x`, `c ? a : b`).
    `runs`: operators whose whole run is built at once. `built_in`: names that are no fields, given by `constant`.
    `assign`: a value as a column of a canonical type holds it. `prefixes`: `:NAME.` → why such a call has no SQL.
    `conditionals`: functions of (condition, then, else). `builder`: conversions and comparisons by the tool's rules.
    `nodes`: node types that this language reads in its own way. `key`: a name of the text as callers' mappings have it.
    """

    title: str
    parse: Callable[[str], Node]
    functions: Mapping[str, Function]
    operators: Mapping[str, Operator]
    unary: Mapping[str, Callable[[SqlBuilder, Value], Value]]
    membership: Callable[[SqlBuilder, Value, list[Value]], Value]
    assign: Callable[[SqlBuilder, Value, str], Value]
    runs: Mapping[str, Run] = field(default_factory=dict)
    built_in: frozenset[str] = frozenset()
    constant: Callable[[SqlBuilder, str], Value | None] = _no_constant
    expected_kinds: Callable[[str, int, Kind], tuple[Kind, ...]] = _any_kind
    prefixes: Mapping[str, str] = field(default_factory=dict)
    conditionals: frozenset[str] = frozenset()
    builder: type[SqlBuilder] = SqlBuilder
    nodes: Mapping[type[Node], NodeEmitter] = field(default_factory=dict)
    key: Callable[[str], str] = str
