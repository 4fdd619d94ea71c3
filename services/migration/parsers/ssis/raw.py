"""A package's XML, read once: prefixes gone, so that both layouts of a property are reached by one function.

2005 and 2008 write a property as `<DTS:Property DTS:Name="X">`, 2012 and later as the attribute `DTS:X`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.migration.parsers import elements
from services.migration.parsers.elements import Element
from services.migration.parsers.encoding import XmlText

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = frozenset({"true", "1", "-1"})


def package(text: XmlText, file: str) -> Element:
    """The package's element with all below it. Raises the errors of `elements.stream`."""
    found: list[Element] = []
    elements.stream(text, file, (), lambda _ancestors, element: found.append(element), with_text=True)
    _strip_prefixes(found[0])
    return found[0]


def _strip_prefixes(root: Element) -> None:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        element.tag = element.tag.rpartition(":")[2]
        if ":" in "".join(element.attributes):
            element.attributes = {
                name.rpartition(":")[2]: value
                for name, value in element.attributes.items()
                if not name.startswith("xmlns")
            }
        if element.tag != "pipeline":  # below it nothing has a prefix
            waiting.extend(element.children)


def prop(element: Element, name: str, default: str = "") -> str:
    """A property in either layout."""
    given = element.attributes.get(name)
    if given is not None:
        return given
    for child in element.children:  # a loop: this is asked of every element, and most have none
        if child.tag == "Property" and child.attributes.get("Name") == name:
            return child.text
    return default


def truth(value: str) -> bool:
    return value.strip().lower() in _TRUE


def number(value: str, default: int = 0) -> int:
    try:
        return int(value)
    except ValueError:
        return default


def each(element: Element, wrapper: str, tag: str) -> Iterator[Element]:
    """Children of a kind, in the wrapper that 2012 and later put around them or without it."""
    for holder in element.each(wrapper):
        yield from holder.each(tag)
    yield from element.each(tag)


def below(element: Element, *path: str) -> Element | None:
    """The first element at a path."""
    found: Element | None = element
    for tag in path:
        found = next(found.each(tag), None) if found is not None else None
    return found


def walk(root: Element, *, but: str = "") -> Iterator[Element]:
    """The element and all below it, in the order of the file; nothing below elements of the tag `but`."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        yield element
        if element.children and element.tag != but:
            waiting.extend(reversed(element.children))


def unescaped(text: str) -> str:
    """`_x002C_` → `,`: how the tool writes delimiters and qualifiers."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def is_sensitive(element: Element) -> bool:
    given = element.attributes
    return truth(given.get("Sensitive") or given.get("sensitive") or "")


def unique(name: str, taken: set[str]) -> str:
    """`name`, or `name 2`, `name 3` … where it is taken (compared without case); adds the result to `taken`."""
    candidate, count = name, 2
    while candidate.lower() in taken:
        candidate, count = f"{name} {count}", count + 1
    taken.add(candidate.lower())
    return candidate
