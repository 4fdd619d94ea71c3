"""What an action changes: `64/SelectFields/SelectField[@field='A']/@rename`, resolved in a document's nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.migration.parsers.alteryx.macros import configuration
from services.migration.parsers.elements import Element

_STEP = re.compile(r"""/(?P<attribute>@)?(?P<name>[\w:.-]+)(?P<where>(?:\[[^\]'"]*(?:'[^']*'|"[^"]*")?\])*)""")
_WHERE = re.compile(r"""\[(?:@(?P<name>[\w:.-]+)=(?:'(?P<one>[^']*)'|"(?P<two>[^"]*)")|(?P<number>\d{1,6}))\]""")


@dataclass(frozen=True, slots=True)
class Destination:
    """An element, or an attribute of it; `parent` is where it stands."""

    element: Element
    parent: Element
    attribute: str = ""

    @property
    def value(self) -> str:
        return self.element.get(self.attribute) if self.attribute else self.element.text

    def put(self, text: str) -> None:
        if self.attribute:
            self.element.attributes[self.attribute] = text
        else:
            self.element.text = text
            self.element.children = []

    def replace(self, made: list[Element], *, outer: bool) -> None:
        """The element's content, or with `outer` itself, by other elements."""
        if not outer:
            self.element.children = made
            return
        kept: list[Element] = []
        for each in self.parent.children:
            kept += made if each is self.element else [each]
        self.parent.children = kept


def tool_of(path: str) -> str:
    """The ToolID that a destination begins with."""
    return path.strip().partition("/")[0].strip()


def resolve(path: str, node: Element) -> Destination | None:
    """The place below a node's configuration; None where the path is not understood or leads nowhere."""
    element = configuration(node)
    steps = list(_steps(path.strip()[len(tool_of(path)) :]))
    if element is None or not steps:
        return None
    parent = element
    for is_attribute, name, where in steps:
        if is_attribute:
            return Destination(element, parent, name) if (is_attribute, name, where) == steps[-1] else None
        found = _pick(element, name, where)
        if found is None:
            return None
        parent, element = element, found
    return Destination(element, parent)


def _steps(path: str) -> Iterator[tuple[bool, str, str]]:
    place = 0
    while place < len(path):
        match = _STEP.match(path, place)
        if match is None:
            return
        yield bool(match["attribute"]), match["name"], match["where"]
        place = match.end()


def _pick(element: Element, name: str, where: str) -> Element | None:
    found = list(element.each(name))
    for match in _WHERE.finditer(where):
        if match["number"]:
            found = found[int(match["number"]) - 1 : int(match["number"])]
        else:
            wanted = match["one"] if match["one"] is not None else match["two"]
            found = [each for each in found if each.get(match["name"]) == wanted]
    return found[0] if found else None
