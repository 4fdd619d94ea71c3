# ruff: noqa: N818 - why: the names are those of the gRPC status codes, and clients read them as such
"""Errors that know their status. A servicer raises them; the interceptor turns them into `google.rpc.Status`.

    ServiceError            INTERNAL             500
    ├── InvalidArgument     INVALID_ARGUMENT     400   the request is wrong, whatever the state of the server
    ├── Unauthenticated     UNAUTHENTICATED      401   no key, or one nobody knows
    ├── PermissionDenied    PERMISSION_DENIED    403   a known key that may not do this
    ├── NotFound            NOT_FOUND            404   also for what belongs to another workspace
    ├── AlreadyExists       ALREADY_EXISTS       409
    ├── Aborted             ABORTED              409   lost a race; read again and retry
    ├── FailedPrecondition  FAILED_PRECONDITION  400   the request is right, the state is not
    ├── ResourceExhausted   RESOURCE_EXHAUSTED   429   a limit; later it may work
    ├── Unavailable         UNAVAILABLE          503   a dependency is away; retry with backoff
    ├── DeadlineExceeded    DEADLINE_EXCEEDED    504
    ├── NotBuilt            UNIMPLEMENTED        501   part of the contract, not there yet
    └── RemoteError         as the peer said           an answer of another of our servers, passed on
    unchanged

A specific error is two lines: `class JobNotFound(NotFound): reason = "JOB_NOT_FOUND"`. `reason` is upper
case and never changes once released: clients match it, not the English. `http_status` overrides the status
that follows from the code where gRPC has none of its own (413).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import grpc

DOMAIN = "dataflow.ai"


class ServiceError(Exception):
    """The root. `message` is for people and reaches the caller: no secrets, no stack, say what to do.

    `metadata` are short facts for programs (`{"job_id": "…"}`), sent in `ErrorInfo.metadata`.
    """

    code: grpc.StatusCode = grpc.StatusCode.INTERNAL
    reason: str = "INTERNAL"
    http_status: int | None = None

    def __init__(self, message: str, *, metadata: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.metadata: dict[str, str] = dict(metadata or {})

    def __reduce__(self) -> tuple[Any, ...]:
        # why: subclasses may have constructors of their own, and errors travel between processes
        return _rebuild, (type(self), self.__dict__)

    @classmethod
    def _restored(cls, state: dict[str, Any]) -> Self:
        error = cls.__new__(cls)
        Exception.__init__(error, state["message"])
        error.__dict__.update(state)
        return error


def _rebuild(kind: type[ServiceError], state: dict[str, Any]) -> ServiceError:
    return kind._restored(state)


class InvalidArgument(ServiceError):
    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "INVALID_ARGUMENT"


class MalformedRequest(InvalidArgument):
    """The bytes are not a message of the declared type."""

    reason = "MALFORMED_REQUEST"


class Unauthenticated(ServiceError):
    code = grpc.StatusCode.UNAUTHENTICATED
    reason = "UNAUTHENTICATED"


class PermissionDenied(ServiceError):
    code = grpc.StatusCode.PERMISSION_DENIED
    reason = "PERMISSION_DENIED"


class NotFound(ServiceError):
    code = grpc.StatusCode.NOT_FOUND
    reason = "NOT_FOUND"


class AlreadyExists(ServiceError):
    code = grpc.StatusCode.ALREADY_EXISTS
    reason = "ALREADY_EXISTS"


class Aborted(ServiceError):
    code = grpc.StatusCode.ABORTED
    reason = "ABORTED"


class FailedPrecondition(ServiceError):
    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "FAILED_PRECONDITION"


class ResourceExhausted(ServiceError):
    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "RESOURCE_EXHAUSTED"


class Overloaded(ResourceExhausted):
    """This server already runs as many calls as it may."""

    reason = "OVERLOADED"


class Unavailable(ServiceError):
    code = grpc.StatusCode.UNAVAILABLE
    reason = "UNAVAILABLE"


class DeadlineExceeded(ServiceError):
    code = grpc.StatusCode.DEADLINE_EXCEEDED
    reason = "DEADLINE_EXCEEDED"


class NotBuilt(ServiceError):
    """An RPC of the contract whose behaviour this version does not have."""

    code = grpc.StatusCode.UNIMPLEMENTED
    reason = "NOT_BUILT"


class UnknownMethod(ServiceError):
    """No server method of that name here."""

    code = grpc.StatusCode.UNIMPLEMENTED
    reason = "UNKNOWN_METHOD"


class RemoteError(ServiceError):
    """An error one of our own servers answered with: its code, reason and message, unchanged."""

    def __init__(
        self,
        message: str,
        *,
        code: grpc.StatusCode,
        reason: str,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, metadata=metadata)
        self.code = code
        self.reason = reason
