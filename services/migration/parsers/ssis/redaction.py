"""A definition as a person may read it: compiled code cut out, secrets masked."""

from __future__ import annotations

import re
from functools import lru_cache

from services.migration.parsers import redact, redact_places
from services.migration.parsers.elements import Element
from services.migration.parsers.ssis.raw import is_sensitive, walk

_NAMED = re.compile(r"""(<(?:\w+:)?property\b[^>]*?\bname\s*=\s*"([^"<>]*)"[^>]*>)[^<]+""", re.IGNORECASE)
_SENSITIVE = re.compile(r"""(<[^>]*?\bsensitive\s*=\s*"(?:1|true)"[^>]*(?<!/)>)[^<]+""", re.IGNORECASE)
_COMPILED = re.compile(
    r"""(<property\b[^>]*?\bname\s*=\s*"(?:BinaryCode|VsaProject)"[^>]*>).*?(</property>)""", re.DOTALL | re.IGNORECASE
)
_BINARY_ITEM = re.compile(r"(<(?:\w+:)?BinaryItem\b[^>]*>).*?(</(?:\w+:)?BinaryItem>)", re.DOTALL)
_WORDS = (
    "pass", "pwd", "secret", "credential", "token", "apikey", "api_key", "api-key", "api key", "accesskey",
    "access_key", "access-key", "access key", "accountkey", "account_key", "account-key", "account key", "identified",
    "authorization", "bearer", "basic ", "private key", "privatekey", "sharedkey", "shared key", ".logon", "akia",
    "asia", "sig=", *redact_places.WORDS,
)  # fmt: skip  # a list of words
_HINTS = tuple(word for word in dict.fromkeys(_WORDS) if not any(part != word and part in word for part in _WORDS))
"""One of these stands in every text that the rules would change, but for addresses; asked first, it is fast."""
_KEYS = tuple(word for word in _HINTS if "key" in word)
_OTHERS = tuple(word for word in _HINTS if "key" not in word)
_TEXTS = frozenset({"property", "arrayElement"})
LONGEST = 200_000
COMPILED = frozenset({"BinaryCode", "VsaProject"})
"""Properties that hold compiled code."""


@lru_cache(maxsize=4096)
def names_secret(name: str) -> bool:
    """True where the name of a property, variable or setting says that it holds a secret."""
    return redact.names_secret(name) or redact_places.names_secret(name)


def is_suspect(component: Element) -> bool:
    """True where a property's name or value may hold a secret or an address. Names of columns are no reason."""
    held = [e for e in walk(component) if e.tag in _TEXTS and e.attributes.get("name") not in COMPILED]
    if any(names_secret(e.get("name")) for e in held):
        return True
    text = "\n".join(f"{e.attributes.get('name')} {e.text}" for e in held).lower()
    for hint in _OTHERS:  # a loop: `any` takes thrice the time
        if hint in text:
            return True
    if "key" in text and any(hint in text for hint in _KEYS):
        return True
    return _holds_address(text) or any(map(is_sensitive, held))


def cleaned(definition: str, *, suspect: bool) -> str:
    """The definition without compiled code and, where it is suspect, without passwords and sensitive values."""
    text = definition
    if "BinaryCode" in text:
        text = _COMPILED.sub(r"\1[compiled code left out]\2", text)
    if "BinaryItem" in text:
        text = _BINARY_ITEM.sub(r"\1[compiled code left out]\2", text)
    if len(text) > LONGEST:
        text = text[:LONGEST] + "\n[shortened]"
    if not suspect:
        return text
    text = _NAMED.sub(lambda match: f"{match[1]}{redact.MASK}" if names_secret(match[2]) else match[0], text)
    return redact.text(_SENSITIVE.sub(rf"\1{redact.MASK}", text))


def _holds_address(text: str) -> bool:
    """True where an @ stands after a word, as in an address; before a variable's name it does not."""
    place = text.find("@", 1)
    while place > 0:
        if text[place - 1].isalnum():
            return True
        place = text.find("@", place + 1)
    return False
