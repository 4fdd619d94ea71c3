"""What every definition must have: a comment, a role, and messages of its own."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto

from services.contracts.contract import Contract

# RPCs whose reply is a raw body, which no message can carry over REST.
RAW_REPLIES = {"StreamChatEvents", "GetMetrics", "RenderJobReport", "DownloadPipeline"}
# Roles that are more, or less, than the verb suggests, each with its reason.
UNUSUAL_ROLES = {
    "GetHealth": "none",  # probes hold no key
    "GetReadiness": "none",
    "GetMetrics": "none",
    "ApproveAction": "approver",  # a person's decision, not an editor's
    "ReloadProvider": "admin",  # changes what every workspace is answered by
    "DeleteStale": "admin",  # removes what others indexed
    "DeleteAll": "admin",
    "RunFullIndex": "admin",
}
WRITES = {
    *("GeneratePipeline", "ChatWithAgent", "StreamAgent", "MatchSchemas", "OverrideMatches"),
    *("UploadExport", "ConvertExport", "ConvertJob", "OverrideObject", "CreateBatch", "CancelBatch", "CompareData"),
    *("IndexEntities", "DeleteEntity"),
}


def definitions(contract: Contract) -> Iterator[str]:
    """Full names of everything a reader may look up."""
    for file in contract.files:
        for message in file.message_type:
            yield from of_message(message, f"{file.package}.{message.name}")
        for service in file.service:
            yield f"{file.package}.{service.name}"
            yield from (f"{file.package}.{service.name}.{method.name}" for method in service.method)
        yield from (f"{file.package}.{extension.name}" for extension in file.extension)


def of_message(message: DescriptorProto, name: str) -> Iterator[str]:
    if message.options.map_entry:
        return
    yield name
    yield from (f"{name}.{field.name}" for field in message.field)
    synthetic = {field.oneof_index for field in message.field if field.proto3_optional}
    yield from (f"{name}.{oneof.name}" for i, oneof in enumerate(message.oneof_decl) if i not in synthetic)
    for enum in message.enum_type:
        yield from of_enum(enum, f"{name}.{enum.name}")
    for nested in message.nested_type:
        yield from of_message(nested, f"{name}.{nested.name}")


def of_enum(enum: EnumDescriptorProto, name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}.{value.name}" for value in enum.value)


def test_everything_is_commented(contract: Contract) -> None:
    names = list(definitions(contract))
    assert len(names) > 1000
    assert [name for name in names if not contract.comment(name)] == []


def test_comments_are_sentences(contract: Contract) -> None:
    unfinished = [name for name in definitions(contract) if contract.comment(name)[-1] not in ".:`…"]
    assert unfinished == []


def test_every_rpc_names_its_role(contract: Contract) -> None:
    roles = {method.name: contract.required_role(method) for method in contract.methods()}
    expected = {name: UNUSUAL_ROLES.get(name, "editor" if name in WRITES else "viewer") for name in roles}
    assert roles == expected
    assert UNUSUAL_ROLES.keys() | WRITES <= roles.keys()


def test_requests_and_replies_belong_to_one_rpc(contract: Contract) -> None:
    for method in contract.methods():
        assert method.input_type.name == f"{method.name}Request"
        reply = "HttpBody" if method.name in RAW_REPLIES else f"{method.name}Response"
        assert method.output_type.name == reply


def test_raw_bodies_say_what_they_hold(contract: Contract) -> None:
    for method in contract.methods():
        produces = contract.option(method, "dataflow.common.v1.produces")
        assert bool(produces) == (method.name in RAW_REPLIES), method.full_name
        takes_raw = any(binding.body == "body" for binding in contract.bindings(method))
        assert bool(contract.option(method, "dataflow.common.v1.consumes")) == takes_raw, method.full_name
        for content in produces:
            assert not content.message or contract.message(content.message)


def test_requests_that_touch_data_carry_the_workspace(contract: Contract) -> None:
    """Operations and the provider's own state belong to no workspace, an embedding is not stored, and a conversion's
    workspace stands in its header."""
    apart = {"GetProviderStatus", "ReloadProvider", "ListProviders", "Embed", "ConvertExport"}
    for method in contract.methods():
        if method.containing_service.name != "OpsService" and method.name not in apart:
            field = method.input_type.fields_by_name.get("workspace_id")
            assert field is not None, method.full_name
            assert field.number == 40
