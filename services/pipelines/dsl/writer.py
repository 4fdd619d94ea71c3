"""Plain data to YAML text that people read and that every YAML reader understands alike.

Strings that any reader (YAML 1.1 or 1.2) would take for something else are quoted; texts of several lines
are literal blocks; short flat entries stand on one line, so that a changed column is one changed line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import yaml

from services.pipelines.dsl.errors import DocumentError

FLOW_WIDTH = 110
TOO_WIDE = FLOW_WIDTH + 1
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
    listed = list(documents)
    stream = _Stream()
    for document in listed:
        stream.add(document, explicit=len(listed) > 1)
    events = [yaml.StreamStartEvent(), *stream.events, yaml.StreamEndEvent()]
    try:
        text: str = yaml.emit(events, Dumper=_Dumper, allow_unicode=True, width=1_000_000)
    except UnicodeEncodeError:
        raise DocumentError("a text holds half a surrogate pair, which no file can hold") from None
    return text


class _Stream:
    """The events of a stream; those of equal texts are made once, since most texts stand in many places."""

    def __init__(self) -> None:
        self.events: list[yaml.Event] = []
        self._texts: dict[str, yaml.ScalarEvent] = {}
        self._scalars: dict[tuple[type, Any], yaml.ScalarEvent] = {}

    def add(self, document: Mapping[str, Any], *, explicit: bool) -> None:
        self.events.append(yaml.DocumentStartEvent(explicit=explicit))
        self._mapping(document, flow=False)
        self.events.append(yaml.DocumentEndEvent(explicit=False))

    def _value(self, value: Any, *, flow: bool) -> None:
        if isinstance(value, str):
            self.events.append(self._texts.get(value) or self._made(value))
        elif isinstance(value, _LISTS):
            self._sequence(value, flow=flow or _short_sequence(value))
        elif isinstance(value, _MAPPINGS):
            self._mapping(value, flow=flow or _short_mapping(value))
        else:
            self._scalar(value)

    def _mapping(self, value: Mapping[str, Any], *, flow: bool) -> None:
        add, known = self.events.append, self._texts
        add(_MAPPING_START[flow])
        for key, item in value.items():
            add(_KEYS.get(key) or _key(key))
            if type(item) is str:  # most are
                add(known.get(item) or self._made(item))
            else:
                self._value(item, flow=flow)
        add(_MAPPING_END)

    def _sequence(self, value: Iterable[Any], *, flow: bool) -> None:
        self.events.append(_SEQUENCE_START[flow])
        for item in value:
            self._value(item, flow=flow)
        self.events.append(_SEQUENCE_END)

    def _made(self, value: str) -> yaml.ScalarEvent:
        event = self._texts[value] = _text(value)
        return event

    def _scalar(self, value: Any) -> None:
        kept = isinstance(value, int | float) and bool(value)  # not zero: 0.0 and -0.0 are equal, and not the same
        event = self._scalars.get((type(value), value)) if kept else None
        if event is None:
            event = _scalar(value)
            if kept:
                self._scalars[type(value), value] = event
        self.events.append(event)


_LISTS = (list, tuple)
_MAPPINGS = (dict, Mapping)  # why dict: far faster than asking the abstract class
_NESTED = (*_LISTS, *_MAPPINGS)
_MAPPING_START = tuple(yaml.MappingStartEvent(None, f"{TAG}map", True, flow_style=flow) for flow in (False, True))
_SEQUENCE_START = tuple(yaml.SequenceStartEvent(None, f"{TAG}seq", True, flow_style=flow) for flow in (False, True))
_MAPPING_END = yaml.MappingEndEvent()
_SEQUENCE_END = yaml.SequenceEndEvent()


_KEYS: dict[str, yaml.ScalarEvent] = {}  # those of the language stand in every document
_MOST_KEYS = 4096  # people's documents may have any


def _key(key: object) -> yaml.ScalarEvent:
    """The event of a key, kept for the next document."""
    if not isinstance(key, str):
        raise DocumentError(f"a key must be a text, not {key!r}")
    if len(_KEYS) >= _MOST_KEYS:
        _KEYS.clear()
    event = _KEYS[key] = _text(key)
    return event


def _text(value: str) -> yaml.ScalarEvent:
    style = "|" if "\n" in value else None
    return yaml.ScalarEvent(None, f"{TAG}str", (_is_plain(value), True), str(value), style=style)


def _is_plain(text: str) -> bool:
    """False where a reader would take the text, unquoted, for something else."""
    patterns = _patterns(text[:1])
    return not patterns or not any(pattern.match(text) for pattern in patterns)


@lru_cache(maxsize=512)
def _patterns(first: str) -> tuple[re.Pattern[str], ...]:
    """What a text that begins so may be taken for."""
    resolvers = _Dumper.yaml_implicit_resolvers
    return tuple(pattern for key in (first, None) for _, pattern in resolvers.get(key, ()))


def _scalar(value: Any) -> yaml.ScalarEvent:
    for kind, tag, render in _RENDERERS:
        if isinstance(value, kind):
            return yaml.ScalarEvent(None, f"{TAG}{tag}", (True, False), render(value))
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


def _short_mapping(value: Mapping[str, Any]) -> bool:
    """True for a flat entry that fits on one line."""
    left = FLOW_WIDTH
    for key, item in value.items():
        if type(item) is str and "\n" not in item:  # most are
            left -= len(str(key)) + 4 + len(item)
        else:
            left -= len(str(key)) + 4 + _flat_width(item)
        if left < 0:
            return False
    return True


def _short_sequence(value: Iterable[Any]) -> bool:
    """True for a list of scalars, and of lists of scalars, that fits on one line with its brackets."""
    left = FLOW_WIDTH
    for item in value:
        left -= 2 + _flat_width(item)
        if left < 2:
            return False
    return True


def _flat_width(item: Any) -> int:
    """Characters of a value that may stand on one line: a scalar, or a list of scalars; too many of any other."""
    if isinstance(item, str):
        return len(item) if "\n" not in item else TOO_WIDE
    if isinstance(item, _LISTS):
        nested = any(not isinstance(inner, str) and isinstance(inner, _NESTED) for inner in item)
        return TOO_WIDE if nested else 2 + sum(2 + _flat_width(inner) for inner in item)
    return TOO_WIDE if isinstance(item, _MAPPINGS) else len(str(item))
