"""A DSX text export's bytes as UTF-8, by its byte order mark and the CharacterSet of its header.

`CP1252` and its like are Windows code pages. `ENGLISH` names a language, not an encoding: such files are UTF-8 or
Windows-1252, which their bytes tell.
"""

from __future__ import annotations

import codecs
import re

from services.migration.parsers.encoding import XmlText
from services.migration.parsers.errors import EncodingMismatchError

_DECLARED = re.compile(rb'^\s*CharacterSet\s+"([^"\r\n]{1,40})"', re.MULTILINE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEAD = 4096  # bytes; the header is the first block of a file, ten short lines
_NOT_TEXT = frozenset({"unicode-escape", "raw-unicode-escape", "utf-7", "idna", "punycode"})
_NAMED = {"ENGLISH": "", "UNICODE": "utf-16-le", "UTF8": "utf-8", "ASCL_UTF8": "utf-8", "MS1252": "cp1252"}
FALLBACK = "cp1252"


def to_utf8(data: bytes, file: str) -> XmlText:
    """The export as UTF-8 without a mark. Raises EncodingMismatchError with the place of the first wrong byte."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], name, name.upper(), file)
    found = _DECLARED.search(data[:_HEAD])
    declared = found.group(1).decode("latin-1").strip() if found else ""
    if data.isascii():  # the same in every encoding that names no marks
        return XmlText(data, declared or "UTF-8")
    codec = _codec(declared)
    if codec:
        try:
            return XmlText(data.decode(codec).encode(), declared)
        except UnicodeDecodeError:
            return _decoded(data, "utf-8", declared, file, note=f"declares {declared} but is UTF-8; read as UTF-8")
    return _guessed(data, declared, file)


def _guessed(data: bytes, declared: str, file: str) -> XmlText:
    """UTF-8 where the bytes are valid as such, else Windows-1252."""
    said = f"declares {declared}, which names no encoding" if declared else "declares no CharacterSet"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, FALLBACK, declared or FALLBACK, file, note=f"{said}; read as Windows-1252")
    return XmlText(data, declared or "UTF-8", "" if data.isascii() else f"{said}; read as UTF-8")


def _codec(declared: str) -> str:
    named = _NAMED.get(declared.upper().replace("-", ""))
    if named is not None:
        return named if not named.startswith("utf-16") else ""
    try:
        name = codecs.lookup(declared).name if declared else ""
    except LookupError:
        return ""
    return "" if name in _NOT_TEXT or name.startswith(("utf-16", "utf-32")) else name


def _decoded(body: bytes, codec: str, declared: str, file: str, note: str = "") -> XmlText:
    try:
        return XmlText(body.decode(codec).encode(), declared, note)
    except UnicodeDecodeError as error:
        before = body[: error.start]
        raise EncodingMismatchError(
            f"The file is said to be {declared}, but byte 0x{body[error.start]:02X} is not valid there.",
            "Export the jobs again, or correct CharacterSet in the file's header.",
            file=file,
            line=before.count(b"\n") + 1,
            column=error.start - (before.rfind(b"\n") + 1) + 1,
        ) from None
