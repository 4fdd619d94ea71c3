"""The same over TLS: whom the wires trust, and that a cancelled call closes the socket as fast."""

from __future__ import annotations

import asyncio
import ssl

import pytest

from services.provider.errors import LlmUnavailable
from services.provider.wires.transport import certificates
from tests.provider.wires import prompts
from tests.provider.wires.prompts import prompt
from tests.provider.wires.servers import ScriptedServer, Stall, streamed
from tests.provider.wires.voices import MODEL, Answer
from tests.runtime.certificates import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def tls(authority):
    pair = authority.issue("provider")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.cert, pair.key)
    return context


@pytest.fixture
def trusted(authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.pair.cert))
    certificates.cache_clear()
    yield
    certificates.cache_clear()


async def test_a_certificate_that_is_not_trusted_is_named(voice, tls):
    async with ScriptedServer(streamed(voice.frames(Answer())), tls) as server:
        wire = voice.wire(server.url)
        with pytest.raises(LlmUnavailable, match=f"not trusted: check {voice.url_setting}, .* SSL_CERT_FILE") as caught:
            await anext(wire.stream(prompt(), MODEL))
        assert not caught.value.retryable
        await wire.close()


async def test_an_authority_of_ones_own(voice, tls, trusted):
    async with ScriptedServer(streamed(voice.frames(Answer())), tls) as server:
        wire = voice.wire(server.url)
        assert prompts.text([event async for event in wire.stream(prompt(), MODEL)]) == "Hello world"
        await wire.close()


async def test_a_cancelled_call_closes_the_socket_at_once(voice, tls, trusted):
    async with ScriptedServer(streamed(voice.frames(Answer(finish=None)), Stall()), tls) as server:
        wire = voice.wire(server.url)
        stream = wire.stream(prompt(), MODEL)
        for _ in range(3):
            await anext(stream)
        await stream.aclose()
        await asyncio.wait_for(server.requests[0].gone.wait(), 15)
        await wire.close()
