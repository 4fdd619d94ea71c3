"""A server to be run as a process of its own: `python -m tests.runtime.probe_server`."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from services.runtime.app import App, Runtime, Service
from services.runtime.server import run
from tests.runtime import scripted as s
from tests.runtime import tasks


@asynccontextmanager
async def lifespan(runtime: Runtime[s.ProbeSettings]) -> AsyncIterator[list[Service]]:
    async def pid(request: Any, context: Any) -> Any:
        return s.text(str(await runtime.workers.run_cpu(tasks.pid)))

    async def work(request: Any, context: Any) -> Any:
        return s.text(str(await runtime.workers.run_cpu(tasks.sleep, float(request.value))))

    yield [s.generic_service({"Pid": s.unary(pid), "Work": s.unary(work)})]


APP = App("probe", "Probe server", "1.2.3", s.ProbeSettings, lifespan)

if __name__ == "__main__":
    sys.exit(run(APP))
