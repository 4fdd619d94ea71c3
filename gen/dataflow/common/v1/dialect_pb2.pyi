from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class SqlDialect(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[SqlDialect.Value]
        snowflake: _ClassVar[SqlDialect.Value]
        teradata: _ClassVar[SqlDialect.Value]
        postgresql: _ClassVar[SqlDialect.Value]
        sap_hana: _ClassVar[SqlDialect.Value]
        mssql: _ClassVar[SqlDialect.Value]
    unspecified: SqlDialect.Value
    snowflake: SqlDialect.Value
    teradata: SqlDialect.Value
    postgresql: SqlDialect.Value
    sap_hana: SqlDialect.Value
    mssql: SqlDialect.Value
    def __init__(self) -> None: ...
