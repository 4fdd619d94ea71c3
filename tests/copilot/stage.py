"""A Copilot server with what stands around it, each on a port of its own: a Provider server that answers from a script,
or none; a Retrieval server, a catalog and a database where a test gives them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import grpc

from services.copilot.app import APP as COPILOT
from services.provider.app import APP as PROVIDER
from services.runtime.server import running

NOWHERE = "127.0.0.1:9"  # the discard port: refused at once
NO_DATABASE = f"postgresql://nobody@{NOWHERE}/nothing?connect_timeout=1"


def settings_of(app: Any, **given: Any) -> Any:
    """Settings of a server on free ports, with nothing around it but what is given."""
    usual = {
        "grpc_port": 0,
        "metrics_port": "off",
        "drain_seconds": 0,
        "database_url": NO_DATABASE,
        "provider_address": NOWHERE,
        "retrieval_address": NOWHERE,
    }
    fields = app.settings.model_fields
    return app.settings(**{key: value for key, value in {**usual, **given}.items() if key in fields})


@asynccontextmanager
async def provider(script: str, folder: Path) -> AsyncIterator[str]:
    """Address of a Provider server that answers from a script (see docs/provider.md)."""
    file = folder / "script.yaml"
    file.write_text(script, encoding="utf-8")
    given = {"llm_provider": "scripted", "llm_allow_scripted": True, "llm_script_file": str(file)}
    async with running(PROVIDER, settings_of(PROVIDER, **given)) as server:
        yield server.address


@asynccontextmanager
async def copilot(
    script: str | None = None, folder: Path | None = None, **settings: Any
) -> AsyncIterator[grpc.aio.Channel]:
    """A channel to a Copilot. `script` None: no Provider server answers."""
    async with AsyncExitStack() as stack:
        if script is not None:
            assert folder is not None
            settings["provider_address"] = await stack.enter_async_context(provider(script, folder))
        server = await stack.enter_async_context(running(COPILOT, settings_of(COPILOT, **settings)))
        yield await stack.enter_async_context(grpc.aio.insecure_channel(server.address))
