"""Encodings: as declared, by mark, by the first bytes; a lie is refused with its place."""

from __future__ import annotations

import codecs

import pytest

from services.migration.parsers import ExportError, parse
from tests.migration.parsers.samples import SIMPLE, SOURCE, TARGET, codes, export, folder, read

WORD = "Größe – €"
CONTENT = folder(SOURCE.replace('NAME ="B"', f'NAME ="{WORD}"').replace("<SOURCE ", "<SOURCE "), TARGET, SIMPLE)


def _text(encoding: str) -> str:
    return export(CONTENT).decode().replace('encoding="UTF-8"', f'encoding="{encoding}"' if encoding else "")


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        pytest.param(_text("UTF-8").encode(), "UTF-8", id="utf-8"),
        pytest.param(_text("").encode(), "UTF-8", id="undeclared"),
        pytest.param(codecs.BOM_UTF8 + _text("UTF-8").encode(), "UTF-8", id="utf-8-mark"),
        pytest.param(_text("Windows-1252").encode("cp1252"), "Windows-1252", id="windows-1252"),
        pytest.param(_text("windows-1250").encode("cp1250"), "windows-1250", id="windows-1250"),
        pytest.param(_text("UTF-16").encode("utf-16"), "UTF-16", id="utf-16-mark"),
        pytest.param(_text("UTF-16").encode("utf-16-le"), "UTF-16", id="utf-16-le-no-mark"),
        pytest.param(_text("UTF-16").encode("utf-16-be"), "UTF-16", id="utf-16-be-no-mark"),
        pytest.param(_text("UTF-16LE").encode("utf-16-le"), "UTF-16LE", id="utf-16-le-declared"),
        pytest.param(_text("").encode("utf-16"), "UTF-16-LE", id="utf-16-undeclared"),
        pytest.param(_text("UTF-32").encode("utf-32"), "UTF-32", id="utf-32"),
        pytest.param(_text("GB18030").encode("gb18030"), "GB18030", id="multi-byte"),
        pytest.param(_text("UTF-8").replace("\n", "\r\n").encode(), "UTF-8", id="crlf"),
    ],
)
def test_names_survive_the_encoding(data: bytes, declared: str) -> None:
    tree = parse(data, "x.xml")
    assert tree.encoding == declared
    assert tree.mappings[0].sources[0].fields[1].name == WORD
    assert "ENCODING_ASSUMED" not in codes(tree)


@pytest.mark.parametrize(
    ("data", "note"),
    [
        pytest.param(_text("ISO-8859-1").encode("cp1252"), "Windows-1252", id="latin-1-with-windows-characters"),
        pytest.param(_text("UTF-8").encode("utf-16"), "UTF-16", id="utf-16-said-to-be-utf-8"),
        pytest.param(codecs.BOM_UTF8 + _text("ISO-8859-1").encode(), "UTF-8", id="utf-8-mark-said-to-be-latin-1"),
    ],
)
def test_provable_encoding_is_used_and_reported(data: bytes, note: str) -> None:
    tree = parse(data, "x.xml")
    assert tree.mappings[0].sources[0].fields[1].name == WORD
    (problem,) = [p for p in tree.problems if p.code == "ENCODING_ASSUMED"]
    assert problem.severity == "warning"
    assert note in problem.message


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        pytest.param(_text("UTF-8").encode("cp1252"), 8, "0xF6", id="latin-bytes-said-to-be-utf-8"),
        pytest.param(_text("Windows-1252").encode("cp1252").replace(b"\x80", b"\x81"), 8, "0x81", id="undefined-byte"),
        pytest.param(_text("US-ASCII").encode(), 8, "0xC3", id="not-ascii"),
        pytest.param(_text("UTF-16").encode(), 1, "UTF-16", id="utf-8-said-to-be-utf-16"),
        pytest.param(_text("KLINGON").encode(), 1, "KLINGON", id="unknown"),
        pytest.param(_text("unicode_escape").encode(), 1, "unicode_escape", id="a-codec-that-is-no-encoding"),
        pytest.param(_text("rot13").encode(), 1, "rot13", id="a-transform"),
        pytest.param(_text("IBM500").encode(), 1, "IBM500", id="ebcdic-said-of-ascii"),
        pytest.param(_text("UTF-16").encode("utf-16")[:-1], 0, "UTF-16", id="half-a-character"),
    ],
)
def test_wrong_encoding_is_refused(data: bytes, line: int, says: str) -> None:
    with pytest.raises(ExportError) as caught:
        parse(data, "x.xml")
    assert caught.value.reason == "ENCODING_MISMATCH"
    assert says in caught.value.message
    if line:
        assert caught.value.line == line


def test_codepage_of_the_repository_does_not_matter() -> None:
    assert read(export(CONTENT).replace(b'<REPOSITORY NAME="R"', b'<REPOSITORY NAME="R" CODEPAGE="MS1252"')).mappings
