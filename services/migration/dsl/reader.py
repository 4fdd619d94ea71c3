"""YAML text to plain data, in one pass over the parser's events; limits are checked before a value is built.

Scalars are read as JSON reads them, whatever YAML 1.1 would make of them: only `true`, `false`, `null`, `~`
and JSON numbers are not strings. So `yes`, `no`, `on`, `12:30:45`, `010` and `2024-01-01` are strings.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import yaml

from services.migration.dsl.errors import DocumentSyntaxError, DocumentTooLargeError
from services.migration.dsl.finding import Path

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,99})")
NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,99})(?:\.[0-9]{1,99})?(?:[eE][-+]?[0-9]{1,3})?")
TAGS_TAKEN = {None, "!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq"))}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on a text. An alias counts as all the values it repeats."""

    size: int = 16 * 1024 * 1024  # bytes
    depth: int = 64
    values: int = 2_000_000
    aliases: int = 256


@dataclass(slots=True)
class Raw:
    """One document of a stream: its data, and where each value stands (line and column, from 1)."""

    data: Any = None
    positions: dict[Path, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Frame:
    container: dict[str, Any] | list[Any]
    path: Path
    before: int  # values built before this container began
    anchor: str | None
    key: str | None = None


def read(text: str, limits: Limits) -> Iterator[Raw]:
    """Every document of a YAML stream. Raises DocumentSyntaxError or DocumentTooLargeError, with place."""
    try:
        builder = _Builder(limits)
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
            if isinstance(event, yaml.DocumentEndEvent):
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
        self.anchors: dict[str, tuple[Any, int]] = {}  # name → value and how many values it holds
        self.open_anchors: set[str] = set()
        self.count = 0
        self.aliases = 0

    def finished(self) -> Raw:
        raw = self.raw
        self._reset()
        return raw

    def take(self, event: yaml.Event) -> None:
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            handler(self, event)

    def _place(self, event: yaml.Event) -> tuple[int, int]:
        mark: Any = event.start_mark
        return mark.line + 1, mark.column + 1

    def _counted(self, event: yaml.Event, values: int = 1) -> None:
        self.count += values
        if self.count > self.limits.values:
            raise DocumentTooLargeError(f"more than {self.limits.values} values", *self._place(event))

    def _checked_tag(self, event: Any) -> None:
        if event.tag not in TAGS_TAKEN:
            raise DocumentSyntaxError(f"the tag {event.tag} is not allowed; write the plain value", *self._place(event))

    def _next_path(self, event: yaml.Event) -> Path:
        """Where the value that begins here goes; notes its position."""
        if not self.stack:
            path: Path = ()
        else:
            top = self.stack[-1]
            if isinstance(top.container, list):
                path = (*top.path, len(top.container))
            elif top.key is None:
                raise DocumentSyntaxError("a key must be a plain name", *self._place(event))
            else:
                path = (*top.path, top.key)
        self.raw.positions[path] = self._place(event)
        return path

    def _put(self, value: Any) -> None:
        if not self.stack:
            self.raw.data = value
            return
        top = self.stack[-1]
        if isinstance(top.container, list):
            top.container.append(value)
        elif top.key is not None:
            top.container[top.key] = value
            top.key = None

    def _scalar(self, event: Any) -> None:
        self._counted(event)
        self._checked_tag(event)
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.container, dict) and top.key is None:
            if event.value in top.container:
                raise DocumentSyntaxError(f"the key '{event.value}' stands here twice", *self._place(event))
            top.key = event.value
            value: Any = event.value
        else:
            self._next_path(event)
            plain = not event.style and event.tag is None
            value = _resolved(event.value, *self._place(event)) if plain else event.value
            self._put(value)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)

    def _open(self, event: Any) -> None:
        self._counted(event)
        self._checked_tag(event)
        if len(self.stack) >= self.limits.depth:
            raise DocumentTooLargeError(f"nested deeper than {self.limits.depth} levels", *self._place(event))
        container: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._next_path(event)
        if event.anchor:
            self.open_anchors.add(event.anchor)
        self.stack.append(_Frame(container, path, self.count - 1, event.anchor))

    def _close(self, _event: yaml.Event) -> None:
        frame = self.stack.pop()
        if frame.anchor:
            self.open_anchors.discard(frame.anchor)
            self.anchors[frame.anchor] = (frame.container, self.count - frame.before)
        self._put(frame.container)

    def _alias(self, event: Any) -> None:
        self.aliases += 1
        if self.aliases > self.limits.aliases:
            raise DocumentTooLargeError(f"more than {self.limits.aliases} aliases", *self._place(event))
        if event.anchor in self.open_anchors or event.anchor not in self.anchors:
            raise DocumentSyntaxError(
                f"the alias *{event.anchor} names no value that is complete before it", *self._place(event)
            )
        value, size = self.anchors[event.anchor]
        self._counted(event, size)
        path = self._next_path(event)
        if len(path) + depth(value) > self.limits.depth:
            raise DocumentTooLargeError(f"nested deeper than {self.limits.depth} levels", *self._place(event))
        self._put(copy.deepcopy(value))


_HANDLERS: dict[type[yaml.Event], Any] = {
    yaml.ScalarEvent: _Builder._scalar,
    yaml.MappingStartEvent: _Builder._open,
    yaml.SequenceStartEvent: _Builder._open,
    yaml.MappingEndEvent: _Builder._close,
    yaml.SequenceEndEvent: _Builder._close,
    yaml.AliasEvent: _Builder._alias,
}


def depth(value: Any) -> int:
    """Levels of mappings and lists in plain data: 0 for a scalar, 1 for a flat list."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max((depth(child) for child in children), default=0) if isinstance(value, dict | list) else 0


def _resolved(text: str, line: int, column: int) -> Any:
    """A plain scalar's value."""
    if text in CONSTANTS:
        return CONSTANTS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    if NUMBER.fullmatch(text):
        number = float(text)
        if abs(number) == float("inf") or Decimal(text) != Decimal(repr(number)):
            raise DocumentSyntaxError(f"the number {text} can't be held exactly; put it in quotes", line, column)
        return number
    return text
