"""Arguments of a tool call: read, checked, and in the one form that is hashed, shown, approved and executed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

LARGEST = 400_000  # characters of canonical JSON
DEEPEST = 20
"""Levels; a Struct of more is not read by every client."""
GREATEST = 2**53
"""Beyond it a number is not shown as it would be executed: JSON readers round."""
EMPTY = "{}"
_SHOWN = 300


class BadArgumentsError(ValueError):
    """Cannot be used; the message is for the model."""


def canonical(arguments: Mapping[str, Any]) -> str:
    """Sorted keys, no blanks, UTF-8 as it is. ValueError for what JSON cannot hold."""
    return json.dumps(arguments, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def hash_of(text: str) -> str:
    """SHA-256 of canonical JSON, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(text: str) -> str:
    """A model's arguments in canonical form. Raises BadArgumentsError."""
    try:
        given = json.loads(text or EMPTY, parse_constant=_no_constant)
        if not isinstance(given, dict):
            raise BadArgumentsError("the arguments are no JSON object")
        if any(abs(number) > GREATEST for number in _whole_numbers(given)):
            raise BadArgumentsError("a whole number is too large to be shown exactly; send it as text")
        if _depth(given) > DEEPEST:
            raise BadArgumentsError(f"the arguments are nested deeper than {DEEPEST} levels")
        result = canonical(given)
        result.encode()  # a lone surrogate is no text
    except (ValueError, RecursionError) as error:
        if isinstance(error, BadArgumentsError):
            raise
        raise BadArgumentsError("the arguments are not well-formed JSON; send the whole call again") from None
    if len(result) > LARGEST:
        raise BadArgumentsError(f"the arguments have {len(result):,} characters; at most {LARGEST:,} are taken")
    if "\\u0000" in result:
        raise BadArgumentsError("the arguments hold a NUL character")
    return result


def checked(text: str, schema: str) -> dict[str, Any]:
    """Canonical JSON as a mapping that meets `schema` (JSON text). Raises BadArgumentsError."""
    given: dict[str, Any] = json.loads(text)
    problems = sorted(_validator(schema).iter_errors(given), key=lambda problem: list(map(str, problem.absolute_path)))
    if problems:
        told = "; ".join(
            f"{'.'.join(map(str, each.absolute_path)) or 'arguments'}: {each.message[:_SHOWN]}" for each in problems[:5]
        )
        raise BadArgumentsError(f"the arguments do not meet the tool's schema: {told}")
    return given


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _whole_numbers(value: Any) -> Iterator[int]:
    level = [value]
    while level:
        yield from (each for each in level if isinstance(each, int))
        level = [item for each in level if isinstance(each, dict | list) for item in _inside(each)]


def _inside(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [item for each in level for item in _inside(each) if isinstance(item, dict | list)]
    return deepest
