"""`dataflow-ai worker`: one process of a fleet that works the Migration Engine's jobs off."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

MODULE = "services.migration.server.worker"


def worker(
    database_url: Annotated[
        str,
        typer.Option(envvar="DATABASE_URL", help="postgresql://… that the Migration Engine uses", show_default=False),
    ],
    concurrency: Annotated[
        int, typer.Option(min=1, max=256, help="Exports converted at once, each in a process; a processor for each")
    ] = 1,
) -> None:
    """Work jobs off the Migration Engine's queue, beside its servers and other workers, until SIGTERM or Ctrl-C.

    Jobs under way then get 10 seconds to end before they are handed back. Settings are those of the Migration Engine,
    from the environment (`WORKER_…` wins), such as JOB_TIMEOUT_SECONDS and PROVIDER_ADDRESS.
    """
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "WORKER_DATABASE_URL": database_url,
        "WORKER_JOB_CONCURRENCY": str(concurrency),
        "WORKER_PROCESS_POOL_SIZE": str(concurrency),
        # a server on this machine has these; a worker takes others, unless they are set for it
        "WORKER_GRPC_PORT": os.environ.get("WORKER_GRPC_PORT", "0"),
        "WORKER_METRICS_PORT": os.environ.get("WORKER_METRICS_PORT", "off"),
    }
    os.execve(sys.executable, [sys.executable, "-m", MODULE], environment)  # noqa: S606 - why: signals reach it directly
