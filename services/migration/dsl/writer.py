"""Plain data to YAML text that people read and that every YAML reader understands alike.

Strings that any reader (YAML 1.1 or 1.2) would take for something else are quoted; texts of several lines
are literal blocks; short flat entries stand on one line, so that a changed column is one changed line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from services.migration.dsl.errors import DocumentError

FLOW_WIDTH = 110
TAG = "tag:yaml.org,2002:"


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # chosen at run time
    """PyYAML's emitter, which also quotes what other readers (YAML 1.2 core) would not take for a string."""


_Dumper.add_implicit_resolver(f"{TAG}int", re.compile(r"[-+]?(?:[0-9][0-9_]*|0o[0-7]+)$"), list("-+0123456789"))
_Dumper.add_implicit_resolver(
    f"{TAG}float",
    re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)
_Dumper.add_implicit_resolver(f"{TAG}bool", re.compile(r"[yYnN]$"), list("yYnN"))


def write(documents: Iterable[Mapping[str, Any]]) -> str:
    """A YAML stream, one document after another; two and more are separated by `---`.

    Raises DocumentError where a value is not plain data (mapping, list, text, number, boolean, null).
    """
    nodes = [_mapping(document, flow=False) for document in documents]
    try:
        text: str = yaml.serialize_all(
            nodes, Dumper=_Dumper, allow_unicode=True, width=1_000_000, explicit_start=len(nodes) > 1
        )
    except UnicodeEncodeError:
        raise DocumentError("a text holds half a surrogate pair, which no file can hold") from None
    return text


def _node(value: Any, *, flow: bool) -> yaml.Node:
    if isinstance(value, Mapping):
        return _mapping(value, flow=flow or _short(value))
    if isinstance(value, list | tuple):
        inline = flow or _short(value)
        return yaml.SequenceNode(f"{TAG}seq", [_node(item, flow=inline) for item in value], flow_style=inline)
    return _scalar(value)


def _mapping(value: Mapping[str, Any], *, flow: bool) -> yaml.MappingNode:
    pairs = [(_scalar(_text_key(key)), _node(item, flow=flow)) for key, item in value.items()]
    return yaml.MappingNode(f"{TAG}map", pairs, flow_style=flow)


def _text_key(key: Any) -> str:
    if not isinstance(key, str):
        raise DocumentError(f"a key must be a text, not {key!r}")
    return key


def _scalar(value: Any) -> yaml.ScalarNode:
    if isinstance(value, str):
        return yaml.ScalarNode(f"{TAG}str", str(value), style="|" if "\n" in value else None)
    for kind, tag, render in _RENDERERS:
        if isinstance(value, kind):
            return yaml.ScalarNode(f"{TAG}{tag}", render(value))
    raise DocumentError(f"{type(value).__name__} is not plain data and can't be written: {value!r:.80}")


def _float_text(value: float) -> str:
    text = repr(value)
    if text in ("inf", "-inf", "nan"):
        raise DocumentError(f"{text} is not a number that a document can hold")
    return text.replace("e", ".0e", 1) if "e" in text and "." not in text else text


_RENDERERS: tuple[tuple[type, str, Any], ...] = (
    (type(None), "null", lambda _: "null"),
    (bool, "bool", lambda value: "true" if value else "false"),
    (int, "int", str),
    (float, "float", _float_text),
)


def _short(value: Any) -> bool:
    """True for a flat entry that fits on one line."""
    return _flat(value) and _width(value) <= FLOW_WIDTH


def _flat(value: Any) -> bool:
    items = list(value.values()) if isinstance(value, Mapping) else list(value)
    return all(_flat_item(item) for item in items)


def _flat_item(item: Any) -> bool:
    if isinstance(item, list | tuple):
        return all(not isinstance(inner, Mapping | list | tuple) and _one_line(inner) for inner in item)
    return not isinstance(item, Mapping) and _one_line(item)


def _one_line(item: Any) -> bool:
    return not (isinstance(item, str) and "\n" in item)


def _width(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(len(str(key)) + 4 + _width(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return sum(2 + _width(item) for item in value) + 2
    return len(str(value))
