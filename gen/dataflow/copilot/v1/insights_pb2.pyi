import datetime

from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import reply_pb2 as _reply_pb2
from dataflow.copilot.v1 import action_pb2 as _action_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListInsightsRequest(_message.Message):
    __slots__ = ("pipeline_id", "limit", "workspace_id")
    PIPELINE_ID_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    pipeline_id: str
    limit: int
    workspace_id: str
    def __init__(self, pipeline_id: _Optional[str] = ..., limit: _Optional[int] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class InsightCategory(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[InsightCategory.Value]
        performance: _ClassVar[InsightCategory.Value]
        reliability: _ClassVar[InsightCategory.Value]
        data_quality: _ClassVar[InsightCategory.Value]
        cost: _ClassVar[InsightCategory.Value]
        freshness: _ClassVar[InsightCategory.Value]
        governance: _ClassVar[InsightCategory.Value]
    unspecified: InsightCategory.Value
    performance: InsightCategory.Value
    reliability: InsightCategory.Value
    data_quality: InsightCategory.Value
    cost: InsightCategory.Value
    freshness: InsightCategory.Value
    governance: InsightCategory.Value
    def __init__(self) -> None: ...

class InsightSeverity(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[InsightSeverity.Value]
        info: _ClassVar[InsightSeverity.Value]
        warning: _ClassVar[InsightSeverity.Value]
        critical: _ClassVar[InsightSeverity.Value]
    unspecified: InsightSeverity.Value
    info: InsightSeverity.Value
    warning: InsightSeverity.Value
    critical: InsightSeverity.Value
    def __init__(self) -> None: ...

class Insight(_message.Message):
    __slots__ = ("id", "category", "severity", "title", "description", "recommendation", "asset", "evidence", "confidence", "actions")
    ID_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    RECOMMENDATION_FIELD_NUMBER: _ClassVar[int]
    ASSET_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    id: str
    category: InsightCategory.Value
    severity: InsightSeverity.Value
    title: str
    description: str
    recommendation: str
    asset: str
    evidence: _containers.RepeatedScalarFieldContainer[str]
    confidence: float
    actions: _containers.RepeatedCompositeFieldContainer[_action_pb2.Action]
    def __init__(self, id: _Optional[str] = ..., category: _Optional[_Union[InsightCategory.Value, str]] = ..., severity: _Optional[_Union[InsightSeverity.Value, str]] = ..., title: _Optional[str] = ..., description: _Optional[str] = ..., recommendation: _Optional[str] = ..., asset: _Optional[str] = ..., evidence: _Optional[_Iterable[str]] = ..., confidence: _Optional[float] = ..., actions: _Optional[_Iterable[_Union[_action_pb2.Action, _Mapping]]] = ...) -> None: ...

class ListInsightsResponse(_message.Message):
    __slots__ = ("insights", "generated_at", "cached", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    INSIGHTS_FIELD_NUMBER: _ClassVar[int]
    GENERATED_AT_FIELD_NUMBER: _ClassVar[int]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    insights: _containers.RepeatedCompositeFieldContainer[Insight]
    generated_at: _timestamp_pb2.Timestamp
    cached: bool
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, insights: _Optional[_Iterable[_Union[Insight, _Mapping]]] = ..., generated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cached: _Optional[bool] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...
