# ruff: noqa: N818 - why: named as the rest of the error tree is
"""What can go wrong at a model, one taxonomy for every provider.

LlmError
├── LlmUnavailable       UNAVAILABLE           cannot be reached, broke off, or answered 5xx
├── LlmOverloaded        UNAVAILABLE           says that it is overloaded (529, 503), or our own limit is reached
├── LlmRateLimited       RESOURCE_EXHAUSTED    429
├── LlmTimeout           DEADLINE_EXCEEDED     the caller's deadline, no first token in time, or a stall
├── LlmAuth              FAILED_PRECONDITION   this server's key is refused or has no credit; not the caller's fault
├── LlmBadRequest        INVALID_ARGUMENT      the provider does not take this prompt
├── LlmContextTooLong    INVALID_ARGUMENT      the prompt is longer than the model's window
├── LlmContentFiltered   INVALID_ARGUMENT      the provider refuses the content
└── LlmBudgetExceeded    RESOURCE_EXHAUSTED    the workspace's daily budget is spent
"""

from __future__ import annotations

from collections.abc import Mapping

import grpc

from services.runtime.errors import ServiceError


class LlmError(ServiceError):
    """`retry_after` is what the provider asked for, in seconds; None where it asked for nothing.

    `retryable`: the same request may succeed a little later, as long as nothing of its answer was delivered.
    """

    code = grpc.StatusCode.UNAVAILABLE
    reason = "LLM_UNAVAILABLE"
    retryable = False

    def __init__(
        self,
        message: str,
        *,
        retry_after: float | None = None,
        retryable: bool | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, metadata=metadata)
        self.retry_after = retry_after
        if retryable is not None:
            self.retryable = retryable


class LlmUnavailable(LlmError):
    retryable = True


class LlmOverloaded(LlmError):
    reason = "LLM_OVERLOADED"
    retryable = True


class LlmRateLimited(LlmError):
    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "LLM_RATE_LIMITED"
    retryable = True


class LlmTimeout(LlmError):
    code = grpc.StatusCode.DEADLINE_EXCEEDED
    reason = "LLM_TIMEOUT"


class LlmAuth(LlmError):
    code = grpc.StatusCode.FAILED_PRECONDITION
    reason = "LLM_AUTH"


class LlmBadRequest(LlmError):
    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "LLM_BAD_REQUEST"


class LlmContextTooLong(LlmError):
    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "LLM_CONTEXT_TOO_LONG"


class LlmContentFiltered(LlmError):
    code = grpc.StatusCode.INVALID_ARGUMENT
    reason = "LLM_CONTENT_FILTERED"


class LlmBudgetExceeded(LlmError):
    code = grpc.StatusCode.RESOURCE_EXHAUSTED
    reason = "LLM_BUDGET_EXCEEDED"
