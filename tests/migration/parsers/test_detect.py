"""Which tool, and every refusal with its reason, place and remedy."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import tarfile
import zipfile

import pytest

from services.migration.ast import Tool
from services.migration.parsers import ExportError, detect, parse
from services.migration.parsers.detect import clean_name
from services.migration.parsers.errors import TruncatedXmlError
from tests.migration.parsers.samples import SIMPLE, SOURCE, TARGET, export, folder

ALTERYX = b'<?xml version="1.0"?>\r\n<AlteryxDocument yxmdVer="2020.1"><Nodes/></AlteryxDocument>'
SSIS = b'<?xml version="1.0"?><DTS:Executable xmlns:DTS="www.microsoft.com/SqlServer/Dts" DTS:refId="Package"/>'
DSX = b'BEGIN HEADER\n   CharacterSet "CP1252"\nEND HEADER\nBEGIN DSJOB\n'
DSX_APPENDED = b"COMMENT Appended on 2026-07-06\nBEGIN DSPARAMETERSETS\nEND DSPARAMETERSETS\nBEGIN HEADER\n"
DS_XML = b'<?xml version="1.0"?><DSExport><Header/></DSExport>'
ENCRYPTED = b'<?xml version="1.0"?><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#" Type="x"/>'
GOOD = export(folder(SOURCE, TARGET, SIMPLE))
HTML = b"<!doctype html><html><head><title>x</title><body><p>unclosed"
BOMB = b'<?xml version="1.0"?><!DOCTYPE POWERMART [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><POWERMART X="&b;"/>'
EXTERNAL = b'<?xml version="1.0"?>\n<!DOCTYPE POWERMART [<!ENTITY x SYSTEM "file:///etc/passwd">]><POWERMART/>'
PARAMETER = b'<!DOCTYPE POWERMART [<!ENTITY % p SYSTEM "http://127.0.0.1/x">%p;]><POWERMART/>'


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.xml"), io.BytesIO(b""))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "tool"),
    [
        pytest.param(GOOD, "a.xml", Tool.POWERCENTER, id="powercenter"),
        pytest.param(GOOD, "a.dtsx", Tool.POWERCENTER, id="content-wins-over-extension"),
        pytest.param(GOOD, "", Tool.POWERCENTER, id="no-name"),
        pytest.param(ALTERYX, "a.yxmd", Tool.ALTERYX, id="alteryx"),
        pytest.param(b"\xef\xbb\xbf" + ALTERYX, "a.yxmc", Tool.ALTERYX, id="alteryx-with-mark"),
        pytest.param(SSIS, "a.dtsx", Tool.SSIS, id="ssis"),
        pytest.param(DSX, "a.dsx", Tool.DATASTAGE, id="dsx"),
        pytest.param(DSX.replace(b"\n", b"\r\n"), "job", Tool.DATASTAGE, id="dsx-without-extension"),
        pytest.param(DSX_APPENDED, "job.txt", Tool.DATASTAGE, id="dsx-appended"),
        pytest.param(DSX.decode().encode("utf-16"), "job.txt", Tool.DATASTAGE, id="dsx-utf16"),
        pytest.param(b"something else", "job.dsx", Tool.DATASTAGE, id="dsx-by-extension"),
        pytest.param(DS_XML, "a.xml", Tool.DATASTAGE, id="dsexport-xml"),
    ],
)
def test_tool_is_detected(data: bytes, name: str, tool: Tool) -> None:
    assert detect(data, name) is tool


@pytest.mark.parametrize(
    ("data", "name", "reason", "says"),
    [
        pytest.param(b"", "a.xml", "EMPTY_FILE", "empty", id="no-bytes"),
        pytest.param(b" \r\n\t\n", "a.xml", "EMPTY_FILE", "empty", id="blank"),
        pytest.param(b"\xef\xbb\xbf", "a.xml", "EMPTY_FILE", "empty", id="only-a-mark"),
        pytest.param(b"\0" * 9000, "a.xml", "EMPTY_FILE", "empty", id="zeros"),
        pytest.param(GOOD[:-40], "a.xml", "TRUNCATED_XML", "cut off", id="truncated"),
        pytest.param(GOOD[: GOOD.index(b"PRECISION")], "a.xml", "TRUNCATED_XML", "cut off", id="truncated-in-tag"),
        pytest.param(b'<?xml version="1.0"?>\n', "a.xml", "TRUNCATED_XML", "cut off", id="declaration-alone"),
        pytest.param(GOOD.replace(b"</MAPPING>", b"</MAPING>"), "a.xml", "MALFORMED_XML", "mismatched", id="wrong-end"),
        pytest.param(GOOD + b"junk", "a.xml", "MALFORMED_XML", "junk", id="text-after-the-end"),
        pytest.param(GOOD.replace(b'"DB"', b'"&#1;"'), "a.xml", "MALFORMED_XML", "invalid char", id="control-entity"),
        pytest.param(GOOD.replace(b'"DB"', b'"\x01"'), "a.xml", "MALFORMED_XML", "not well-formed", id="control-byte"),
        pytest.param(GOOD.replace(b'"DB"', b'"&nope;"'), "a.xml", "MALFORMED_XML", "&nope;", id="unknown-entity"),
        pytest.param(b"\n\n" + GOOD, "a.xml", "MALFORMED_XML", "declaration", id="blank-lines-first"),
        pytest.param(HTML, "export.xml", "NOT_AN_EXPORT", "HTML page", id="html-named-xml"),
        pytest.param(b"<html><body/></html>", "a.dtsx", "NOT_AN_EXPORT", "HTML page", id="xhtml"),
        pytest.param(b"<project><x/></project>", "a.xml", "NOT_AN_EXPORT", "'project'", id="other-xml-names-its-root"),
        pytest.param(b'<p:a xmlns:p="urn:q"/>', "a.xml", "NOT_AN_EXPORT", "'urn:q'", id="other-xml-with-namespace"),
        pytest.param(b"hello, world", "a.xml", "NOT_AN_EXPORT", "plain text", id="text-named-xml"),
        pytest.param(b"\x7fELF\0\0\0\1", "a.bin", "UNKNOWN_TOOL", "binary", id="binary"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "a.xml", "UNKNOWN_TOOL", "binary", id="picture"),
        pytest.param(BOMB, "a.xml", "ENTITY_BOMB", "'a'", id="billion-laughs"),
        pytest.param(EXTERNAL, "a.xml", "EXTERNAL_ENTITY", "'x'", id="external-entity"),
        pytest.param(PARAMETER, "a.xml", "EXTERNAL_ENTITY", "'p'", id="parameter-entity"),
        pytest.param(_zip("a.xml"), "a.zip", "UNSUPPORTED_ARCHIVE", "zip", id="zip"),
        pytest.param(_zip("a.xml")[:20], "a.zip", "UNSUPPORTED_ARCHIVE", "damaged", id="damaged-zip"),
        pytest.param(_zip("META-INF/IS-MANIFEST.MF", "j.pjb"), "a", "ISX_NOT_SUPPORTED", "ISX", id="isx-by-content"),
        pytest.param(_zip("x"), "a.ISX", "ISX_NOT_SUPPORTED", "ISX", id="isx-by-name"),
        pytest.param(gzip.compress(GOOD), "a.xml.gz", "UNSUPPORTED_ARCHIVE", "gzip", id="gzip"),
        pytest.param(bz2.compress(GOOD), "a.xml", "UNSUPPORTED_ARCHIVE", "bzip2", id="bzip2"),
        pytest.param(lzma.compress(GOOD), "a.xml", "UNSUPPORTED_ARCHIVE", "xz", id="xz"),
        pytest.param(_tar(), "a.tar", "UNSUPPORTED_ARCHIVE", "tar", id="tar"),
        pytest.param(ENCRYPTED, "a.dtsx", "ENCRYPTED_PACKAGE", "encrypted", id="encrypted-package"),
        pytest.param(
            export(folder("<A>" * 5000 + "</A>" * 5000)), "a.xml", "TOO_DEEP", "nested", id="nested-5000-deep"
        ),
    ],
)
def test_refusal_says_why_and_what_to_do(data: bytes, name: str, reason: str, says: str) -> None:
    with pytest.raises(ExportError) as caught:
        parse(data, name)
    error = caught.value
    assert error.reason == reason
    assert says in error.message + error.remedy
    assert error.remedy
    assert error.file == clean_name(name)


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        pytest.param(GOOD.replace(b"</MAPPING>", b"</MAPING>"), GOOD[: GOOD.index(b"</MAPPING>")].count(b"\n") + 1, 3),
        pytest.param(GOOD.replace(b"</SOURCE>", b"</SOURCE>\n\n  <X a=1/>"), 11, 8),
        pytest.param(EXTERNAL, 2, 0),
        pytest.param(GOOD.replace(b'"DB"', b'"&nope;"'), 6, 29),
    ],
)
def test_refusal_names_line_and_column(data: bytes, line: int, column: int) -> None:
    with pytest.raises(ExportError) as caught:
        parse(data, "a.xml")
    assert caught.value.line == line
    if column:
        assert caught.value.column == column
    assert str(caught.value).startswith(f"a.xml:{line}")


def test_another_tool_than_asked_for_is_refused() -> None:
    with pytest.raises(ExportError, match="from Informatica PowerCenter, not from SSIS") as caught:
        parse(GOOD, "a.xml", Tool.SSIS)
    assert caught.value.reason == "TOOL_MISMATCH"
    assert "migration_type=powercenter" in caught.value.remedy


def test_error_crosses_a_process_boundary() -> None:
    error = pickle.loads(pickle.dumps(TruncatedXmlError("m", "r", file="f", line=3, column=4)))
    assert (type(error), error.message, error.remedy, str(error)) == (TruncatedXmlError, "m", "r", "f:3:4: m r")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.xml", "a.xml"),
        ("../../etc/passwd", "passwd"),
        ("C:\\exports\\a.xml", "a.xml"),
        ("a\r\nb\0.xml", "a__b.xml"),
        ("", "upload"),
        ("..", "upload"),
        ("x" * 400, "x" * 255),
    ],
)
def test_file_name_is_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept
