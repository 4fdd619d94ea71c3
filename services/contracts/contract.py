"""The contract as the descriptors tell it: RPCs with their options, HTTP rules and comments.

Reads descriptors with a pool of its own, so it never depends on generated code being present or fresh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FileDescriptorProto, FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

from services.contracts.layout import PACKAGE

_VERBS = ("get", "post", "put", "patch", "delete")
_PATH_FIELD = re.compile(r"\{([^}=]+)[^}]*\}")


@dataclass(frozen=True)
class Binding:
    """One HTTP verb and path that reach an RPC."""

    method: MethodDescriptor
    verb: str  # lower case
    path: str  # `/api/v1/ai/agent/status/{session_id}`
    body: str  # `*`, the name of a field, or "" for none

    @property
    def path_fields(self) -> tuple[str, ...]:
        return tuple(_PATH_FIELD.findall(self.path))


class Contract:
    """All that a set of descriptors says. Comments are empty where the set was made without them."""

    def __init__(self, descriptors: FileDescriptorSet) -> None:
        self._pool = DescriptorPool()
        self._comments: dict[str, str] = {}
        for file in descriptors.file:
            self._pool.AddSerializedFile(file.SerializeToString())
            self._comments.update(_file_comments(file))
        self.files = [f for f in descriptors.file if f.package.startswith(f"{PACKAGE}.")]
        self._options = GetMessageClass(self._pool.FindMessageTypeByName("google.protobuf.MethodOptions"))

    def comment(self, full_name: str) -> str:
        """The leading comment of anything by its full name, as paragraphs; "" where it has none."""
        return self._comments.get(full_name, "")

    def message(self, full_name: str) -> Descriptor:
        return self._pool.FindMessageTypeByName(full_name)

    def enum(self, full_name: str) -> EnumDescriptor:
        return self._pool.FindEnumTypeByName(full_name)

    def methods(self) -> Iterator[MethodDescriptor]:
        """Every RPC, in the order of files and their text."""
        for file in self.files:
            for service in file.service:
                descriptor = self._pool.FindServiceByName(f"{file.package}.{service.name}")
                yield from descriptor.methods

    def option(self, method: MethodDescriptor, extension: str) -> Any:
        """The value of a method option by the extension's full name; None (or no elements) where it isn't set."""
        # why: the stubs know extensions as attributes of generated modules, which this class must not need
        field: Any = self._pool.FindExtensionByName(extension)
        options = self._options.FromString(method.GetOptions().SerializeToString())
        if not field.is_repeated and not options.HasExtension(field):
            return None
        return options.Extensions[field]

    def required_role(self, method: MethodDescriptor) -> str:
        """Name of the role that a caller must hold; "" where the RPC names none."""
        number = self.option(method, "dataflow.access.v1.required_role")
        return "" if number is None else self.enum("dataflow.access.v1.Role.Value").values_by_number[number].name

    def bindings(self, method: MethodDescriptor) -> list[Binding]:
        """The RPC's HTTP rule and its additional bindings; empty for one that only gRPC reaches."""
        rule = self.option(method, "google.api.http")
        if rule is None:
            return []
        return [_binding(method, each) for each in (rule, *rule.additional_bindings)]


def _binding(method: MethodDescriptor, rule: Any) -> Binding:
    verb = rule.WhichOneof("pattern")
    if verb not in _VERBS:
        raise ValueError(f"{method.full_name}: HTTP rule without one of {', '.join(_VERBS)}")
    return Binding(method, verb, getattr(rule, verb), rule.body)


def _file_comments(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    by_path = {tuple(where.path): where.leading_comments for where in file.source_code_info.location}
    for path, name in _named_paths(file):
        if text := by_path.get(path, ""):
            yield name, _paragraphs(text)


def _named_paths(file: FileDescriptorProto) -> Iterator[tuple[tuple[int, ...], str]]:
    """Field numbers of descriptor.proto, as SourceCodeInfo counts: messages 4, enums 5, services 6, extensions 7."""
    for i, message in enumerate(file.message_type):
        yield from _message_paths(message, (4, i), f"{file.package}.{message.name}")
    for i, enum in enumerate(file.enum_type):
        yield from _enum_paths(enum, (5, i), f"{file.package}.{enum.name}")
    for i, service in enumerate(file.service):
        yield (6, i), f"{file.package}.{service.name}"
        for j, method in enumerate(service.method):
            yield (6, i, 2, j), f"{file.package}.{service.name}.{method.name}"
    for i, extension in enumerate(file.extension):
        yield (7, i), f"{file.package}.{extension.name}"


def _message_paths(message: DescriptorProto, path: tuple[int, ...], name: str) -> Iterator[tuple[tuple[int, ...], str]]:
    yield path, name
    for i, field in enumerate(message.field):
        yield (*path, 2, i), f"{name}.{field.name}"
    for i, nested in enumerate(message.nested_type):
        yield from _message_paths(nested, (*path, 3, i), f"{name}.{nested.name}")
    for i, enum in enumerate(message.enum_type):
        yield from _enum_paths(enum, (*path, 4, i), f"{name}.{enum.name}")
    for i, oneof in enumerate(message.oneof_decl):
        yield (*path, 8, i), f"{name}.{oneof.name}"


def _enum_paths(enum: EnumDescriptorProto, path: tuple[int, ...], name: str) -> Iterator[tuple[tuple[int, ...], str]]:
    yield path, name
    for i, value in enumerate(enum.value):
        yield (*path, 2, i), f"{name}.{value.name}"


def _paragraphs(text: str) -> str:
    """Comment text with its lines joined to paragraphs; what is meant for the linter is left out."""
    lines = [line.strip() for line in text.strip().splitlines()]
    kept = (line for line in lines if not line.startswith("buf:"))
    return "\n\n".join(" ".join(part.split()) for part in "\n".join(kept).split("\n\n")).strip()
