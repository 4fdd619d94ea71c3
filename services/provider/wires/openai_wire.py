"""The OpenAI chat-completions dialect over HTTP: what OpenRouter and every local server share."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

import httpx

from dataflow.provider.v1.completion_pb2 import Prompt
from services.provider.errors import LlmTimeout
from services.provider.wire import Event
from services.provider.wires.answer import read_answer
from services.provider.wires.catalogue import Catalogue
from services.provider.wires.concessions import Concessions
from services.provider.wires.content import answer_chunks, document, error_body
from services.provider.wires.faults import Fault, read_fault
from services.provider.wires.openai_answer import OpenAiAnswer
from services.provider.wires.openai_request import OPTIONAL, request_body
from services.provider.wires.peer import Peer
from services.provider.wires.refusals import error_of
from services.provider.wires.transport import (
    CONNECT_SECONDS,
    IDLE_CONNECTIONS,
    IDLE_SECONDS,
    PROBE_SECONDS,
    certificates,
    unreachable,
)


class OpenAiWire:
    """One server that speaks the dialect. `extra` goes into every request's body; `free`: its answers cost nothing."""

    def __init__(
        self,
        peer: Peer,
        base_url: str,
        *,
        probe_path: str,
        catalogue: Catalogue,
        headers: Mapping[str, str],
        extra: Mapping[str, Any],
        free: bool,
    ) -> None:
        self._peer = peer
        self._base_url = base_url.rstrip("/")
        self._urls: dict[str, httpx.URL] = {}  # parsed once each: it takes as long as writing the request
        self._probe_path = probe_path
        self._catalogue = catalogue
        self._listed: set[str] = set()  # models that were on the provider's list
        self._extra = dict(extra)
        self._free = free
        self._concessions = Concessions(peer.name, OPTIONAL)
        # identity: a compressed stream arrives in lumps
        self._headers = {"accept-encoding": "identity", **headers}
        self._client = httpx.AsyncClient(
            trust_env=False,
            verify=certificates(),
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
            limits=httpx.Limits(
                max_connections=None, max_keepalive_connections=IDLE_CONNECTIONS, keepalive_expiry=IDLE_SECONDS
            ),
        )

    async def stream(self, prompt: Prompt, model: str) -> AsyncGenerator[Event, None]:
        self._peer.check_key()
        response = await self._accepted(prompt, model)
        try:
            dialect = OpenAiAnswer(self._peer, free=self._free, own_model=bool(prompt.model))
            chunks = answer_chunks(response.headers.get("content-type", ""), response.aiter_bytes(), self._peer)
            async with aclosing(read_answer(chunks, dialect, self._peer)) as events:
                async for event in events:
                    yield event
        finally:
            await response.aclose()

    async def _accepted(self, prompt: Prompt, model: str) -> httpx.Response:
        """The answer that begins with 200, after a second try without what the model does not take."""
        without = self._concessions.known(model)
        while True:
            response = await self._send("POST", "/chat/completions", self._body(prompt, model, without))
            if response.status_code == 200:
                self._concessions.learn(model, without)
                return response
            fault = await self._fault(response)
            fewer = self._concessions.asked(fault, without)
            if fewer is None:
                raise error_of(fault, self._peer, own_model=bool(prompt.model))
            without = fewer

    def _body(self, prompt: Prompt, model: str, without: frozenset[str]) -> dict[str, Any]:
        extra = {name: value for name, value in self._extra.items() if name not in without}
        return request_body(prompt, model, without) | extra

    async def _send(self, method: str, path: str, body: dict[str, Any] | None) -> httpx.Response:
        content = None if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"content-type": "application/json"}
        try:
            url = self._urls.get(path) or self._urls.setdefault(path, httpx.URL(self._base_url + path))
            request = self._client.build_request(method, url, headers={**self._headers, **kind}, content=content)
            return await self._client.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise unreachable(error, self._peer) from None

    async def _fault(self, response: httpx.Response) -> Fault:
        try:
            return read_fault(response.status_code, response.headers, await error_body(response.aiter_bytes()))
        finally:
            await response.aclose()

    async def probe(self, model: str = "") -> None:
        self._peer.check_key()
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await self._get(self._probe_path)
                if model and model not in self._listed:
                    self._catalogue.check(model, await self._get(self._catalogue.path), self._peer)
                    self._listed.add(model)
        except TimeoutError:
            raise LlmTimeout(f"{self._peer.name} did not answer within {PROBE_SECONDS:g} s") from None

    async def _get(self, path: str) -> bytes:
        response = await self._send("GET", path, None)
        if not response.is_success:
            raise error_of(await self._fault(response), self._peer)
        try:
            return await document(response.aiter_bytes())
        finally:
            await response.aclose()

    async def close(self) -> None:
        await self._client.aclose()
