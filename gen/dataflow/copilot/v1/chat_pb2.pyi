from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import http_content_pb2 as _http_content_pb2
from dataflow.common.v1 import reply_pb2 as _reply_pb2
from dataflow.common.v1 import source_ref_pb2 as _source_ref_pb2
from dataflow.common.v1 import stream_error_pb2 as _stream_error_pb2
from dataflow.copilot.v1 import action_pb2 as _action_pb2
from dataflow.copilot.v1 import conversation_pb2 as _conversation_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Intent(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[Intent.Value]
        chat: _ClassVar[Intent.Value]
        sql: _ClassVar[Intent.Value]
        diagnose: _ClassVar[Intent.Value]
    unspecified: Intent.Value
    chat: Intent.Value
    sql: Intent.Value
    diagnose: Intent.Value
    def __init__(self) -> None: ...

class ChatRequest(_message.Message):
    __slots__ = ("message", "history", "pipeline_context", "conversation_id", "language", "pipeline_id", "workspace_id")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    message: str
    history: _containers.RepeatedCompositeFieldContainer[_conversation_pb2.Message]
    pipeline_context: _conversation_pb2.PipelineContext
    conversation_id: str
    language: str
    pipeline_id: str
    workspace_id: str
    def __init__(self, message: _Optional[str] = ..., history: _Optional[_Iterable[_Union[_conversation_pb2.Message, _Mapping]]] = ..., pipeline_context: _Optional[_Union[_conversation_pb2.PipelineContext, _Mapping]] = ..., conversation_id: _Optional[str] = ..., language: _Optional[str] = ..., pipeline_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class ChatResponse(_message.Message):
    __slots__ = ("message", "actions", "intent", "rag_mode", "sources", "conversation_id", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    INTENT_FIELD_NUMBER: _ClassVar[int]
    RAG_MODE_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    message: str
    actions: _containers.RepeatedCompositeFieldContainer[_action_pb2.Action]
    intent: Intent.Value
    rag_mode: _source_ref_pb2.RagMode.Value
    sources: _containers.RepeatedCompositeFieldContainer[_source_ref_pb2.SourceRef]
    conversation_id: str
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, message: _Optional[str] = ..., actions: _Optional[_Iterable[_Union[_action_pb2.Action, _Mapping]]] = ..., intent: _Optional[_Union[Intent.Value, str]] = ..., rag_mode: _Optional[_Union[_source_ref_pb2.RagMode.Value, str]] = ..., sources: _Optional[_Iterable[_Union[_source_ref_pb2.SourceRef, _Mapping]]] = ..., conversation_id: _Optional[str] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...

class StreamChatRequest(_message.Message):
    __slots__ = ("message", "history", "pipeline_context", "conversation_id", "language", "pipeline_id", "workspace_id")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    message: str
    history: _containers.RepeatedCompositeFieldContainer[_conversation_pb2.Message]
    pipeline_context: _conversation_pb2.PipelineContext
    conversation_id: str
    language: str
    pipeline_id: str
    workspace_id: str
    def __init__(self, message: _Optional[str] = ..., history: _Optional[_Iterable[_Union[_conversation_pb2.Message, _Mapping]]] = ..., pipeline_context: _Optional[_Union[_conversation_pb2.PipelineContext, _Mapping]] = ..., conversation_id: _Optional[str] = ..., language: _Optional[str] = ..., pipeline_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class StreamChatResponse(_message.Message):
    __slots__ = ("token", "done", "error")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    token: Token
    done: ChatDone
    error: _stream_error_pb2.StreamError
    def __init__(self, token: _Optional[_Union[Token, _Mapping]] = ..., done: _Optional[_Union[ChatDone, _Mapping]] = ..., error: _Optional[_Union[_stream_error_pb2.StreamError, _Mapping]] = ...) -> None: ...

class Token(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class ChatDone(_message.Message):
    __slots__ = ("actions", "intent", "rag_mode", "sources", "conversation_id", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    INTENT_FIELD_NUMBER: _ClassVar[int]
    RAG_MODE_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    actions: _containers.RepeatedCompositeFieldContainer[_action_pb2.Action]
    intent: Intent.Value
    rag_mode: _source_ref_pb2.RagMode.Value
    sources: _containers.RepeatedCompositeFieldContainer[_source_ref_pb2.SourceRef]
    conversation_id: str
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, actions: _Optional[_Iterable[_Union[_action_pb2.Action, _Mapping]]] = ..., intent: _Optional[_Union[Intent.Value, str]] = ..., rag_mode: _Optional[_Union[_source_ref_pb2.RagMode.Value, str]] = ..., sources: _Optional[_Iterable[_Union[_source_ref_pb2.SourceRef, _Mapping]]] = ..., conversation_id: _Optional[str] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...

class StreamChatEventsRequest(_message.Message):
    __slots__ = ("message", "history", "pipeline_context", "conversation_id", "language", "pipeline_id", "workspace_id")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    CONVERSATION_ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    message: str
    history: _containers.RepeatedCompositeFieldContainer[_conversation_pb2.Message]
    pipeline_context: _conversation_pb2.PipelineContext
    conversation_id: str
    language: str
    pipeline_id: str
    workspace_id: str
    def __init__(self, message: _Optional[str] = ..., history: _Optional[_Iterable[_Union[_conversation_pb2.Message, _Mapping]]] = ..., pipeline_context: _Optional[_Union[_conversation_pb2.PipelineContext, _Mapping]] = ..., conversation_id: _Optional[str] = ..., language: _Optional[str] = ..., pipeline_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...
