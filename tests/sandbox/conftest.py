"""The sandbox on a real socket, at a moment that is always the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from services.catalog.settings import CatalogSettings
from services.copilot.platform.clients import Platform
from services.sandbox.app import serving
from services.sandbox.http import Server
from services.sandbox.settings import SandboxSettings
from tests.sandbox.served import catalog_settings, platform_of

NOON = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Server]:
    """Read only: nothing may be created or broken in it."""
    with serving(SandboxSettings(sandbox_port=0), lambda: NOON) as server:
        yield server


@pytest.fixture
def fresh_sandbox() -> Iterator[Server]:
    with serving(SandboxSettings(sandbox_port=0)) as server:
        yield server


@pytest.fixture
def platform(sandbox: Server) -> Platform:
    return platform_of(sandbox)


@pytest.fixture
def fresh_platform(fresh_sandbox: Server) -> Platform:
    return platform_of(fresh_sandbox)


@pytest.fixture
def catalog(sandbox: Server) -> CatalogSettings:
    return catalog_settings(sandbox)
