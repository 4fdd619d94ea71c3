import datetime

from dataflow.common.v1 import dialect_pb2 as _dialect_pb2
from dataflow.migration.v1 import job_pb2 as _job_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BatchStatus(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[BatchStatus.Value]
        queued: _ClassVar[BatchStatus.Value]
        running: _ClassVar[BatchStatus.Value]
        completed: _ClassVar[BatchStatus.Value]
        completed_with_failures: _ClassVar[BatchStatus.Value]
        cancelled: _ClassVar[BatchStatus.Value]
        failed: _ClassVar[BatchStatus.Value]
    unspecified: BatchStatus.Value
    queued: BatchStatus.Value
    running: BatchStatus.Value
    completed: BatchStatus.Value
    completed_with_failures: BatchStatus.Value
    cancelled: BatchStatus.Value
    failed: BatchStatus.Value
    def __init__(self) -> None: ...

class SkippedMember(_message.Message):
    __slots__ = ("path", "reason")
    PATH_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    path: str
    reason: str
    def __init__(self, path: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CreateBatchRequest(_message.Message):
    __slots__ = ("body", "filename", "migration_type", "dialect", "workspace_id")
    BODY_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    MIGRATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    body: _httpbody_pb2.HttpBody
    filename: str
    migration_type: _job_pb2.MigrationType.Value
    dialect: _dialect_pb2.SqlDialect.Value
    workspace_id: str
    def __init__(self, body: _Optional[_Union[_httpbody_pb2.HttpBody, _Mapping]] = ..., filename: _Optional[str] = ..., migration_type: _Optional[_Union[_job_pb2.MigrationType.Value, str]] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class CreateBatchResponse(_message.Message):
    __slots__ = ("batch_id", "status", "total", "done", "failed", "jobs", "eta_seconds", "created_at", "updated_at", "filename", "skipped")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    JOBS_FIELD_NUMBER: _ClassVar[int]
    ETA_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    status: BatchStatus.Value
    total: int
    done: int
    failed: int
    jobs: _containers.RepeatedScalarFieldContainer[str]
    eta_seconds: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    filename: str
    skipped: _containers.RepeatedCompositeFieldContainer[SkippedMember]
    def __init__(self, batch_id: _Optional[str] = ..., status: _Optional[_Union[BatchStatus.Value, str]] = ..., total: _Optional[int] = ..., done: _Optional[int] = ..., failed: _Optional[int] = ..., jobs: _Optional[_Iterable[str]] = ..., eta_seconds: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., filename: _Optional[str] = ..., skipped: _Optional[_Iterable[_Union[SkippedMember, _Mapping]]] = ...) -> None: ...

class GetBatchRequest(_message.Message):
    __slots__ = ("batch_id", "workspace_id")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    workspace_id: str
    def __init__(self, batch_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class GetBatchResponse(_message.Message):
    __slots__ = ("batch_id", "status", "total", "done", "failed", "jobs", "eta_seconds", "created_at", "updated_at", "filename", "skipped")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    JOBS_FIELD_NUMBER: _ClassVar[int]
    ETA_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    status: BatchStatus.Value
    total: int
    done: int
    failed: int
    jobs: _containers.RepeatedScalarFieldContainer[str]
    eta_seconds: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    filename: str
    skipped: _containers.RepeatedCompositeFieldContainer[SkippedMember]
    def __init__(self, batch_id: _Optional[str] = ..., status: _Optional[_Union[BatchStatus.Value, str]] = ..., total: _Optional[int] = ..., done: _Optional[int] = ..., failed: _Optional[int] = ..., jobs: _Optional[_Iterable[str]] = ..., eta_seconds: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., filename: _Optional[str] = ..., skipped: _Optional[_Iterable[_Union[SkippedMember, _Mapping]]] = ...) -> None: ...

class CancelBatchRequest(_message.Message):
    __slots__ = ("batch_id", "workspace_id")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    workspace_id: str
    def __init__(self, batch_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class CancelBatchResponse(_message.Message):
    __slots__ = ("batch_id", "status", "total", "done", "failed", "jobs", "eta_seconds", "created_at", "updated_at", "filename", "skipped")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    JOBS_FIELD_NUMBER: _ClassVar[int]
    ETA_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    status: BatchStatus.Value
    total: int
    done: int
    failed: int
    jobs: _containers.RepeatedScalarFieldContainer[str]
    eta_seconds: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    filename: str
    skipped: _containers.RepeatedCompositeFieldContainer[SkippedMember]
    def __init__(self, batch_id: _Optional[str] = ..., status: _Optional[_Union[BatchStatus.Value, str]] = ..., total: _Optional[int] = ..., done: _Optional[int] = ..., failed: _Optional[int] = ..., jobs: _Optional[_Iterable[str]] = ..., eta_seconds: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., filename: _Optional[str] = ..., skipped: _Optional[_Iterable[_Union[SkippedMember, _Mapping]]] = ...) -> None: ...
