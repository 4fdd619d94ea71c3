"""The engines that tests of kinds run on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pipelines.runner.engines import ENGINES
from tests.pipelines.runner.given import PLACE


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest) -> Iterator[None]:
    """Runs a test on every engine."""
    PLACE[:] = [request.param, request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""]
    yield
    PLACE[:] = ["duckdb", ""]
