"""A Copilot with a database, a sandbox and a scripted model, for the agent's tests."""

from __future__ import annotations

import json
import threading
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace

import asyncpg
import grpc
import yaml

from dataflow.copilot.v1 import agent_pb2, agent_pb2_grpc
from services.copilot.pipeline.answer import built_from
from services.copilot.pipeline.grounds import Grounds
from services.runtime.database_pool import driver_url
from services.runtime.status import error_info
from services.sandbox.app import CATALOG, PIPELINE, serving
from services.sandbox.settings import SandboxSettings
from tests.copilot.stage import copilot

PLAN = {
    "name": "paid_invoices",
    "description": "Invoices that were paid.",
    "nodes": [
        {
            "id": "invoices",
            "type": "source",
            "connector": "csv",
            "config": {"path": "invoices.csv"},
            "columns": [{"name": "invoice_id", "type": "bigint"}, {"name": "status", "type": "varchar(20)"}],
        },
        {
            "id": "paid",
            "type": "transformation",
            "transform": "sql_where",
            "inputs": ["invoices"],
            "config": {"condition": "status = 'PAID'"},
        },
        {"id": "out", "type": "sink", "connector": "parquet", "inputs": ["paid"], "config": {"path": "paid.parquet"}},
    ],
}


def pipeline_yaml(name="paid_invoices"):
    """A pipeline that passes the validator."""
    built = built_from(json.dumps(PLAN | {"name": name}), Grounds(), "postgresql")
    assert not built.problems
    return built.text


def call(tool, **arguments):
    return {"name": tool, "arguments": arguments}


def calls(*given, text=""):
    return {"text": text, "tool_calls": list(given)} if text else {"tool_calls": list(given)}


def script(**scenarios):
    """What the model says by what the user says: each scenario's answers in turn, the last one for ever. A name's `_`
    stands for a blank. An answer under a mapping is by what the tool's result holds."""
    rules = []
    for name, replies in scenarios.items():
        user = {"user": name.replace("_", " ")}
        in_turn = [each for each in replies if not isinstance(each, dict) or "when" not in each]
        rules += [{"when": user | each["when"], "reply": each["reply"]} for each in replies if each not in in_turn]
        rules.append({"when": user, "replies": in_turn})
    return yaml.safe_dump({"model": "scripted-1", "rules": rules, "default": "I have nothing to say."})


@contextmanager
def sandbox(**settings):
    with serving(SandboxSettings(sandbox_port=0, **settings)) as server:
        yield server


def around(server):
    return {
        "catalog_base_url": server.url + CATALOG,
        "pipeline_base_url": server.url + PIPELINE,
        "platform_attempts": 1,
        "catalog_attempts": 1,
    }


AWAY = {
    "catalog_base_url": "http://127.0.0.1:9/api",
    "pipeline_base_url": "http://127.0.0.1:9/api",
    "platform_attempts": 1,
    "catalog_attempts": 1,
}


class Client:
    """The agent's RPCs, without the wrapping."""

    def __init__(self, channel, metadata=()):
        self.channel = channel
        self.stub = agent_pb2_grpc.AgentServiceStub(channel)
        self.metadata = tuple(metadata)

    def chat(self, message, session_id="", **options):
        request = agent_pb2.ChatWithAgentRequest(message=message, session_id=session_id)
        return self.stub.ChatWithAgent(request, metadata=self.metadata, **options)

    def stream(self, message, session_id=""):
        request = agent_pb2.StreamAgentRequest(message=message, session_id=session_id)
        return self.stub.StreamAgent(request, metadata=self.metadata)

    def decide(self, reply, place=0, approved=True, **fields):
        action = reply.pending_actions[place]
        given = {"arguments_hash": action.arguments_hash, "action_id": action.action_id} | fields
        request = agent_pb2.ApproveActionRequest(session_id=reply.session_id, approved=approved, **given)
        return self.stub.ApproveAction(request, metadata=self.metadata)

    def session(self, session_id):
        request = agent_pb2.GetAgentSessionRequest(session_id=session_id)
        return self.stub.GetAgentSession(request, metadata=self.metadata)


@asynccontextmanager
async def agent(script_text, folder, database, platform=None, **settings):
    """A Client. `platform`: a sandbox's server; None: nothing answers there."""
    places = around(platform) if platform is not None else AWAY
    given = {"database_url": database, **places, **settings}
    async with AsyncExitStack() as stack:
        channel = await stack.enter_async_context(copilot(script_text, folder, **given))
        yield Client(channel)


async def refused(awaitable):
    """(status code, reason, metadata) of a call that has to fail."""
    try:
        await awaitable
    except grpc.aio.AioRpcError as error:
        info = error_info(error)
        return error.code(), info.reason if info else "", dict(info.metadata) if info else {}
    raise AssertionError("the call succeeded")


async def changed(database, statement, *values):
    """Runs a statement as somebody else would."""
    connection = await asyncpg.connect(driver_url(database))
    try:
        return await connection.fetch(statement, *values)
    finally:
        await connection.close()


@contextmanager
def held_up(server, pipeline):
    """While it lasts the sandbox does not answer who starts this pipeline; gives the event that ends it."""
    opened, before = threading.Event(), server.routes

    def gated(answer):
        def wait(asked):
            if asked.parts["id"] == pipeline:
                opened.wait()
            return answer(asked)

        wait.__self__ = answer.__self__
        return wait

    runs = "/pipelines/{id}/runs"
    server.routes = tuple(
        replace(route, answer=gated(route.answer)) if route.pattern.endswith(runs) else route for route in before
    )
    try:
        yield opened
    finally:
        opened.set()
        server.routes = before


def created(server):
    """Names of the pipelines made by requests, and how many runs were started."""
    side = next(route.answer.__self__ for route in server.routes if route.pattern.endswith("/pipelines/{id}/runs"))
    return sorted(side.created), len(side.runs)
