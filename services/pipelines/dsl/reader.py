"""YAML text to plain data, in one pass over the parser's events; limits are checked before a value is built.

Scalars are read as JSON reads them, whatever YAML 1.1 would make of them: only `true`, `false`, `null`, `~`
and JSON numbers are not strings. So `yes`, `no`, `on`, `12:30:45`, `010` and `2024-01-01` are strings.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from services.pipelines.dsl.errors import DocumentSyntaxError, DocumentTooLargeError
from services.pipelines.dsl.finding import Path

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,99})")
NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,99})(?:\.[0-9]{1,99})?(?:[eE][-+]?[0-9]{1,3})?")
NUMBER_BEGINS = frozenset("-+0123456789")
TAGS_TAKEN = {None, "!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq"))}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on a text. An alias counts as all the values it repeats."""

    size: int = 16 * 1024 * 1024  # bytes
    depth: int = 64
    values: int = 2_000_000
    aliases: int = 256


@dataclass(frozen=True, slots=True)
class Places:
    """Where the values of a document stand: line and column, from 1, of a value and of all that is in it.

    Kept as a tree beside the data, since almost every document is read without anybody asking for a place.
    """

    start: tuple[int, int] = (0, 0)
    inside: dict[str, Any] | list[Any] | None = None  # a mapping's or list's values: Places, or a scalar's start

    def find(self, path: Path) -> tuple[int, int]:
        """Place of the value at `path`, or of the nearest around it; (0, 0) if unknown."""
        here = self
        for step in path:
            found = _at(here.inside, step)
            if not isinstance(found, Places):
                return found or here.start
            here = found
        return here.start


def _at(inside: Any, step: str | int) -> Any:
    """What stands at a key or index: Places or a start; None where nothing does."""
    if isinstance(inside, dict):
        return inside.get(step)
    return inside[step] if isinstance(inside, list) and isinstance(step, int) and step < len(inside) else None


@dataclass(slots=True)
class Raw:
    """One document of a stream: its data, and where each value stands."""

    data: Any = None
    places: Places = field(default_factory=Places)


@dataclass(slots=True)
class _Frame:
    container: Any  # dict or list
    places: Any  # of the same shape
    start: tuple[int, int]
    before: int  # values built before this container began
    anchor: str | None
    is_mapping: bool
    key: str | None = None


def read(text: str, limits: Limits) -> Iterator[Raw]:
    """Every document of a YAML stream. Raises DocumentSyntaxError or DocumentTooLargeError, with place."""
    try:
        parser = LOADER(text)
        builder = _Builder(limits)
        handlers = {kind: handler.__get__(builder) for kind, handler in _HANDLERS.items()}
        while (event := parser.get_event()) is not None:
            kind = type(event)
            if kind in handlers:
                handlers[kind](event)
            elif kind is yaml.DocumentEndEvent:
                yield builder.finished()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise DocumentSyntaxError(f"not well-formed YAML: {what}", line, column) from None
    except yaml.YAMLError as error:
        reason = getattr(error, "reason", "unreadable text")
        raise DocumentSyntaxError(f"not well-formed YAML: {reason}") from None


class _Builder:
    """Builds one document after another from parser events."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._reset()

    def _reset(self) -> None:
        self.raw = Raw()
        self.stack: list[_Frame] = []
        self.top: _Frame | None = None
        self.anchors: dict[str, tuple[Any, int]] = {}  # name → value and how many values it holds
        self.open_anchors: set[str] = set()
        self.count = 0
        self.aliases = 0

    def finished(self) -> Raw:
        raw = self.raw
        self._reset()
        return raw

    def _admit(self, event: Any, values: int = 1) -> tuple[int, int]:
        """Place of a value that begins here. Raises where it passes a limit or has a tag."""
        mark = event.start_mark
        start = (mark.line + 1, mark.column + 1)
        self.count += values
        if self.count > self.limits.values:
            raise DocumentTooLargeError(f"more than {self.limits.values} values", *start)
        return start

    def _put(self, value: Any, place: Any) -> None:
        top = self.top
        if top is None:
            self.raw.data = value
            self.raw.places = place if isinstance(place, Places) else Places(place)
        elif top.is_mapping:
            top.container[top.key] = value
            top.places[top.key] = place
            top.key = None
        else:
            top.container.append(value)
            top.places.append(place)

    def _scalar(self, event: Any) -> None:
        start = self._admit(event)
        if event.tag is not None:
            _check_tag(event.tag, start)
        value: Any = event.value
        top = self.top
        if top is not None and top.is_mapping and top.key is None:
            if value in top.container:
                raise DocumentSyntaxError(f"the key '{value}' stands here twice", *start)
            top.key = value
        else:
            if not event.style and event.tag is None:
                value = _resolved(value, start)
            self._put(value, start)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)

    def _open(self, event: Any) -> None:
        start = self._admit(event)
        _check_tag(event.tag, start)
        if len(self.stack) >= self.limits.depth:
            raise DocumentTooLargeError(f"nested deeper than {self.limits.depth} levels", *start)
        self._check_place(start)
        if event.anchor:
            self.open_anchors.add(event.anchor)
        is_mapping = type(event) is yaml.MappingStartEvent
        frame = _Frame(_empty(is_mapping), _empty(is_mapping), start, self.count - 1, event.anchor, is_mapping)
        self.stack.append(frame)
        self.top = frame

    def _check_place(self, start: tuple[int, int]) -> None:
        """Only a scalar may stand where a key is expected."""
        if self.top is not None and self.top.is_mapping and self.top.key is None:
            raise DocumentSyntaxError("a key must be a plain name", *start)

    def _close(self, _event: yaml.Event) -> None:
        frame = self.stack.pop()
        self.top = self.stack[-1] if self.stack else None
        if frame.anchor:
            self.open_anchors.discard(frame.anchor)
            self.anchors[frame.anchor] = (frame.container, self.count - frame.before)
        self._put(frame.container, Places(frame.start, frame.places))

    def _alias(self, event: Any) -> None:
        start = self._admit(event, 0)
        self.aliases += 1
        if self.aliases > self.limits.aliases:
            raise DocumentTooLargeError(f"more than {self.limits.aliases} aliases", *start)
        if event.anchor in self.open_anchors or event.anchor not in self.anchors:
            raise DocumentSyntaxError(f"the alias *{event.anchor} names no value that is complete before it", *start)
        value, size = self.anchors[event.anchor]
        self._admit(event, size)
        self._check_place(start)
        if len(self.stack) + depth(value) > self.limits.depth:
            raise DocumentTooLargeError(f"nested deeper than {self.limits.depth} levels", *start)
        self._put(copy.deepcopy(value), start)


_HANDLERS: dict[type[yaml.Event], Callable[[_Builder, Any], None]] = {
    yaml.ScalarEvent: _Builder._scalar,
    yaml.MappingStartEvent: _Builder._open,
    yaml.SequenceStartEvent: _Builder._open,
    yaml.MappingEndEvent: _Builder._close,
    yaml.SequenceEndEvent: _Builder._close,
    yaml.AliasEvent: _Builder._alias,
}


def _empty(is_mapping: bool) -> Any:
    return {} if is_mapping else []


def _check_tag(tag: str | None, start: tuple[int, int]) -> None:
    if tag not in TAGS_TAKEN:
        raise DocumentSyntaxError(f"the tag {tag} is not allowed; write the plain value", *start)


def depth(value: Any) -> int:
    """Levels of mappings and lists in plain data: 0 for a scalar, 1 for a flat list."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max((depth(child) for child in children), default=0) if isinstance(value, dict | list) else 0


def _resolved(text: str, start: tuple[int, int]) -> Any:
    """A plain scalar's value."""
    if text[:1] not in NUMBER_BEGINS:
        return CONSTANTS.get(text, text)
    if INTEGER.fullmatch(text):
        return int(text)
    if NUMBER.fullmatch(text):
        number = float(text)
        if abs(number) == float("inf") or Decimal(text) != Decimal(repr(number)):
            raise DocumentSyntaxError(f"the number {text} can't be held exactly; put it in quotes", *start)
        return number
    return text
