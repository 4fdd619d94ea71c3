from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
REQUIRED_ROLE_FIELD_NUMBER: _ClassVar[int]
required_role: _descriptor.FieldDescriptor

class Role(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[Role.Value]
        none: _ClassVar[Role.Value]
        viewer: _ClassVar[Role.Value]
        editor: _ClassVar[Role.Value]
        approver: _ClassVar[Role.Value]
        admin: _ClassVar[Role.Value]
    unspecified: Role.Value
    none: Role.Value
    viewer: Role.Value
    editor: Role.Value
    approver: Role.Value
    admin: Role.Value
    def __init__(self) -> None: ...
