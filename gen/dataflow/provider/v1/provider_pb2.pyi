import datetime

from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import stream_error_pb2 as _stream_error_pb2
from dataflow.provider.v1 import completion_pb2 as _completion_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CompleteRequest(_message.Message):
    __slots__ = ("prompt", "workspace_id")
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    prompt: _completion_pb2.Prompt
    workspace_id: str
    def __init__(self, prompt: _Optional[_Union[_completion_pb2.Prompt, _Mapping]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class CompleteResponse(_message.Message):
    __slots__ = ("completion",)
    COMPLETION_FIELD_NUMBER: _ClassVar[int]
    completion: _completion_pb2.Completion
    def __init__(self, completion: _Optional[_Union[_completion_pb2.Completion, _Mapping]] = ...) -> None: ...

class StreamCompleteRequest(_message.Message):
    __slots__ = ("prompt", "workspace_id")
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    prompt: _completion_pb2.Prompt
    workspace_id: str
    def __init__(self, prompt: _Optional[_Union[_completion_pb2.Prompt, _Mapping]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class StreamCompleteResponse(_message.Message):
    __slots__ = ("started", "text", "tool_call", "done", "error")
    STARTED_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    TOOL_CALL_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    started: Started
    text: TextDelta
    tool_call: ToolCallDelta
    done: _completion_pb2.Completion
    error: StreamFailure
    def __init__(self, started: _Optional[_Union[Started, _Mapping]] = ..., text: _Optional[_Union[TextDelta, _Mapping]] = ..., tool_call: _Optional[_Union[ToolCallDelta, _Mapping]] = ..., done: _Optional[_Union[_completion_pb2.Completion, _Mapping]] = ..., error: _Optional[_Union[StreamFailure, _Mapping]] = ...) -> None: ...

class Started(_message.Message):
    __slots__ = ("provider", "model")
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    provider: str
    model: str
    def __init__(self, provider: _Optional[str] = ..., model: _Optional[str] = ...) -> None: ...

class TextDelta(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class ToolCallDelta(_message.Message):
    __slots__ = ("index", "id", "name", "arguments_json")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_JSON_FIELD_NUMBER: _ClassVar[int]
    index: int
    id: str
    name: str
    arguments_json: str
    def __init__(self, index: _Optional[int] = ..., id: _Optional[str] = ..., name: _Optional[str] = ..., arguments_json: _Optional[str] = ...) -> None: ...

class StreamFailure(_message.Message):
    __slots__ = ("error", "partial")
    ERROR_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    error: _stream_error_pb2.StreamError
    partial: _completion_pb2.Completion
    def __init__(self, error: _Optional[_Union[_stream_error_pb2.StreamError, _Mapping]] = ..., partial: _Optional[_Union[_completion_pb2.Completion, _Mapping]] = ...) -> None: ...

class GetProviderStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class BreakerState(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[BreakerState.Value]
        closed: _ClassVar[BreakerState.Value]
        open: _ClassVar[BreakerState.Value]
        half_open: _ClassVar[BreakerState.Value]
    unspecified: BreakerState.Value
    closed: BreakerState.Value
    open: BreakerState.Value
    half_open: BreakerState.Value
    def __init__(self) -> None: ...

class GetProviderStatusResponse(_message.Message):
    __slots__ = ("provider", "model", "healthy", "reason", "last_success_at", "breaker", "p50_ms", "p95_ms", "fallbacks", "sample_size")
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    HEALTHY_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    LAST_SUCCESS_AT_FIELD_NUMBER: _ClassVar[int]
    BREAKER_FIELD_NUMBER: _ClassVar[int]
    P50_MS_FIELD_NUMBER: _ClassVar[int]
    P95_MS_FIELD_NUMBER: _ClassVar[int]
    FALLBACKS_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_SIZE_FIELD_NUMBER: _ClassVar[int]
    provider: str
    model: str
    healthy: bool
    reason: str
    last_success_at: _timestamp_pb2.Timestamp
    breaker: BreakerState.Value
    p50_ms: int
    p95_ms: int
    fallbacks: _containers.RepeatedScalarFieldContainer[str]
    sample_size: int
    def __init__(self, provider: _Optional[str] = ..., model: _Optional[str] = ..., healthy: _Optional[bool] = ..., reason: _Optional[str] = ..., last_success_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., breaker: _Optional[_Union[BreakerState.Value, str]] = ..., p50_ms: _Optional[int] = ..., p95_ms: _Optional[int] = ..., fallbacks: _Optional[_Iterable[str]] = ..., sample_size: _Optional[int] = ...) -> None: ...

class ReloadProviderRequest(_message.Message):
    __slots__ = ("provider", "model")
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    provider: str
    model: str
    def __init__(self, provider: _Optional[str] = ..., model: _Optional[str] = ...) -> None: ...

class ReloadProviderResponse(_message.Message):
    __slots__ = ("provider", "model", "previous_provider", "running_calls")
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_PROVIDER_FIELD_NUMBER: _ClassVar[int]
    RUNNING_CALLS_FIELD_NUMBER: _ClassVar[int]
    provider: str
    model: str
    previous_provider: str
    running_calls: int
    def __init__(self, provider: _Optional[str] = ..., model: _Optional[str] = ..., previous_provider: _Optional[str] = ..., running_calls: _Optional[int] = ...) -> None: ...

class ListProvidersRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListProvidersResponse(_message.Message):
    __slots__ = ("providers",)
    PROVIDERS_FIELD_NUMBER: _ClassVar[int]
    providers: _containers.RepeatedCompositeFieldContainer[ProviderInfo]
    def __init__(self, providers: _Optional[_Iterable[_Union[ProviderInfo, _Mapping]]] = ...) -> None: ...

class ProviderInfo(_message.Message):
    __slots__ = ("name", "model", "configured", "missing_settings", "active", "supports_tools")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    CONFIGURED_FIELD_NUMBER: _ClassVar[int]
    MISSING_SETTINGS_FIELD_NUMBER: _ClassVar[int]
    ACTIVE_FIELD_NUMBER: _ClassVar[int]
    SUPPORTS_TOOLS_FIELD_NUMBER: _ClassVar[int]
    name: str
    model: str
    configured: bool
    missing_settings: _containers.RepeatedScalarFieldContainer[str]
    active: bool
    supports_tools: bool
    def __init__(self, name: _Optional[str] = ..., model: _Optional[str] = ..., configured: _Optional[bool] = ..., missing_settings: _Optional[_Iterable[str]] = ..., active: _Optional[bool] = ..., supports_tools: _Optional[bool] = ...) -> None: ...
