from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Severity(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[Severity.Value]
        error: _ClassVar[Severity.Value]
        warning: _ClassVar[Severity.Value]
        info: _ClassVar[Severity.Value]
    unspecified: Severity.Value
    error: Severity.Value
    warning: Severity.Value
    info: Severity.Value
    def __init__(self) -> None: ...

class ValidationCheckResult(_message.Message):
    __slots__ = ("name", "passed", "severity", "message", "issues")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ISSUES_FIELD_NUMBER: _ClassVar[int]
    name: str
    passed: bool
    severity: Severity.Value
    message: str
    issues: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., passed: _Optional[bool] = ..., severity: _Optional[_Union[Severity.Value, str]] = ..., message: _Optional[str] = ..., issues: _Optional[_Iterable[str]] = ...) -> None: ...

class ValidationResult(_message.Message):
    __slots__ = ("is_valid", "checks", "issues")
    IS_VALID_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    ISSUES_FIELD_NUMBER: _ClassVar[int]
    is_valid: bool
    checks: _containers.RepeatedCompositeFieldContainer[ValidationCheckResult]
    issues: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, is_valid: _Optional[bool] = ..., checks: _Optional[_Iterable[_Union[ValidationCheckResult, _Mapping]]] = ..., issues: _Optional[_Iterable[str]] = ...) -> None: ...
