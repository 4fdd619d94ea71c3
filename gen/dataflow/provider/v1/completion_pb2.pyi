from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PromptRole(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[PromptRole.Value]
        user: _ClassVar[PromptRole.Value]
        assistant: _ClassVar[PromptRole.Value]
    unspecified: PromptRole.Value
    user: PromptRole.Value
    assistant: PromptRole.Value
    def __init__(self) -> None: ...

class ToolCall(_message.Message):
    __slots__ = ("id", "name", "arguments_json")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_JSON_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: str
    arguments_json: str
    def __init__(self, id: _Optional[str] = ..., name: _Optional[str] = ..., arguments_json: _Optional[str] = ...) -> None: ...

class ToolResult(_message.Message):
    __slots__ = ("tool_call_id", "content", "is_error")
    TOOL_CALL_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    IS_ERROR_FIELD_NUMBER: _ClassVar[int]
    tool_call_id: str
    content: str
    is_error: bool
    def __init__(self, tool_call_id: _Optional[str] = ..., content: _Optional[str] = ..., is_error: _Optional[bool] = ...) -> None: ...

class PromptMessage(_message.Message):
    __slots__ = ("role", "content", "tool_calls", "tool_results")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    TOOL_RESULTS_FIELD_NUMBER: _ClassVar[int]
    role: PromptRole.Value
    content: str
    tool_calls: _containers.RepeatedCompositeFieldContainer[ToolCall]
    tool_results: _containers.RepeatedCompositeFieldContainer[ToolResult]
    def __init__(self, role: _Optional[_Union[PromptRole.Value, str]] = ..., content: _Optional[str] = ..., tool_calls: _Optional[_Iterable[_Union[ToolCall, _Mapping]]] = ..., tool_results: _Optional[_Iterable[_Union[ToolResult, _Mapping]]] = ...) -> None: ...

class ToolDefinition(_message.Message):
    __slots__ = ("name", "description", "input_schema_json")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    INPUT_SCHEMA_JSON_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    input_schema_json: str
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., input_schema_json: _Optional[str] = ...) -> None: ...

class ToolChoice(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[ToolChoice.Value]
        auto: _ClassVar[ToolChoice.Value]
        none: _ClassVar[ToolChoice.Value]
        any: _ClassVar[ToolChoice.Value]
        tool: _ClassVar[ToolChoice.Value]
    unspecified: ToolChoice.Value
    auto: ToolChoice.Value
    none: ToolChoice.Value
    any: ToolChoice.Value
    tool: ToolChoice.Value
    def __init__(self) -> None: ...

class ResponseFormat(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[ResponseFormat.Value]
        text: _ClassVar[ResponseFormat.Value]
        json: _ClassVar[ResponseFormat.Value]
        json_schema: _ClassVar[ResponseFormat.Value]
    unspecified: ResponseFormat.Value
    text: ResponseFormat.Value
    json: ResponseFormat.Value
    json_schema: ResponseFormat.Value
    def __init__(self) -> None: ...

class Prompt(_message.Message):
    __slots__ = ("system", "messages", "temperature", "max_tokens", "stop", "response_format", "json_schema", "tools", "tool_choice", "tool_name", "model", "purpose", "allow_cache")
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    MAX_TOKENS_FIELD_NUMBER: _ClassVar[int]
    STOP_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FORMAT_FIELD_NUMBER: _ClassVar[int]
    JSON_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    TOOLS_FIELD_NUMBER: _ClassVar[int]
    TOOL_CHOICE_FIELD_NUMBER: _ClassVar[int]
    TOOL_NAME_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ALLOW_CACHE_FIELD_NUMBER: _ClassVar[int]
    system: str
    messages: _containers.RepeatedCompositeFieldContainer[PromptMessage]
    temperature: float
    max_tokens: int
    stop: _containers.RepeatedScalarFieldContainer[str]
    response_format: ResponseFormat.Value
    json_schema: str
    tools: _containers.RepeatedCompositeFieldContainer[ToolDefinition]
    tool_choice: ToolChoice.Value
    tool_name: str
    model: str
    purpose: str
    allow_cache: bool
    def __init__(self, system: _Optional[str] = ..., messages: _Optional[_Iterable[_Union[PromptMessage, _Mapping]]] = ..., temperature: _Optional[float] = ..., max_tokens: _Optional[int] = ..., stop: _Optional[_Iterable[str]] = ..., response_format: _Optional[_Union[ResponseFormat.Value, str]] = ..., json_schema: _Optional[str] = ..., tools: _Optional[_Iterable[_Union[ToolDefinition, _Mapping]]] = ..., tool_choice: _Optional[_Union[ToolChoice.Value, str]] = ..., tool_name: _Optional[str] = ..., model: _Optional[str] = ..., purpose: _Optional[str] = ..., allow_cache: _Optional[bool] = ...) -> None: ...

class FinishReason(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[FinishReason.Value]
        stop: _ClassVar[FinishReason.Value]
        length: _ClassVar[FinishReason.Value]
        tool_calls: _ClassVar[FinishReason.Value]
        content_filter: _ClassVar[FinishReason.Value]
        error: _ClassVar[FinishReason.Value]
        cancelled: _ClassVar[FinishReason.Value]
    unspecified: FinishReason.Value
    stop: FinishReason.Value
    length: FinishReason.Value
    tool_calls: FinishReason.Value
    content_filter: FinishReason.Value
    error: FinishReason.Value
    cancelled: FinishReason.Value
    def __init__(self) -> None: ...

class Completion(_message.Message):
    __slots__ = ("content", "model", "provider", "prompt_tokens", "completion_tokens", "latency_ms", "finish_reason", "tool_calls", "cost_usd", "first_token_ms", "attempts", "cached")
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    FINISH_REASON_FIELD_NUMBER: _ClassVar[int]
    TOOL_CALLS_FIELD_NUMBER: _ClassVar[int]
    COST_USD_FIELD_NUMBER: _ClassVar[int]
    FIRST_TOKEN_MS_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    content: str
    model: str
    provider: str
    prompt_tokens: int
    completion_tokens: int
    latency_ms: int
    finish_reason: FinishReason.Value
    tool_calls: _containers.RepeatedCompositeFieldContainer[ToolCall]
    cost_usd: float
    first_token_ms: int
    attempts: int
    cached: bool
    def __init__(self, content: _Optional[str] = ..., model: _Optional[str] = ..., provider: _Optional[str] = ..., prompt_tokens: _Optional[int] = ..., completion_tokens: _Optional[int] = ..., latency_ms: _Optional[int] = ..., finish_reason: _Optional[_Union[FinishReason.Value, str]] = ..., tool_calls: _Optional[_Iterable[_Union[ToolCall, _Mapping]]] = ..., cost_usd: _Optional[float] = ..., first_token_ms: _Optional[int] = ..., attempts: _Optional[int] = ..., cached: _Optional[bool] = ...) -> None: ...
