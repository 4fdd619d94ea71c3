"""Uploads and downloads: bytes arrive in pieces and unchanged, limits hold, file names survive."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import psutil
import pytest

from tests.edge.conftest import Stage
from tests.edge.recording_server import message
from tests.edge.replies import error_of

MIB = 1 << 20
UPLOAD = "/dataflow.migration.v1.MigrationService/UploadExport"
DOWNLOAD = "/dataflow.migration.v1.MigrationService/DownloadPipeline"
PATH = "/api/migration/upload"


@dataclass
class Receiver:
    """Swallows an upload and remembers its shape."""

    envoy: psutil.Process
    content_types: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    digest: Any = field(default_factory=hashlib.sha256)
    peak_envoy_bytes: int = 0
    pause_s: float = 0.0

    async def __call__(self, requests: AsyncIterator[Any], _: Any) -> Any:
        async for request in requests:
            self.content_types.append(request.body.content_type)
            self.options.append(request.filename)
            self.sizes.append(len(request.body.data))
            self.digest.update(request.body.data)
            self.peak_envoy_bytes = max(self.peak_envoy_bytes, self.envoy.memory_info().rss)
            await asyncio.sleep(self.pause_s)
        return message("dataflow.migration.v1.UploadExportResponse")(job_id="j1")


@pytest.fixture
def receiver(stage: Stage) -> Receiver:
    receiver = Receiver(psutil.Process(stage.envoy_pid))
    stage.servers["migration"].answers[UPLOAD] = receiver
    return receiver


def sync_post(port: int, **request: Any) -> httpx.Response:
    """As most clients do it; asyncio's transports drop an answer that comes before the request is sent."""
    return httpx.post(f"http://127.0.0.1:{port}{PATH}", timeout=60, trust_env=False, **request)


async def test_50_mib_pass_in_pieces_with_bounded_memory(stage: Stage, receiver: Receiver) -> None:
    receiver.pause_s = 0.005  # slower than the client: what is not taken must wait at the client
    before = receiver.envoy.memory_info().rss
    content = hashlib.shake_128(b"seed").digest(50 * MIB)
    request = httpx.Request("POST", "http://x", files={"file": ("export.xml", content, "text/xml")})
    body = request.read()
    reply = await stage.migration.post(PATH, content=body, headers={"content-type": request.headers["content-type"]})
    assert (reply.status_code, reply.json()["job_id"]) == (200, "j1"), reply.text
    assert receiver.digest.digest() == hashlib.sha256(body).digest()
    assert max(receiver.sizes) <= MIB
    assert receiver.peak_envoy_bytes - before < 24 * MIB


async def test_the_first_piece_carries_the_multipart_boundary(stage: Stage, receiver: Receiver) -> None:
    await stage.migration.post(f"{PATH}?filename=a%20b.xml", files={"file": bytes(3 * MIB)})
    assert receiver.content_types[0].startswith("multipart/form-data; boundary=")
    assert set(receiver.content_types[1:]) <= {""}
    assert receiver.options[0] == "a b.xml"


async def test_an_empty_body_reaches_the_server(stage: Stage, receiver: Receiver) -> None:
    assert (await stage.migration.post(PATH)).status_code == 200
    assert receiver.sizes == [0]


def _chunks(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield bytes(MIB)


@pytest.mark.parametrize(
    "request_",
    [{"content": bytes(51 * MIB)}, {"files": {"file": bytes(51 * MIB)}}, "chunked"],
    ids=["raw", "form", "chunked"],
)
async def test_51_mib_are_refused(stage: Stage, receiver: Receiver, request_: Any) -> None:
    request = {"content": _chunks(51)} if request_ == "chunked" else request_
    reply = await asyncio.to_thread(sync_post, stage.ports.migration, **request)
    assert "50 MiB" in error_of(reply, 413, 8, "PAYLOAD_TOO_LARGE")


async def test_an_upload_may_be_larger_than_the_json_limit(stage: Stage, receiver: Receiver) -> None:
    reply = await stage.migration.post("/api/v1/migration/upload", files={"file": bytes(6 * MIB)})
    assert reply.status_code == 200


async def test_a_download_keeps_its_name_and_type(stage: Stage) -> None:
    disposition = "attachment; filename=\"zolw.yaml\"; filename*=UTF-8''%C5%BC%C3%B3%C5%82w.yaml"

    async def answer(_: Any, context: Any) -> AsyncIterator[Any]:
        await context.send_initial_metadata([("content-disposition", disposition)])
        yield message("google.api.HttpBody")(content_type="application/yaml", data="zażółć: 1\n".encode())
        yield message("google.api.HttpBody")(data=b"---\nb: 2\n")

    stage.servers["migration"].answers[DOWNLOAD] = answer
    reply = await stage.migration.get("/api/migration/jobs/j1/download?format=yaml")
    assert reply.status_code == 200
    assert reply.headers["content-disposition"] == disposition
    assert reply.headers["content-type"] == "application/yaml"
    assert reply.content.decode() == "zażółć: 1\n---\nb: 2\n"


async def test_a_large_download_streams(stage: Stage) -> None:
    async def answer(_: Any, __: Any) -> AsyncIterator[Any]:
        for _piece in range(32):
            yield message("google.api.HttpBody")(content_type="application/yaml", data=bytes(MIB))

    stage.servers["migration"].answers[DOWNLOAD] = answer
    reply = await stage.migration.get("/api/migration/jobs/j1/download")
    assert len(reply.content) == 32 * MIB
