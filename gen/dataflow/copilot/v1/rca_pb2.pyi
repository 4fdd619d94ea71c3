import datetime

from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import reply_pb2 as _reply_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AnalyzeIncidentRequest(_message.Message):
    __slots__ = ("pipeline_id", "run_id", "alert_id", "description", "window_hours", "workspace_id")
    PIPELINE_ID_FIELD_NUMBER: _ClassVar[int]
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    ALERT_ID_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    WINDOW_HOURS_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    pipeline_id: str
    run_id: str
    alert_id: str
    description: str
    window_hours: int
    workspace_id: str
    def __init__(self, pipeline_id: _Optional[str] = ..., run_id: _Optional[str] = ..., alert_id: _Optional[str] = ..., description: _Optional[str] = ..., window_hours: _Optional[int] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class TimelineEvent(_message.Message):
    __slots__ = ("id", "at", "kind", "asset", "description", "source")
    ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ASSET_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    at: _timestamp_pb2.Timestamp
    kind: str
    asset: str
    description: str
    source: str
    def __init__(self, id: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kind: _Optional[str] = ..., asset: _Optional[str] = ..., description: _Optional[str] = ..., source: _Optional[str] = ...) -> None: ...

class Hypothesis(_message.Message):
    __slots__ = ("title", "explanation", "confidence", "evidence", "suggested_action")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    SUGGESTED_ACTION_FIELD_NUMBER: _ClassVar[int]
    title: str
    explanation: str
    confidence: float
    evidence: _containers.RepeatedScalarFieldContainer[str]
    suggested_action: str
    def __init__(self, title: _Optional[str] = ..., explanation: _Optional[str] = ..., confidence: _Optional[float] = ..., evidence: _Optional[_Iterable[str]] = ..., suggested_action: _Optional[str] = ...) -> None: ...

class CitedAsset(_message.Message):
    __slots__ = ("name", "type", "url")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    name: str
    type: str
    url: str
    def __init__(self, name: _Optional[str] = ..., type: _Optional[str] = ..., url: _Optional[str] = ...) -> None: ...

class AnalyzeIncidentResponse(_message.Message):
    __slots__ = ("summary", "timeline", "hypotheses", "cited_assets", "token_count", "tool_call_count", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    TIMELINE_FIELD_NUMBER: _ClassVar[int]
    HYPOTHESES_FIELD_NUMBER: _ClassVar[int]
    CITED_ASSETS_FIELD_NUMBER: _ClassVar[int]
    TOKEN_COUNT_FIELD_NUMBER: _ClassVar[int]
    TOOL_CALL_COUNT_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    summary: str
    timeline: _containers.RepeatedCompositeFieldContainer[TimelineEvent]
    hypotheses: _containers.RepeatedCompositeFieldContainer[Hypothesis]
    cited_assets: _containers.RepeatedCompositeFieldContainer[CitedAsset]
    token_count: int
    tool_call_count: int
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, summary: _Optional[str] = ..., timeline: _Optional[_Iterable[_Union[TimelineEvent, _Mapping]]] = ..., hypotheses: _Optional[_Iterable[_Union[Hypothesis, _Mapping]]] = ..., cited_assets: _Optional[_Iterable[_Union[CitedAsset, _Mapping]]] = ..., token_count: _Optional[int] = ..., tool_call_count: _Optional[int] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...
