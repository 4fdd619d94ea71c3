from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ActionType(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[ActionType.Value]
        create_pipeline: _ClassVar[ActionType.Value]
        update_pipeline: _ClassVar[ActionType.Value]
        run_pipeline: _ClassVar[ActionType.Value]
        open_pipeline: _ClassVar[ActionType.Value]
        run_sql: _ClassVar[ActionType.Value]
        open_table: _ClassVar[ActionType.Value]
        apply_fix: _ClassVar[ActionType.Value]
        create_quality_rule: _ClassVar[ActionType.Value]
        navigate: _ClassVar[ActionType.Value]
    unspecified: ActionType.Value
    create_pipeline: ActionType.Value
    update_pipeline: ActionType.Value
    run_pipeline: ActionType.Value
    open_pipeline: ActionType.Value
    run_sql: ActionType.Value
    open_table: ActionType.Value
    apply_fix: ActionType.Value
    create_quality_rule: ActionType.Value
    navigate: ActionType.Value
    def __init__(self) -> None: ...

class Action(_message.Message):
    __slots__ = ("type", "label", "payload")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    PAYLOAD_FIELD_NUMBER: _ClassVar[int]
    type: ActionType.Value
    label: str
    payload: _struct_pb2.Struct
    def __init__(self, type: _Optional[_Union[ActionType.Value, str]] = ..., label: _Optional[str] = ..., payload: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...
