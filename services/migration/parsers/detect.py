"""Which tool wrote an export: by its content first, by its file name where the content does not say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from pathlib import PurePosixPath

from services.migration.ast import Tool, WorkflowAST
from services.migration.parsers import alteryx, datastage, elements, powercenter, ssis
from services.migration.parsers.companions import Companions
from services.migration.parsers.encoding import XmlText, to_utf8
from services.migration.parsers.errors import (
    EmptyFileError,
    EncryptedPackageError,
    ExportError,
    NotAnExportError,
    UnknownToolError,
    UnsupportedArchiveError,
)
from services.migration.parsers.literals import without_secrets

ROOTS: dict[tuple[str, str], Tool] = {
    ("", "POWERMART"): Tool.POWERCENTER,
    ("", "AlteryxDocument"): Tool.ALTERYX,
    ("www.microsoft.com/SqlServer/Dts", "Executable"): Tool.SSIS,
    ("", "DSExport"): Tool.DATASTAGE,
}
Parser = Callable[[XmlText, str, Companions], WorkflowAST]


def _clean(parse: Parser) -> Parser:
    return lambda text, file, companions: without_secrets(parse(text, file, companions))


PARSERS: dict[Tool, Parser] = {
    Tool.POWERCENTER: _clean(powercenter.parse),
    Tool.DATASTAGE: _clean(lambda text, file, _companions: datastage.parse(text, file)),
    Tool.ALTERYX: _clean(alteryx.parse),
    Tool.SSIS: _clean(ssis.parse),
}
"""An export's text, its file's name or path in an archive, and the files beside it."""
TITLES = {
    Tool.POWERCENTER: "Informatica PowerCenter",
    Tool.ALTERYX: "Alteryx",
    Tool.SSIS: "SSIS",
    Tool.DATASTAGE: "DataStage",
}

_ENCRYPTED_ROOT = ("http://www.w3.org/2001/04/xmlenc#", "EncryptedData")
TEXTS: dict[Tool, Callable[[bytes, str], XmlText]] = {Tool.DATASTAGE: datastage.to_utf8}
"""Tools that also write text which is no XML: how its bytes become UTF-8."""
_TEXT_EXTENSIONS = {".dsx": Tool.DATASTAGE}
_DSX = re.compile(rb"^[\xef\xbb\xbf\s]*BEGIN (?:HEADER|DS[A-Z]+)\b|^BEGIN (?:HEADER|DSJOB)\r?$", re.MULTILINE)
_ARCHIVES = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
)
_BLANK = b" \t\r\n\0\xef\xbb\xbf\xfe\xff"  # white space, byte order marks, UTF-16 padding
ACCEPTED = "Give a PowerCenter .xml, Alteryx .yxmd, SSIS .dtsx or DataStage .dsx export, or a zip of them."


def clean_name(filename: str) -> str:
    """The bare file name: no path, no control characters, at most 255 characters."""
    name = PurePosixPath(filename.replace("\\", "/").replace("\0", "")).name
    if not name.strip("."):
        return "upload"
    return "".join(c if c.isprintable() else "_" for c in name)[:255]


def identify(data: bytes, file: str) -> tuple[Tool, XmlText]:
    """The tool that wrote a single export, and its text. Raises an ExportError where it is none that can be read."""
    if not data[:4096].strip(_BLANK) and not data.strip(_BLANK):
        raise EmptyFileError("The file is empty.", "Give the export itself.", file=file)
    _refuse_archive(data, file)
    if not data[:4096].lstrip(_BLANK).startswith(b"<"):
        tool = _text_tool(data, file)
        return tool, TEXTS[tool](data, file)
    text = to_utf8(data, file)
    try:
        found = elements.root(text, file)
    except ExportError:
        if _is_html(data):
            raise _html(file) from None
        raise
    if found in ROOTS:
        return ROOTS[found], text
    raise _foreign_root(found, file)


def _text_tool(data: bytes, file: str) -> Tool:
    head = data[:65536]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", errors="ignore").encode()
    if _DSX.search(head):
        return Tool.DATASTAGE
    tool = _TEXT_EXTENSIONS.get(PurePosixPath(file).suffix.lower())
    is_text = b"\0" not in head
    if tool and is_text:
        return tool
    if is_text:
        raise NotAnExportError(
            "The file is plain text, neither XML nor a DataStage export.", ACCEPTED, file=file, line=1
        )
    raise UnknownToolError("The file is binary and of no format known here.", ACCEPTED, file=file)


def _foreign_root(found: tuple[str, str], file: str) -> ExportError:
    namespace, name = found
    if found == _ENCRYPTED_ROOT:
        return EncryptedPackageError(
            "The package is encrypted as a whole (EncryptAllWithPassword or EncryptAllWithUserKey).",
            "Save it with the protection level DontSaveSensitive and convert it again.",
            file=file,
        )
    if name.lower() == "html":
        return _html(file)
    where = f" of the namespace {namespace[:120]!r}" if namespace else ""
    return NotAnExportError(
        f"The XML's document element is {name[:80]!r}{where}, which no supported tool writes.",
        ACCEPTED,
        file=file,
    )


def _is_html(data: bytes) -> bool:
    return bool(
        re.match(rb"(?is)[\xef\xbb\xbf\s]*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", data[:4096])
    )


def _html(file: str) -> NotAnExportError:
    return NotAnExportError(
        "The file is an HTML page, not an export.",
        "It was probably saved from a web page: download the raw file instead.",
        file=file,
    )


def _refuse_archive(data: bytes, file: str) -> None:
    kind = next((name for magic, name in _ARCHIVES if data.startswith(magic)), "")
    if not kind and data[257:262] == b"ustar":
        kind = "tar"
    if kind:
        raise UnsupportedArchiveError(
            f"The file is a {kind} archive.", "Unpack it and convert the export inside.", file=file
        )
