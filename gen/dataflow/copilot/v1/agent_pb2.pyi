import datetime

from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import reply_pb2 as _reply_pb2
from dataflow.common.v1 import stream_error_pb2 as _stream_error_pb2
from dataflow.copilot.v1 import conversation_pb2 as _conversation_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AgentStatus(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[AgentStatus.Value]
        running: _ClassVar[AgentStatus.Value]
        awaiting_approval: _ClassVar[AgentStatus.Value]
        completed: _ClassVar[AgentStatus.Value]
        failed: _ClassVar[AgentStatus.Value]
    unspecified: AgentStatus.Value
    running: AgentStatus.Value
    awaiting_approval: AgentStatus.Value
    completed: AgentStatus.Value
    failed: AgentStatus.Value
    def __init__(self) -> None: ...

class ChatWithAgentRequest(_message.Message):
    __slots__ = ("message", "session_id", "workspace_id")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    message: str
    session_id: str
    workspace_id: str
    def __init__(self, message: _Optional[str] = ..., session_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class AgentStep(_message.Message):
    __slots__ = ("tool", "input", "output", "error", "source", "step_id", "started_at", "duration_ms")
    TOOL_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    STEP_ID_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    DURATION_MS_FIELD_NUMBER: _ClassVar[int]
    tool: str
    input: _struct_pb2.Struct
    output: _struct_pb2.Struct
    error: str
    source: _reply_pb2.Source.Value
    step_id: str
    started_at: _timestamp_pb2.Timestamp
    duration_ms: int
    def __init__(self, tool: _Optional[str] = ..., input: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., output: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., error: _Optional[str] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., step_id: _Optional[str] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., duration_ms: _Optional[int] = ...) -> None: ...

class PendingAction(_message.Message):
    __slots__ = ("action_id", "tool", "input", "arguments_hash", "summary", "expires_at")
    ACTION_ID_FIELD_NUMBER: _ClassVar[int]
    TOOL_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_HASH_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    action_id: str
    tool: str
    input: _struct_pb2.Struct
    arguments_hash: str
    summary: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, action_id: _Optional[str] = ..., tool: _Optional[str] = ..., input: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., arguments_hash: _Optional[str] = ..., summary: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ChatWithAgentResponse(_message.Message):
    __slots__ = ("session_id", "message", "status", "steps", "pending_actions", "iterations", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    PENDING_ACTIONS_FIELD_NUMBER: _ClassVar[int]
    ITERATIONS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    message: str
    status: AgentStatus.Value
    steps: _containers.RepeatedCompositeFieldContainer[AgentStep]
    pending_actions: _containers.RepeatedCompositeFieldContainer[PendingAction]
    iterations: int
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, session_id: _Optional[str] = ..., message: _Optional[str] = ..., status: _Optional[_Union[AgentStatus.Value, str]] = ..., steps: _Optional[_Iterable[_Union[AgentStep, _Mapping]]] = ..., pending_actions: _Optional[_Iterable[_Union[PendingAction, _Mapping]]] = ..., iterations: _Optional[int] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...

class StreamAgentRequest(_message.Message):
    __slots__ = ("message", "session_id", "workspace_id")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    message: str
    session_id: str
    workspace_id: str
    def __init__(self, message: _Optional[str] = ..., session_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class StreamAgentResponse(_message.Message):
    __slots__ = ("token", "step_started", "step_finished", "pending_action", "done", "error", "session")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    STEP_STARTED_FIELD_NUMBER: _ClassVar[int]
    STEP_FINISHED_FIELD_NUMBER: _ClassVar[int]
    PENDING_ACTION_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    token: AgentToken
    step_started: AgentStep
    step_finished: AgentStep
    pending_action: PendingAction
    done: ChatWithAgentResponse
    error: _stream_error_pb2.StreamError
    session: AgentSessionNamed
    def __init__(self, token: _Optional[_Union[AgentToken, _Mapping]] = ..., step_started: _Optional[_Union[AgentStep, _Mapping]] = ..., step_finished: _Optional[_Union[AgentStep, _Mapping]] = ..., pending_action: _Optional[_Union[PendingAction, _Mapping]] = ..., done: _Optional[_Union[ChatWithAgentResponse, _Mapping]] = ..., error: _Optional[_Union[_stream_error_pb2.StreamError, _Mapping]] = ..., session: _Optional[_Union[AgentSessionNamed, _Mapping]] = ...) -> None: ...

class AgentSessionNamed(_message.Message):
    __slots__ = ("session_id",)
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    def __init__(self, session_id: _Optional[str] = ...) -> None: ...

class AgentToken(_message.Message):
    __slots__ = ("text",)
    TEXT_FIELD_NUMBER: _ClassVar[int]
    text: str
    def __init__(self, text: _Optional[str] = ...) -> None: ...

class ApproveActionRequest(_message.Message):
    __slots__ = ("session_id", "action_id", "approved", "comment", "arguments_hash", "workspace_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    ACTION_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_HASH_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    action_id: str
    approved: bool
    comment: str
    arguments_hash: str
    workspace_id: str
    def __init__(self, session_id: _Optional[str] = ..., action_id: _Optional[str] = ..., approved: _Optional[bool] = ..., comment: _Optional[str] = ..., arguments_hash: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class ApproveActionResponse(_message.Message):
    __slots__ = ("session_id", "message", "status", "steps", "pending_actions", "iterations", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    PENDING_ACTIONS_FIELD_NUMBER: _ClassVar[int]
    ITERATIONS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    message: str
    status: AgentStatus.Value
    steps: _containers.RepeatedCompositeFieldContainer[AgentStep]
    pending_actions: _containers.RepeatedCompositeFieldContainer[PendingAction]
    iterations: int
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, session_id: _Optional[str] = ..., message: _Optional[str] = ..., status: _Optional[_Union[AgentStatus.Value, str]] = ..., steps: _Optional[_Iterable[_Union[AgentStep, _Mapping]]] = ..., pending_actions: _Optional[_Iterable[_Union[PendingAction, _Mapping]]] = ..., iterations: _Optional[int] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...

class GetAgentSessionRequest(_message.Message):
    __slots__ = ("session_id", "workspace_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    workspace_id: str
    def __init__(self, session_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class GetAgentSessionResponse(_message.Message):
    __slots__ = ("session_id", "message", "status", "steps", "pending_actions", "iterations", "history", "created_at", "updated_at", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    PENDING_ACTIONS_FIELD_NUMBER: _ClassVar[int]
    ITERATIONS_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    message: str
    status: AgentStatus.Value
    steps: _containers.RepeatedCompositeFieldContainer[AgentStep]
    pending_actions: _containers.RepeatedCompositeFieldContainer[PendingAction]
    iterations: int
    history: _containers.RepeatedCompositeFieldContainer[_conversation_pb2.Message]
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, session_id: _Optional[str] = ..., message: _Optional[str] = ..., status: _Optional[_Union[AgentStatus.Value, str]] = ..., steps: _Optional[_Iterable[_Union[AgentStep, _Mapping]]] = ..., pending_actions: _Optional[_Iterable[_Union[PendingAction, _Mapping]]] = ..., iterations: _Optional[int] = ..., history: _Optional[_Iterable[_Union[_conversation_pb2.Message, _Mapping]]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...
