"""What a `manual` node carries of a stage: its records as they stand, without generated code and without secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable

from services.migration.parsers import redact
from services.migration.parsers.datastage.model import Record

LONGEST = 40_000  # characters; beyond it a stage's generated parts have not been told from its design
_GENERATED = re.compile(
    r'[ \t]*BEGIN DSSUBRECORD\s+Owner "APT"\s+Name "(?:TrxGenCode|TrxGenWarnings|TrxGenCache|Schema\w*|E2Assembly)"'
    r"(?:(?!END DSSUBRECORD).)*END DSSUBRECORD[ \t]*\r?\n?",
    re.DOTALL,
)
_WORD = r"(?i:passw|pwd|passphrase|secret|credential|token|(?:api|access|account|private|shared).?key)"
_WORDS = (
    *("passw", "pwd", "passphrase", "secret", "credential", "token"),
    *("api", "access", "account", "private", "shared"),
)
"""One of these stands in every name of a secret: most stages have none, and the patterns need not be tried on them."""
_SECRET = re.compile(
    rf'(Name "[^"\r\n]*{_WORD}[^"\r\n]*"\s+'
    r'(?:[A-Z]\w* "[^"\r\n]*"\s+)*?(?:Value|Default) ")'
    r'(?:[^"\\\r\n]|\\.)*(")'
)
_PLAIN = re.compile(rf'(?m)(^[ \t]*\w*{_WORD}\w*[ \t]+")(?:[^"\\\r\n]|\\.)*(")')
_ELEMENT = re.compile(rf"(<(\w*{_WORD}\w*)\b[^>]*>).*?(</\2\s*>)", re.DOTALL)
_FENCED = re.compile(rf'(Name "[^"\r\n]*{_WORD}[^"\r\n]*"\s+Value =\+=\+=\+=\r?\n).*?(=\+=\+=\+=)', re.DOTALL)
_XML_PROPERTY = re.compile(rf'(<Property Name="[^"]*{_WORD}[^"]*"[^>]*>).*?(</Property>)', re.DOTALL)


def _may_name_secret(text: str) -> bool:
    lowered = text.lower()
    return any(word in lowered for word in _WORDS)


def definition(records: Iterable[Record]) -> str:
    """The text of a stage and its pins."""
    text = "".join(_GENERATED.sub("", record.text) for record in records if record.text)
    if _may_name_secret(text):
        for pattern in (_SECRET, _PLAIN, _FENCED, _XML_PROPERTY):
            text = pattern.sub(rf"\1{redact.MASK}\2", text)
        text = _ELEMENT.sub(rf"\1{redact.MASK}\3", text)
    cleaned = redact.text(text.strip())
    return cleaned if len(cleaned) <= LONGEST else f"{cleaned[:LONGEST]}\n… (cut here)"
