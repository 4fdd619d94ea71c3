from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor
CONSUMES_FIELD_NUMBER: _ClassVar[int]
consumes: _descriptor.FieldDescriptor
PRODUCES_FIELD_NUMBER: _ClassVar[int]
produces: _descriptor.FieldDescriptor

class HttpContent(_message.Message):
    __slots__ = ("media_type", "message", "description", "example", "parts")
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    media_type: str
    message: str
    description: str
    example: str
    parts: _containers.RepeatedCompositeFieldContainer[FormPart]
    def __init__(self, media_type: _Optional[str] = ..., message: _Optional[str] = ..., description: _Optional[str] = ..., example: _Optional[str] = ..., parts: _Optional[_Iterable[_Union[FormPart, _Mapping]]] = ...) -> None: ...

class FormPart(_message.Message):
    __slots__ = ("name", "description", "required", "file", "enum_type")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    ENUM_TYPE_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    required: bool
    file: bool
    enum_type: str
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., required: _Optional[bool] = ..., file: _Optional[bool] = ..., enum_type: _Optional[str] = ...) -> None: ...
