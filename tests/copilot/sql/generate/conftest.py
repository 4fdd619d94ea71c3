"""One stage for the whole run; each test starts with a silent model and an empty Retrieval."""

from __future__ import annotations

import pytest
import pytest_asyncio

from tests.copilot.sql.generate.stage import Stage, staged


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_run():
    async with staged() as stage:
        yield stage


@pytest.fixture
def stage(whole_run: Stage) -> Stage:
    whole_run.model.say()
    whole_run.retrieval.finds = []
    return whole_run
