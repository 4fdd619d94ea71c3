"""The table is the specification: which class is which status, with which reason."""

import pickle

import grpc
import pytest

from services.runtime import errors
from services.runtime.errors import ServiceError

TABLE = [
    (errors.ServiceError, "INTERNAL", "INTERNAL"),
    (errors.InvalidArgument, "INVALID_ARGUMENT", "INVALID_ARGUMENT"),
    (errors.MalformedRequest, "INVALID_ARGUMENT", "MALFORMED_REQUEST"),
    (errors.Unauthenticated, "UNAUTHENTICATED", "UNAUTHENTICATED"),
    (errors.PermissionDenied, "PERMISSION_DENIED", "PERMISSION_DENIED"),
    (errors.NotFound, "NOT_FOUND", "NOT_FOUND"),
    (errors.AlreadyExists, "ALREADY_EXISTS", "ALREADY_EXISTS"),
    (errors.Aborted, "ABORTED", "ABORTED"),
    (errors.FailedPrecondition, "FAILED_PRECONDITION", "FAILED_PRECONDITION"),
    (errors.ResourceExhausted, "RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED"),
    (errors.Overloaded, "RESOURCE_EXHAUSTED", "OVERLOADED"),
    (errors.Unavailable, "UNAVAILABLE", "UNAVAILABLE"),
    (errors.DeadlineExceeded, "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED"),
    (errors.NotBuilt, "UNIMPLEMENTED", "NOT_BUILT"),
    (errors.UnknownMethod, "UNIMPLEMENTED", "UNKNOWN_METHOD"),
]


class JobNotFound(errors.NotFound):
    reason = "JOB_NOT_FOUND"

    def __init__(self, job_id: str) -> None:
        super().__init__(f"there is no job {job_id}", metadata={"job_id": job_id})


@pytest.mark.parametrize(("kind", "code", "reason"), TABLE, ids=[row[0].__name__ for row in TABLE])
def test_class_has_its_code_and_reason(kind: type[ServiceError], code: str, reason: str) -> None:
    error = kind("why")
    assert (error.code.name, error.reason, error.message, str(error)) == (code, reason, "why", "why")


def test_table_is_complete() -> None:
    defined = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, ServiceError)}
    assert defined == {row[0] for row in TABLE} | {errors.RemoteError}


@pytest.mark.parametrize(
    "error",
    [
        JobNotFound("7"),
        errors.Unavailable("away", metadata={"name": "x"}),
        errors.RemoteError("no", code=grpc.StatusCode.ABORTED, reason="LOST_RACE"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_travel_between_processes(error: ServiceError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert (copy.code, copy.reason, copy.message, copy.metadata, str(copy)) == (
        error.code,
        error.reason,
        error.message,
        error.metadata,
        str(error),
    )
