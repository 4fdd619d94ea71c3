"""JSON Schema as far as one expression can say it: an object's own properties, their types, bounds and values.

Read are `type`, `required` and, of each property, `type`, `enum`, `minimum`, `maximum`, `minLength`, `maxLength`,
`pattern`. Any other keyword is refused: nothing that a schema demands is left out unsaid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from services.copilot.quality.compiling.building import Builder, number
from services.copilot.quality.compiling.regexes import checked
from services.copilot.quality.rule import RefusedRuleError


@dataclass(frozen=True, slots=True)
class _Json:
    """How a dialect reads JSON: the type of a path, its value as text, the names of types, its pattern test."""

    type_of: str
    of: str
    text: str
    names: Mapping[str, tuple[str, ...]]
    whole: str
    matches: str


_DIALECTS: Mapping[str, _Json] = {
    "postgresql": _Json(
        type_of="JSONB_TYPEOF(CAST({text} AS JSONB))",
        of="JSONB_TYPEOF(CAST({text} AS JSONB) -> {name})",
        text="(CAST({text} AS JSONB) ->> {name})",
        names={each: (each,) for each in ("object", "array", "string", "number", "boolean", "null")},
        whole="{value} ~ '^-?[0-9]+$'",
        matches="{value} ~ {pattern}",
    ),
    "duckdb": _Json(
        type_of="JSON_TYPE({text})",
        of="JSON_TYPE({text}, {path})",
        text="JSON_EXTRACT_STRING({text}, {path})",
        names={
            "object": ("OBJECT",),
            "array": ("ARRAY",),
            "string": ("VARCHAR",),
            "number": ("UBIGINT", "BIGINT", "DOUBLE", "HUGEINT"),
            "boolean": ("BOOLEAN",),
            "null": ("NULL",),
        },
        whole="REGEXP_MATCHES({value}, '^-?[0-9]+$')",
        matches="REGEXP_MATCHES({value}, {pattern})",
    ),
}
_OWN = frozenset({"type", "required", "properties", "$schema", "title", "description"})


def not_of_schema(build: Builder, text: exp.Expr, schema: Any) -> exp.Expr:
    """The condition under which a text is no JSON, or JSON that the schema does not allow. Raises RefusedRuleError."""
    json = _DIALECTS.get(build.dialect)
    if json is None:
        raise RefusedRuleError(f"JSON Schema is compiled for {' and '.join(_DIALECTS)} only, not for {build.dialect}")
    if not isinstance(schema, Mapping) or set(schema) - _OWN:
        unread = sorted(set(schema) - _OWN) if isinstance(schema, Mapping) else "it is no object"
        raise RefusedRuleError(f"json_schema: cannot be checked in SQL: {unread}")
    tested = exp.case().when(exp.Not(this=exp.paren(build.fill(build.syntax.is_json, text=text))), number(1))
    for wrong in _wrong(build, json, text, schema):
        tested = tested.when(wrong, number(1))
    return exp.EQ(this=tested.else_(number(0)), expression=number(1))


def _wrong(build: Builder, json: _Json, text: exp.Expr, schema: Mapping[str, Any]) -> Iterator[exp.Expr]:
    if "type" in schema:
        yield exp.Not(this=_is(json, build.fill(json.type_of, text=text), schema["type"]))
    for name in schema.get("required") or ():
        yield exp.Is(this=_at(build, json.of, text, name), expression=exp.Null())
    for name, wanted in (schema.get("properties") or {}).items():
        if not isinstance(wanted, Mapping) or set(wanted) - set(_KEYWORDS) - {"description", "title"}:
            raise RefusedRuleError(f"json_schema: {name}: {wanted!r} cannot be checked in SQL")
        kind, value = _at(build, json.of, text, name), _at(build, json.text, text, name)
        for keyword, compile_ in _KEYWORDS.items():
            if keyword in wanted:
                present = exp.Not(this=exp.Is(this=kind.copy(), expression=exp.Null()))
                yield exp.and_(present, compile_(build, json, kind.copy(), value.copy(), wanted[keyword]))


def _at(build: Builder, template: str, text: exp.Expr, name: object) -> exp.Expr:
    plain = str(name)
    path = '$."' + plain.replace('"', '\\"') + '"'
    return build.fill(template, text=text, name=exp.Literal.string(plain), path=exp.Literal.string(path))


def _is(json: _Json, kind: exp.Expr, wanted: Any) -> exp.Expr:
    asked = [wanted] if isinstance(wanted, str) else list(wanted)
    named = ["number" if each == "integer" else each for each in asked]
    if not named or set(named) - set(json.names):
        raise RefusedRuleError(f"json_schema: {wanted!r} names no type")
    spelled = [exp.Literal.string(each) for name in dict.fromkeys(named) for each in json.names[name]]
    return exp.paren(exp.In(this=kind, expressions=spelled))


def _type(build: Builder, json: _Json, kind: exp.Expr, value: exp.Expr, wanted: Any) -> exp.Expr:
    wrong: exp.Expr = exp.Not(this=_is(json, kind, wanted))
    if wanted == "integer":
        wrong = exp.or_(wrong, exp.Not(this=exp.paren(build.fill(json.whole, value=value))))
    return wrong


def _bound(side: type[exp.Binary]) -> Callable[..., exp.Expr]:
    def compile_(_build: Builder, json: _Json, kind: exp.Expr, value: exp.Expr, wanted: Any) -> exp.Expr:
        measured = exp.case().when(_is(json, kind, "number"), exp.cast(value, "double"))
        return side(this=measured, expression=number(wanted))

    return compile_


def _length(side: type[exp.Binary]) -> Callable[..., exp.Expr]:
    def compile_(_build: Builder, json: _Json, kind: exp.Expr, value: exp.Expr, wanted: Any) -> exp.Expr:
        return exp.and_(_is(json, kind, "string"), side(this=exp.Length(this=value), expression=number(wanted)))

    return compile_


def _enum(_build: Builder, _json: _Json, _kind: exp.Expr, value: exp.Expr, wanted: Any) -> exp.Expr:
    if not isinstance(wanted, list) or not all(isinstance(each, str | int) for each in wanted):
        raise RefusedRuleError("json_schema: enum: texts and whole numbers can be checked")
    return exp.Not(this=exp.In(this=value, expressions=[exp.Literal.string(str(each)) for each in wanted]))


def _pattern(build: Builder, json: _Json, kind: exp.Expr, value: exp.Expr, wanted: Any) -> exp.Expr:
    found = build.fill(json.matches, value=value, pattern=exp.Literal.string(checked(wanted)))
    return exp.and_(_is(json, kind, "string"), exp.Not(this=exp.paren(found)))


_KEYWORDS: Mapping[str, Callable[..., exp.Expr]] = {
    "type": _type,
    "enum": _enum,
    "minimum": _bound(exp.LT),
    "maximum": _bound(exp.GT),
    "minLength": _length(exp.LT),
    "maxLength": _length(exp.GT),
    "pattern": _pattern,
}
