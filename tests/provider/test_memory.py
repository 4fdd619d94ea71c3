"""Memory stays flat over 1,000 streams, those that fail and those that callers leave among them."""

from __future__ import annotations

import asyncio
import gc

import psutil
import pytest

from dataflow.provider.v1 import provider_pb2 as p
from tests.provider.fakes import prompt, provider_server

MIB = 1024 * 1024
ALLOWED_MIB = 12


async def one(stub, number):
    text = ("x", "break off", "cut", "stall")[number % 4]
    call = stub.StreamComplete(p.StreamCompleteRequest(prompt=prompt(text + " " * 5000 + "y")))
    seen = 0
    async for _ in call:
        seen += 1
        if text == "stall" and seen == 3:
            call.cancel()
            break


async def streams(stub, count):
    for start in range(0, count, 20):
        await asyncio.gather(*(one(stub, number) for number in range(start, start + 20)))
    gc.collect()
    return psutil.Process().memory_info().rss / MIB


@pytest.mark.slow
async def test_memory_is_flat_over_a_thousand_streams():
    settings = {"llm_provider": "scripted", "llm_allow_scripted": True, "llm_breaker_failures": 0}
    async with provider_server(**settings) as (stub, _, factory):
        before = await streams(stub, 300)
        after = await streams(stub, 1000)
        assert factory.current.running == 0
    assert after - before < ALLOWED_MIB
