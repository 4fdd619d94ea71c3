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
_VALUE = r"""("[^"]*"|'[^']*'|&quot;.*?&quot;|&apos;.*?&apos;|[^\s"'&;,<>]+)"""
_KEY = r"(?:passw(?:or)?d|pwd|passphrase|secret|credential|api[_-]?key|access[_-]?key|token)"
_VALUE_RULES = (
    re.compile(rf"({_KEY}\s*[=:]\s*){_VALUE}", re.IGNORECASE),
    re.compile(rf"(\s--?(?:passw(?:or)?d|pwd|token|secret)\s+){_VALUE}", re.IGNORECASE),
    re.compile(rf"(\bidentified\s+by\s+){_VALUE}", re.IGNORECASE),
)
# Every repetition is bounded and starts at a boundary: a megabyte of letters must not take quadratic time.
_TEXT_RULES = (
    (re.compile(r"(://)[^\s/@:]{1,256}:[^\s/@]{1,256}(@)"), rf"\1{MASK}\2"),
    (
        re.compile(r"""(?<![\w$#.])[\w$#.]{1,128}/[^\s/@"'&<>]{1,128}@(?=[\w./:$-])"""),
        f"{MASK}/{MASK}@",
    ),  # Oracle's user/password@database
    (re.compile(r"(?<![\w.%+-])[\w.%+-]{1,128}@[A-Za-z0-9.-]{1,255}\.[A-Za-z]{2,24}"), MASK),
)
# Programs whose -u, -p take a user and a password; elsewhere (`mkdir -p`) they mean something else.
_CLIENTS = re.compile(
    r"\b(?:pmcmd|pmrep|infacmd|isql|osql|sqlcmd|bcp|mysql|mysqldump|psql|curl|sshpass|smbclient|ftp|lftp)\b[^|;\n]*",
    re.IGNORECASE,
)
_OPTION = re.compile(rf"(\s-[pPuU]\s*){_VALUE}")
_HINTS = ("passw", "pwd", "passphrase", "secret", "credential", "api", "private", "access", "token", "identified", "@")
_ADDRESS_HINTS = ("mail", "recipient")
_NAME_VALUE = re.compile(r"""(\bNAME\s*=\s*"([^"]*)"\s[^<]{0,300}?\bVALUE\s*=\s*")([^"]+)(")""")
_VALUE_NAME = re.compile(r"""(\bVALUE\s*=\s*")([^"]+)("\s[^<]{0,300}?\bNAME\s*=\s*"([^"]*)")""")


def names_secret(name: str) -> bool:
    """True where an attribute's own name says that its value is a credential or a person's address."""
    return bool(_SECRET_NAME.search(name) or _ADDRESS_NAME.search(name))


def attribute(name: str, value: str) -> str:
    """An attribute's value, masked where its name says that it is a secret."""
    return MASK if value and names_secret(name) else value


def text(value: str) -> str:
    """A description or connection text without passwords and e-mail addresses."""
    if not value or not _is_suspect(value, _HINTS):
        return value
    for rule in _VALUE_RULES:
        value = rule.sub(_mask_value, value)
    for pattern, replacement in _TEXT_RULES:
        value = pattern.sub(replacement, value)
    return value


def command(value: str) -> str:
    """A shell command: `text`, and the user and password options of database and server clients."""
    return _CLIENTS.sub(lambda client: _OPTION.sub(_mask_value, client.group()), text(value))


def xml(value: str) -> str:
    """A definition's XML: `text`, and every VALUE whose NAME says that it is a secret."""
    if not _is_suspect(value, _HINTS + _ADDRESS_HINTS):
        return value
    value = _NAME_VALUE.sub(lambda m: m[1] + MASK + m[4] if names_secret(m[2]) else m[0], value)
    value = _VALUE_NAME.sub(lambda m: m[1] + MASK + m[3] if names_secret(m[4]) else m[0], value)
    return text(value)


def _is_suspect(value: str, hints: tuple[str, ...]) -> bool:
    lowered = value.lower()
    return any(hint in lowered for hint in hints)


def _mask_value(match: re.Match[str]) -> str:
    """The mask in the value's own quotation marks, so that what held it stays well-formed."""
    value = match[2]
    quote = value[0] if value[0] in "\"'" else ""
    return f"{match[1]}{quote}{MASK}{quote}"
