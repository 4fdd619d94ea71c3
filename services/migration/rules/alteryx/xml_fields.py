"""Where in an XML element the value of a field of XML Parse stands, as far as the field's name tells.

A field is named after the element, an attribute of it, a child, or a child and its attribute: `price`, `id`, `name`,
`name_lang`. Where a child stands several times, or a name is taken, a number is added to it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

OUTER = "_OuterXML"
XML_NAME = re.compile(r"[^\W\d][\w.\-]*")
NUMBERED = re.compile(r"(.+?)_([1-9]\d?)(?:_(.+))?")
SECOND = re.compile(r"(.+?)([2-9]|[1-9]\d)")
CHILD = re.compile(r"^[^@/]+")


@dataclass(frozen=True, slots=True)
class XmlFields:
    """`own` is the element's name, `taken` are fields that arrive, in lower case, `made` those of the tool.

    `children` and `outer` say whether the tool gives values of children, and elements with their tags.
    """

    own: str
    taken: Collection[str]
    made: Collection[str]
    children: bool = True
    outer: bool = False

    def paths(self, name: str) -> list[str]:
        """Every place that a field of this name may come from, the likeliest first; none where there can be none."""
        first = re.sub(r"[1-9]\d?$", "", name)
        plain = first if first != name and first.lower() in self.taken else name
        is_outer = plain.endswith(OUTER) and self.outer
        inner = plain.removesuffix(OUTER) if is_outer else plain
        if inner.lower() == self.own.lower():
            return ["xml(.)" if is_outer else "."]
        if is_outer:
            return [f"xml({path})" for path in self._children(inner)] if self.children else []
        return list(dict.fromkeys(self._values(inner)))

    def _values(self, name: str) -> Iterator[str]:
        if XML_NAME.fullmatch(name):
            yield f"@{name}"
        if self.children:
            yield from self._children(name)
            yield from self._attributes(name)
            yield from self._again(name)

    def _children(self, name: str) -> Iterator[str]:
        if XML_NAME.fullmatch(name):
            yield name
        match = NUMBERED.fullmatch(name)
        if match and not match[3] and XML_NAME.fullmatch(match[1]):
            yield f"{match[1]}[{match[2]}]"

    def _attributes(self, name: str) -> Iterator[str]:
        for place in (match.start() for match in re.finditer("_", name)):
            child, attribute = name[:place], name[place + 1 :]
            if XML_NAME.fullmatch(child) and XML_NAME.fullmatch(attribute):
                yield f"{child}/@{attribute}"
        match = NUMBERED.fullmatch(name)
        if match and match[3] and XML_NAME.fullmatch(match[1]) and XML_NAME.fullmatch(match[3]):
            yield f"{match[1]}[{match[2]}]/@{match[3]}"

    def _again(self, name: str) -> Iterator[str]:
        """`name2` beside `name`, and `name_lang2` beside `name_lang`: of the second child."""
        match = SECOND.fullmatch(name)
        if match and match[1] in self.made:
            for path in (*self._children(match[1]), *self._attributes(match[1])):
                if "[" not in path:
                    yield CHILD.sub(lambda child: f"{child[0]}[{match[2]}]", path)
