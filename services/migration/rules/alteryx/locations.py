"""Where a File setting reads or writes: files, workbooks, tables; never who signs in.

Format numbers and the `|||` that parts a file or connection from its table: Designer Help, "Input Data".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PureWindowsPath
from typing import Any

from services.migration.ast import Setting
from services.migration.parsers import redact
from services.migration.rules.steps.context import StepContext

PART = "|||"
FORMATS = {
    "0": "csv",
    "19": "yxdb",
    "25": "excel",
    "8": "excel",
    "56": "excel",
    "33": "json",
    "12": "xml",
    "46": "json",
}
"""`FileFormat` numbers met in real workflows; databases have 17 and 23."""
DATABASES = frozenset({"17", "23", "11", "57", "59", "60"})
BY_ENDING = {
    ".csv": "csv", ".txt": "csv", ".tsv": "csv", ".tab": "csv", ".xlsx": "excel", ".xls": "excel", ".xlsm": "excel",
    ".yxdb": "yxdb", ".json": "json", ".xml": "xml", ".avro": "avro", ".mdb": "access", ".accdb": "access",
    ".parquet": "parquet", ".flat": "fixed_width", ".sqlite": "sqlite", ".db": "sqlite",
}  # fmt: skip  # a table
SYSTEMS = (
    ("oci:", "oracle"), ("oracle", "oracle"), ("snowflake", "snowflake"), ("snbl", "snowflake"),
    ("sql server", "mssql"), ("ssvb", "mssql"), ("sqlserver", "mssql"), ("teradata", "teradata"),
    ("postgres", "postgresql"), ("redshift", "redshift"), ("mysql", "mysql"), ("hana", "sap_hana"),
    ("databricks", "databricks"), ("bigquery", "bigquery"), ("hive", "hive"), ("sqlite", "sqlite"), ("db2", "db2"),
    ("access", "access"), ("mongo", "mongodb"), ("oledb", "oledb"),
)  # fmt: skip  # a table
"""What a connection's text holds → connector; the first that is found."""
NAMED = re.compile(r"^(?:aka|odbc):(?:DSN=)?([^;|]+)", re.IGNORECASE)
DSN = re.compile(r"\b(?:DSN|Data Source|Server)\s*=\s*([^;]+)", re.IGNORECASE)
QUERY = re.compile(r"\s*(?:\(\s*)*(?:select|with|exec|call|show)\b", re.IGNORECASE)
CODE_PAGES = {
    "28591": "iso-8859-1",
    "65001": "utf-8",
    "1252": "windows-1252",
    "1250": "windows-1250",
    "1200": "utf-16le",
}
ODD_FILE = 0.79


@dataclass(frozen=True, slots=True)
class Location:
    connector: str
    config: dict[str, Any] = field(default_factory=dict)


def of_file(settings: Setting, context: StepContext) -> Location:
    """The connector and config of an input or output."""
    given = settings.one("File")
    text, number = redact.text(given.value.strip()), given.get("FileFormat")
    place, _, part = text.partition(PART)
    place, part = place.strip(), part.strip()
    if number in DATABASES or NAMED.match(place) or place.lower().startswith(("oci:", "oledb:", "ssvb:", "snbl:")):
        return _database(place, part)
    if not place:
        context.warn("The tool names no file.", confidence=ODD_FILE)
    return _file(place, part, number, settings, context)


def is_query(text: str) -> bool:
    return bool(QUERY.match(text))


def _database(place: str, part: str) -> Location:
    lowered = f"{place} {part[:0]}".lower()
    connector = next((name for mark, name in SYSTEMS if mark in lowered), "odbc")
    named = NAMED.match(place) or DSN.search(place)
    config: dict[str, Any] = {"connection": (named[1].strip() if named else connector)[:120]}
    if is_query(part):
        return Location(connector, {**config, "query": part, "dialect": "other"})
    schema, _, table = part.rpartition(".")
    if schema and not part.startswith(("`", '"', "[")):
        config["schema"] = schema
    else:
        table = part
    config["table"] = table.strip('`"[]') or "(no table)"
    return Location(connector, config)


def _file(place: str, part: str, number: str, settings: Setting, context: StepContext) -> Location:
    ending = PureWindowsPath(place.replace("/", "\\")).suffix.lower()
    connector = FORMATS.get(number) or BY_ENDING.get(ending)
    if connector is None:
        connector = "raw_file"
        context.warn(
            f"The file format {number or 'without a number'} ('{ending or 'no ending'}') has no connector of its own.",
            confidence=ODD_FILE,
        )
    if "*" in place or "?" in place:
        context.warn("The path is a pattern; every file that fits is read.", confidence=ODD_FILE)
    config: dict[str, Any] = {"path": place or "(no file)"}
    options = _options(connector, settings.one("FormatSpecificOptions"), part, context)
    return Location(connector, {**config, "options": options} if options else config)


def _options(connector: str, given: Setting, part: str, context: StepContext) -> dict[str, Any]:
    if connector == "excel":
        sheet = part.strip("`'").rstrip("$")
        if is_query(part):
            context.warn("A query chooses what is read of the workbook.", confidence=ODD_FILE)
        return {**({"sheet": sheet} if sheet else {}), "header": given.text("FirstRowData").lower() != "true"}
    if connector != "csv":
        return {}
    options: dict[str, Any] = {"delimiter": _unescaped(given.text("Delimeter") or ","), "header": _header(given)}
    options["quote"] = "" if given.text("IgnoreQuotes").lower() == "both" else '"'
    line = given.text("ImportLine")
    if line.isdecimal() and int(line) > 1:
        options["skip_rows"] = int(line) - 1
    page = CODE_PAGES.get(given.text("CodePage"))
    return {**options, **({"encoding": page} if page else {})}


def _header(given: Setting) -> bool:
    return given.text("HeaderRow").lower() != "false"


def _unescaped(text: str) -> str:
    named: Mapping[str, str] = {"\\t": "\t", "\\s": " ", "\\0": "\0", "\\n": "\n"}
    return named.get(text, text)
