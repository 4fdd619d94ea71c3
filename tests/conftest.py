"""Fixtures every folder may use."""

import os

# gRPC's handlers around fork are for children that go on using gRPC; ours start another program at once.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "false")

pytest_plugins = ["tests.fixtures_postgres"]
