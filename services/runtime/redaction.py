"""Keeps secrets out of logs: by the name of a field, and by the look of a value."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

REDACTED = "[redacted]"
_HEAD = 5000
_LONGEST = 8000  # characters of one value: a log line is not a place for documents

# Names whose text values are never shown. Numbers pass: `prompt_tokens` is a count.
_NAME = re.compile(r"key|token|passw|secret|authorization|credential|cookie|dsn", re.IGNORECASE)

_PREFIXES = "sk|pk|rk|dfk|ghp|xox[abp]"  # of keys: model providers, our own, code hosts, chat
_VALUES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"\b(?:{_PREFIXES})[-_][A-Za-z0-9_\-]{{6,}}"), REDACTED),
    (re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=\-]{4,}", re.IGNORECASE), rf"\1 {REDACTED}"),
    (re.compile(r"\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-.]+"), REDACTED),
    # up to the last @ before a blank or slash: a password may itself hold an @
    (re.compile(r"(://)[^\s/]*@"), rf"\1{REDACTED}@"),
    (
        re.compile(
            r"((?:api[_-]?key|access[_-]?key|token|password|passwd|secret)[\"']?\s{0,3}[=:]\s{0,3})"
            r"(\"[^\"]*\"|'[^']*'|[^\s,;&\"')}\]]+)",
            re.IGNORECASE,
        ),
        rf"\1{REDACTED}",
    ),
)

# What every pattern above needs; most values of a log line have none of it, and one search is cheaper than five.
_SUSPECT = re.compile(rf"(?:{_PREFIXES})[-_]|bearer|basic|eyJ|://|key|token|passw|secret", re.IGNORECASE)


def redact_text(text: str) -> str:
    """`text` without what looks like a key, a bearer token, a password in a URL or an assignment of one.

    Long text loses its middle: first, so that the patterns never see more than `_LONGEST` characters.
    """
    if len(text) > _LONGEST:
        # whole words only: half a secret would not be recognised as one
        head, tail = _first(text[:_HEAD].rsplit(None, 1)), _last(text[_HEAD - _LONGEST :].split(None, 1))
        text = f"{head} … ({len(text)} characters) … {tail}"
    if _SUSPECT.search(text) is None:
        return text
    for pattern, replacement in _VALUES:
        text = pattern.sub(replacement, text)
    return text


def _first(words: list[str]) -> str:
    return words[0] if words else ""


def _last(words: list[str]) -> str:
    return words[-1] if words else ""


def redact(value: Any, name: str = "") -> Any:
    """`value` with secrets replaced, also inside mappings, lists and tuples."""
    if isinstance(value, (str, bytes)):
        if name and _NAME.search(name) and value:
            return REDACTED
        return redact_text(value if isinstance(value, str) else value.decode("utf-8", "replace"))
    if isinstance(value, Mapping):
        return {key: redact(item, str(key)) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [redact(item, name) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return redact(str(value), name)


def redaction_processor(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor; it stands after the one that renders exceptions, so tracebacks are covered."""
    for key in list(event):
        if not key.startswith("_"):
            event[key] = redact(event[key], key)
    return event
