"""Flat files: how they are written, from FLATFILE and the attributes of a source, target or lookup.

Source: PowerCenter Designer Guide, "Working with Flat Files"; Workflow Basics Guide, "Flat File Sources" and "Targets".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from services.migration.ast import SourceDefinition, TransformationField
from services.migration.rules.connectors import is_fixed_width

ENCODINGS = {
    **{f"ms{number}": f"windows-{number}" for number in range(1250, 1259)},
    **{f"latin{n}": f"iso-8859-{part}" for n, part in enumerate((1, 2, 3, 4, 9, 10, 13, 14, 15), 1)},
    "utf-8": "utf-8",
    "utf-16le": "utf-16le",
    "us-ascii": "us-ascii",
}
QUOTES = {"DOUBLE": '"', "SINGLE": "'", "NONE": ""}
USUAL_ROW_ENDS = ("", "0", "10", "13")
LONGEST_CODE = 5
"""Digits of a row delimiter that is the number of a character."""
NAMED = {"t": "\t", "n": "\n", "r": "\r", "\\": "\\"}
ESCAPED = re.compile(r"\\([0-7]{3}|x[0-9A-Fa-f]{2}|[tnr\\])")
DATE_FORMAT = re.compile(r"(?:[A-Z]\s+\d+\s+)?(.+)", re.DOTALL)
SEPARATORS = {"comma": ",", "period": ".", "none": ""}


def options(item: SourceDefinition) -> dict[str, Any]:
    """The `options` of a source or sink on a flat file."""
    made = format_options(item.file_format)
    if is_fixed_width(item):
        made.update(_null(item.file_format))
    made.update(value_formats(item.attributes))
    if item.role == "target" and item.attributes.get("Header Options", "").strip().lower() == "output field names":
        made["header"] = True
    return made


def stated(attributes: Mapping[str, str]) -> dict[str, str]:
    """FLATFILE of a lookup, which stands among its attributes as `FLATFILE DELIMITERS` and so on."""
    return {name[9:]: value for name, value in attributes.items() if name.startswith("FLATFILE ")}


def format_options(given: Mapping[str, str]) -> dict[str, Any]:
    """What FLATFILE says of delimiters, quotation marks, rows and encoding."""
    given = {name: value for name, value in given.items() if value}
    made: dict[str, Any] = {}
    if given.get("DELIMITED", "YES").upper() != "NO":
        if "DELIMITERS" in given:
            made["delimiter"] = unescape(given["DELIMITERS"])
        made["quote"] = QUOTES.get(given.get("QUOTE_CHARACTER", "NONE").upper(), "")
    if given.get("ESCAPE_CHARACTER"):
        made["escape"] = given["ESCAPE_CHARACTER"]
    if given.get("SKIPROWS", "0").isdigit() and int(given.get("SKIPROWS", "0")):
        made["skip_rows"] = int(given["SKIPROWS"])
    ends = given.get("ROWDELIMITER", "")
    if ends not in USUAL_ROW_ENDS:
        is_code = ends.isdecimal() and len(ends) <= LONGEST_CODE
        made["row_delimiter"] = chr(int(ends)) if is_code else unescape(ends)
    codepage = given.get("CODEPAGE", "").lower()
    if codepage:
        made["encoding"] = ENCODINGS.get(codepage, codepage)
    return made


def value_formats(attributes: Mapping[str, str]) -> dict[str, str]:
    """How dates and numbers are written, where it is not the tool's own way."""
    made: dict[str, str] = {}
    date = DATE_FORMAT.fullmatch(attributes.get("Datetime Format", "").strip())
    if date and date.group(1).strip().lower() != "mm/dd/yyyy hh24:mi:ss":
        made["date_format"] = date.group(1).strip()
    for key, attribute, usual in (
        ("decimal_separator", "Decimal Separator", "."),
        ("thousands_separator", "Thousand Separator", ""),
    ):
        text = attributes.get(attribute, "").strip()
        text = SEPARATORS.get(text.lower(), text)
        if text and text != usual:
            made[key] = text
    return made


def _null(given: Mapping[str, str]) -> dict[str, str]:
    """A fixed-width field is null where it holds the null character, once or all over."""
    mark = given.get("NULL_CHARACTER", "")
    return {"null_value": mark} if mark and given.get("NULLCHARTYPE", "ASCII").upper() == "ASCII" else {}


def several_delimiters(given: Mapping[str, str]) -> str:
    """The delimiters where each of several may end a field, which no connector here knows; else ""."""
    text = unescape(given.get("DELIMITERS", ""))
    one_by_one = given.get("MULTIDELIMITERSASAND", "NO").upper() != "YES"
    delimited = given.get("DELIMITED", "YES").upper() != "NO"
    return text if delimited and one_by_one and len(text) > 1 else ""


def place(declared: TransformationField) -> dict[str, int]:
    """Where a column of a fixed-width file begins, counted from 1, and how many characters it has."""
    length, offset = declared.attributes.get("PHYSICALLENGTH", ""), declared.attributes.get("PHYSICALOFFSET", "0")
    if not length.isdigit() or not int(length) or not offset.isdigit():
        return {}
    return {"start": int(offset) + 1, "length": int(length)}


def unescape(delimiters: str) -> str:
    r"""Delimiters as the tool writes them: `\t`, `\011` (octal), `\x1F`, or the characters themselves."""

    def char(match: re.Match[str]) -> str:
        code = match.group(1)
        if code in NAMED:
            return NAMED[code]
        return chr(int(code[1:], 16)) if code.startswith("x") else chr(int(code, 8))

    return ESCAPED.sub(char, delimiters)
