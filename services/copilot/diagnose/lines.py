"""Lines of a log as a reader takes them: without colours and time, JSON opened, levels told, stack frames known."""

from __future__ import annotations

import json
import re

LONGEST = 4000
WINDOW = 1500
"""Characters that are read of a line longer than LONGEST."""
_TELLS = re.compile(
    r"\b(?:ERROR|FATAL|PANIC|SEVERE|CRITICAL)\b|Exception\b|Error:|SQLSTATE|ORA-\d|\bfailed\b|\bFailed \["
)
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\[(?:\d{1,2};)*\d{1,2}m")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LEVEL = re.compile(
    r"\b(TRACE|DEBUG|INFO|NOTICE|LOG|WARN(?:ING)?|ERROR|ERR|FATAL|PANIC|SEVERE|CRITICAL|BŁĄD)\b|^[\s\[(]*([EWIDF])\d{4}\b"
)
_HARMLESS = frozenset(("TRACE", "DEBUG", "INFO", "NOTICE", "LOG", "I", "D"))
_WARNING = frozenset(("WARN", "WARNING", "W"))
_RETRY = re.compile(r"\bretry(?:ing)?\b|\bwill be retried\b|\battempt \d+ (?:of|/)", re.IGNORECASE)
_FRAME = re.compile(r"^\s+at [\w.$<>/]+\(|^\s*File \"[^\"]*\", line \d+|^\s*\.{3} \d+ (?:more|common)|^\s*\^+\s*$")
_SOURCE = re.compile(r"^\s{2,}(?:raise|return|self\.|await|with|for|if|except)\b")
_TRACE = re.compile(r"^\s*(?:Traceback \(most recent|During handling of|The above exception)")
CAUSED_BY = re.compile(r"^\s*Caused by:", re.IGNORECASE)
_FOLLOWS = re.compile(
    r"^\s+\S|^Caused by:|^Suppressed:|^\t|^(?:DETAIL|HINT|CONTEXT|LINE|STATEMENT|SQL STATE|QUERY)\b", re.I
)
_MESSAGE_KEYS = (
    "message",
    "msg",
    "error",
    "err",
    "exception",
    "exc_info",
    "stack_trace",
    "stacktrace",
    "stack",
    "cause",
    "detail",
)
_LEVEL_KEYS = ("level", "severity", "levelname", "log.level", "lvl")


def clean(line: str) -> str:
    """One line without colours and control characters, its JSON opened, quotes and line breaks unescaped."""
    text = _window(line) if len(line) > LONGEST else line
    if "\x1b" in text or "m" in text[:12]:
        text = _COLOUR.sub("", text)
    text = _CONTROL.sub("", text)
    if text.lstrip().startswith("{"):
        text = _opened(line.strip()) or text
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\t", "\t") if "\\" in text else text


def _window(line: str) -> str:
    """What of a very long line is read: from the first word on that tells of an error, else its beginning."""
    found = _TELLS.search(line)
    start = line.rfind(" ", max(0, found.start() - WINDOW), found.start()) + 1 if found else 0
    return line[start : start + WINDOW]


def _opened(line: str) -> str:
    """`LEVEL: message` and the other texts of a JSON line; "" where it is none."""
    try:
        row = json.loads(line) if len(line) < 16 * LONGEST else None
    except (ValueError, RecursionError):
        return ""
    if not isinstance(row, dict):
        return ""
    level = next((str(row[key]).upper() for key in _LEVEL_KEYS if key in row), "")
    texts = [_text(row[key]) for key in _MESSAGE_KEYS if row.get(key)]
    return f"{level}: " * bool(level) + "\n".join(texts)[:LONGEST]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def level(line: str) -> int:
    """0: it says itself that it is harmless; 1: a warning or a retry; 2: an error, or it does not say."""
    match = _LEVEL.search(line[:160])
    named = (match[1] or match[2]) if match else ""
    if named in _HARMLESS:
        return 0
    return 1 if named in _WARNING or _RETRY.search(line) else 2


def is_frame(line: str) -> bool:
    """A line of a stack trace that tells a place, not the error."""
    return bool(_FRAME.match(line) or _SOURCE.match(line) or _TRACE.match(line))


def follows(line: str) -> bool:
    """Whether a line belongs to the error above it."""
    return bool(_FOLLOWS.match(line))
