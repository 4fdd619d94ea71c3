"""Database types and file formats of an export as connectors and dialects of the pipeline language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.migration.ast import SourceDefinition


@dataclass(frozen=True, slots=True)
class System:
    """A kind of system: its connector, the SQL it speaks ("" for none), where its ORDER BY puts nulls."""

    connector: str
    dialect: str = ""
    nulls_first: bool = False


SYSTEMS: dict[str, System] = {
    "oracle": System("oracle", "oracle"),
    "microsoft sql server": System("mssql", "mssql", nulls_first=True),
    "sql server": System("mssql", "mssql", nulls_first=True),
    "teradata": System("teradata", "teradata", nulls_first=True),
    "db2": System("db2", "db2"),
    "ibm db2": System("db2", "db2"),
    "pwx_db2zos": System("db2", "db2"),
    "pwx_seq_nrdb2": System("vsam"),
    "informix": System("odbc", "other"),
    "sybase": System("sybase", "sybase", nulls_first=True),
    "odbc": System("odbc", "other"),
    "postgresql": System("postgresql", "postgresql"),
    "mysql": System("mysql", "mysql", nulls_first=True),
    "netezza": System("odbc", "other"),
    "snowflake": System("snowflake", "snowflake"),
    "sap hana": System("sap_hana", "sap_hana", nulls_first=True),
    "hive": System("hive", "hive", nulls_first=True),
    "salesforce": System("salesforce"),
    "sapbwohs": System("sap_bw"),
    "sap r/3": System("sap_erp"),
    "sap_r3": System("sap_erp"),
    "xml": System("xml"),
    "vsam": System("vsam"),
    "flat file": System("csv"),
}
UNKNOWN = System("odbc", "other")


def system(name: str) -> System | None:
    """The system a tool's database type names, or None where the name is not known."""
    return SYSTEMS.get(" ".join(name.lower().split()))


def is_file(item: SourceDefinition) -> bool:
    return item.database_type.lower() == "flat file"


def is_fixed_width(item: SourceDefinition) -> bool:
    return is_file(item) and item.file_format.get("DELIMITED", "YES").upper() == "NO"


ENCODINGS = {
    "ms1250": "windows-1250",
    "ms1252": "windows-1252",
    "latin1": "iso-8859-1",
    "latin2": "iso-8859-2",
    "utf-8": "utf-8",
    "utf-16le": "utf-16le",
    "us-ascii": "us-ascii",
}
QUOTES = {"DOUBLE": '"', "SINGLE": "'", "NONE": ""}


def file_options(item: SourceDefinition) -> dict[str, Any]:
    """How a flat file is written, from its FLATFILE attributes."""
    given = {name: value for name, value in item.file_format.items() if value}
    options: dict[str, Any] = {}
    if given.get("DELIMITED", "YES").upper() != "NO":
        if "DELIMITERS" in given:
            options["delimiter"] = unescape(given["DELIMITERS"])
        options["quote"] = QUOTES.get(given.get("QUOTE_CHARACTER", "NONE").upper(), "")
    if given.get("ESCAPE_CHARACTER"):
        options["escape"] = given["ESCAPE_CHARACTER"]
    if given.get("SKIPROWS", "0").isdigit() and int(given.get("SKIPROWS", "0")):
        options["skip_rows"] = int(given["SKIPROWS"])
    codepage = given.get("CODEPAGE", "").lower()
    if codepage:
        options["encoding"] = ENCODINGS.get(codepage, codepage)
    return options


def unescape(delimiters: str) -> str:
    r"""A delimiter as the tool writes it: `\t`, `\011` (octal), or the character itself."""
    named = {r"\t": "\t", r"\n": "\n", r"\r": "\r", r"\\": "\\"}
    octal = re.fullmatch(r"\\([0-7]{3})", delimiters)
    return chr(int(octal.group(1), 8)) if octal else named.get(delimiters, delimiters)


def file_path(attributes: Mapping[str, str], directory: str, name: str, default: str) -> str:
    """A file's path; `$PMSourceFileDir\\x.csv` → `${PMSourceFileDir}/x.csv`."""
    folder, file = attributes.get(directory, "").strip(), attributes.get(name, "").strip() or default
    path = f"{folder.rstrip('/' + chr(92))}/{file}" if folder else file
    return re.sub(r"\$+([A-Za-z_][A-Za-z0-9_]*)", r"${\1}", path.replace("\\", "/"))
