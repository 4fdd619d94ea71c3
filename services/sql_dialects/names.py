"""The project's names of SQL dialects and sqlglot's, one row each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

DIALECT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "duckdb": "duckdb",
        "mssql": "tsql",
        "postgresql": "postgres",
        "sap_hana": "sap_hana",
        "snowflake": "snowflake",
        "teradata": "teradata",
    }
)
