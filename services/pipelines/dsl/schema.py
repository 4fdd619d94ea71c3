"""The check of a document against the schema: every error with its place, what was expected, what is near."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator

from services.pipelines.dsl.document import Document
from services.pipelines.dsl.finding import Finding, Path, did_you_mean
from services.pipelines.dsl.language import connectors, dialects, kinds, resolved, schema
from services.pipelines.severity import Severity

__all__ = ["connectors", "dialects", "kinds", "validate"]

CODE = "SCHEMA"
LONG_LIST = 10  # a longer list of allowed values is not spelt out where one is near
JSON_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


@cache
def _compiled() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema())


def _meets(data: Mapping[str, Any]) -> bool:
    """True where the compiled schema accepts the document, as it nearly always does; what it says no to is explained
    by the validator whose errors have places.
    """
    try:
        return _compiled().is_valid(data)
    except ValueError:  # a value that JSON does not have, such as a key that is no text
        return False


def validate(document: Document) -> list[Finding]:
    """Every place where the document does not meet the schema, in the order of the text; none if it does."""
    if _meets(document.data):
        return []
    found: dict[tuple[Path, str], Finding] = {}
    for error in _validator().iter_errors(document.data):
        path: Path = tuple(error.absolute_path)
        for extra, message in _messages(error, document.data):
            place = document.finding(Severity.ERROR, CODE, message, (*path, *extra))
            found.setdefault((place.path, message), place)
    return sorted(found.values(), key=lambda finding: (finding.line, finding.column, finding.message))


def _messages(error: Any, data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """The messages of one error, each with the path that goes below the error's own."""
    writer = _WRITERS.get(str(error.validator))
    if writer is not None:
        yield from writer(error)
    elif error.validator == "not":
        yield (), _misplaced(error, data)
    else:
        yield (), f"{_shown(error.instance)} does not meet {error.validator} {error.validator_value}"


def _required(error: Any) -> Iterator[tuple[Path, str]]:
    for name in error.validator_value:
        if name not in error.instance:
            description = resolved(error.schema.get("properties", {}).get(name, {})).get("description", "")
            yield (), f"`{name}` is missing. {description}".strip()


def _unknown(error: Any) -> Iterator[tuple[Path, str]]:
    known = error.schema["properties"]
    for name in error.instance:
        if name not in known:
            hint = did_you_mean(name, known) or f" Known here: {', '.join(known)}."
            yield (name,), f"`{name}` is not known here.{hint}"


def _enum(error: Any) -> Iterator[tuple[Path, str]]:
    known = [str(value) for value in error.validator_value]
    hint = did_you_mean(str(error.instance), known)
    if hint and len(known) > LONG_LIST:
        yield (), f"{_shown(error.instance)} is not known.{hint}"
    else:
        yield (), f"{_shown(error.instance)} is not one of: {', '.join(known)}.{hint}"


def _type(error: Any) -> Iterator[tuple[Path, str]]:
    names = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
    expected = " or ".join(JSON_TYPES[name] for name in names)
    scalar = not isinstance(error.instance, dict | list)
    quote = " Put it in quotes." if "string" in names and scalar and error.instance is not None else ""
    yield (), f"{_shown(error.instance)} should be {expected}.{quote}"


def _pattern(error: Any) -> Iterator[tuple[Path, str]]:
    expected = error.schema.get("description", f"text matching {error.validator_value}")
    yield (), f"{_shown(error.instance)} does not fit. Expected: {expected}"


def _bound(error: Any) -> Iterator[tuple[Path, str]]:
    yield (), f"{_shown(error.instance)} {_BOUNDS[str(error.validator)].format(error.validator_value)}"


_BOUNDS = {
    "minimum": "is below {}",
    "maximum": "is above {}",
    "minLength": "is shorter than {} characters",
    "maxLength": "is longer than {} characters",
    "minItems": "has fewer than {} entries",
    "maxItems": "has more than {} entries",
    "uniqueItems": "names something twice",
}
_WRITERS = {
    "required": _required,
    "additionalProperties": _unknown,
    "enum": _enum,
    "type": _type,
    "pattern": _pattern,
    **dict.fromkeys(_BOUNDS, _bound),
}


def _misplaced(error: Any, data: Mapping[str, Any]) -> str:
    """A property that the schema forbids for this type of node."""
    path = list(error.absolute_path)
    holder: Any = data
    for step in path[:-1]:
        holder = holder[step]
    kind = holder.get("type", "node") if isinstance(holder, dict) else "node"
    return f"`{path[-1] if path else '?'}` has no meaning on a {kind}; take it out"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:77]}…"
