"""Messages and enums as JSON Schema, as the transcoder prints and reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from services.contracts.contract import Contract

Schema = dict[str, Any]

_SCALARS: dict[int, Schema] = {
    FieldDescriptor.CPPTYPE_INT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.CPPTYPE_UINT32: {"type": "integer", "format": "int32", "minimum": 0},
    FieldDescriptor.CPPTYPE_INT64: {"type": "string", "format": "int64"},
    FieldDescriptor.CPPTYPE_UINT64: {"type": "string", "format": "uint64"},
    FieldDescriptor.CPPTYPE_DOUBLE: {"type": "number", "format": "double"},
    FieldDescriptor.CPPTYPE_FLOAT: {"type": "number", "format": "float"},
    FieldDescriptor.CPPTYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.CPPTYPE_STRING: {"type": "string"},
}
_WELL_KNOWN: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Struct": {"type": "object", "additionalProperties": True},
}
# The comments' own word for a field that must be given.
_REQUIRED = re.compile(r"\bRequired[.,]")


class Schemas:
    """Collects the components that references lead to; `camel` names are those of the /rca/ routes."""

    def __init__(self, contract: Contract, inputs: Iterable[Descriptor]) -> None:
        self._contract = contract
        self._inputs = _reachable(inputs)
        self._owners: dict[str, str] = {}
        self.components: dict[str, Schema] = {}

    def reference(self, message: Descriptor, *, camel: bool = False, without: tuple[str, ...] = ()) -> Schema:
        """A reference to the message's component, which is added with all it leads to.

        `without` names fields that stand elsewhere, in the path.
        """
        if message.full_name in _WELL_KNOWN:
            return dict(_WELL_KNOWN[message.full_name])
        name = message.name + ("CamelCase" if camel and not self._own_camel(message) else "")
        self._claim(name, message.full_name)
        if name not in self.components:
            self.components[name] = {}  # holds the place, a message may lead back to itself
            self.components[name] = self._object(message, camel, without)
        return {"$ref": f"#/components/schemas/{name}"}

    def enum(self, enum: EnumDescriptor) -> Schema:
        """A reference to the enum's component: its value names."""
        name = enum.containing_type.name if enum.containing_type else enum.name
        self._claim(name, enum.full_name)
        if name not in self.components:
            lines = (f"* `{v.name}`: {self._contract.comment(f'{enum.full_name}.{v.name}')}" for v in enum.values)
            about = self._contract.comment(enum.full_name.removesuffix(".Value"))
            self.components[name] = {
                "type": "string",
                "enum": [value.name for value in enum.values],
                "description": about + "\n\n" + "\n".join(lines),
            }
        return {"$ref": f"#/components/schemas/{name}"}

    def field(self, field: FieldDescriptor, *, camel: bool = False) -> Schema:
        """The field's schema with its description."""
        schema = self._type(field, camel)
        if field.is_repeated and not _is_map(field):
            schema = {"type": "array", "items": schema}
        if description := self._contract.comment(field.full_name):
            schema["description"] = description
        return schema

    def required(self, field: FieldDescriptor) -> bool:
        """True where the comment says that a request must have it."""
        return bool(_REQUIRED.search(self._contract.comment(field.full_name)))

    def _claim(self, name: str, full_name: str) -> None:
        """Component names are short; two messages of one name would silently share a schema."""
        owner = self._owners.setdefault(name, full_name)
        if owner != full_name:
            raise ValueError(f"{full_name} and {owner} would both be the component {name}: rename one")

    def _own_camel(self, message: Descriptor) -> bool:
        return message.file.name.endswith("/rca.proto")

    def _object(self, message: Descriptor, camel: bool, without: tuple[str, ...]) -> Schema:
        fields = [field for field in message.fields if field.name not in without]
        names = {field.name: field.json_name if camel else field.name for field in fields}
        schema: Schema = {
            "type": "object",
            "description": self._contract.comment(message.full_name),
            "properties": {names[field.name]: self.field(field, camel=camel) for field in fields},
        }
        # Zeros, empty texts and empty lists are printed, so a reply always has them.
        always = message.full_name not in self._inputs
        required = [names[f.name] for f in fields if (not f.has_presence if always else self.required(f))]
        if required:
            schema["required"] = required
        return schema

    def _type(self, field: FieldDescriptor, camel: bool) -> Schema:
        if field.message_type is not None:
            if _is_map(field):
                value = field.message_type.fields_by_name["value"]
                return {"type": "object", "additionalProperties": self._type(value, camel)}
            return self.reference(field.message_type, camel=camel)
        if field.enum_type is not None:
            return self.enum(field.enum_type)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return {"type": "string", "contentEncoding": "base64"}
        return dict(_SCALARS[field.cpp_type])


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _reachable(messages: Iterable[Descriptor]) -> set[str]:
    """Full names of the messages and of all that they hold."""
    found: set[str] = set()
    waiting = list(messages)
    while waiting:
        message = waiting.pop()
        if message.full_name not in found:
            found.add(message.full_name)
            waiting.extend(field.message_type for field in message.fields if field.message_type is not None)
    return found
