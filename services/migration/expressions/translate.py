"""Text of a tool's language to SQL: the one entrance, cached and free of state between calls."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from sqlglot import Dialect, exp

from services.migration.ast import Tool
from services.migration.conversion import Translation
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.emitter import Emitter, Scope
from services.migration.expressions.errors import ExpressionError, Refused
from services.migration.expressions.kinds import Value
from services.migration.expressions.language import Language
from services.migration.expressions.languages import LANGUAGES
from services.migration.expressions.nodes import Call, Name, Node, Parameter, walk
from services.migration.expressions.sql.dialects import DIALECTS

_T = TypeVar("_T")
_CACHED_LENGTH = 4000  # characters; longer texts are rare, and their SQL is long
_TOO_DEEP = "the expression is nested too deeply"
_Wanted = tuple[str, bool, bool, str]  # dialect, aggregate, condition, target
_Items = tuple[tuple[str, str], ...]
_NOT_EXECUTED = 0.9  # the most that SQL may claim which no engine here has run


def parse(text: str, language: Tool = Tool.POWERCENTER) -> Node:
    """The syntax of an expression. Raises ExpressionError (offset, line, offending text)."""
    if language not in LANGUAGES:
        known = ", ".join(tool.value for tool in LANGUAGES)
        raise ExpressionError(f"expressions of {language.value} are not supported, those of {known} are", text, 0)
    return LANGUAGES[language].parse(text)


def references(node: Node, language: Tool = Tool.POWERCENTER) -> tuple[str, ...]:
    """Names of the fields an expression reads, as written, in order, once each; built-in names are left out."""
    built_in = LANGUAGES[language].built_in
    names = (n.value for n in walk(node) if isinstance(n, Name) and n.value.upper() not in built_in)
    return tuple(dict.fromkeys(names))


def functions(node: Node) -> tuple[str, ...]:
    """Names of the functions called, upper case, in order, once each."""
    return tuple(dict.fromkeys(n.name for n in walk(node) if isinstance(n, Call) and not n.prefix))


def parameters(node: Node) -> tuple[str, ...]:
    """`$$NAME` and `$PMNAME`, with their dollar signs."""
    return tuple(dict.fromkeys(n.value for n in walk(node) if isinstance(n, Parameter)))


def calls(node: Node, prefix: str) -> tuple[Call, ...]:
    """The calls with a prefix: `calls(node, "LKP")` are the unconnected lookups, in the order of the text."""
    return tuple(n for n in walk(node) if isinstance(n, Call) and n.prefix == prefix.upper())


def translate(
    text: str,
    *,
    language: Tool = Tool.POWERCENTER,
    dialect: str = "postgresql",
    types: Mapping[str, str] | None = None,
    rename: Mapping[str, str] | None = None,
    inline: Mapping[str, exp.Expr | str] | None = None,
    aggregate: bool = False,
    condition: bool = False,
    target: str = "",
) -> Translation:
    """One expression as SQL of `dialect`; never raises for what the text says, but refuses with the reason.

    `types`: field → canonical type; given, it also lists the fields there are. `rename`: field → SQL reference to use.
    `inline`: field, `$$PARAMETER` or `:LKP.NAME` → SQL in its place. Names match in any case. `aggregate` allows
    aggregate functions. `condition` gives a predicate, as WHERE wants it; otherwise the result can be a column, which
    differs in dialects without booleans. `target` is the canonical type of the port that takes the value, which is
    converted as the tool converts between ports. `$$NAME` becomes `:NAME`; `types` may tell its type as `$$NAME`.

    Raises ValueError for an unknown dialect.
    """
    if dialect not in DIALECTS:
        raise ValueError(f"unknown SQL dialect {dialect!r}; known are {', '.join(DIALECTS)}")
    try:
        facts = _facts(text, language)
    except ExpressionError as error:
        return Translation("", refused=str(error))
    wanted = (dialect, aggregate, condition, target)
    selected = [_selected(mapping, facts.mentioned) for mapping in (types, rename, inline)]
    is_known = types is None or set().union(*selected).issuperset(name.upper() for name in facts.references)
    if not is_known or len(text) > _CACHED_LENGTH or any(isinstance(tree, exp.Expr) for tree in selected[2].values()):
        scope = Scope(None if types is None else _upper(types), _upper(rename or {}), _upper(inline or {}), aggregate)
        return _translated(text, language, wanted, scope, facts)
    frozen = [tuple(mapping.items()) for mapping in selected]
    try:
        return _cached(text, language, wanted, None if types is None else frozen[0], frozen[1], frozen[2])
    except _TooDeepError:
        return _told(facts, refused=_TOO_DEEP)


@lru_cache(maxsize=4096)
def _cached(
    text: str, language: Tool, wanted: _Wanted, types: _Items | None, rename: _Items, inline: _Items
) -> Translation:
    """What a text comes to with the names that it mentions: the same for every caller who gives them alike."""
    scope = Scope(None if types is None else dict(types), dict(rename), dict(inline), wanted[1])
    translation = _translated(text, language, wanted, scope, _facts(text, language))
    if translation.refused == _TOO_DEEP:  # depends on how deep the caller stands: not to be kept
        raise _TooDeepError
    return translation


def _translated(text: str, language: Tool, wanted: _Wanted, scope: Scope, facts: _Facts) -> Translation:
    dialect, _, condition, target = wanted
    spoken = LANGUAGES[language]
    emitter = Emitter(spoken.builder(DIALECTS[dialect]), scope, spoken)
    try:
        value = emitter.emit(parse(text, language))
        value = _finish(emitter.builder, spoken, value, condition, target)
        sql = _speaker(DIALECTS[dialect].sqlglot).generate(value.node, copy=False)
    except Refused as refusal:
        return _told(facts, refused=str(refusal))
    except RecursionError:
        return _told(facts, refused=_TOO_DEEP)
    confidence = (
        emitter.builder.confidence if DIALECTS[dialect].is_executed else min(emitter.builder.confidence, _NOT_EXECUTED)
    )
    return _told(
        facts,
        sql=sql,
        type=value.kind.name if value.kind.name != "null" else "unknown",
        confidence=round(confidence, 4),
        warnings=tuple(emitter.builder.cautions.values()),
    )


@lru_cache(maxsize=16)
def _speaker(name: str) -> Dialect:
    return Dialect.get_or_raise(name)


def _finish(builder: SqlBuilder, language: Language, value: Value, condition: bool, target: str) -> Value:
    if condition:
        return builder.as_condition(value)
    return builder.as_value(language.assign(builder, value, target) if target else value)


def _told(facts: _Facts, sql: str = "", **outcome: object) -> Translation:
    return Translation(
        sql,
        references=facts.references,
        parameters=facts.parameters,
        lookups=facts.lookups,
        functions=facts.functions,
        **outcome,  # type: ignore[arg-type]  # the fields of an outcome, as its two callers give them
    )


class _TooDeepError(Exception):
    """The stack ended before the SQL was written."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the syntax of an expression alone tells. `mentioned`: every name that a scope may say something about."""

    references: tuple[str, ...]
    parameters: tuple[str, ...]
    lookups: tuple[str, ...]
    functions: tuple[str, ...]
    mentioned: frozenset[str]


@lru_cache(maxsize=4096)
def _facts(text: str, language: Tool) -> _Facts:
    node = parse(text, language)
    names = {n.value.upper() for n in walk(node) if isinstance(n, (Name, Parameter))}
    prefixed = {f":{n.prefix}.{n.name}".upper() for n in walk(node) if isinstance(n, Call) and n.prefix}
    lookups = tuple(dict.fromkeys(c.name for c in calls(node, "LKP")))
    return _Facts(references(node, language), parameters(node), lookups, functions(node), frozenset(names | prefixed))


def _selected(mapping: Mapping[str, _T] | None, mentioned: frozenset[str]) -> dict[str, _T]:
    """The entries of the names mentioned, by name in upper case, in the order of the names; of two the later."""
    if not mapping or not mentioned:
        return {}
    known = _upper(mapping)
    return {name: known[name] for name in sorted(mentioned & known.keys())}


def _upper(mapping: Mapping[str, _T]) -> Mapping[str, _T]:
    """By name in upper case. Many expressions come with the same hundreds of names, so the last ones are kept."""
    if len(mapping) < _MANY:
        return {name.upper(): value for name, value in mapping.items()}
    for kept, turned in tuple(_RECENT):
        if kept == mapping:
            return turned
    names = "\0".join(mapping).upper().split("\0")  # at once: one by one takes three times as long
    if len(names) != len(mapping):
        names = [name.upper() for name in mapping]
    turned = dict(zip(names, mapping.values(), strict=True))
    if len(turned) == len(mapping):  # of two names of one spelling the order decides, which equality does not see
        _RECENT.appendleft((dict(mapping), turned))
    return turned


_MANY = 16
_RECENT: deque[tuple[Mapping[str, Any], Mapping[str, Any]]] = deque(maxlen=4)
