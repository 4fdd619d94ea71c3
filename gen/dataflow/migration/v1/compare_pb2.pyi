from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DataSet(_message.Message):
    __slots__ = ("csv", "rows", "connection", "query")
    CSV_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    CONNECTION_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    csv: str
    rows: _containers.RepeatedCompositeFieldContainer[_struct_pb2.Struct]
    connection: str
    query: str
    def __init__(self, csv: _Optional[str] = ..., rows: _Optional[_Iterable[_Union[_struct_pb2.Struct, _Mapping]]] = ..., connection: _Optional[str] = ..., query: _Optional[str] = ...) -> None: ...

class CompareDataRequest(_message.Message):
    __slots__ = ("left", "right", "keys", "tolerance", "ignore_trailing_blanks", "null_equals_empty", "ignore_columns", "max_samples", "workspace_id")
    LEFT_FIELD_NUMBER: _ClassVar[int]
    RIGHT_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    TOLERANCE_FIELD_NUMBER: _ClassVar[int]
    IGNORE_TRAILING_BLANKS_FIELD_NUMBER: _ClassVar[int]
    NULL_EQUALS_EMPTY_FIELD_NUMBER: _ClassVar[int]
    IGNORE_COLUMNS_FIELD_NUMBER: _ClassVar[int]
    MAX_SAMPLES_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    left: DataSet
    right: DataSet
    keys: _containers.RepeatedScalarFieldContainer[str]
    tolerance: float
    ignore_trailing_blanks: bool
    null_equals_empty: bool
    ignore_columns: _containers.RepeatedScalarFieldContainer[str]
    max_samples: int
    workspace_id: str
    def __init__(self, left: _Optional[_Union[DataSet, _Mapping]] = ..., right: _Optional[_Union[DataSet, _Mapping]] = ..., keys: _Optional[_Iterable[str]] = ..., tolerance: _Optional[float] = ..., ignore_trailing_blanks: _Optional[bool] = ..., null_equals_empty: _Optional[bool] = ..., ignore_columns: _Optional[_Iterable[str]] = ..., max_samples: _Optional[int] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class TypeDifference(_message.Message):
    __slots__ = ("column", "left_type", "right_type")
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    LEFT_TYPE_FIELD_NUMBER: _ClassVar[int]
    RIGHT_TYPE_FIELD_NUMBER: _ClassVar[int]
    column: str
    left_type: str
    right_type: str
    def __init__(self, column: _Optional[str] = ..., left_type: _Optional[str] = ..., right_type: _Optional[str] = ...) -> None: ...

class SchemaDiff(_message.Message):
    __slots__ = ("only_left", "only_right", "types")
    ONLY_LEFT_FIELD_NUMBER: _ClassVar[int]
    ONLY_RIGHT_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    only_left: _containers.RepeatedScalarFieldContainer[str]
    only_right: _containers.RepeatedScalarFieldContainer[str]
    types: _containers.RepeatedCompositeFieldContainer[TypeDifference]
    def __init__(self, only_left: _Optional[_Iterable[str]] = ..., only_right: _Optional[_Iterable[str]] = ..., types: _Optional[_Iterable[_Union[TypeDifference, _Mapping]]] = ...) -> None: ...

class ColumnStats(_message.Message):
    __slots__ = ("column", "differing", "nulls_left", "nulls_right", "distinct_left", "distinct_right", "min_left", "min_right", "max_left", "max_right", "sum_left", "sum_right")
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    DIFFERING_FIELD_NUMBER: _ClassVar[int]
    NULLS_LEFT_FIELD_NUMBER: _ClassVar[int]
    NULLS_RIGHT_FIELD_NUMBER: _ClassVar[int]
    DISTINCT_LEFT_FIELD_NUMBER: _ClassVar[int]
    DISTINCT_RIGHT_FIELD_NUMBER: _ClassVar[int]
    MIN_LEFT_FIELD_NUMBER: _ClassVar[int]
    MIN_RIGHT_FIELD_NUMBER: _ClassVar[int]
    MAX_LEFT_FIELD_NUMBER: _ClassVar[int]
    MAX_RIGHT_FIELD_NUMBER: _ClassVar[int]
    SUM_LEFT_FIELD_NUMBER: _ClassVar[int]
    SUM_RIGHT_FIELD_NUMBER: _ClassVar[int]
    column: str
    differing: int
    nulls_left: int
    nulls_right: int
    distinct_left: int
    distinct_right: int
    min_left: str
    min_right: str
    max_left: str
    max_right: str
    sum_left: float
    sum_right: float
    def __init__(self, column: _Optional[str] = ..., differing: _Optional[int] = ..., nulls_left: _Optional[int] = ..., nulls_right: _Optional[int] = ..., distinct_left: _Optional[int] = ..., distinct_right: _Optional[int] = ..., min_left: _Optional[str] = ..., min_right: _Optional[str] = ..., max_left: _Optional[str] = ..., max_right: _Optional[str] = ..., sum_left: _Optional[float] = ..., sum_right: _Optional[float] = ...) -> None: ...

class CompareDataResponse(_message.Message):
    __slots__ = ("equal", "row_count_left", "row_count_right", "schema_diff", "only_left", "only_right", "differing", "samples", "column_stats", "duplicate_keys")
    EQUAL_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_LEFT_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_RIGHT_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_DIFF_FIELD_NUMBER: _ClassVar[int]
    ONLY_LEFT_FIELD_NUMBER: _ClassVar[int]
    ONLY_RIGHT_FIELD_NUMBER: _ClassVar[int]
    DIFFERING_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    COLUMN_STATS_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_KEYS_FIELD_NUMBER: _ClassVar[int]
    equal: bool
    row_count_left: int
    row_count_right: int
    schema_diff: SchemaDiff
    only_left: int
    only_right: int
    differing: int
    samples: _containers.RepeatedCompositeFieldContainer[_struct_pb2.Struct]
    column_stats: _containers.RepeatedCompositeFieldContainer[ColumnStats]
    duplicate_keys: int
    def __init__(self, equal: _Optional[bool] = ..., row_count_left: _Optional[int] = ..., row_count_right: _Optional[int] = ..., schema_diff: _Optional[_Union[SchemaDiff, _Mapping]] = ..., only_left: _Optional[int] = ..., only_right: _Optional[int] = ..., differing: _Optional[int] = ..., samples: _Optional[_Iterable[_Union[_struct_pb2.Struct, _Mapping]]] = ..., column_stats: _Optional[_Iterable[_Union[ColumnStats, _Mapping]]] = ..., duplicate_keys: _Optional[int] = ...) -> None: ...
