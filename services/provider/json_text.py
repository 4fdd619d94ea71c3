"""JSON that a caller or a model wrote: parsed once, checked against a schema, without network and without bombs."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, NoReturn

import jsonschema_rs

LARGEST_SCHEMA = 100_000  # characters
KEPT = 128  # schemas that are not compiled again


class NotJsonError(ValueError):
    """The text is not JSON; the message says where."""


def _refuse(constant: str) -> NoReturn:
    raise NotJsonError(f"{constant} is not JSON")


def parse(text: str) -> Any:
    """The value. Raises NotJsonError; NaN and Infinity are none."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise NotJsonError(f"{error.msg} at line {error.lineno} column {error.colno}") from error
    except (RecursionError, ValueError) as error:
        if isinstance(error, NotJsonError):
            raise
        raise NotJsonError("nested too deeply, or a number too long") from error


def parse_object(text: str) -> dict[str, Any]:
    """The object. Raises NotJsonError for any other value too."""
    value = parse(text)
    if not isinstance(value, dict):
        raise NotJsonError("must be a JSON object")
    return value


def schema_problem(text: str) -> str:
    """Why `text` is no usable JSON Schema, "" where it is one. References outside of it are not followed."""
    if len(text) > LARGEST_SCHEMA:
        return f"has {len(text)} characters, at most {LARGEST_SCHEMA} are allowed"
    return _problem(text)


@lru_cache(maxsize=KEPT)
def _problem(text: str) -> str:
    try:
        parse_object(text)
        _validator(text)
    except NotJsonError as error:
        return str(error)
    except ValueError as error:  # jsonschema_rs.ValidationError is one
        return f"is not a JSON Schema: {getattr(error, 'message', error)}"[:300]
    return ""


@lru_cache(maxsize=KEPT)
def _validator(schema: str) -> Any:
    return jsonschema_rs.validator_for(parse_object(schema), offline=True)


def mismatch(value: Any, schema: str) -> str:
    """Where `value` does not meet `schema` (a usable one), "" where it does."""
    error = next(iter(_validator(schema).iter_errors(value)), None)
    if error is None:
        return ""
    where = "/".join(map(str, error.instance_path)) or "the value"
    return f"{where}: {error.message}"[:300]
