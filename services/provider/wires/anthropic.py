"""Anthropic's Messages API by its official SDK, at Anthropic or at OpenRouter.

The SDK builds, signs and sends the request and names its errors; the answer's bytes are read by our own reader, which
bounds events and tells an end from a break-off. Not used of it: retries, timeouts, tracing, credentials and addresses
from the environment.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, aclosing
from typing import Any
from urllib.parse import quote

import anthropic
import httpx2

from dataflow.provider.v1.completion_pb2 import Prompt
from services.provider.errors import LlmTimeout
from services.provider.wire import Event
from services.provider.wires import openrouter
from services.provider.wires.answer import read_answer
from services.provider.wires.anthropic_answer import AnthropicAnswer
from services.provider.wires.anthropic_request import OPTIONAL, request_body
from services.provider.wires.concessions import Concessions
from services.provider.wires.content import answer_chunks, error_body
from services.provider.wires.faults import Fault, read_fault
from services.provider.wires.peer import Peer
from services.provider.wires.refusals import NO_MODEL, error_of, meaning
from services.provider.wires.transport import (
    CONNECT_SECONDS,
    IDLE_CONNECTIONS,
    IDLE_SECONDS,
    PROBE_SECONDS,
    certificates,
    unreachable,
)

BASE_URL = "https://api.anthropic.com"
OPENROUTER_URL = "https://openrouter.ai/api"
# The SDK's default, 2026-10-21, refuses `temperature` for every model; this one leaves it to the model.
API_VERSION = "2023-06-01"
# Typed parameters of the SDK's method; what it has no more of goes into the body as it is.
_UNTYPED = ("temperature",)


class _Refused(anthropic.AnthropicError):
    """An answer other than 200. One of the SDK's errors, as it wraps all others."""

    def __init__(self, fault: Fault) -> None:
        super().__init__("refused")
        self.fault = fault


async def _refuse(response: httpx2.Response) -> None:
    """Ends the call at an error's status; the SDK itself would read its body to the end, however long that takes."""
    if not response.is_success:
        raise _Refused(read_fault(response.status_code, response.headers, await error_body(response.aiter_bytes())))


class AnthropicWire:
    """One server that speaks the Messages API. `authorization`: the headers that hold the key."""

    def __init__(
        self,
        *,
        key: str,
        base_url: str = BASE_URL,
        peer: Peer | None = None,
        authorization: Mapping[str, str | anthropic.Omit] | None = None,
        probe_path: str = "/v1/models?limit=1",
        models_path: str = "/v1/models/",
        model_prefix: str = "",
    ) -> None:
        self._peer = peer or Peer("anthropic", "ANTHROPIC_BASE_URL", "ANTHROPIC_MODEL", "ANTHROPIC_API_KEY", key)
        self._probe_path = probe_path
        self._models_path = models_path
        self._listed: set[str] = set()  # models that the API knew
        self._model_prefix = model_prefix
        self._concessions = Concessions(self._peer.name, OPTIONAL)
        # The SDK would send the key as a bearer token, which gateways in front of the API do not look for.
        headers = authorization or {"x-api-key": key, "authorization": anthropic.Omit()}
        self._client = anthropic.AsyncAnthropic(
            api_key=key or "none",  # not "", or the environment is looked at; never sent: see check_key
            base_url=base_url,
            max_retries=0,
            timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS),
            default_headers={"anthropic-version": API_VERSION, "accept-encoding": "identity", **headers},  # type: ignore[dict-item]  # why: Omit is accepted, not declared
            open_telemetry=False,
            http_client=httpx2.AsyncClient(
                trust_env=False,
                verify=certificates(),
                event_hooks={"response": [_refuse]},
                follow_redirects=False,
                limits=httpx2.Limits(
                    max_connections=None, max_keepalive_connections=IDLE_CONNECTIONS, keepalive_expiry=IDLE_SECONDS
                ),
            ),
        )

    async def stream(self, prompt: Prompt, model: str) -> AsyncGenerator[Event, None]:
        self._peer.check_key()
        if "/" not in model:
            model = self._model_prefix + model
        async with AsyncExitStack() as stack:
            response = await self._accepted(prompt, model, stack)
            dialect = AnthropicAnswer(self._peer, own_model=bool(prompt.model))
            chunks = answer_chunks(response.headers.get("content-type", ""), response.iter_bytes(), self._peer)
            async with aclosing(read_answer(chunks, dialect, self._peer)) as events:
                async for event in events:
                    yield event

    async def _accepted(self, prompt: Prompt, model: str, stack: AsyncExitStack) -> Any:
        """The answer that begins with 200, after a second try without what the model does not take."""
        without = self._concessions.known(model)
        while True:
            body = request_body(prompt, model, without)
            extra = {name: body.pop(name) for name in _UNTYPED if name in body}
            request = self._client.messages.with_streaming_response.create(
                **body, stream=True, extra_body=extra or None
            )
            try:
                response = await stack.enter_async_context(request)
            except _Refused as refused:
                fewer = self._concessions.asked(refused.fault, without)
                if fewer is None:
                    raise error_of(refused.fault, self._peer, own_model=bool(prompt.model)) from None
                without = fewer
            except anthropic.APIConnectionError as error:
                raise unreachable(error.__cause__ or error, self._peer) from None
            else:
                self._concessions.learn(model, without)
                return response

    async def probe(self, model: str = "") -> None:
        self._peer.check_key()
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await self._client.get(self._probe_path, cast_to=httpx2.Response)
                if model and self._models_path and model not in self._listed:
                    await self._look_up(model)
        except TimeoutError:
            raise LlmTimeout(f"{self._peer.name} did not answer within {PROBE_SECONDS:g} s") from None
        except _Refused as refused:
            raise error_of(refused.fault, self._peer) from None
        except anthropic.APIConnectionError as error:
            raise unreachable(error.__cause__ or error, self._peer) from None

    async def _look_up(self, model: str) -> None:
        """Raises _Refused where the API does not know the model; a gateway without this endpoint says nothing of it."""
        try:
            await self._client.get(self._models_path + quote(model, safe=""), cast_to=httpx2.Response)
        except _Refused as refused:
            if meaning(refused.fault) is NO_MODEL:
                raise
        self._listed.add(model)

    async def close(self) -> None:
        await self._client.close()


def through_openrouter(*, key: str, base_url: str = OPENROUTER_URL) -> AnthropicWire:
    """The same requests at OpenRouter, with its key; a model without a maker's name is taken as Anthropic's."""
    return AnthropicWire(
        key=key,
        base_url=base_url,
        peer=Peer("openrouter", "OPENROUTER_BASE_URL", "ANTHROPIC_MODEL", "OPENROUTER_API_KEY", key),
        authorization={"authorization": f"Bearer {key}", **openrouter.NAME_TAG},
        probe_path="/v1/key",
        models_path="",  # OpenRouter's list is in another dialect
        model_prefix="anthropic/",
    )
