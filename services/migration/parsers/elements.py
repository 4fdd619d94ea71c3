"""XML as a stream of finished elements: true lines, byte positions, no entities, bounded memory.

Built on expat. libxml2 keeps an element's line in 16 bits and guesses beyond line 65,535 (measured: one off
for empty elements), and knows no byte positions, from which a definition can be cut out verbatim.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, cast
from xml.parsers import expat

from services.migration.parsers import redact
from services.migration.parsers.encoding import XmlText
from services.migration.parsers.errors import (
    EntityBombError,
    ExportError,
    ExternalEntityError,
    MalformedXmlError,
    TooDeepError,
    TruncatedXmlError,
)

_TEXT_BUFFER = 1 << 20  # bytes of character data handed on at once: adding up small pieces of a long text is slow
_EXCERPT, _AROUND = 30, 200  # bytes shown of a place, and looked at around it
MAX_DEPTH = 128  # real exports nest 8 deep

_TRUNCATED = frozenset(
    {
        expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
    }
)
_SYNTAX = expat.errors.codes[expat.errors.XML_ERROR_SYNTAX]
_FOREIGN_ENTITY = re.compile(rb"&(?!#|amp;|lt;|gt;|quot;|apos;)[^\s;&<]{1,64};")
_NOT_MARKUP = re.compile(rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
_TAG = re.compile(rb"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>""")
_QUOTED = re.compile(rb"""("[^"]*"|'[^']*')""")
_BREAK = re.compile(rb"\r*\n|\r")
_NEITHER = bytes(byte for byte in range(256) if byte not in b'"\r\n')

_NONE: Sequence[Any] = ()  # most elements have no children, and there are many


class Element:
    """An element with its attributes and children; `start` and `end` are where its tags begin, in bytes.

    `text` is its own character data, where the stream was asked for it.
    """

    __slots__ = ("attributes", "children", "end", "line", "start", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], line: int, start: int) -> None:
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.start = start
        self.end = start
        self.text = ""
        self.children: Sequence[Element] = _NONE

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def each(self, tag: str) -> Iterator[Element]:
        return (child for child in self.children if child.tag == tag)


def root(text: XmlText, file: str) -> tuple[str, str]:
    """(namespace, local name) of the document element. Raises the errors of `stream` that come before it."""
    found: list[str] = []
    parser = _parser(file, separator=" ")

    def first(tag: str, _attributes: dict[str, str]) -> None:
        found.append(tag)
        raise _RootFoundError

    parser.StartElementHandler = first
    try:
        _run(parser, text, file)
    except _RootFoundError:
        namespace, _, name = found[0].rpartition(" ")
        return namespace, name
    raise TruncatedXmlError("The file holds no XML element.", "Export it again.", file=file, line=1)


def stream(
    text: XmlText,
    file: str,
    containers: Collection[str],
    emit: Callable[[list[Element], Element], None],
    *,
    with_text: bool = False,
) -> None:
    """Call `emit(ancestors, element)` for each finished element that is not itself a container.

    `containers` are the tags whose children are handed out one by one; they keep no children themselves.
    `with_text` keeps the character data of elements.
    Raises TruncatedXmlError, MalformedXmlError, TooDeepError, EntityBombError, ExternalEntityError with a line.
    """
    _refuse_undeclared_entities(text, file)
    parser = _parser(file)
    open_containers: list[Element] = []
    stack: list[Element] = []
    broken = _has_broken_attributes(text.data)

    def start(tag: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        if broken:
            attributes = _kept_breaks(text.data, at, attributes)
        element = Element(tag, attributes, parser.CurrentLineNumber, at)
        if stack:
            parent = stack[-1]
            if parent.children:
                cast(list[Element], parent.children).append(element)
            else:
                parent.children = [element]
            if len(stack) > MAX_DEPTH:
                raise TooDeepError(
                    f"Elements are nested more than {MAX_DEPTH} deep at {tag[:80]!r}.",
                    "No tool writes this; export the file again.",
                    file=file,
                    line=element.line,
                )
        elif tag in containers and len(open_containers) < len(containers):
            open_containers.append(element)
            return
        stack.append(element)

    def end(_tag: str) -> None:
        if not stack:
            open_containers.pop()
            return
        element = stack.pop()
        element.end = parser.CurrentByteIndex
        if not stack:
            emit(open_containers, element)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.buffer_text, parser.buffer_size = True, _TEXT_BUFFER
    parser.CharacterDataHandler = _text_into(stack) if with_text else None
    _run(parser, text, file)


def _text_into(stack: list[Element]) -> Callable[[str], None]:
    """A handler that adds character data to the innermost open element."""

    def characters(data: str) -> None:
        if stack:
            stack[-1].text += data

    return characters


def source_text(text: XmlText, element: Element) -> str:
    """The element exactly as it stands in the file."""
    tag = _TAG.match(text.data, element.start)
    if tag and tag.group().endswith(b"/>"):
        return tag.group().decode()
    stop = text.data.find(b">", element.end) + 1
    return text.data[element.start : stop].decode()


class _RootFoundError(Exception):
    """Ends `root` at the first start tag."""


def _parser(file: str, separator: str | None = None) -> expat.XMLParserType:
    parser = expat.ParserCreate("utf-8", separator)

    def refuse_entity(name: str, _parameter: bool, value: str | None, *_external: Any) -> None:
        line = parser.CurrentLineNumber
        if value is None:
            raise ExternalEntityError(
                f"The document type declares {name[:80]!r} as an external entity.",
                "Exports hold no entity declarations; remove the internal DTD subset.",
                file=file,
                line=line,
            )
        raise EntityBombError(
            f"The document type declares the entity {name[:80]!r}.",
            "Exports hold no entity declarations; remove the internal DTD subset.",
            file=file,
            line=line,
        )

    parser.EntityDeclHandler = refuse_entity
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    return parser


def _run(parser: expat.XMLParserType, text: XmlText, file: str) -> None:
    try:
        parser.Parse(text.data, True)
    except expat.ExpatError as error:
        cut = error.code in _TRUNCATED or (
            error.code == _SYNTAX and text.data.find(b">", parser.ErrorByteIndex) < 0  # within the DOCTYPE
        )
        raise _syntax_error(error, text, file, cut) from None
    finally:
        parser.StartElementHandler = parser.EndElementHandler = parser.EntityDeclHandler = None  # they refer back to it
        parser.CharacterDataHandler = None


def _syntax_error(error: expat.ExpatError, text: XmlText, file: str, cut: bool) -> ExportError:
    line, column = error.lineno, error.offset + 1
    what = expat.errors.messages.get(error.code, "syntax error")
    if cut:
        return TruncatedXmlError(
            f"The XML ends too early ({what}).",
            "The file was cut off; export it again.",
            file=file,
            line=line,
            column=column,
        )
    return MalformedXmlError(
        f"The XML is not well-formed ({what}){_near(text.data, line, error.offset)}.",
        "Correct the place, or export the file again.",
        file=file,
        line=line,
        column=column,
    )


def _near(data: bytes, line: int, offset: int) -> str:
    at = 0
    for _ in range(line - 1):
        at = data.find(b"\n", at) + 1
    at += offset
    excerpt = _shown(data, at, at + _EXCERPT).partition("\n")[0].strip()
    return f" near {excerpt!r}" if excerpt else ""


def _shown(data: bytes, start: int, stop: int) -> str:
    """A part of the text; "" where it may be a part of a secret."""
    around = data[max(0, start - _AROUND) : stop + _AROUND].decode(errors="replace")
    return data[start:stop].decode(errors="replace") if redact.text(around) == around else ""


def _refuse_undeclared_entities(text: XmlText, file: str) -> None:
    """Where a DOCTYPE names an absent DTD, expat drops an undeclared entity from an attribute silently."""
    match = _FOREIGN_ENTITY.search(text.data)
    if match:
        blanked = _NOT_MARKUP.sub(lambda m: b"\n" * m.group().count(b"\n"), text.data)
        match = _FOREIGN_ENTITY.search(blanked)
        if match:
            entity = _shown(blanked, *match.span())
            raise MalformedXmlError(
                f"The entity {entity} is not declared." if entity else "An entity is not declared.",
                "Replace it by the character itself or by &amp; followed by its name.",
                file=file,
                line=blanked.count(b"\n", 0, match.start()) + 1,
                column=match.start() - blanked.rfind(b"\n", 0, match.start()),
            )


def _has_broken_attributes(data: bytes) -> bool:
    """True where an attribute runs over a line's end: tools write entities there, damaged files do not."""
    return b'"' in data.translate(None, _NEITHER).replace(b'""', b"")  # of a line with an even number none is left


def _kept_breaks(data: bytes, at: int, attributes: dict[str, str]) -> dict[str, str]:
    """The attributes with raw line breaks kept: as blanks (XML) a `--` comment would swallow the rest."""
    match = _TAG.match(data, at)
    if not match or b"\n" not in match.group():
        return attributes
    tag = _QUOTED.sub(lambda quoted: _BREAK.sub(b"&#10;", quoted.group()), match.group())
    if tag == match.group():
        return attributes
    kept: list[dict[str, str]] = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda _tag, values: kept.append(values)
    parser.Parse(tag, False)
    return kept[0] if kept else attributes
