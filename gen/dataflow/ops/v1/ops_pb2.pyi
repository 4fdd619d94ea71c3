import datetime

from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import http_content_pb2 as _http_content_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetHealthRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class HealthStatus(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[HealthStatus.Value]
        healthy: _ClassVar[HealthStatus.Value]
        draining: _ClassVar[HealthStatus.Value]
    unspecified: HealthStatus.Value
    healthy: HealthStatus.Value
    draining: HealthStatus.Value
    def __init__(self) -> None: ...

class GetHealthResponse(_message.Message):
    __slots__ = ("status", "service", "version", "uptime_seconds")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    UPTIME_SECONDS_FIELD_NUMBER: _ClassVar[int]
    status: HealthStatus.Value
    service: str
    version: str
    uptime_seconds: float
    def __init__(self, status: _Optional[_Union[HealthStatus.Value, str]] = ..., service: _Optional[str] = ..., version: _Optional[str] = ..., uptime_seconds: _Optional[float] = ...) -> None: ...

class GetReadinessRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ReadinessStatus(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[ReadinessStatus.Value]
        ready: _ClassVar[ReadinessStatus.Value]
        degraded: _ClassVar[ReadinessStatus.Value]
        draining: _ClassVar[ReadinessStatus.Value]
    unspecified: ReadinessStatus.Value
    ready: ReadinessStatus.Value
    degraded: ReadinessStatus.Value
    draining: ReadinessStatus.Value
    def __init__(self) -> None: ...

class GetReadinessResponse(_message.Message):
    __slots__ = ("status", "reasons", "service", "version", "dependencies")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DEPENDENCIES_FIELD_NUMBER: _ClassVar[int]
    status: ReadinessStatus.Value
    reasons: _containers.RepeatedScalarFieldContainer[str]
    service: str
    version: str
    dependencies: _containers.RepeatedCompositeFieldContainer[Dependency]
    def __init__(self, status: _Optional[_Union[ReadinessStatus.Value, str]] = ..., reasons: _Optional[_Iterable[str]] = ..., service: _Optional[str] = ..., version: _Optional[str] = ..., dependencies: _Optional[_Iterable[_Union[Dependency, _Mapping]]] = ...) -> None: ...

class Dependency(_message.Message):
    __slots__ = ("name", "healthy", "detail", "latency_ms", "checked_at", "required")
    NAME_FIELD_NUMBER: _ClassVar[int]
    HEALTHY_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    CHECKED_AT_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    name: str
    healthy: bool
    detail: str
    latency_ms: int
    checked_at: _timestamp_pb2.Timestamp
    required: bool
    def __init__(self, name: _Optional[str] = ..., healthy: _Optional[bool] = ..., detail: _Optional[str] = ..., latency_ms: _Optional[int] = ..., checked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., required: _Optional[bool] = ...) -> None: ...

class GetMetricsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
