"""Keeping secrets and personal data of an export out of everything we make from it.

Expressions and SQL stay as they are, for a comparison with a column `password` is design, not a secret; what
names a credential, a command line, a description or a definition's text is cleaned.
"""

from __future__ import annotations

import re

MASK = "***"

_SECRET_NAME = re.compile(
    r"passw|\bpwd\b|passphrase|secret|credential|api.?key|private.?key|\btoken\b|access.?key", re.IGNORECASE
)
_ADDRESS_NAME = re.compile(r"e-?mail user name|e-?mail address|recipient", re.IGNORECASE)
_VALUE = r"""(?:"[^"]*"|'[^']*'|&quot;.*?&quot;|&apos;.*?&apos;|[^\s"'&;,<>]+)"""
_RULES = (
    (
        re.compile(
            rf"(?i)((?:passw(?:or)?d|pwd|passphrase|secret|credential|api[_-]?key|access[_-]?key|token)\s*[=:]\s*){_VALUE}"
        ),
        r"\1***",
    ),
    (re.compile(rf"(?i)(--?(?:passw(?:or)?d|pwd|token|secret)[ =]\s*){_VALUE}"), r"\1***"),
    (re.compile(rf"(?i)(\bidentified\s+by\s+){_VALUE}"), r"\1***"),
    (re.compile(r"(://)[^\s/@:]+:[^\s/@]+(@)"), r"\1***\2"),
    (re.compile(r"""([\w$#.]+)/[^\s/@"'&<>]+@(?=[\w./:$-]+)"""), r"***/***@"),
    (re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"), MASK),
)
_COMMAND_RULES = (
    (re.compile(rf"((?:^|\s)-[pPuU]\s+){_VALUE}"), r"\1***"),  # pmcmd, isql, bcp, sqlcmd, mysql
    (re.compile(rf"((?:^|\s)-P)(?!\s){_VALUE}"), r"\1***"),
)
_HINTS = ("passw", "pwd", "passphrase", "secret", "credential", "api", "access", "token", "identified", "@")
_XML_SECRET = re.compile(r"""(?i)(\bNAME\s*=\s*"([^"]*)"[^<>]*?\bVALUE\s*=\s*")([^"]+)(")""")


def names_secret(name: str) -> bool:
    """True where an attribute's own name says that its value is a credential or a person's address."""
    return bool(_SECRET_NAME.search(name) or _ADDRESS_NAME.search(name))


def attribute(name: str, value: str) -> str:
    """An attribute's value, masked where its name says that it is a secret."""
    return MASK if value and names_secret(name) else value


def text(value: str) -> str:
    """A description or connection text without passwords and e-mail addresses."""
    lowered = value.lower()
    if not any(hint in lowered for hint in _HINTS):
        return value
    for pattern, replacement in _RULES:
        value = pattern.sub(replacement, value)
    return value


def command(value: str) -> str:
    """A shell command: `text`, and the user and password options of the tools that run beside an ETL tool."""
    value = text(value)
    for pattern, replacement in _COMMAND_RULES:
        value = pattern.sub(replacement, value)
    return value


def xml(value: str) -> str:
    """A definition's XML: `text`, and every VALUE whose NAME says that it is a secret."""
    cleaned = text(value)
    if cleaned is value:
        return value  # none of the hints is in it, so no name can match either
    return _XML_SECRET.sub(_mask_value, cleaned)


def _mask_value(match: re.Match[str]) -> str:
    return match.group(1) + MASK + match.group(4) if names_secret(match.group(2)) else match.group()
