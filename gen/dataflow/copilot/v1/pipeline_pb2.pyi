from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import dialect_pb2 as _dialect_pb2
from dataflow.common.v1 import reply_pb2 as _reply_pb2
from dataflow.common.v1 import source_ref_pb2 as _source_ref_pb2
from dataflow.common.v1 import validation_pb2 as _validation_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GeneratePipelineRequest(_message.Message):
    __slots__ = ("prompt", "source_systems", "target_system", "dialect", "workspace_id")
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_SYSTEMS_FIELD_NUMBER: _ClassVar[int]
    TARGET_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    prompt: str
    source_systems: _containers.RepeatedScalarFieldContainer[str]
    target_system: str
    dialect: _dialect_pb2.SqlDialect.Value
    workspace_id: str
    def __init__(self, prompt: _Optional[str] = ..., source_systems: _Optional[_Iterable[str]] = ..., target_system: _Optional[str] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class PipelineNode(_message.Message):
    __slots__ = ("id", "type", "label", "connector", "config")
    ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    CONNECTOR_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    id: str
    type: str
    label: str
    connector: str
    config: _struct_pb2.Struct
    def __init__(self, id: _Optional[str] = ..., type: _Optional[str] = ..., label: _Optional[str] = ..., connector: _Optional[str] = ..., config: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class PipelineEdge(_message.Message):
    __slots__ = ("source", "target", "source_port")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    SOURCE_PORT_FIELD_NUMBER: _ClassVar[int]
    source: str
    target: str
    source_port: str
    def __init__(self, source: _Optional[str] = ..., target: _Optional[str] = ..., source_port: _Optional[str] = ...) -> None: ...

class GeneratePipelineResponse(_message.Message):
    __slots__ = ("yaml", "nodes", "edges", "explanation", "warnings", "validation", "templates_used", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    YAML_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    EDGES_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_FIELD_NUMBER: _ClassVar[int]
    TEMPLATES_USED_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    yaml: str
    nodes: _containers.RepeatedCompositeFieldContainer[PipelineNode]
    edges: _containers.RepeatedCompositeFieldContainer[PipelineEdge]
    explanation: str
    warnings: _containers.RepeatedScalarFieldContainer[str]
    validation: _validation_pb2.ValidationResult
    templates_used: _containers.RepeatedCompositeFieldContainer[_source_ref_pb2.SourceRef]
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, yaml: _Optional[str] = ..., nodes: _Optional[_Iterable[_Union[PipelineNode, _Mapping]]] = ..., edges: _Optional[_Iterable[_Union[PipelineEdge, _Mapping]]] = ..., explanation: _Optional[str] = ..., warnings: _Optional[_Iterable[str]] = ..., validation: _Optional[_Union[_validation_pb2.ValidationResult, _Mapping]] = ..., templates_used: _Optional[_Iterable[_Union[_source_ref_pb2.SourceRef, _Mapping]]] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...
