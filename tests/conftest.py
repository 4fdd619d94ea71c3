"""Fixtures every folder may use."""

pytest_plugins = ["tests.fixtures_postgres"]
