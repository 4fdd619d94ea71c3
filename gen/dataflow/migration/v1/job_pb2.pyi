import datetime

from dataflow.common.v1 import dialect_pb2 as _dialect_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MigrationType(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[MigrationType.Value]
        powercenter: _ClassVar[MigrationType.Value]
        alteryx: _ClassVar[MigrationType.Value]
        ssis: _ClassVar[MigrationType.Value]
        datastage: _ClassVar[MigrationType.Value]
    unspecified: MigrationType.Value
    powercenter: MigrationType.Value
    alteryx: MigrationType.Value
    ssis: MigrationType.Value
    datastage: MigrationType.Value
    def __init__(self) -> None: ...

class MigrationStatus(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[MigrationStatus.Value]
        uploaded: _ClassVar[MigrationStatus.Value]
        parsing: _ClassVar[MigrationStatus.Value]
        parsed: _ClassVar[MigrationStatus.Value]
        converting: _ClassVar[MigrationStatus.Value]
        validating: _ClassVar[MigrationStatus.Value]
        validated: _ClassVar[MigrationStatus.Value]
        completed: _ClassVar[MigrationStatus.Value]
        completed_with_warnings: _ClassVar[MigrationStatus.Value]
        failed: _ClassVar[MigrationStatus.Value]
    unspecified: MigrationStatus.Value
    uploaded: MigrationStatus.Value
    parsing: MigrationStatus.Value
    parsed: MigrationStatus.Value
    converting: MigrationStatus.Value
    validating: MigrationStatus.Value
    validated: MigrationStatus.Value
    completed: MigrationStatus.Value
    completed_with_warnings: MigrationStatus.Value
    failed: MigrationStatus.Value
    def __init__(self) -> None: ...

class StageStatus(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[StageStatus.Value]
        pending: _ClassVar[StageStatus.Value]
        running: _ClassVar[StageStatus.Value]
        completed: _ClassVar[StageStatus.Value]
        failed: _ClassVar[StageStatus.Value]
        skipped: _ClassVar[StageStatus.Value]
    unspecified: StageStatus.Value
    pending: StageStatus.Value
    running: StageStatus.Value
    completed: StageStatus.Value
    failed: StageStatus.Value
    skipped: StageStatus.Value
    def __init__(self) -> None: ...

class JobStage(_message.Message):
    __slots__ = ("name", "status", "started_at", "finished_at")
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_FIELD_NUMBER: _ClassVar[int]
    name: str
    status: StageStatus.Value
    started_at: _timestamp_pb2.Timestamp
    finished_at: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[str] = ..., status: _Optional[_Union[StageStatus.Value, str]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finished_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class MigrationJob(_message.Message):
    __slots__ = ("job_id", "filename", "migration_type", "status", "status_reason", "confidence", "total_objects", "created_at", "updated_at", "issues_count", "dialect", "size_bytes", "pipelines_count", "message", "batch_id")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    MIGRATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STATUS_REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_OBJECTS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    ISSUES_COUNT_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    PIPELINES_COUNT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    filename: str
    migration_type: MigrationType.Value
    status: MigrationStatus.Value
    status_reason: str
    confidence: float
    total_objects: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    issues_count: int
    dialect: _dialect_pb2.SqlDialect.Value
    size_bytes: int
    pipelines_count: int
    message: str
    batch_id: str
    def __init__(self, job_id: _Optional[str] = ..., filename: _Optional[str] = ..., migration_type: _Optional[_Union[MigrationType.Value, str]] = ..., status: _Optional[_Union[MigrationStatus.Value, str]] = ..., status_reason: _Optional[str] = ..., confidence: _Optional[float] = ..., total_objects: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., issues_count: _Optional[int] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., size_bytes: _Optional[int] = ..., pipelines_count: _Optional[int] = ..., message: _Optional[str] = ..., batch_id: _Optional[str] = ...) -> None: ...

class JobSort(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[JobSort.Value]
        created_at: _ClassVar[JobSort.Value]
        filename: _ClassVar[JobSort.Value]
        confidence: _ClassVar[JobSort.Value]
        status: _ClassVar[JobSort.Value]
    unspecified: JobSort.Value
    created_at: JobSort.Value
    filename: JobSort.Value
    confidence: JobSort.Value
    status: JobSort.Value
    def __init__(self) -> None: ...

class SortOrder(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[SortOrder.Value]
        asc: _ClassVar[SortOrder.Value]
        desc: _ClassVar[SortOrder.Value]
    unspecified: SortOrder.Value
    asc: SortOrder.Value
    desc: SortOrder.Value
    def __init__(self) -> None: ...

class ListJobsRequest(_message.Message):
    __slots__ = ("status", "migration_type", "search", "sort_by", "order", "page", "page_size", "workspace_id")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MIGRATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    SEARCH_FIELD_NUMBER: _ClassVar[int]
    SORT_BY_FIELD_NUMBER: _ClassVar[int]
    ORDER_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    status: MigrationStatus.Value
    migration_type: MigrationType.Value
    search: str
    sort_by: JobSort.Value
    order: SortOrder.Value
    page: int
    page_size: int
    workspace_id: str
    def __init__(self, status: _Optional[_Union[MigrationStatus.Value, str]] = ..., migration_type: _Optional[_Union[MigrationType.Value, str]] = ..., search: _Optional[str] = ..., sort_by: _Optional[_Union[JobSort.Value, str]] = ..., order: _Optional[_Union[SortOrder.Value, str]] = ..., page: _Optional[int] = ..., page_size: _Optional[int] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class ListJobsResponse(_message.Message):
    __slots__ = ("items", "total", "page", "page_size", "pages")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[MigrationJob]
    total: int
    page: int
    page_size: int
    pages: int
    def __init__(self, items: _Optional[_Iterable[_Union[MigrationJob, _Mapping]]] = ..., total: _Optional[int] = ..., page: _Optional[int] = ..., page_size: _Optional[int] = ..., pages: _Optional[int] = ...) -> None: ...

class GetJobStatusRequest(_message.Message):
    __slots__ = ("job_id", "workspace_id")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    workspace_id: str
    def __init__(self, job_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class GetJobStatusResponse(_message.Message):
    __slots__ = ("job_id", "filename", "migration_type", "status", "status_reason", "confidence", "total_objects", "created_at", "updated_at", "issues_count", "dialect", "size_bytes", "pipelines_count", "message", "batch_id", "stage", "progress", "stages")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    MIGRATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    STATUS_REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_OBJECTS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    ISSUES_COUNT_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    PIPELINES_COUNT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    STAGES_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    filename: str
    migration_type: MigrationType.Value
    status: MigrationStatus.Value
    status_reason: str
    confidence: float
    total_objects: int
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    issues_count: int
    dialect: _dialect_pb2.SqlDialect.Value
    size_bytes: int
    pipelines_count: int
    message: str
    batch_id: str
    stage: str
    progress: float
    stages: _containers.RepeatedCompositeFieldContainer[JobStage]
    def __init__(self, job_id: _Optional[str] = ..., filename: _Optional[str] = ..., migration_type: _Optional[_Union[MigrationType.Value, str]] = ..., status: _Optional[_Union[MigrationStatus.Value, str]] = ..., status_reason: _Optional[str] = ..., confidence: _Optional[float] = ..., total_objects: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., issues_count: _Optional[int] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., size_bytes: _Optional[int] = ..., pipelines_count: _Optional[int] = ..., message: _Optional[str] = ..., batch_id: _Optional[str] = ..., stage: _Optional[str] = ..., progress: _Optional[float] = ..., stages: _Optional[_Iterable[_Union[JobStage, _Mapping]]] = ...) -> None: ...

class ConvertJobRequest(_message.Message):
    __slots__ = ("job_id", "dialect", "workspace_id")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    dialect: _dialect_pb2.SqlDialect.Value
    workspace_id: str
    def __init__(self, job_id: _Optional[str] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class ConvertJobResponse(_message.Message):
    __slots__ = ("job_id", "status", "confidence", "message", "status_reason")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    STATUS_REASON_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    status: MigrationStatus.Value
    confidence: float
    message: str
    status_reason: str
    def __init__(self, job_id: _Optional[str] = ..., status: _Optional[_Union[MigrationStatus.Value, str]] = ..., confidence: _Optional[float] = ..., message: _Optional[str] = ..., status_reason: _Optional[str] = ...) -> None: ...
