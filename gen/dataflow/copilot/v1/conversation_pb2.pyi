from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MessageRole(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[MessageRole.Value]
        user: _ClassVar[MessageRole.Value]
        assistant: _ClassVar[MessageRole.Value]
        system: _ClassVar[MessageRole.Value]
    unspecified: MessageRole.Value
    user: MessageRole.Value
    assistant: MessageRole.Value
    system: MessageRole.Value
    def __init__(self) -> None: ...

class Message(_message.Message):
    __slots__ = ("role", "content")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    role: MessageRole.Value
    content: str
    def __init__(self, role: _Optional[_Union[MessageRole.Value, str]] = ..., content: _Optional[str] = ...) -> None: ...

class PipelineContext(_message.Message):
    __slots__ = ("pipeline_id", "pipeline_name", "yaml", "selected_node_id", "last_error", "screen")
    PIPELINE_ID_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_NAME_FIELD_NUMBER: _ClassVar[int]
    YAML_FIELD_NUMBER: _ClassVar[int]
    SELECTED_NODE_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_ERROR_FIELD_NUMBER: _ClassVar[int]
    SCREEN_FIELD_NUMBER: _ClassVar[int]
    pipeline_id: str
    pipeline_name: str
    yaml: str
    selected_node_id: str
    last_error: str
    screen: str
    def __init__(self, pipeline_id: _Optional[str] = ..., pipeline_name: _Optional[str] = ..., yaml: _Optional[str] = ..., selected_node_id: _Optional[str] = ..., last_error: _Optional[str] = ..., screen: _Optional[str] = ...) -> None: ...
