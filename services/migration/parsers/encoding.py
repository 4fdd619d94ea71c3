"""From an XML file's bytes to UTF-8, by its byte order mark and declaration; a lie is refused."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from services.migration.parsers.errors import EncodingMismatchError

_DECLARATION = re.compile(r"""\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']""")
_C1_CONTROLS = re.compile(rb"[\x80-\x9f]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_STARTS = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_NOT_TEXT = frozenset({"unicode-escape", "raw-unicode-escape", "utf-7", "idna", "punycode"})


@dataclass(frozen=True, slots=True)
class XmlText:
    """An XML file as UTF-8 without a byte order mark."""

    data: bytes
    encoding: str  # as declared, else the one found; "UTF-8" where neither
    note: str = ""  # how the bytes were read where that is not as declared


def to_utf8(data: bytes, file: str) -> XmlText:
    """Decode by mark, then by declaration. Raises EncodingMismatchError with the first wrong byte's place."""
    found, skip = _found(data)
    head = data[skip : skip + 1024].decode(found or "latin-1", errors="ignore")
    match = _DECLARATION.match(head)
    declared = match.group(1) if match else ""
    codec, note = _choose(data, found, declared, file)
    body = data[skip:] if skip else data
    try:
        text = body.decode(codec)
    except UnicodeDecodeError as error:
        raise _wrong_byte(body, error, declared or codec, file) from None
    return XmlText(body if codec == "utf-8" else text.encode(), declared or codec.upper(), note)


def _found(data: bytes) -> tuple[str, int]:
    """The encoding that the first bytes prove ("" where they prove none) and the length of the mark."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name, len(mark)
    return next((name for start, name in _WIDE_STARTS if data.startswith(start)), ""), 0


def _choose(data: bytes, found: str, declared: str, file: str) -> tuple[str, str]:
    codec = _codec(declared, file) if declared else "utf-8"
    if found:
        agrees = not declared or found == codec or (found.startswith(codec) and codec in ("utf-16", "utf-32"))
        return found, "" if agrees else f"declares {declared} but is {found.upper()}; read as {found.upper()}"
    if codec.startswith(("utf-16", "utf-32")):
        raise EncodingMismatchError(
            f"The XML declaration says {declared}, but the file has one byte per character.",
            'Change the declaration to encoding="UTF-8", or export the file again.',
            file=file,
            line=1,
        )
    if codec == "iso8859-1" and _C1_CONTROLS.search(data):
        # bytes 0x80-0x9F are control characters there that nobody can type, and “€ ’ –” in Windows-1252
        return "cp1252", f"declares {declared} but holds Windows-1252 characters; read as Windows-1252"
    return codec, ""


def _codec(declared: str, file: str) -> str:
    try:
        info = codecs.lookup(declared)
        known = info.name not in _NOT_TEXT and "<?xml".encode(info.name).replace(b"\0", b"").endswith(b"<?xml")
    except (LookupError, UnicodeError):
        known = False
    if not known:
        raise EncodingMismatchError(
            f"The XML declaration names the encoding {declared!r}, which is not known.",
            "Export the file again, or save it as UTF-8 and change the declaration.",
            file=file,
            line=1,
        )
    return info.name


def _wrong_byte(body: bytes, error: UnicodeDecodeError, declared: str, file: str) -> EncodingMismatchError:
    before = body[: error.start]
    line = before.count(b"\n") + 1
    column = error.start - (before.rfind(b"\n") + 1) + 1
    return EncodingMismatchError(
        f"The file is said to be {declared}, but byte 0x{body[error.start]:02X} is not valid there.",
        "Correct the encoding in the XML declaration (often Windows-1252), or export the file again.",
        file=file,
        line=line,
        column=column,
    )
