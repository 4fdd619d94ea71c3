from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class RagMode(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[RagMode.Value]
        dense: _ClassVar[RagMode.Value]
        hybrid: _ClassVar[RagMode.Value]
        unavailable: _ClassVar[RagMode.Value]
        off: _ClassVar[RagMode.Value]
    unspecified: RagMode.Value
    dense: RagMode.Value
    hybrid: RagMode.Value
    unavailable: RagMode.Value
    off: RagMode.Value
    def __init__(self) -> None: ...

class SourceRef(_message.Message):
    __slots__ = ("entity_type", "entity_id", "entity_name", "score", "cosine")
    ENTITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    ENTITY_NAME_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    COSINE_FIELD_NUMBER: _ClassVar[int]
    entity_type: str
    entity_id: str
    entity_name: str
    score: float
    cosine: float
    def __init__(self, entity_type: _Optional[str] = ..., entity_id: _Optional[str] = ..., entity_name: _Optional[str] = ..., score: _Optional[float] = ..., cosine: _Optional[float] = ...) -> None: ...
