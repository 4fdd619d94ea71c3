"""The services around are looked at by /ready, and none of them makes the Copilot degraded."""

from __future__ import annotations

import pytest

from services.copilot.platform.checks import checks
from services.copilot.settings import CopilotSettings
from services.runtime.readiness import Readiness, reasons
from services.sandbox.app import CATALOG, METADATA, MONITOR, PIPELINE, serving
from services.sandbox.http import Fault
from services.sandbox.settings import SandboxSettings

NAMES = {
    "catalog": CATALOG,
    "pipeline-service": PIPELINE,
    "monitor-service": MONITOR,
    "metadata-service": METADATA,
}


def readiness_of(url: str) -> Readiness:
    readiness = Readiness(cache_seconds=0)
    addresses = {
        "catalog_base_url": url + CATALOG,
        "pipeline_base_url": url + PIPELINE,
        "monitor_base_url": url + MONITOR,
        "metadata_base_url": url + METADATA,
    }
    for name, check in checks(CopilotSettings(**addresses)):
        readiness.add(name, check, reason="", timeout=5.0)
    return readiness


@pytest.mark.parametrize("away", NAMES)
async def test_one_that_is_away_is_named_and_comes_back(away: str) -> None:
    with serving(SandboxSettings(sandbox_port=0)) as server:
        readiness = readiness_of(server.url)
        server.faults.put(Fault(path=NAMES[away], status=503, times=1))
        found = await readiness.findings()
        assert [item.name for item in found if not item.healthy] == [away]
        assert all(item.detail and "http" not in item.detail for item in found if not item.healthy)
        assert reasons(found) == ()
        assert all(item.healthy for item in await readiness.findings())


async def test_nothing_there() -> None:
    found = await readiness_of("http://127.0.0.1:1").findings()
    assert [item.name for item in found if not item.healthy] == list(NAMES)
