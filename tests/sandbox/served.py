"""Settings that lead to a sandbox."""

from __future__ import annotations

from typing import Any

from services.catalog.settings import CatalogSettings
from services.copilot.platform.clients import Platform
from services.copilot.platform.settings import PlatformSettings
from services.sandbox.app import CATALOG, METADATA, MONITOR, PIPELINE
from services.sandbox.http import Server


def catalog_settings(server: Server, **values: Any) -> CatalogSettings:
    return CatalogSettings(catalog_base_url=server.url + CATALOG, **values)


def platform_of(server: Server, **values: Any) -> Platform:
    addresses = {
        "pipeline_base_url": server.url + PIPELINE,
        "monitor_base_url": server.url + MONITOR,
        "metadata_base_url": server.url + METADATA,
    }
    return Platform(PlatformSettings(**{**addresses, **values}))
