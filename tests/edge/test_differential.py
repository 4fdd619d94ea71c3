"""The same call over REST and over gRPC: the server sees one request, the caller one reply, for every unary RPC."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message_factory import GetMessageClass
from grpc import aio

from services.edge.descriptor import Rule
from services.edge.routes import cluster_of
from tests.edge.conftest import Stage
from tests.edge.recording_server import methods_of
from tests.edge.replies import replying
from tests.edge.test_reachability import CONTRACT

DEPTH = 3
METHODS = methods_of(tuple({rule.package for rule in CONTRACT.rules}))
HTTP_BODY = "google.api.HttpBody"

SCALARS: dict[int, Any] = {
    FieldDescriptor.CPPTYPE_BOOL: True,
    FieldDescriptor.CPPTYPE_INT32: -7,
    FieldDescriptor.CPPTYPE_DOUBLE: 0.625,
}


def scalar(field: FieldDescriptor) -> Any:
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return f'{field.name} zażółć "\\\n<&>' if field.type != FieldDescriptor.TYPE_BYTES else b"\x00\xff"
    if field.cpp_type == FieldDescriptor.CPPTYPE_ENUM:
        return field.enum_type.values[-1].number
    return SCALARS[field.cpp_type]


def fill(message: Any, depth: int = DEPTH) -> Any:
    """Every field set to something that is not its default, nested messages included."""
    if message.DESCRIPTOR.full_name == "google.protobuf.Struct":
        message.update({"text": "ł", "number": 1.5, "list": [None, True, {}]})
        return message
    if message.DESCRIPTOR.full_name == "google.protobuf.Timestamp":
        message.FromJsonString("2027-01-15T08:00:00.250Z")
        return message
    for field in message.DESCRIPTOR.fields:
        fill_field(message, field, depth)
    return message


def fill_field(message: Any, field: FieldDescriptor, depth: int) -> None:
    if field.message_type is None:
        value = scalar(field)
        if field.is_repeated:
            getattr(message, field.name).append(value)
        else:
            setattr(message, field.name, value)
    elif field.message_type.GetOptions().map_entry:
        getattr(message, field.name)["key"] = scalar(field.message_type.fields_by_name["value"])
    elif depth:
        of = getattr(message, field.name)
        fill(of.add() if field.is_repeated else of, depth - 1)


def bound(rule: Rule, kind: Descriptor) -> Iterator[str]:
    """Fields of a request that REST can carry: all with a body, else those that fit a path or a query string."""
    for field in kind.fields:
        if rule.verb != "GET" or (field.message_type is None and not field.is_repeated):
            yield field.name


def sent(rule: Rule, message: Any) -> tuple[str, dict[str, Any]]:
    """Path and the rest of the REST request that say the same as `message`."""
    names = re.findall(r"\{([^}=]+)", rule.path)
    path = re.sub(r"\{([^}=]+)[^}]*\}", lambda found: quote(getattr(message, found[1]), safe=""), rule.path)
    data = json_format.MessageToDict(message, preserving_proto_field_name=True)
    rest = {key: value for key, value in data.items() if key not in names}
    if rule.verb == "GET":
        texts = {key: str(value).lower() if isinstance(value, bool) else value for key, value in rest.items()}
        return path, {"params": texts}
    return path, {"json": rest}


UNARY = [
    pytest.param(rule, id=f"{rule.verb}-{rule.path}")
    for rule in CONTRACT.rules
    if (method := METHODS[f"/{rule.service}/{rule.method}"]).output_type.full_name != HTTP_BODY
    and not method.client_streaming
]


@pytest.mark.parametrize("rule", UNARY)
async def test_rest_and_grpc_say_the_same(stage: Stage, rule: Rule) -> None:
    name = f"/{rule.service}/{rule.method}"
    method = METHODS[name]
    request = fill(GetMessageClass(method.input_type)())
    for field in method.input_type.fields:
        if field.name not in set(bound(rule, method.input_type)):
            request.ClearField(field.name)
    for variable in re.findall(r"\{([^}=]+)", rule.path):
        setattr(request, variable, "EXP a/b ł")
    reply = fill(GetMessageClass(method.output_type)())
    answer, received = replying(reply), []

    async def noting(message: Any, context: Any) -> Any:
        received.append(message)
        return await answer(message, context)

    cluster = cluster_of(rule.package, "copilot")
    stage.servers[cluster].answers[name] = noting
    path, parts = sent(rule, request)
    over_rest = await stage.copilot.request(rule.verb, path, **parts)
    assert over_rest.status_code == 200, over_rest.text

    async with aio.insecure_channel(f"127.0.0.1:{stage.ports.copilot}") as channel:
        call = channel.unary_unary(name, type(request).SerializeToString, type(reply).FromString)
        over_grpc = await call(request)

    assert received == [request, request]
    assert over_grpc == reply
    printed = json_format.MessageToDict(
        reply,
        preserving_proto_field_name="/rca/" not in rule.path,
        always_print_fields_with_no_presence=True,
    )
    assert over_rest.json() == printed
