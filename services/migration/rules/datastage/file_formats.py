"""A file's record format, `final_delim=end, delim=',', quote=double`, as the options of a source or sink.

Source: DataStage Parallel Job Developer's Guide, "Sequential File stage", its format options.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from services.migration.ast import Setting
from services.migration.rules.context import NotConvertible
from services.migration.rules.datastage.frame import Stage

__all__ = ["FORMATS", "options", "record_format"]

CHARACTERS = {
    "ws": " ",
    "tab": "\t",
    "comma": ",",
    "space": " ",
    "null": "\0",
    "'\\t'": "\t",
    "\\t": "\t",
}
BINARY = frozenset({"binary", "record_prefix", "record_format", "prefix", "vector_prefix", "intact", "packed"})
"""Words of a record format that make records other than lines of text."""
FORMATS = ("date_format", "time_format", "timestamp_format")
ENCODINGS = {"ebcdic": "ebcdic-cp-us", "ascii": "us-ascii"}
NO_DELIMITER = frozenset({"none", "end", "''"})
QUOTES = {"double": '"', "single": "'", "none": ""}
_FORMAT = re.compile(r"\s*([\w]+)\s*(?:=\s*('(?:[^'\\]|\\.)*'|\"[^\"]*\"|[^,]+?))?\s*(?:,|$)")


def options(stage: Stage, pin: Setting) -> dict[str, Any]:
    """How a file is written: from its record format, the first-line option and a server stage's own properties."""
    stated = dict(record_format(pin.text("meta", "SchemaFormat")))
    made: dict[str, Any] = {}
    delimiter = stated.get("delim_string") or stated.get("delim", pin.get("ColDelim") or pin.get("Delimiter"))
    if delimiter and delimiter.lower() in NO_DELIMITER and stated.get("delim"):
        made["fixed"] = True
    elif delimiter:
        made["delimiter"] = _character(delimiter)
    quote = stated.get("quote", "")
    if quote:
        made["quote"] = QUOTES.get(quote.lower(), quote[:1])
    if stated.get("null_field"):
        made["null_value"] = stated["null_field"]
    if stage.flag("firstLineColumnNames", "first_line_is_column_names", of=pin) or pin.get("ColHeaders") == "1":
        made["header"] = True
    if stated.get("charset"):
        made["encoding"] = ENCODINGS.get(stated["charset"].lower(), stated["charset"].lower())
    if stated.get("decimal_separator") in ("comma", ","):
        made["decimal_separator"] = ","
    if stated.get("date_format"):
        made["date_format"] = stated["date_format"]
    _tell_of_format(stage, stated)
    return made


def _tell_of_format(stage: Stage, stated: Mapping[str, str]) -> None:
    """What a record format says that a delimited file does not have. Raises NotConvertible: the records are no text."""
    binary = next((name for name in stated if name in BINARY), "")
    if binary:
        raise NotConvertible(
            f"its records are not lines of text ({binary} in its record format)", "Describe the file by hand."
        )
    if stated.get("delim", "").lower() == "ws":
        stage.context.warn("Any run of white space parts its fields; here one space does.", confidence=0.79)
    last = stated.get("final_delim", "end").lower()
    if last not in ("end", "none", "null"):
        stage.context.warn(
            "Each line ends in a delimiter, which looks like one more, empty field here.", confidence=0.79
        )


def record_format(text: str) -> list[tuple[str, str]]:
    """`final_delim=end, delim=',', quote=double` as pairs."""
    return [(match[1], (match[2] or "").strip("'\"") if match[2] != "'" else "'") for match in _FORMAT.finditer(text)]


def _character(text: str) -> str:
    if text.isascii() and text.isdigit() and len(text) == len("044"):
        return chr(int(text))  # a server stage writes the character's number
    return CHARACTERS.get(text.lower(), text)
