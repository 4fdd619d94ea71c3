"""The sandbox with its incidents, at a moment that is always the same."""

from __future__ import annotations

import pytest

from services.sandbox.app import METADATA, MONITOR, PIPELINE
from tests.copilot.rca.incidents import VARIATIONS, serving


@pytest.fixture(scope="module")
def estate():
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def other_estate():
    with serving(file=VARIATIONS) as server:
        yield server


def addresses(server):
    return {
        "pipeline_base_url": server.url + PIPELINE,
        "monitor_base_url": server.url + MONITOR,
        "metadata_base_url": server.url + METADATA,
    }
