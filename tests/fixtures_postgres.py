"""A real PostgreSQL with pgvector for tests: one server a session, a fresh database a test.

Load it with `pytest_plugins = ["tests.fixtures_postgres"]` in tests/conftest.py.
"""

import contextlib
from collections.abc import Iterator

import pytest

from services.stack.errors import StackError
from tests.throwaway_postgres import PostgresServer, running_postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The session's server. A test that kills it must start it again."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """The session's shared database, as the role `dataflow`."""
    return postgres_server.url


@pytest.fixture
def postgres_database(postgres_server: PostgresServer) -> Iterator[str]:
    """URL of a fresh database with pgvector, dropped after the test."""
    url = postgres_server.create_database()
    try:
        yield url
    finally:
        with contextlib.suppress(StackError):  # a test that left the server dead is failing by itself
            postgres_server.drop_database(url)
