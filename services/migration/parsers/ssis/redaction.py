"""A definition as a person may read it: compiled code cut out, secrets masked."""

from __future__ import annotations

import re
from functools import lru_cache

from services.migration.parsers import redact, redact_places
from services.migration.parsers.elements import Element
from services.migration.parsers.ssis.raw import is_sensitive

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
_STRUCTURE = frozenset(
    {
        "UITypeEditor", "cachedCodepage", "cachedDataType", "cachedLength", "cachedName", "cachedPrecision",
        "cachedScale", "cachedSortKeyPosition", "codePage", "comparisonFlags", "componentClassID",
        "connectionManagerID", "connectionManagerRefId", "contactInfo", "containsID", "dangling", "dataType",
        "deleteOutputOnPathDetached", "description", "errorOrTruncationOperation", "errorRowDisposition",
        "exclusionGroup", "expressionType", "externalMetadataColumnId", "hasSideEffects", "id", "isArray",
        "isDefaultLocale", "isErrorOut", "isSorted", "isUsed", "length", "lineageId", "localeId", "mappedColumnId",
        "name", "pipelineVersion", "precision", "refId", "scale", "sortKeyPosition", "specialFlags", "state",
        "synchronousInputId", "truncationRowDisposition", "typeConverter", "usageType", "usesDispositions",
        "validateExternalMetadata", "version",
    }
)  # fmt: skip  # a list of words
"""Attributes of a component whose values are ids, types, switches and names (the schema of the data flow's XML)."""
_LOGIN = re.compile(r"://[^\s/@:]{1,256}:[^\s/@]{1,256}@")
LONGEST = 200_000
_NUMBER = 4  # characters of switches and numbers, which most properties hold
COMPILED = frozenset({"BinaryCode", "VsaProject"})
"""Properties that hold compiled code."""


@lru_cache(maxsize=4096)
def names_secret(name: str) -> bool:
    """True where the name of a property, variable or setting says that it holds a secret."""
    return redact.names_secret(name) or redact_places.names_secret(name)


def is_suspect(component: Element, definition: str) -> bool:
    """True where what stands in a definition freely may hold a secret or an address.

    Ids, types and names of columns are no reason: a column called PasswordHash holds no secret in itself.
    """
    if "<!--" in definition:
        return True
    texts, descriptions = set[str](), set[str]()
    waiting = [component]
    while waiting:
        element = waiting.pop()
        waiting += element.children
        given, text = element.attributes, element.text
        if "description" in given:
            descriptions.add(given["description"])
        if "contactInfo" in given:
            descriptions.add(given["contactInfo"])
        if not _STRUCTURE.issuperset(given):
            texts.update(f"{each}={value}" for each, value in given.items() if each not in _STRUCTURE)
        if element.tag in _TEXTS:
            name = given.get("name", "")
            if names_secret(name) or is_sensitive(element):
                return True
            if len(text) > _NUMBER and name not in COMPILED:
                texts.add(f"{name} {text}")
        elif text and not text.isspace():
            texts.add(text)
    return _is_telling("\n".join(texts)) or any(map(_is_telling_description, descriptions))


def _is_telling(text: str) -> bool:
    """True where a text may hold a secret or an address."""
    lowered = text.lower()
    for hint in _OTHERS:  # a loop: `any` takes thrice the time
        if hint in lowered:
            return True
    if "key" in lowered and any(hint in lowered for hint in _KEYS):
        return True
    return _holds_address(lowered)


_is_telling_description = lru_cache(maxsize=4096)(_is_telling)  # the same few hundred stand in every package


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
    text = redact.spelled_out(text)
    text = _NAMED.sub(lambda match: f"{match[1]}{redact.MASK}" if names_secret(match[2]) else match[0], text)
    return redact.text(_SENSITIVE.sub(rf"\1{redact.MASK}", text))


def _holds_address(text: str) -> bool:
    """True where an @ stands after a word, as in an address; before a variable's name it does not."""
    place = text.find("@", 1)
    if place > 0 and "://" in text and _LOGIN.search(text):
        return True
    while place > 0:
        if text[place - 1].isalnum():
            return True
        place = text.find("@", place + 1)
    return False
