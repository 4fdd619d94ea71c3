"""Fixtures every folder may use."""

import os

from hypothesis import HealthCheck, settings

# gRPC's handlers around fork are for children that go on using gRPC; ours start another program at once.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "false")

# Neither a loaded machine nor the luck of a draw decides a test.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

pytest_plugins = ["tests.fixtures_postgres"]
