"""Exports: generated ones with elements, attributes and bytes changed; the answer is a migration or an ExportError."""

from __future__ import annotations

import random
import re
from functools import cache

from benchmarks.generate_powercenter import constructs
from services.migration.parsers import ExportError
from services.migration.pipeline import migrate
from tests.fuzz import expressions

_ATTRIBUTE = re.compile(rb'([A-Z]+) ?="([^"]*)"')
_ELEMENT = re.compile(rb"<([A-Z]+)\b[^>]*/>")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#xD;&#xA;", "\t": "&#x9;"})
VALUES = (
    "", " ", "0", "-1", "YES", "NO", "X" * 500, "99999999999999999999", "1e9", "ż", "a b", 'q"q', "it's", "../../x",
    "select", "NULL", "$$P", "$PMx", "a.b", "{n}", "%s", "x;DROP TABLE t", "--", "Expression", "Source Qualifier",
    "Lookup Procedure", "Custom Transformation", "Mapplet", "INPUT/OUTPUT", "OUTPUT", "LOCAL VARIABLE", "INPUT",
    "decimal", "date/time", "string", "binary", "SELECT * FROM T", "SELECT a, (SELECT", "A = B AND", "A.B=C.D",
)  # fmt: skip


@cache
def _seeds() -> tuple[bytes, ...]:
    return tuple(constructs().values())


def make(chance: random.Random) -> bytes:
    data = chance.choice(_seeds())
    for _ in range(chance.choice((1, 1, 2, 4, 8, 16))):
        data = _CHANGES[chance.choices(range(len(_CHANGES)), _WEIGHTS)[0]](chance, data)
    return data


def _value(chance: random.Random, data: bytes) -> bytes:
    """Another value for an attribute: a hostile one, or that of another attribute."""
    found = list(_ATTRIBUTE.finditer(data))
    if not found:
        return data
    match, other = chance.choice(found), chance.choice(found)
    value = other.group(2) if chance.random() < 0.4 else chance.choice(VALUES).translate(_ESCAPES).encode()
    return data[: match.start(2)] + value + data[match.end(2) :]


def _expression(chance: random.Random, data: bytes) -> bytes:
    found = [m for m in _ATTRIBUTE.finditer(data) if m.group(1) in (b"EXPRESSION", b"VALUE", b"DEFAULTVALUE")]
    if not found:
        return data
    match = chance.choice(found)
    text = "".join(c for c in expressions.make(chance) if c.isprintable() or c in "\n\t").translate(_ESCAPES)
    return data[: match.start(2)] + text.encode("utf-8", "replace") + data[match.end(2) :]


def _without(chance: random.Random, data: bytes) -> bytes:
    return _at_element(chance, data, lambda element, _: b"")


def _twice(chance: random.Random, data: bytes) -> bytes:
    return _at_element(chance, data, lambda element, _: element * 2)


def _another(chance: random.Random, data: bytes) -> bytes:
    return _at_element(chance, data, lambda _, other: other)


def _at_element(chance, data, change) -> bytes:
    found = list(_ELEMENT.finditer(data))
    if not found:
        return data
    match, other = chance.choice(found), chance.choice(found)
    return data[: match.start()] + change(match.group(), other.group()) + data[match.end() :]


def _no_attribute(chance: random.Random, data: bytes) -> bytes:
    found = list(_ATTRIBUTE.finditer(data))
    if not found:
        return data
    match = chance.choice(found)
    return data[: match.start()] + data[match.end() :]


def _bytes(chance: random.Random, data: bytes) -> bytes:
    place = chance.randrange(len(data) or 1)
    return data[:place] + chance.randbytes(chance.randint(0, 4)) + data[place + chance.randint(0, 4) :]


def _truncated(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data) or 1)]


_CHANGES = (_value, _expression, _without, _twice, _another, _no_attribute, _bytes, _truncated)
_WEIGHTS = (8, 4, 3, 3, 3, 3, 1, 0.3)


def check(data: bytes) -> None:
    try:
        migration = migrate(data, "fuzz.xml")
    except ExportError:
        return
    assert len(migration.documents) == len(migration.result.mappings) + len(migration.result.orchestrations)
