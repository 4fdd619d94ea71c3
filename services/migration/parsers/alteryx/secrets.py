"""Credentials that a tool's configuration holds by its structure: named pairs, Text Input columns, addresses.

What a single text gives away is masked as elsewhere (`redact`). Here it is two things together that do: the name of
a header beside its value, the name of a column above its cells, a parameter within an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from services.migration.parsers import redact
from services.migration.parsers.elements import Element

NAMES = frozenset({"name", "key", "header", "headername", "param", "parameter", "field", "id"})
"""Attributes and elements, in lower case, that name the value beside them."""
VALUES = frozenset({"value", "text", "val", "content", "default"})
PARTS = frozenset({"namevalue", "header", "param", "parameter", "pair", "composenamevalue"})
LISTS = "namevalues"
"""Elements, in lower case, that are a header or a parameter of a call; how those that hold them end (`<Item>`)."""
SENT = re.compile(
    r"cookie|signature|\bauth\b|[-_]auth\b|subscription|session|client.?id|\bjwt\b|\bkey\b|app.?id|\btoken\b",
    re.IGNORECASE,
)
"""Headers and parameters beside those that `redact` knows whose value lets a caller in."""
WEAK = re.compile(r"token|\bkey\b|session|signature", re.IGNORECASE)
"""Names of a column that often hold something else: its values are masked where they look like a credential."""
RANDOM = re.compile(r"(?=[^\s]*\d)(?=[^\s]*[A-Za-z])[\w+/=.~-]{16,}")
MADE = re.compile(r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9_-]{20,}")
_PARAMETER = (
    r"(?:[\w.-]{0,32}(?:api|app|access|account|auth|subscription|license)[-_.]?(?:key|id|token)"
    r"|[\w.-]{0,32}(?:token|secret|passw(?:or)?d|pwd|credential|signature)|sig|appid|jwt)="
    r"|(?:key|auth|sid|session(?:id)?)=(?=[^&\s]{6})|code=(?=[^&\s\d]{0,64}\d)(?=[^&\s]{8})"
)
_PASSED = re.compile(r"[?&;][\w.-]{1,64}=")
"""What every parameter begins with; found in a tenth of the time that addresses take."""
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{1,15}://|\?)[^\s\"'<>]+", re.IGNORECASE)
_QUERY = re.compile(rf"(?<=[?&;])({_PARAMETER})(?![%\[{{$*(\\.?+^])[^&\s\"'<>]+", re.IGNORECASE)
FIELDS = frozenset({"Field", "SelectField", "FormulaField", "SummarizeField"})
"""Elements whose attributes say what a field is called."""
SHORTEST = 4
"""Characters of a value that is looked for anywhere in a definition; shorter ones only where they stand alone."""
LEFT_OUT = "<!-- left out: it holds a credential -->"


@dataclass
class Masked:
    """What was masked: the values themselves, never to be shown, and whether rows or texts are others now."""

    values: set[str] = field(default_factory=set)
    changes_rows: bool = False

    def out_of(self, text: str) -> str:
        """A definition's text, as it stands in its file, without these values."""
        for value in sorted(self.values, key=len, reverse=True):
            spelled = [each for each in _spellings(value) if each in text]
            if not spelled:
                return LEFT_OUT
            for each in spelled:
                for around in ("{}",) if len(each) >= SHORTEST else (">{}<", '"{}"', "'{}'", "[{}]"):
                    text = text.replace(around.format(each), around.format(redact.MASK))
        return address(text)


def address(text: str) -> str:
    """A text whose addresses hold no credential among their parameters."""
    if "?" not in text or not _PASSED.search(text):
        return text
    return _ADDRESS.sub(lambda found: _QUERY.sub(rf"\1{redact.MASK}", found[0]), text)


def is_credential(name: str, value: str) -> bool:
    """True for a constant that is named as one, or `…key` with a value that nobody makes up."""
    return redact.names_secret(name) or ("key" in name.lower() and bool(MADE.fullmatch(value.strip())))


def mask(*elements: Element) -> Masked:
    """Masks the values in configurations, in place."""
    found = Masked()
    waiting = [(each, False) for each in elements]
    while waiting:
        element, is_part = waiting.pop()
        _addresses(element, found)
        if not element.attributes and not element.children:
            continue  # a cell, most often
        tag = element.tag.lower()
        is_part = is_part or tag in PARTS
        if element.attributes:
            _pair(element, found, is_part=is_part)
        if element.children:
            tags = {each.tag for each in element.children}
            if "Data" in tags and "Fields" in tags:
                _column(element, found)
            if not NAMES.isdisjoint(map(str.lower, tags)):
                _beside(element, found, is_part=is_part)
            holds_parts = tag.endswith(LISTS)
            waiting.extend([(each, holds_parts) for each in element.children])
    return found


def _addresses(element: Element, found: Masked) -> None:
    for key, value in element.attributes.items():
        if "?" in value and (cleaned := address(value)) != value:
            element.attributes[key], found.changes_rows = cleaned, True
    if "?" in element.text and (cleaned := address(element.text)) != element.text:
        element.text, found.changes_rows = cleaned, True


def _pair(element: Element, found: Masked, *, is_part: bool) -> None:
    """`<Item name="X-Api-Key" value="…" />`, `<Header key="Cookie">…</Header>`."""
    if element.tag in FIELDS:
        return
    named = _first(element.attributes.items())
    if not named or not _is_sent(named, is_part):
        return
    for key, text in element.attributes.items():
        if key.lower() in VALUES and text and text != redact.MASK:
            found.values.add(text)
            element.attributes[key] = redact.MASK
    _hide(element, found)


def _beside(element: Element, found: Masked, *, is_part: bool) -> None:
    """`<Pair><Name>apikey</Name><Value>…</Value></Pair>`."""
    if element.tag in FIELDS:
        return
    named = _first((each.tag, each.text) for each in element.children)
    if named and _is_sent(named, is_part):
        for each in element.children:
            if each.tag.lower() in VALUES:
                _hide(each, found)


def _column(element: Element, found: Masked) -> None:
    """The cells of a Text Input's columns that are named as credentials are."""
    held = next(element.each("Fields"), None)
    data = next(element.each("Data"), None)
    if held is None or data is None:
        return
    secret = {place: name for place, name in enumerate(_names(held)) if redact.names_secret(name) or WEAK.search(name)}
    for row in data.each("r") if secret else ():
        for place, cell in enumerate(row.each("c")):
            if place in secret and (not WEAK.search(secret[place]) or RANDOM.fullmatch(cell.text.strip())):
                found.changes_rows = _hide(cell, found) or found.changes_rows


def _names(fields: Element) -> Iterator[str]:
    return (each.get("name") for each in fields.each("Field"))


def _first(texts: Iterable[tuple[str, str]]) -> str:
    """The text that names the value beside it; "" where there is none."""
    for key, text in texts:
        if key.lower() in NAMES:
            return text.strip()
    return ""


def _is_sent(name: str, is_part: bool) -> bool:
    """True where the value beside a name may be a credential."""
    return redact.names_secret(name) or (is_part and bool(SENT.search(name)))


def _hide(element: Element, found: Masked) -> bool:
    text = element.text.strip()
    if not text or text == redact.MASK:
        return False
    found.values.add(text)
    element.text = redact.MASK
    return True


def _spellings(value: str) -> Iterator[str]:
    """How a value may stand in XML: as it is, or with its special characters escaped."""
    yield value
    escaped = value.replace("&", "&amp;").replace("<", "&lt;")
    for quote in ('"', "'"):
        for sign in (">", "&gt;"):
            for spelled in (quote, "&quot;" if quote == '"' else "&apos;", f"&#{ord(quote)};"):
                yield escaped.replace(">", sign).replace(quote, spelled)
