import datetime

from dataflow.common.v1 import validation_pb2 as _validation_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ConversionSource(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[ConversionSource.Value]
        rule_engine: _ClassVar[ConversionSource.Value]
        llm: _ClassVar[ConversionSource.Value]
        llm_unavailable: _ClassVar[ConversionSource.Value]
        unsupported: _ClassVar[ConversionSource.Value]
    unspecified: ConversionSource.Value
    rule_engine: ConversionSource.Value
    llm: ConversionSource.Value
    llm_unavailable: ConversionSource.Value
    unsupported: ConversionSource.Value
    def __init__(self) -> None: ...

class Origin(_message.Message):
    __slots__ = ("file", "line", "element")
    FILE_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    ELEMENT_FIELD_NUMBER: _ClassVar[int]
    file: str
    line: int
    element: str
    def __init__(self, file: _Optional[str] = ..., line: _Optional[int] = ..., element: _Optional[str] = ...) -> None: ...

class ReviewAction(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[ReviewAction.Value]
        mark_wrong: _ClassVar[ReviewAction.Value]
        accept: _ClassVar[ReviewAction.Value]
        edit: _ClassVar[ReviewAction.Value]
    unspecified: ReviewAction.Value
    mark_wrong: ReviewAction.Value
    accept: ReviewAction.Value
    edit: ReviewAction.Value
    def __init__(self) -> None: ...

class Review(_message.Message):
    __slots__ = ("action", "comment", "author", "at")
    ACTION_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    AUTHOR_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    action: ReviewAction.Value
    comment: str
    author: str
    at: _timestamp_pb2.Timestamp
    def __init__(self, action: _Optional[_Union[ReviewAction.Value, str]] = ..., comment: _Optional[str] = ..., author: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ModelUse(_message.Message):
    __slots__ = ("model", "provider", "prompt_tokens", "completion_tokens", "cost_usd", "rounds", "explanation", "assumptions")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COST_USD_FIELD_NUMBER: _ClassVar[int]
    ROUNDS_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    ASSUMPTIONS_FIELD_NUMBER: _ClassVar[int]
    model: str
    provider: str
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    rounds: int
    explanation: str
    assumptions: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, model: _Optional[str] = ..., provider: _Optional[str] = ..., prompt_tokens: _Optional[int] = ..., completion_tokens: _Optional[int] = ..., cost_usd: _Optional[float] = ..., rounds: _Optional[int] = ..., explanation: _Optional[str] = ..., assumptions: _Optional[_Iterable[str]] = ...) -> None: ...

class ObjectMapping(_message.Message):
    __slots__ = ("name", "source_type", "target_type", "mapping", "confidence", "conversion_source", "requires_manual_review", "warnings", "origin", "node_ids", "review", "model")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    TARGET_TYPE_FIELD_NUMBER: _ClassVar[int]
    MAPPING_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    CONVERSION_SOURCE_FIELD_NUMBER: _ClassVar[int]
    REQUIRES_MANUAL_REVIEW_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    name: str
    source_type: str
    target_type: str
    mapping: str
    confidence: float
    conversion_source: ConversionSource.Value
    requires_manual_review: bool
    warnings: _containers.RepeatedScalarFieldContainer[str]
    origin: Origin
    node_ids: _containers.RepeatedScalarFieldContainer[str]
    review: Review
    model: ModelUse
    def __init__(self, name: _Optional[str] = ..., source_type: _Optional[str] = ..., target_type: _Optional[str] = ..., mapping: _Optional[str] = ..., confidence: _Optional[float] = ..., conversion_source: _Optional[_Union[ConversionSource.Value, str]] = ..., requires_manual_review: _Optional[bool] = ..., warnings: _Optional[_Iterable[str]] = ..., origin: _Optional[_Union[Origin, _Mapping]] = ..., node_ids: _Optional[_Iterable[str]] = ..., review: _Optional[_Union[Review, _Mapping]] = ..., model: _Optional[_Union[ModelUse, _Mapping]] = ...) -> None: ...

class IssueCategory(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[IssueCategory.Value]
        needs_work: _ClassVar[IssueCategory.Value]
        functional_difference: _ClassVar[IssueCategory.Value]
        performance: _ClassVar[IssueCategory.Value]
        out_of_scope: _ClassVar[IssueCategory.Value]
    unspecified: IssueCategory.Value
    needs_work: IssueCategory.Value
    functional_difference: IssueCategory.Value
    performance: IssueCategory.Value
    out_of_scope: IssueCategory.Value
    def __init__(self) -> None: ...

class Issue(_message.Message):
    __slots__ = ("severity", "code", "message", "remedy", "mapping", "object", "column", "origin", "excerpt", "category", "effort_hours")
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    REMEDY_FIELD_NUMBER: _ClassVar[int]
    MAPPING_FIELD_NUMBER: _ClassVar[int]
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    EXCERPT_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    EFFORT_HOURS_FIELD_NUMBER: _ClassVar[int]
    severity: _validation_pb2.Severity.Value
    code: str
    message: str
    remedy: str
    mapping: str
    object: str
    column: str
    origin: Origin
    excerpt: str
    category: IssueCategory.Value
    effort_hours: float
    def __init__(self, severity: _Optional[_Union[_validation_pb2.Severity.Value, str]] = ..., code: _Optional[str] = ..., message: _Optional[str] = ..., remedy: _Optional[str] = ..., mapping: _Optional[str] = ..., object: _Optional[str] = ..., column: _Optional[str] = ..., origin: _Optional[_Union[Origin, _Mapping]] = ..., excerpt: _Optional[str] = ..., category: _Optional[_Union[IssueCategory.Value, str]] = ..., effort_hours: _Optional[float] = ...) -> None: ...

class MappingSummary(_message.Message):
    __slots__ = ("name", "folder", "total_objects", "auto_converted", "needs_review", "manual_required", "confidence", "complexity", "issues_count", "pipeline", "origin")
    NAME_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    TOTAL_OBJECTS_FIELD_NUMBER: _ClassVar[int]
    AUTO_CONVERTED_FIELD_NUMBER: _ClassVar[int]
    NEEDS_REVIEW_FIELD_NUMBER: _ClassVar[int]
    MANUAL_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    COMPLEXITY_FIELD_NUMBER: _ClassVar[int]
    ISSUES_COUNT_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    name: str
    folder: str
    total_objects: int
    auto_converted: int
    needs_review: int
    manual_required: int
    confidence: float
    complexity: str
    issues_count: int
    pipeline: str
    origin: Origin
    def __init__(self, name: _Optional[str] = ..., folder: _Optional[str] = ..., total_objects: _Optional[int] = ..., auto_converted: _Optional[int] = ..., needs_review: _Optional[int] = ..., manual_required: _Optional[int] = ..., confidence: _Optional[float] = ..., complexity: _Optional[str] = ..., issues_count: _Optional[int] = ..., pipeline: _Optional[str] = ..., origin: _Optional[_Union[Origin, _Mapping]] = ...) -> None: ...

class EffortEstimate(_message.Message):
    __slots__ = ("base_hours", "review_hours", "llm_hours", "testing_hours", "integration_hours", "total_hours")
    BASE_HOURS_FIELD_NUMBER: _ClassVar[int]
    REVIEW_HOURS_FIELD_NUMBER: _ClassVar[int]
    LLM_HOURS_FIELD_NUMBER: _ClassVar[int]
    TESTING_HOURS_FIELD_NUMBER: _ClassVar[int]
    INTEGRATION_HOURS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_HOURS_FIELD_NUMBER: _ClassVar[int]
    base_hours: float
    review_hours: float
    llm_hours: float
    testing_hours: float
    integration_hours: float
    total_hours: float
    def __init__(self, base_hours: _Optional[float] = ..., review_hours: _Optional[float] = ..., llm_hours: _Optional[float] = ..., testing_hours: _Optional[float] = ..., integration_hours: _Optional[float] = ..., total_hours: _Optional[float] = ...) -> None: ...

class TableLineage(_message.Message):
    __slots__ = ("mapping", "source", "target")
    MAPPING_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    mapping: str
    source: str
    target: str
    def __init__(self, mapping: _Optional[str] = ..., source: _Optional[str] = ..., target: _Optional[str] = ...) -> None: ...

class ColumnLineage(_message.Message):
    __slots__ = ("mapping", "source", "source_column", "target", "target_column", "via", "transformed")
    MAPPING_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_COLUMN_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    TARGET_COLUMN_FIELD_NUMBER: _ClassVar[int]
    VIA_FIELD_NUMBER: _ClassVar[int]
    TRANSFORMED_FIELD_NUMBER: _ClassVar[int]
    mapping: str
    source: str
    source_column: str
    target: str
    target_column: str
    via: _containers.RepeatedScalarFieldContainer[str]
    transformed: bool
    def __init__(self, mapping: _Optional[str] = ..., source: _Optional[str] = ..., source_column: _Optional[str] = ..., target: _Optional[str] = ..., target_column: _Optional[str] = ..., via: _Optional[_Iterable[str]] = ..., transformed: _Optional[bool] = ...) -> None: ...

class Lineage(_message.Message):
    __slots__ = ("tables", "columns")
    TABLES_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    tables: _containers.RepeatedCompositeFieldContainer[TableLineage]
    columns: _containers.RepeatedCompositeFieldContainer[ColumnLineage]
    def __init__(self, tables: _Optional[_Iterable[_Union[TableLineage, _Mapping]]] = ..., columns: _Optional[_Iterable[_Union[ColumnLineage, _Mapping]]] = ...) -> None: ...

class MigrationReport(_message.Message):
    __slots__ = ("job_id", "total_objects", "auto_converted", "needs_review", "manual_required", "overall_confidence", "mappings", "objects", "issues", "effort", "complexity", "lineage", "filename", "generated_at", "inventory")
    class InventoryEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    TOTAL_OBJECTS_FIELD_NUMBER: _ClassVar[int]
    AUTO_CONVERTED_FIELD_NUMBER: _ClassVar[int]
    NEEDS_REVIEW_FIELD_NUMBER: _ClassVar[int]
    MANUAL_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    OVERALL_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    MAPPINGS_FIELD_NUMBER: _ClassVar[int]
    OBJECTS_FIELD_NUMBER: _ClassVar[int]
    ISSUES_FIELD_NUMBER: _ClassVar[int]
    EFFORT_FIELD_NUMBER: _ClassVar[int]
    COMPLEXITY_FIELD_NUMBER: _ClassVar[int]
    LINEAGE_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    GENERATED_AT_FIELD_NUMBER: _ClassVar[int]
    INVENTORY_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    total_objects: int
    auto_converted: int
    needs_review: int
    manual_required: int
    overall_confidence: float
    mappings: _containers.RepeatedCompositeFieldContainer[MappingSummary]
    objects: _containers.RepeatedCompositeFieldContainer[ObjectMapping]
    issues: _containers.RepeatedCompositeFieldContainer[Issue]
    effort: EffortEstimate
    complexity: str
    lineage: Lineage
    filename: str
    generated_at: _timestamp_pb2.Timestamp
    inventory: _containers.ScalarMap[str, int]
    def __init__(self, job_id: _Optional[str] = ..., total_objects: _Optional[int] = ..., auto_converted: _Optional[int] = ..., needs_review: _Optional[int] = ..., manual_required: _Optional[int] = ..., overall_confidence: _Optional[float] = ..., mappings: _Optional[_Iterable[_Union[MappingSummary, _Mapping]]] = ..., objects: _Optional[_Iterable[_Union[ObjectMapping, _Mapping]]] = ..., issues: _Optional[_Iterable[_Union[Issue, _Mapping]]] = ..., effort: _Optional[_Union[EffortEstimate, _Mapping]] = ..., complexity: _Optional[str] = ..., lineage: _Optional[_Union[Lineage, _Mapping]] = ..., filename: _Optional[str] = ..., generated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., inventory: _Optional[_Mapping[str, int]] = ...) -> None: ...

class ReportFormat(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[ReportFormat.Value]
        json: _ClassVar[ReportFormat.Value]
        csv: _ClassVar[ReportFormat.Value]
        html: _ClassVar[ReportFormat.Value]
    unspecified: ReportFormat.Value
    json: ReportFormat.Value
    csv: ReportFormat.Value
    html: ReportFormat.Value
    def __init__(self) -> None: ...

class GetJobReportRequest(_message.Message):
    __slots__ = ("job_id", "workspace_id")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    workspace_id: str
    def __init__(self, job_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class GetJobReportResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: MigrationReport
    def __init__(self, report: _Optional[_Union[MigrationReport, _Mapping]] = ...) -> None: ...

class RenderJobReportRequest(_message.Message):
    __slots__ = ("job_id", "format", "workspace_id")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    format: ReportFormat.Value
    workspace_id: str
    def __init__(self, job_id: _Optional[str] = ..., format: _Optional[_Union[ReportFormat.Value, str]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class DownloadFormat(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[DownloadFormat.Value]
        yaml: _ClassVar[DownloadFormat.Value]
        json: _ClassVar[DownloadFormat.Value]
    unspecified: DownloadFormat.Value
    yaml: DownloadFormat.Value
    json: DownloadFormat.Value
    def __init__(self) -> None: ...

class DownloadPipelineRequest(_message.Message):
    __slots__ = ("job_id", "format", "mapping", "workspace_id")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    MAPPING_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    format: DownloadFormat.Value
    mapping: str
    workspace_id: str
    def __init__(self, job_id: _Optional[str] = ..., format: _Optional[_Union[DownloadFormat.Value, str]] = ..., mapping: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class ValidateJobRequest(_message.Message):
    __slots__ = ("job_id", "workspace_id")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    workspace_id: str
    def __init__(self, job_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class ValidateJobResponse(_message.Message):
    __slots__ = ("is_valid", "checks", "job_id")
    IS_VALID_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    is_valid: bool
    checks: _containers.RepeatedCompositeFieldContainer[_validation_pb2.ValidationCheckResult]
    job_id: str
    def __init__(self, is_valid: _Optional[bool] = ..., checks: _Optional[_Iterable[_Union[_validation_pb2.ValidationCheckResult, _Mapping]]] = ..., job_id: _Optional[str] = ...) -> None: ...

class OverrideObjectRequest(_message.Message):
    __slots__ = ("job_id", "name", "action", "yaml", "comment", "mapping", "workspace_id")
    JOB_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    YAML_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    MAPPING_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    job_id: str
    name: str
    action: ReviewAction.Value
    yaml: str
    comment: str
    mapping: str
    workspace_id: str
    def __init__(self, job_id: _Optional[str] = ..., name: _Optional[str] = ..., action: _Optional[_Union[ReviewAction.Value, str]] = ..., yaml: _Optional[str] = ..., comment: _Optional[str] = ..., mapping: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class OverrideObjectResponse(_message.Message):
    __slots__ = ("name", "source_type", "target_type", "mapping", "confidence", "conversion_source", "requires_manual_review", "warnings", "origin", "node_ids", "review")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SOURCE_TYPE_FIELD_NUMBER: _ClassVar[int]
    TARGET_TYPE_FIELD_NUMBER: _ClassVar[int]
    MAPPING_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    CONVERSION_SOURCE_FIELD_NUMBER: _ClassVar[int]
    REQUIRES_MANUAL_REVIEW_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    NODE_IDS_FIELD_NUMBER: _ClassVar[int]
    REVIEW_FIELD_NUMBER: _ClassVar[int]
    name: str
    source_type: str
    target_type: str
    mapping: str
    confidence: float
    conversion_source: ConversionSource.Value
    requires_manual_review: bool
    warnings: _containers.RepeatedScalarFieldContainer[str]
    origin: Origin
    node_ids: _containers.RepeatedScalarFieldContainer[str]
    review: Review
    def __init__(self, name: _Optional[str] = ..., source_type: _Optional[str] = ..., target_type: _Optional[str] = ..., mapping: _Optional[str] = ..., confidence: _Optional[float] = ..., conversion_source: _Optional[_Union[ConversionSource.Value, str]] = ..., requires_manual_review: _Optional[bool] = ..., warnings: _Optional[_Iterable[str]] = ..., origin: _Optional[_Union[Origin, _Mapping]] = ..., node_ids: _Optional[_Iterable[str]] = ..., review: _Optional[_Union[Review, _Mapping]] = ...) -> None: ...
