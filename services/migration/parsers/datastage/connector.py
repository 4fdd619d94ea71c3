"""A connector's XMLProperties: XML within a value, which declares UTF-16 and is not. Passwords are never copied."""

from __future__ import annotations

import re
from xml.parsers import expat

from services.migration.ast import Setting
from services.migration.parsers import redact

MAX_DEPTH = 32  # real ones nest 5 deep
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")


def settings(value: str, line: int = 0) -> Setting:
    """The tree below `<Properties>`; a setting named `connector` without children where it is no XML."""
    reader = _Tree(line)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = reader.refuse
    try:
        parser.Parse(_DECLARATION.sub("", value, count=1).strip().encode(), True)
    except (expat.ExpatError, _RefusedError):
        return Setting("connector", attributes={"broken": "yes"}, line=line)
    return reader.root


class _RefusedError(Exception):
    """The XML declares entities or nests deeper than any connector's."""


class _Tree:
    def __init__(self, line: int) -> None:
        self.root = Setting("connector", line=line)
        self._line = line
        self._open: list[tuple[str, list[Setting], list[str]]] = []

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise _RefusedError
        self._open.append((tag, [], []))

    def text(self, data: str) -> None:
        if self._open:
            self._open[-1][2].append(data)

    def end(self, _tag: str) -> None:
        tag, children, texts = self._open.pop()
        value = redact.attribute(tag, "".join(texts).strip())
        made = Setting(tag, value, children=tuple(children), line=self._line)
        if self._open:
            self._open[-1][1].append(made)
        else:
            self.root = Setting("connector", children=tuple(children), line=self._line)

    def refuse(self, *_declaration: object) -> None:
        raise _RefusedError
