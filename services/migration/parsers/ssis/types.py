"""Column and variable types of packages as (type, precision, scale) that `services.pipelines.types` reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from services.migration.expressions.ssis.types import canonical

_PARTS = re.compile(r"(\w+)(?:\((\d+)(?:,(\d+))?\))?\Z")

OLE_DB: Mapping[str, str] = {
    "2": "i2",
    "3": "i4",
    "4": "r4",
    "5": "r8",
    "6": "cy",
    "7": "date",
    "11": "bool",
    "14": "decimal",
    "16": "i1",
    "17": "ui1",
    "18": "ui2",
    "19": "ui4",
    "20": "i8",
    "21": "ui8",
    "64": "filetime",
    "72": "guid",
    "128": "bytes",
    "129": "str",
    "130": "wstr",
    "131": "numeric",
    "133": "dbDate",
    "134": "dbTime",
    "135": "dbTimeStamp",
    "145": "dbTime2",
    "146": "dbTimeStampoffset",
    "301": "image",
    "302": "text",
    "303": "nText",
    "304": "dbTimeStamp2",
}
"""Type numbers of flat file and cache columns. Source: the `DataType` enumeration of the product."""

VARIABLES: Mapping[str, str] = {
    **dict.fromkeys(("2", "3", "16", "17", "18"), "integer"),
    **dict.fromkeys(("19", "20", "21"), "bigint"),
    **dict.fromkeys(("4", "5"), "double"),
    **dict.fromkeys(("6", "14"), "decimal"),
    "7": "timestamp",
    "8": "string",
    "11": "boolean",
}
"""Type numbers of variables (COM variants); 13 is an object, which no parameter holds."""


TYPE_CODES: Mapping[str, str] = {
    "3": "boolean",
    **dict.fromkeys(("5", "6", "7", "8", "9"), "integer"),
    **dict.fromkeys(("10", "11", "12"), "bigint"),
    **dict.fromkeys(("13", "14"), "double"),
    "15": "decimal",
    "16": "timestamp",
    "18": "string",
}
"""Type numbers of project parameters: `System.TypeCode`."""


@lru_cache(maxsize=4096)
def parts(name: str, length: int, precision: int, scale: int) -> tuple[str, int, int]:
    """`wstr`, 50 → (`varchar`, 50, 0); an unknown name gives `varchar` without a length."""
    make = OPTIONS.get(name.lower())
    match = _PARTS.match(canonical(name, make(length, precision, scale) if make else ()) or "varchar")
    assert match is not None
    return match[1], int(match[2] or 0), int(match[3] or 0)


OPTIONS: Mapping[str, Callable[[int, int, int], tuple[int, ...]]] = {
    "str": lambda length, _p, _s: (length,),
    "wstr": lambda length, _p, _s: (length,),
    "decimal": lambda _l, _p, scale: (scale,),
    "numeric": lambda _l, precision, scale: (precision or 18, scale),
}
"""The options that a type of the data flow has, of (length, precision, scale)."""
