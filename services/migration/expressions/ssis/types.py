"""The SSIS data types: what each is in the pipeline language, with its options. Source: "Integration Services Data
Types" and "Cast (SSIS Expression)"."""

from __future__ import annotations

from collections.abc import Callable, Mapping

Options = tuple[int, ...]


def _fixed(name: str) -> Callable[[Options], str]:
    return lambda _options: name


def _text(options: Options) -> str:
    return f"varchar({options[0]})" if options and options[0] > 0 else "varchar"


def _decimal(options: Options) -> str:
    return f"decimal(28,{min(options[0], 28)})" if options else "decimal(28,10)"


def _numeric(options: Options) -> str:
    precision = min(options[0], 38) if options else 38
    scale = min(options[1], precision) if len(options) > 1 else 0
    return f"decimal({precision},{scale})"


TYPES: Mapping[str, Callable[[Options], str]] = {
    "DT_STR": _text,
    "DT_WSTR": _text,
    "DT_TEXT": _fixed("varchar"),
    "DT_NTEXT": _fixed("varchar"),
    **dict.fromkeys(("DT_I1", "DT_I2", "DT_I4", "DT_UI1", "DT_UI2"), _fixed("integer")),
    **dict.fromkeys(("DT_I8", "DT_UI4"), _fixed("bigint")),
    "DT_UI8": _fixed("decimal(20,0)"),
    **dict.fromkeys(("DT_R4", "DT_R8"), _fixed("double")),
    "DT_CY": _fixed("decimal(19,4)"),
    "DT_DECIMAL": _decimal,
    "DT_NUMERIC": _numeric,
    "DT_BOOL": _fixed("boolean"),
    "DT_DATE": _fixed("timestamp"),
    "DT_DBDATE": _fixed("date"),
    **dict.fromkeys(("DT_DBTIME", "DT_DBTIME2"), _fixed("time")),
    **dict.fromkeys(("DT_DBTIMESTAMP", "DT_DBTIMESTAMP2", "DT_DBTIMESTAMPOFFSET", "DT_FILETIME"), _fixed("timestamp")),
    "DT_GUID": _fixed("varchar(38)"),
    **dict.fromkeys(("DT_BYTES", "DT_IMAGE"), _fixed("binary")),
}
OPTION_COUNT: Mapping[str, tuple[int, int]] = {
    "DT_STR": (2, 2),
    "DT_WSTR": (1, 1),
    "DT_TEXT": (1, 1),
    "DT_BYTES": (1, 1),
    "DT_DECIMAL": (1, 1),
    "DT_NUMERIC": (2, 2),
    **dict.fromkeys(("DT_DBTIME2", "DT_DBTIMESTAMP2", "DT_DBTIMESTAMPOFFSET"), (1, 1)),
}
"""How many options a cast to the type takes; none where it is not named."""

RANGES: Mapping[str, tuple[int, int]] = {
    "DT_I1": (-(2**7), 2**7 - 1),
    "DT_I2": (-(2**15), 2**15 - 1),
    "DT_UI1": (0, 2**8 - 1),
    "DT_UI2": (0, 2**16 - 1),
    "DT_UI4": (0, 2**32 - 1),
    "DT_UI8": (0, 2**64 - 1),
}
"""Bounds of the integer types that are narrower than what stands for them here."""


def canonical(name: str, options: Options = ()) -> str | None:
    """The canonical type of `DT_WSTR` (or `wstr`) with its options; None for an unknown name."""
    upper = name.upper()
    make = TYPES.get(upper if upper.startswith("DT_") else f"DT_{upper}")
    return make(options) if make else None
