"""The action blocks of an answer, told from its text while it still comes in.

A block is `[ACTION type=run_sql label="Run it" payload={"sql": "SELECT 1"}]`, as the prompt asks for it (reference:
chat_prompt.py). A block never reaches the reader, whole or in part, however the answer is cut into pieces; one that
cannot be read is dropped and counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

OPENING = re.compile(r"\[ACTION\s+(?=type\s*=)", re.IGNORECASE)
_MAY_OPEN = re.compile(r"\[(A(C(T(I(O(N(\s+(t(y(p(e\s*)?)?)?)?)?)?)?)?)?)?)?", re.IGNORECASE)
"""A text that becomes an opening with more text behind it."""
_ATTRIBUTE = re.compile(r"\s*(type|label|payload)\s*=\s*", re.IGNORECASE)
_BARE = re.compile(r"[^\s\]\"']+")
_BARE_LABEL = re.compile(r"[^\]\n]*?(?=\s+payload\s*=|\s+type\s*=|\])", re.IGNORECASE)
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'", re.DOTALL)
LONGEST_BLOCK = 64 * 1024
LONGEST_LABEL = 200

NEEDED: Mapping[str, tuple[str, ...]] = {
    "create_pipeline": ("yaml",),
    "update_pipeline": ("yaml",),
    "run_pipeline": (),
    "open_pipeline": (),
    "run_sql": ("sql",),
    "open_table": ("table",),
    "apply_fix": (),
    "create_quality_rule": (),
    "navigate": ("path",),
}
"""Action type (reference: ActionType) → what its payload must hold as text."""


@dataclass(frozen=True, slots=True)
class ProposedAction:
    """Something the user can do next: `type` is one of NEEDED, `payload` a JSON object."""

    type: str
    label: str
    payload: dict[str, Any] = field(default_factory=dict)


class ActionReader:
    """Text in, text without blocks out. `actions` holds what was read, `dropped` why others were not."""

    def __init__(self) -> None:
        self.actions: list[ProposedAction] = []
        self.dropped: list[str] = []
        self._held = ""

    def feed(self, text: str) -> str:
        """What of the answer so far can be shown beyond what was returned before."""
        self._held += text
        shown: list[str] = []
        while self._held:
            start = self._held.find("[")
            if start < 0:
                shown.append(self._held)
                self._held = ""
                break
            shown.append(self._held[:start])
            self._held = self._held[start:]
            if OPENING.match(self._held):
                if not self._block(last=False):
                    break
            elif _MAY_OPEN.fullmatch(self._held):
                break
            else:
                shown.append("[")
                self._held = self._held[1:]
        return "".join(shown)

    def end(self) -> str:
        """The rest, once the answer is over. A block that was never closed is dropped with all that follows it."""
        shown: list[str] = []
        while self._held:
            shown.append(self.feed(""))
            if OPENING.match(self._held):
                self._block(last=True)
            elif self._held:  # a beginning that became no block
                shown.append(self._held[0])
                self._held = self._held[1:]
        return "".join(shown)

    def _block(self, *, last: bool) -> bool:
        """Takes the block at the front off `_held`; False where its end has not come yet."""
        try:
            action, end = _read(self._held)
        except _MoreError:
            if not last and len(self._held) < LONGEST_BLOCK:
                return False
            self.dropped.append("the block has no end")
            self._held = ""
            return True
        except _BrokenError as error:
            behind = _behind(self._held, error.place, last=last)
            if behind is None:
                return False
            self.dropped.append(str(error))
            self._held = self._held[behind:]
            return True
        self.actions.append(action)
        self._held = self._held[end:]
        return True


class _MoreError(Exception):
    """The block goes on behind what is there."""


class _BrokenError(Exception):
    """The block cannot be read; the message says why, `place` how far it could be."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.place = place


def _read(text: str) -> tuple[ProposedAction, int]:
    """The action of the block at the front, and where the block ends."""
    match = OPENING.match(text)
    place = match.end() if match else 0
    found: dict[str, Any] = {}
    while True:
        rest = text[place:]
        stripped = rest.lstrip()
        if not stripped:
            raise _MoreError
        if stripped[0] == "]":
            place += len(rest) - len(stripped) + 1
            return _checked(found, place - 1), place
        attribute = _ATTRIBUTE.match(text, place)
        if attribute is None:
            if re.fullmatch(r"\s*[a-z]*\s*", rest, re.IGNORECASE):
                raise _MoreError
            raise _BrokenError("it holds something else than type, label and payload", place)
        name = attribute[1].lower()
        found[name], place = _VALUES[name](text, attribute.end())


def _word(text: str, place: int) -> tuple[str, int]:
    if place < len(text) and text[place] in "\"'":
        return _quoted(text, place)
    match = _BARE.match(text, place)
    if match is None or match.end() == len(text):
        raise _MoreError
    return match[0], match.end()


def _label(text: str, place: int) -> tuple[str, int]:
    if place < len(text) and text[place] in "\"'":
        return _quoted(text, place)
    match = _BARE_LABEL.match(text, place)
    if match is None:
        if "\n" in text[place:]:
            raise _BrokenError("its label does not end", place)
        raise _MoreError
    return match[0].strip(), match.end()


def _quoted(text: str, place: int) -> tuple[str, int]:
    match = _QUOTED.match(text, place)
    if match is None:
        raise _MoreError
    inner = match[1] if match[1] is not None else match[2]
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t"}.get(m[1], m[1]), inner, flags=re.DOTALL), match.end()


def _payload(text: str, place: int) -> tuple[dict[str, Any], int]:
    """A JSON object; with a trailing comma, single quotes or bare keys too, as models write them."""
    if place >= len(text):
        raise _MoreError
    if text[place] != "{":
        raise _BrokenError("its payload is no JSON object", place)
    end = _closing(text, place)
    if end is None:
        raise _MoreError
    raw = text[place:end]
    try:
        value = json.loads(raw, strict=False)
    except (ValueError, RecursionError):
        value = _tolerantly(raw)
    if not isinstance(value, dict):
        raise _BrokenError("its payload is no JSON object", end)
    return value, end


def _tolerantly(raw: str) -> Any:
    try:
        value = yaml.safe_load(raw)
        json.dumps(value)  # dates and the like are no JSON
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return None
    return value


def _closing(text: str, place: int) -> int | None:
    """Where the object that opens at `place` ends, quotes observed; None where its end has not come."""
    depth, quote = 0, ""
    index = place
    while index < len(text):
        char = text[index]
        if quote:
            if char == "\\":
                index += 1
            elif char == quote:
                quote = ""
        elif char == '"':
            quote = char
        elif char in "{[":
            depth += 1
        elif char in "}]":
            depth -= 1
            if depth == 0:
                return index + 1
        index += 1
    return None


def _behind(text: str, place: int, *, last: bool) -> int | None:
    """Where the text goes on after a block that could be read up to `place`: behind the last `]` of that line, else at
    its end; None where the line is not all there."""
    end = text.find("\n", place)
    if end < 0:
        if not last and len(text) < LONGEST_BLOCK:
            return None
        end = len(text)
    bracket = text.rfind("]", place, end)
    return bracket + 1 if bracket >= 0 else end


_VALUES = {"type": _word, "label": _label, "payload": _payload}


def _checked(found: dict[str, Any], place: int) -> ProposedAction:
    kind = str(found.get("type", "")).lower()
    payload: dict[str, Any] = found.get("payload", {})
    if kind not in NEEDED:
        raise _BrokenError(f"{kind[:40]!r} is no type of action", place)
    for name in NEEDED[kind]:
        if not isinstance(payload.get(name), str) or not payload[name].strip():
            raise _BrokenError(f"{kind} needs {name!r} in its payload", place)
    if kind == "navigate" and not re.match(r"/(?![/\\])", payload["path"]):
        raise _BrokenError("navigate leads outside the application", place)
    label = " ".join(str(found.get("label", "")).split())[:LONGEST_LABEL]
    return ProposedAction(kind, label or kind.replace("_", " ").capitalize(), payload)
