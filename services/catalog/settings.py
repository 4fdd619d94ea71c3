"""Where the catalog is and how it is read."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from services.rest_client.settings import BaseUrl, Token
from services.runtime.settings import CommaSeparated, Settings

SERVICES = (
    "teradata-dwh-mona",
    "sap-hana",
    "snowflake-analytics",
    "databricks-lakehouse",
    "oracle-legacy",
    "mssql-departmental",
)
"""The services the reference documents."""


class CatalogSettings(Settings):
    """Mixin of the settings of every server that reads the catalog."""

    catalog_base_url: BaseUrl = Field(
        "http://localhost:8585/api/v1", description="OpenMetadata-compatible catalog, up to and including the version"
    )
    catalog_token: Token = Field(SecretStr(""), description="Bearer token sent to the catalog; empty: none")
    catalog_services: CommaSeparated = Field(
        SERVICES, description="Services of the catalog whose tables are read, separated by commas"
    )
    catalog_page_size: int = Field(100, ge=1, le=1000, description="Tables asked for in one request to the catalog")
    catalog_timeout_seconds: float = Field(
        15.0, gt=0, description="Longest a request to the catalog may take, its body included"
    )
    catalog_attempts: int = Field(
        4, ge=1, le=10, description="Attempts at one request to the catalog, with growing pauses between them"
    )

    @field_validator("catalog_services")
    @classmethod
    def _services_are_named_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != len(value) or "built-in" in value:
            raise ValueError("must name each service once; 'built-in' is taken by the built-in documents")
        return value
