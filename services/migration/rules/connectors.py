"""Database types and file formats of an export as connectors and dialects of the pipeline language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

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


def file_path(attributes: Mapping[str, str], directory: str, name: str, default: str) -> str:
    """A file's path; `$PMSourceFileDir\\x.csv` → `${PMSourceFileDir}/x.csv`."""
    folder, file = attributes.get(directory, "").strip(), attributes.get(name, "").strip() or default
    path = f"{folder.rstrip('/' + chr(92))}/{file}" if folder else file
    return re.sub(r"\$+([A-Za-z_][A-Za-z0-9_]*)", r"${\1}", path.replace("\\", "/"))


def table_name(text: str) -> str:
    """A table's or schema's name; `T_$$REGION` → `T_${REGION}`. A single `$` may belong to the name itself."""
    return re.sub(r"\$\$([A-Za-z_]\w*)|\$(Param\w*)", lambda m: f"${{{m.group(1) or m.group(2)}}}", text.strip())
