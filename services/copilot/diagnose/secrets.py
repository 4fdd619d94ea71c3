"""Keeps secrets of a log out of what is matched, returned and shown to a model."""

from __future__ import annotations

import re

from services.runtime.redaction import REDACTED, redact_text

_PORTION = 7000  # characters the runtime's redaction takes whole
_MORE: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,40}KEY-----|\Z)"),
        REDACTED,
    ),
    (
        re.compile(r"\b(pwd|passphrase|accountkey|sharedaccesskey|sig)(\s{0,3}=\s{0,3})[^\s;,&\"']+", re.I),
        rf"\1\2{REDACTED}",
    ),
    (re.compile(r"\b(identified\s{1,9}by\s{1,9})(\"[^\"\n]*\"|'[^'\n]*'|\S+)", re.I), rf"\1{REDACTED}"),
    (re.compile(r"(?<![\w$#.])([\w$#.]{1,128})/[^\s/@\"'<>]{1,128}@(?=[\w.:$-])"), rf"\1/{REDACTED}@"),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}"), REDACTED),
    (re.compile(r"((?:^|\s)--?(?:password|token|secret|p)[= ])(?!\s)\S+", re.I), rf"\1{REDACTED}"),
)
_SUSPECT = re.compile(
    r"pwd|passphrase|accountkey|sharedaccesskey|sig\s*=|identified|@|AKIA|ASIA|PRIVATE KEY|(?:^|\s)--?\w", re.I
)


def without_secrets(text: str) -> str:
    """`text` without keys, tokens, passwords and logins. Its lines stay its lines."""
    if _SUSPECT.search(text):
        for pattern, replacement in _MORE:
            text = pattern.sub(replacement, text)
    if len(text) <= _PORTION:
        return redact_text(text)
    return "\n".join(redact_text(line) for line in text.split("\n"))
