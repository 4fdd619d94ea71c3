"""The launcher as a process: starts, drains, leaves nothing behind, says what is wrong."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from services.edge.tables import REPOSITORY
from tests.edge.conftest import Stage, http_client
from tests.edge.recording_server import message
from tests.edge.test_streaming import DONE, EVENTS, TOKENS, frame

ENVIRONMENT = {
    "COPILOT_SERVICE_PORT": "0",
    "MIGRATION_SERVICE_PORT": "0",
    "EDGE_CONCURRENCY": "1",
    "EDGE_DRAIN_SECONDS": "0.5",
}


@dataclass
class Launched:
    """A `python -m services.edge run` that listens."""

    process: asyncio.subprocess.Process
    copilot: int
    migration: int

    @property
    def envoy(self) -> psutil.Process:
        return next(child for child in psutil.Process(self.process.pid).children() if child.name() == "envoy")

    async def ended(self) -> tuple[int, str]:
        """(exit code, the rest of standard error)."""
        assert self.process.stderr is not None
        text = await asyncio.wait_for(self.process.stderr.read(), 30)
        return await self.process.wait(), text.decode()


async def spawn(environment: Mapping[str, str], *arguments: str) -> asyncio.subprocess.Process:
    clean = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "VIRTUAL_ENV"}}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.edge", *arguments,
        cwd=REPOSITORY, env={**clean, **environment}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def finished(environment: Mapping[str, str], *arguments: str) -> tuple[int | None, str, str]:
    process = await spawn(environment, *arguments)
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, out.decode(), err.decode()


@asynccontextmanager
async def launched(home: Path, environment: Mapping[str, str]) -> AsyncIterator[Launched]:
    process = await spawn({**ENVIRONMENT, "DATAFLOW_HOME": str(home), **environment}, "run")
    assert process.stderr is not None
    assert process.stdout is not None
    logged = asyncio.create_task(process.stdout.read())
    try:
        line = (await asyncio.wait_for(process.stderr.readline(), 30)).decode()
        found = re.fullmatch(r"Envoy listens: copilot 127\.0\.0\.1:(\d+), migration 127\.0\.0\.1:(\d+)\n", line)
        assert found, line
        yield Launched(process, int(found[1]), int(found[2]))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await logged


async def until_gone(process: psutil.Process) -> None:
    async with asyncio.timeout(10):
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.05)


async def until_refused(port: int) -> None:
    """A listener that closes may reset what it had queued (ReadError): only a refused connect ends the wait."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            return
        writer.close()
        await asyncio.sleep(0.02)


def upstreams(stage: Stage) -> dict[str, str]:
    return {f"{name.upper()}_ADDRESS": server.address for name, server in stage.servers.items()}


async def test_sigterm_lets_calls_and_streams_finish_and_leaves_nothing(stage: Stage, tmp_path: Path) -> None:
    chat = "/dataflow.copilot.v1.ChatService/Chat"
    finish = asyncio.Event()

    async def slow(request: Any, _: Any) -> Any:
        await finish.wait()
        return message("dataflow.copilot.v1.ChatResponse")(message="late")

    async def stream(_: Any, __: Any) -> AsyncIterator[Any]:
        yield frame(TOKENS[0])
        await finish.wait()
        yield frame(DONE)

    stage.servers["copilot"].answers.update({chat: slow, EVENTS: stream})
    environment = {**upstreams(stage), "EDGE_DRAIN_SECONDS": "4"}  # long enough on a machine that is busy
    async with launched(tmp_path, environment) as edge, http_client(edge.copilot) as client:
        envoy = edge.envoy
        call = asyncio.create_task(client.post("/api/copilot/chat", json={}))
        events = asyncio.create_task(client.get("/api/copilot/chat/stream", params={"message": "x"}))
        async with asyncio.timeout(10):
            while len(stage.calls) < 2:
                await asyncio.sleep(0.02)
        edge.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            while (await client.get("/healthz")).status_code != 503:
                await asyncio.sleep(0.02)
            await until_refused(edge.copilot)
        finish.set()
        assert (await call).json()["message"] == "late"
        assert (await events).text == TOKENS[0] + DONE
        code, _ = await edge.ended()
        await until_gone(envoy)
    assert code == 0
    assert not list(tmp_path.rglob("*.sock"))


async def test_nothing_is_lost_under_load(stage: Stage, tmp_path: Path) -> None:
    """Eight clients behind a balancer that asks for /healthz: all that is sent before it says 503 is answered."""
    answered, lost = 0, []
    healthy = asyncio.Event()
    healthy.set()

    async def balancer(client: httpx.AsyncClient) -> None:
        while healthy.is_set():
            await asyncio.sleep(0.05)
            if (await client.get("/healthz")).status_code != 200:
                healthy.clear()

    async def worker(client: httpx.AsyncClient) -> None:
        nonlocal answered
        while healthy.is_set():
            try:
                reply = await client.get("/api/migration/jobs")
            except httpx.TransportError as error:
                lost.append(repr(error))
                continue
            answered += 1
            if reply.status_code != 200:
                lost.append(reply.text)

    environment = {**upstreams(stage), "EDGE_DRAIN_SECONDS": "4"}  # long enough on a machine that is busy
    async with launched(tmp_path, environment) as edge, http_client(edge.copilot) as client:
        tasks = [asyncio.create_task(worker(client)) for _ in range(8)]
        async with asyncio.timeout(60):
            while answered < 50 and not lost:
                await asyncio.sleep(0.02)
        edge.process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(asyncio.gather(balancer(client), *tasks), 20)
        code, _ = await edge.ended()
    assert (code, lost) == (0, [])


async def test_an_idle_stop_is_quick_and_ctrl_c_is_a_stop(tmp_path: Path) -> None:
    async with launched(tmp_path, {"EDGE_DRAIN_SECONDS": "0"}) as edge:
        edge.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(30):
            code, rest = await edge.ended()
    assert (code, "Traceback" in rest) == (0, False)


async def test_a_second_signal_does_not_wait(stage: Stage, tmp_path: Path) -> None:
    async def forever(_: Any, __: Any) -> AsyncIterator[Any]:
        yield frame(TOKENS[0])
        await asyncio.Event().wait()

    stage.servers["copilot"].answers[EVENTS] = forever
    async with (
        launched(tmp_path, upstreams(stage)) as edge,
        http_client(edge.copilot) as client,
        client.stream("GET", "/api/copilot/chat/stream", params={"message": "x"}) as reply,
    ):
        pieces = reply.aiter_text()
        await anext(pieces)
        edge.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.8)
        assert edge.process.returncode is None
        edge.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            assert (await edge.ended())[0] == 0


async def test_a_killed_launcher_takes_envoy_with_it(tmp_path: Path) -> None:
    async with launched(tmp_path, {}) as edge:
        envoy = edge.envoy
        edge.process.kill()
        await until_gone(envoy)
    async with launched(tmp_path, {}) as again:  # the socket left behind is no obstacle
        assert again.envoy.is_running()


async def test_envoy_ending_by_itself_is_a_failure(tmp_path: Path) -> None:
    async with launched(tmp_path, {}) as edge:
        edge.envoy.kill()
        code, text = await edge.ended()
    assert (code, text) == (1, "Envoy ended by itself with code -9\n")


async def test_the_access_log_has_the_id_and_the_path_but_not_the_query(stage: Stage, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    async with (
        launched(tmp_path, {**upstreams(stage), "ACCESS_LOG": str(log)}) as edge,
        http_client(edge.copilot) as client,
    ):
        await client.get("/api/copilot/chat/stream", params={"message": "my secret"}, headers={"x-request-id": "r-9"})
        await client.get("/nothing?token=secret", headers={"authorization": "Bearer secret"})
        edge.process.send_signal(signal.SIGTERM)
        await edge.ended()
    text = log.read_text(encoding="utf-8")
    first, second = (json.loads(line) for line in text.splitlines())
    assert (first["request_id"], first["path"], first["code"]) == ("r-9", "/api/copilot/chat/stream", 200)
    assert (first["method"], first["rpc"], first["upstream"]) == ("GET", EVENTS, stage.servers["copilot"].address)
    assert (second["path"], second["code"]) == ("/nothing", 404)
    assert "secret" not in text


async def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        environment = {**ENVIRONMENT, "DATAFLOW_HOME": str(tmp_path), "MIGRATION_SERVICE_PORT": port}
        code, _, err = await finished(environment, "run")
    assert code == 1
    assert err.startswith(f"cannot listen on 127.0.0.1:{port} (Address already in use)")
    assert "set MIGRATION_SERVICE_PORT to another" in err


async def test_a_door_without_keys_stays_shut() -> None:
    code, _, err = await finished({"EDGE_HOST": "0.0.0.0"}, "run")
    assert code == 1
    assert "DATAFLOW_API_KEYS must be set" in err
    assert "Traceback" not in err


async def test_validate_and_render() -> None:
    assert await finished({}, "validate") == (0, "The configuration is valid.\n", "")
    code, out, err = await finished({"EDGE_HOST": "0.0.0.0", "DATAFLOW_API_KEYS": "key-that-must-not-show"}, "render")
    assert (code, err) == (0, "")
    assert "static_resources:" in out
    assert "key-that-must-not-show" not in out


async def test_help_names_every_setting() -> None:
    code, out, _ = await finished({}, "--help")
    assert code == 0
    for name in (
        "EDGE_HOST",
        "COPILOT_SERVICE_PORT",
        "CORS_ORIGINS",
        "MAX_UPLOAD_SIZE_MB",
        "DRAIN_SECONDS",
        "TLS_CA_FILE",
    ):
        assert name in out


@pytest.mark.parametrize("name", ["openapi.json", "docs"])
async def test_documents_are_served_as_they_are(stage: Stage, name: str) -> None:
    file = REPOSITORY / "gen" / {"docs": "docs.html"}.get(name, name)
    reply = await stage.copilot.get(f"/{name}")
    assert reply.status_code == 200
    assert reply.content == file.read_bytes()
    assert reply.headers["content-type"].split(";")[0] == {"docs": "text/html"}.get(name, "application/json")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert (await stage.copilot.post(f"/{name}")).status_code == 405
