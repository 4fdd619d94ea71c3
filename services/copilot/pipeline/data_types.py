"""Types of databases as the pipeline language has them."""

from __future__ import annotations

import re
from functools import lru_cache

from services.pipelines.dsl.language import definition
from services.pipelines.types import canonical

UNKNOWN = "unknown"
_TEXT = re.compile(
    r"""([a-z][a-z0-9_ ]*)                                   # the name
    (?:\(\s*(\d+|max)\s*(?:[a-z]+\s*)?(?:,\s*(\d+)\s*)?\))?  # (size, scale), as in varchar(20 char)
    ([a-z ]*)\Z                                             # the rest of it: with time zone""",
    re.IGNORECASE | re.VERBOSE,
)
_OTHERS = {
    "bool": "boolean",
    "bit": "boolean",
    "character varying": "varchar",
    "character": "char",
    "double precision": "double",
    "timestamp with time zone": "timestamp_tz",
    "timestamptz": "timestamp_tz",
    "timestamp without time zone": "timestamp",
    "timestamp_ntz": "timestamp",
    "timestamp_ltz": "timestamp_tz",
    "timestamp_tz": "timestamp_tz",
    "seconddate": "timestamp",
    "longdate": "timestamp",
    "datetimeoffset": "timestamp_tz",
    "long": "bigint",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "float",
    "float8": "double",
    "byte": "integer",
    "json": "json",
    "jsonb": "json",
    "variant": "json",
    "object": "json",
    "array": "json",
    "struct": "json",
    "map": "json",
    "xml": "xml",
    "uuid": "uuid",
    "uniqueidentifier": "uuid",
}


@lru_cache(4096)
def data_type(text: str) -> str:
    """`NUMBER(10,2)` → `decimal(10,2)`; `unknown` where the name is not known."""
    cleaned = " ".join(text.split())
    if re.match(definition("dataType")["pattern"], cleaned.lower()):
        return cleaned.lower()
    match = _TEXT.match(cleaned)
    if match is None:
        return "json" if "<" in cleaned else UNKNOWN
    name = f"{match[1].strip()} {match[4].strip()}".strip().lower()
    size = int(match[2]) if (match[2] or "").isdigit() else 0
    if name in _OTHERS:
        plain = _OTHERS[name]
        return f"{plain}({size})" if size and plain in ("varchar", "char") else plain
    if name in ("number", "numeric", "dec") and not size:
        return "decimal(38,10)"
    return (
        canonical(name, size, int(match[3] or 0))
        or canonical(match[1].strip().lower(), size, int(match[3] or 0))
        or UNKNOWN
    )
