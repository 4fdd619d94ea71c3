from dataflow.common.v1 import dialect_pb2 as _dialect_pb2
from dataflow.common.v1 import stream_error_pb2 as _stream_error_pb2
from dataflow.migration.v1 import job_pb2 as _job_pb2
from dataflow.migration.v1 import report_pb2 as _report_pb2
from google.api import httpbody_pb2 as _httpbody_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UploadExportRequest(_message.Message):
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

class UploadExportResponse(_message.Message):
    __slots__ = ("job_id", "filename", "migration_type", "status", "message", "confidence", "status_reason")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    MIGRATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    STATUS_REASON_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    filename: str
    migration_type: _job_pb2.MigrationType.Value
    status: _job_pb2.MigrationStatus.Value
    message: str
    confidence: float
    status_reason: str
    def __init__(self, job_id: _Optional[str] = ..., filename: _Optional[str] = ..., migration_type: _Optional[_Union[_job_pb2.MigrationType.Value, str]] = ..., status: _Optional[_Union[_job_pb2.MigrationStatus.Value, str]] = ..., message: _Optional[str] = ..., confidence: _Optional[float] = ..., status_reason: _Optional[str] = ...) -> None: ...

class ExportHeader(_message.Message):
    __slots__ = ("filename", "migration_type", "dialect", "workspace_id")
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    MIGRATION_TYPE_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    filename: str
    migration_type: _job_pb2.MigrationType.Value
    dialect: _dialect_pb2.SqlDialect.Value
    workspace_id: str
    def __init__(self, filename: _Optional[str] = ..., migration_type: _Optional[_Union[_job_pb2.MigrationType.Value, str]] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class ConvertExportRequest(_message.Message):
    __slots__ = ("header", "chunk")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    header: ExportHeader
    chunk: bytes
    def __init__(self, header: _Optional[_Union[ExportHeader, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class ConvertExportResponse(_message.Message):
    __slots__ = ("progress", "pipeline", "done", "error")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    progress: StageProgress
    pipeline: ConvertedPipeline
    done: ConversionOutcome
    error: _stream_error_pb2.StreamError
    def __init__(self, progress: _Optional[_Union[StageProgress, _Mapping]] = ..., pipeline: _Optional[_Union[ConvertedPipeline, _Mapping]] = ..., done: _Optional[_Union[ConversionOutcome, _Mapping]] = ..., error: _Optional[_Union[_stream_error_pb2.StreamError, _Mapping]] = ...) -> None: ...

class StageProgress(_message.Message):
    __slots__ = ("job_id", "stage", "status", "progress", "done", "total")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    stage: str
    status: _job_pb2.StageStatus.Value
    progress: float
    done: int
    total: int
    def __init__(self, job_id: _Optional[str] = ..., stage: _Optional[str] = ..., status: _Optional[_Union[_job_pb2.StageStatus.Value, str]] = ..., progress: _Optional[float] = ..., done: _Optional[int] = ..., total: _Optional[int] = ...) -> None: ...

class ConvertedPipeline(_message.Message):
    __slots__ = ("mapping", "yaml")
    MAPPING_FIELD_NUMBER: _ClassVar[int]
    YAML_FIELD_NUMBER: _ClassVar[int]
    mapping: str
    yaml: str
    def __init__(self, mapping: _Optional[str] = ..., yaml: _Optional[str] = ...) -> None: ...

class ConversionOutcome(_message.Message):
    __slots__ = ("job", "report")
    JOB_FIELD_NUMBER: _ClassVar[int]
    REPORT_FIELD_NUMBER: _ClassVar[int]
    job: _job_pb2.MigrationJob
    report: _report_pb2.MigrationReport
    def __init__(self, job: _Optional[_Union[_job_pb2.MigrationJob, _Mapping]] = ..., report: _Optional[_Union[_report_pb2.MigrationReport, _Mapping]] = ...) -> None: ...
