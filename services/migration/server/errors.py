"""What the Migration Engine's calls can answer beside a result.

ServiceError
├── InvalidArgument   BadUpload (any reason of the parsers' ExportError), BadValue
│   │                 NotComparable
│   └── FileTooLarge  413
├── InvalidArgument   BadReview (any reason of ReviewError)
├── NotFound          JobNotFound, MappingNotFound, BatchNotFound, ObjectNotFound
├── Aborted           JobRunning
└── FailedPrecondition  NoResult, JobNotFinished
"""

from __future__ import annotations

from services.runtime.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound


class BadUpload(InvalidArgument):
    """The upload cannot be an export; `reason` says in which way."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class FileTooLarge(InvalidArgument):
    """Over MAX_UPLOAD_SIZE_MB; over HTTP a 413."""

    reason = "FILE_TOO_LARGE"
    http_status = 413


class BadValue(InvalidArgument):
    """A parameter has a value that is none of its own, or out of its range."""

    reason = "BAD_VALUE"


class NotComparable(InvalidArgument):
    """A data set cannot be read, or a column that is named is not there."""

    reason = "NOT_COMPARABLE"


class JobNotFound(NotFound):
    """No such job in the caller's workspace."""

    reason = "JOB_NOT_FOUND"


class BatchNotFound(NotFound):
    """No such batch in the caller's workspace."""

    reason = "BATCH_NOT_FOUND"


class MappingNotFound(NotFound):
    """The job has no mapping of that name."""

    reason = "MAPPING_NOT_FOUND"


class ObjectNotFound(NotFound):
    """The job has no object of that name."""

    reason = "OBJECT_NOT_FOUND"


class BadReview(InvalidArgument):
    """A verdict that cannot be applied; `reason` says in which way: BAD_EDIT, NOTHING_TO_ACCEPT, AMBIGUOUS."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class NoResult(FailedPrecondition):
    """The job has no result: it is still running, or failed before there was one."""

    reason = "NO_RESULT"


class JobNotFinished(FailedPrecondition):
    """The job has no report yet, or failed before there was one."""

    reason = "JOB_NOT_FINISHED"


class JobRunning(Aborted):
    """The job is being converted right now."""

    reason = "JOB_RUNNING"
