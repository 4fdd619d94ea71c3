"""The scripted provider's YAML file, read with every problem named by its line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from dataflow.provider.v1.completion_pb2 import FinishReason
from services.provider import errors
from services.provider.script import Fault, Reply, Rule, Script, ScriptedCall

EXAMPLE = "example_script.yaml"
FAULTS = {
    kind.reason: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.LlmError) and kind is not errors.LlmError
}
FINISHES = ("stop", "length", "tool_calls", "content_filter")


class ScriptError(ValueError):
    """The script cannot be used; one line for each problem."""


def load_script(path: Path | None = None) -> Script:
    """The script in `path`, or the packaged example. Raises ScriptError."""
    name = str(path) if path else EXAMPLE
    try:
        text = path.read_text("utf-8") if path else files(__package__).joinpath(EXAMPLE).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError(f"{name}: cannot be read ({type(error).__name__})") from error
    return parse_script(text, name)


def parse_script(text: str, name: str = "script") -> Script:
    """The script in `text`. Raises ScriptError with `name:line: problem` for each problem."""
    reader = Reader(name)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ScriptError(f"{name}:{line}: is not YAML: {error.problem}") from error
    if node is None:
        raise ScriptError(f"{name}:1: the script is empty")
    found = reader.mapping(node, _SCRIPT, "the script")
    if reader.problems:
        raise ScriptError("\n".join(reader.problems))
    if default := found.pop("default", None):
        found["default"] = Rule("default", default)
    return Script(**found)


class Reader:
    """Turns YAML nodes into values and notes what is wrong with them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.problems: list[str] = []

    def problem(self, node: yaml.Node, what: str) -> None:
        self.problems.append(f"{self._name}:{node.start_mark.line + 1}: {what}")

    def value(self, node: yaml.Node) -> Any:
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError) as error:
            self.problem(node, f"is no plain value: {error}")
            return None
        finally:
            loader.dispose()

    def mapping(self, node: yaml.Node, fields: dict[str, Field], what: str) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            self.problem(node, f"{what} must be a mapping of {', '.join(fields)}")
            return {}
        found: dict[str, Any] = {}
        for key, value in node.value:
            read = fields.get(key.value)
            if read is None:
                self.problem(key, f"{what} has no {key.value!r}; known are {', '.join(fields)}")
            elif key.value in found:
                self.problem(key, f"{key.value} is there twice")
            else:
                found[key.value] = read(self, value, key.value)
        return found

    def items(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            self.problem(node, f"{what} must be a list")
            return []
        return list(node.value)


Field = Callable[[Reader, yaml.Node, str], Any]


def _text(reader: Reader, node: yaml.Node, key: str) -> str:
    if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":str"):
        return str(node.value)
    reader.problem(node, f"{key} must be a text; quote it")
    return ""


def _texts(reader: Reader, node: yaml.Node, key: str) -> tuple[str, ...]:
    return tuple(_text(reader, item, key) for item in reader.items(node, key))


def _seconds(reader: Reader, node: yaml.Node, key: str) -> float:
    value = reader.value(node)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 86400:
        reader.problem(node, f"{key} must be a number, 0 or more")
        return 0.0
    return float(value)


def _count(reader: Reader, node: yaml.Node, key: str) -> int:
    value = reader.value(node)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        reader.problem(node, f"{key} must be a whole number, 0 or more")
        return 0
    return value


def _flag(reader: Reader, node: yaml.Node, key: str) -> bool:
    value = reader.value(node)
    if not isinstance(value, bool):
        reader.problem(node, f"{key} must be true or false")
    return value is True


def _pattern(reader: Reader, node: yaml.Node, key: str) -> re.Pattern[str] | None:
    try:
        return re.compile(_text(reader, node, key))
    except re.error as error:
        reader.problem(node, f"{key} is no regular expression: {error}")
        return None


def _choice(names: dict[str, Any]) -> Field:
    def read(reader: Reader, node: yaml.Node, key: str) -> Any:
        name = _text(reader, node, key)
        if name not in names:
            reader.problem(node, f"{key} must be one of {', '.join(names)}")
        return names.get(name)

    return read


def _arguments(reader: Reader, node: yaml.Node, key: str) -> str:
    """A mapping becomes JSON; a text stays as it is, so that a script can write cut or wrong arguments."""
    value = reader.value(node)
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value)
    except TypeError:
        reader.problem(node, f"{key} must be JSON; quote dates")
        return ""


def _calls(reader: Reader, node: yaml.Node, key: str) -> tuple[ScriptedCall, ...]:
    calls = []
    for item in reader.items(node, key):
        found = reader.mapping(item, _CALL, "a tool call")
        if "name" not in found:
            reader.problem(item, "a tool call needs a name")
        calls.append(ScriptedCall(**{"name": "", **found}))
    return tuple(calls)


def _fault(reader: Reader, node: yaml.Node, key: str) -> Fault | None:
    found = reader.mapping(node, _FAULT, "a fault")
    kind = found.pop("reason", None)
    if kind is None:
        reader.problem(node, "a fault needs a reason")
        return None
    return Fault(kind, **found)


def _reply(reader: Reader, node: yaml.Node, key: str) -> Reply:
    if isinstance(node, yaml.ScalarNode):
        return Reply(text=_text(reader, node, key))
    return Reply(**reader.mapping(node, _REPLY, "a reply"))


def _one_reply(reader: Reader, node: yaml.Node, key: str) -> tuple[Reply, ...]:
    return (_reply(reader, node, key),)


def _replies(reader: Reader, node: yaml.Node, key: str) -> tuple[Reply, ...]:
    return tuple(_reply(reader, item, key) for item in reader.items(node, key))


def _when(reader: Reader, node: yaml.Node, key: str) -> dict[str, Any]:
    return reader.mapping(node, _WHEN, "when")


def _rules(reader: Reader, node: yaml.Node, key: str) -> list[Rule]:
    rules = []
    for number, item in enumerate(reader.items(node, key), start=1):
        found = reader.mapping(item, _RULE, "a rule")
        replies = found.pop("reply", ()) + found.pop("replies", ())
        if not replies:
            reader.problem(item, "a rule needs a reply, or replies")
        name = found.pop("name", f"rule {number}")
        rules.append(Rule(name, replies, **found.pop("when", {}), **found))
    return rules


_CALL: dict[str, Field] = {"name": _text, "arguments": _arguments, "id": _text}
_FAULT: dict[str, Field] = {
    "reason": _choice(FAULTS),
    "message": _text,
    "retry_after": _seconds,
    "retryable": _flag,
    "after_tokens": _count,
}
_REPLY: dict[str, Field] = {
    "text": _text,
    "tokens": _texts,
    "echo": _flag,
    "tool_calls": _calls,
    "finish": _choice({name: FinishReason.Value.Value(name) for name in FINISHES}),
    "model": _text,
    "prompt_tokens": _count,
    "completion_tokens": _count,
    "cost_usd": _seconds,
    "delay": _seconds,
    "token_delay": _seconds,
    "stall_after": _count,
    "cut_after": _count,
    "fault": _fault,
}
_WHEN: dict[str, Field] = {
    "purpose": _text,
    "user": _text,
    "user_matches": _pattern,
    "system": _text,
    "system_matches": _pattern,
    "tool_result": _text,
    "tool_result_matches": _pattern,
}
_RULE: dict[str, Field] = {"name": _text, "when": _when, "reply": _one_reply, "replies": _replies, "cycle": _flag}
_SCRIPT: dict[str, Field] = {"model": _text, "default": _one_reply, "rules": _rules}
