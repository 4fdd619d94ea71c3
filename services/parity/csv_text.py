"""How a CSV file is written: its encoding, delimiter and header, found in the file and said."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from services.parity.errors import ParityError

BOMS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "\x1f": "unit separator", "^": "caret"}
WORDS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|", "pipe": "|"}
SAMPLE = 1 << 16
BLOCK = 1 << 20
LONGEST_HEADER = 1 << 20


@dataclass(frozen=True, slots=True)
class CsvText:
    """A CSV file as UTF-8 (`path` is a copy where it was not), its delimiter and columns; notes on what was found."""

    path: Path
    delimiter: str
    names: list[str]
    notes: tuple[str, ...]


def examined(path: Path, label: str, delimiter: str, encoding: str, copy: Path) -> CsvText:
    """Reads the file once to learn its encoding. Raises ParityError where it cannot be a CSV file with a header."""
    try:
        found, notes = _encoding(path, label, encoding)
        if found != "utf-8":
            _transcode(path, copy, found, label)
            path = copy
        with path.open("rb") as file:
            head = file.read(LONGEST_HEADER).decode("utf-8", "ignore")
    except OSError as error:
        raise ParityError(f"{label}: cannot be read ({error.strerror}). Check the path and its permissions.") from error
    if not head.strip():
        raise ParityError(f"{label}: is empty; the first line has to name the columns.")
    delimiter = WORDS.get(delimiter, delimiter)
    if len(delimiter) > 1:
        raise ParityError(f"{label}: the delimiter has to be one character, or the word tab.")
    if not delimiter:
        delimiter = _delimiter(head[:SAMPLE])
        if delimiter != ",":
            notes += (f"{label}: the delimiter is {DELIMITERS.get(delimiter, delimiter)}.",)
    return CsvText(path, delimiter, _header(head, delimiter, label), notes)


def _encoding(path: Path, label: str, given: str) -> tuple[str, tuple[str, ...]]:
    """The encoding that is given, that of a byte order mark, UTF-8 where the file is, or Windows-1252."""
    if given:
        try:
            name = codecs.lookup(given).name
        except LookupError:
            raise ParityError(f"{label}: {given} is no encoding; try utf-8, windows-1252 or utf-16.") from None
        return name, ()
    with path.open("rb") as file:
        start = file.read(4)
        marked = next((name for mark, name in BOMS.items() if start.startswith(mark)), None)
        if marked is not None:
            said = () if marked == "utf-8-sig" else (f"{label}: is {marked.upper()}, by its first bytes.",)
            return marked, said
        file.seek(0)
        line = _first_not_utf8(file)
    if line is None:
        return "utf-8", ()
    return "cp1252", (f"{label}: is not UTF-8 (line {line}); read as Windows-1252. --encoding names another.",)


def _first_not_utf8(file: io.BufferedReader) -> int | None:
    """The line of the first byte that is not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    while True:
        block = file.read(BLOCK)
        try:
            decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
        line += block.count(b"\n")
        if not block:
            return None


def _transcode(path: Path, copy: Path, encoding: str, label: str) -> None:
    try:
        with path.open(encoding=encoding, newline="") as source, copy.open("w", encoding="utf-8", newline="") as target:
            while part := source.read(BLOCK):
                target.write(part)
    except UnicodeError as error:
        raise ParityError(f"{label}: is not {encoding} ({error.__class__.__name__}); give its --encoding.") from None


def _delimiter(head: str) -> str:
    """What splits the first lines into the most columns, the same number in each; a comma where nothing does."""
    best, most = ",", 0
    for each in DELIMITERS:
        widths = _widths(head, each)
        if widths and (width := widths[0]) > 1:
            score = width * Counter(widths)[width] / len(widths)
            if score > most:
                best, most = each, score  # type: ignore[assignment]  # a float from here on
    return best


def _widths(head: str, delimiter: str) -> list[int]:
    """Columns of the first records; the last may be cut."""
    found: list[int] = []
    try:
        found.extend(map(len, filter(None, csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))))
    except csv.Error:
        return found
    return found[:-1] if len(found) > 1 and len(head) >= SAMPLE else found


def _header(head: str, delimiter: str, label: str) -> list[str]:
    try:
        names = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, strict=True))
    except (csv.Error, StopIteration) as error:
        raise ParityError(f"{label}, line 1: the header cannot be read ({error}).") from None
    empty = next((number for number, name in enumerate(names, 1) if not name.strip()), None)
    if empty is not None:
        raise ParityError(f"{label}, line 1: column {empty} has no name; the first line has to name the columns.")
    double = next((name for name, count in Counter(names).items() if count > 1), None)
    if double is not None:
        raise ParityError(f"{label}, line 1: two columns are named {double!r}; give each a name of its own.")
    return names
