"""Where sources and destinations stand: connector, connection, table or file, and a file's format."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from services.migration.ast import Setting
from services.migration.expressions.ssis.names import parameter_name
from services.migration.rules.ssis import frame, templates
from services.migration.rules.steps.context import StepContext
from services.pipelines import types

DIALECTS = {
    "mssql": "mssql",
    "oracle": "oracle",
    "db2": "db2",
    "mysql": "mysql",
    "postgresql": "postgresql",
    "teradata": "teradata",
    "snowflake": "snowflake",
    "sybase": "sybase",
}
"""Connector → the dialect its SQL is in; `other` for what is passed on unread."""
OUTSIDE = 0.6
"""Confidence of a file whose connection stands in the project, not in the package."""
ENCODINGS = {"65001": "utf-8", "1200": "utf-16-le", "1201": "utf-16-be", "20127": "us-ascii", "28591": "iso-8859-1"}
COMMA_LOCALES = frozenset({
    1026, 1027, 1029, 1030, 1031, 1032, 1034, 1035, 1036, 1038, 1040, 1043, 1044, 1045, 1046, 1048, 1049,
    1050, 1051, 1053, 1055, 1058, 1059, 1060, 1061, 1062, 1063, 1069, 1110, 2060, 2067, 2068, 2070, 2074,
    2077, 3079, 3082, 3084, 3098, 4122, 5132, 8202, 9226, 9242, 10266, 11274, 12298, 13322, 14346, 15370,
    16394,
})  # fmt: skip  # a list of numbers
"""Locales whose decimals stand after a comma. Source: "Windows Language Code Identifier (LCID) Reference"."""
MIXED = 0.5
"""Confidence of a file whose columns do not all end with one delimiter."""
LOCALE = 0.79
_NAME = re.compile(r"""\s*(?:\[((?:[^\]]|\]\])*)\]|"((?:[^"]|"")*)"|`([^`]*)`|([^.\[\]"`]+))\s*(?:\.|\Z)""")
TSQL = re.compile(r"\[\w|\bdbo\.|\bgetdate\(|\bisnull\(|\bnolock\b", re.IGNORECASE)
_VARIABLE = re.compile(r"\s*@(?:\[[^\]]+\]|\w+)\s*\Z")


def manager(context: StepContext, name: str = "") -> Setting:
    """The connection manager of a component's connection; the first where none is named."""
    connections = context.settings.all("connection")
    chosen = next((c for c in connections if not name or c.get("name") == name), None)
    return chosen.one("manager") if chosen is not None else Setting("manager")


def connector(context: StepContext, otherwise: str = "oledb") -> str:
    return manager(context).get("connector") or otherwise


def connection(context: StepContext) -> dict[str, Any]:
    found = manager(context)
    config = {"connection": found.get("name"), "database": found.get("database")}
    return {key: value for key, value in config.items() if value}


def dialect(context: StepContext, name: str, text: str) -> str:
    """The dialect of a statement. A connection kept outside the package is SQL Server's where the statement says so."""
    known = DIALECTS.get(name)
    if known is None and name == "oledb" and frame.truth(manager(context).get("outside")) and TSQL.search(text):
        return "mssql"
    return known or "other"


def table(text: str) -> dict[str, str]:
    """`[AdventureWorks].[dbo].[Sales Order]` → database, schema and table."""
    parts: list[str] = []
    place = 0
    while place < len(text):
        match = _NAME.match(text, place)
        if match is None or match.end() == place:
            return {"table": text.strip()}
        parts.append(next((part for part in match.groups() if part is not None), "").strip().replace("]]", "]"))
        place = match.end()
    names = dict(zip(("table", "schema", "database"), reversed([part for part in parts if part]), strict=False))
    return {key: names[key] for key in ("database", "schema", "table") if key in names}


def variable(name: str) -> str:
    """A variable as paths and table names hold it: `User::Path` → `${Path}`."""
    return f"${{{parameter_name(name)}}}"


def path(context: StepContext, found: Setting) -> str:
    """A manager's file: as written, or the parameter that its expression names."""
    if frame.truth(found.get("outside")) or not found.get("name"):
        context.warn(
            f"The connection {found.get('name') or '(none)'} is kept outside the package: the file's path and format "
            "are not known here; set them.",
            confidence=OUTSIDE,
        )
    expression = found.get("path_expression").strip()
    if not expression:
        return found.get("path") or found.get("name") or "file"
    if _VARIABLE.match(expression):
        return variable(expression)
    joined = templates.path(expression, context.parameter_types)
    if joined is not None:
        return joined
    context.warn(
        f"The path of {found.get('name')} is computed as the package runs ({expression[:200]}); here it is as written.",
        confidence=0.85,
    )
    return found.get("path") or found.get("name") or "file"


def told_of_format(context: StepContext, found: Setting, read: Iterable[str]) -> dict[str, str]:
    """Says what of a flat file's format can't be stated, and gives options for what its locale changes.

    `read`: the types of the columns in it that the locale's rules apply to.
    """
    delimiters = dict.fromkeys(column.get("delimiter") for column in found.all("column")[:-1])
    if not is_fixed(found) and len(delimiters) > 1:
        context.warn(
            f"Its columns end with different delimiters ({' '.join(map(repr, delimiters))}); here all with the first.",
            confidence=MIXED,
        )
    kinds = {kind if types.is_whole(kind) else types.kind(kind) for kind in read}
    if frame.number(found.get("locale")) not in COMMA_LOCALES:
        return {}
    if "date" in kinds:
        context.warn(f"Its dates are written as the locale {found.get('locale')} does.", confidence=LOCALE)
    return {"decimal_separator": ",", "thousands_separator": "."} if "number" in kinds else {}


def file_options(found: Setting) -> dict[str, Any]:
    """How a flat file is written, from its connection manager."""
    options: dict[str, Any] = {}
    delimiters = [column.get("delimiter") for column in found.all("column")]
    if not is_fixed(found) and delimiters:
        first = delimiters[0] if len(delimiters) > 1 else ","
        options["delimiter"] = first or ","
        options["quote"] = found.get("qualifier")
    options["header"] = frame.truth(found.get("header"))
    skip = frame.number(found.get("skip"))
    if skip:
        options["skip_rows"] = skip
    options["encoding"] = encoding(found)
    last = delimiters[-1] if delimiters else found.get("row_delimiter")
    if last and last not in ("\r\n", "\n", "\r"):
        options["row_delimiter"] = last
    return options


def encoding(found: Setting) -> str:
    if frame.truth(found.get("unicode")):
        return "utf-16-le"
    page = found.get("code_page") or "1252"
    return ENCODINGS.get(page, f"windows-{page}" if page.startswith("125") else f"cp{page}")


def is_fixed(found: Setting) -> bool:
    return found.get("format") in ("FixedWidth", "RaggedRight")


def file_type(column: Setting) -> str:
    """The type of a column of a file, as the connection manager or the component has it."""
    if "digits" in column.attributes:
        return frame.type_of(column)
    digits, decimals = column.get("precision"), column.get("scale")
    held = {"type": column.get("type", "varchar"), "digits": digits, "decimals": decimals}
    return frame.type_of(Setting("column", attributes=held))
