from dataflow.common.v1 import source_ref_pb2 as _source_ref_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Source(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[Source.Value]
        model: _ClassVar[Source.Value]
        rules: _ClassVar[Source.Value]
        verified: _ClassVar[Source.Value]
        cache: _ClassVar[Source.Value]
        fallback: _ClassVar[Source.Value]
        llm_unavailable: _ClassVar[Source.Value]
    unspecified: Source.Value
    model: Source.Value
    rules: Source.Value
    verified: Source.Value
    cache: Source.Value
    fallback: Source.Value
    llm_unavailable: Source.Value
    def __init__(self) -> None: ...

class Usage(_message.Message):
    __slots__ = ("prompt_tokens", "completion_tokens", "cost_usd")
    PROMPT_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COMPLETION_TOKENS_FIELD_NUMBER: _ClassVar[int]
    COST_USD_FIELD_NUMBER: _ClassVar[int]
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float
    def __init__(self, prompt_tokens: _Optional[int] = ..., completion_tokens: _Optional[int] = ..., cost_usd: _Optional[float] = ...) -> None: ...

class ConfidenceFactor(_message.Message):
    __slots__ = ("name", "effect", "reason")
    NAME_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    name: str
    effect: float
    reason: str
    def __init__(self, name: _Optional[str] = ..., effect: _Optional[float] = ..., reason: _Optional[str] = ...) -> None: ...

class Provenance(_message.Message):
    __slots__ = ("request_id", "provider", "prompt", "prompt_hash", "temperature", "model_calls", "repairs", "rules", "retrieved", "confidence_factors", "server")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    PROMPT_HASH_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    MODEL_CALLS_FIELD_NUMBER: _ClassVar[int]
    REPAIRS_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    RETRIEVED_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FACTORS_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    provider: str
    prompt: str
    prompt_hash: str
    temperature: float
    model_calls: int
    repairs: int
    rules: _containers.RepeatedScalarFieldContainer[str]
    retrieved: _containers.RepeatedCompositeFieldContainer[_source_ref_pb2.SourceRef]
    confidence_factors: _containers.RepeatedCompositeFieldContainer[ConfidenceFactor]
    server: str
    def __init__(self, request_id: _Optional[str] = ..., provider: _Optional[str] = ..., prompt: _Optional[str] = ..., prompt_hash: _Optional[str] = ..., temperature: _Optional[float] = ..., model_calls: _Optional[int] = ..., repairs: _Optional[int] = ..., rules: _Optional[_Iterable[str]] = ..., retrieved: _Optional[_Iterable[_Union[_source_ref_pb2.SourceRef, _Mapping]]] = ..., confidence_factors: _Optional[_Iterable[_Union[ConfidenceFactor, _Mapping]]] = ..., server: _Optional[str] = ...) -> None: ...
