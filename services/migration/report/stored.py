"""A report's JSON back as its dataclasses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

T = TypeVar("T")


def build(kind: type[T], data: Mapping[str, Any]) -> T:
    """A dataclass, nested ones and tuples of them included, from what `asdict` made of it."""
    hints = _hints(kind)  # type: ignore[arg-type]  # a class can be hashed
    values = {f.name: _value(hints[f.name], data[f.name]) for f in fields(kind) if f.name in data}  # type: ignore[arg-type]  # kind is a dataclass
    return kind(**values)


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Read once for each class: it costs more than all the rest of building an object."""
    return get_type_hints(kind)


def _value(hint: Any, value: Any) -> Any:
    if isinstance(value, Mapping):  # perhaps of an optional dataclass
        hint = next((part for part in get_args(hint) if is_dataclass(part)), hint)
    if is_dataclass(hint) and value is not None:
        return build(hint, value)  # type: ignore[arg-type]  # a class, not an instance
    if isinstance(value, list):
        inner = get_args(hint)[0] if get_args(hint) else Any
        return tuple(_value(inner, item) for item in value)
    return value
