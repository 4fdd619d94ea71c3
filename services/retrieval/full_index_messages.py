"""A run's state as messages of RunFullIndex."""

from __future__ import annotations

import time

from dataflow.common.v1.stream_error_pb2 import StreamError
from dataflow.retrieval.v1.index_pb2 import IndexFailure, IndexProgress, RunFullIndexResponse
from services.retrieval.full_index_state import OPEN, Run, RunState
from services.runtime.errors import Aborted, DeadlineExceeded, ResourceExhausted, ServiceError, Unavailable

RETRYABLE = (Aborted, DeadlineExceeded, ResourceExhausted, Unavailable)


class Clock:
    """Seconds a run has worked, those before an interruption included."""

    def __init__(self, before: float) -> None:
        self._began = time.monotonic() - before

    def seconds(self) -> float:
        return time.monotonic() - self._began


def progress_message(run: Run, clock: Clock, service: str = "") -> RunFullIndexResponse:
    return RunFullIndexResponse(progress=_progress(run, clock, service))


def done_message(run: Run, clock: Clock) -> RunFullIndexResponse:
    told = _progress(run, clock, "")
    for failure in run.state.failures:
        told.failures.append(
            IndexFailure(
                entity_type=_sendable(failure.entity_type),
                entity_id=_sendable(failure.entity_id),
                reason=failure.reason,
                message=_sendable(failure.message),
            )
        )
    return RunFullIndexResponse(done=told)


def error_message(run: Run, error: ServiceError) -> RunFullIndexResponse:
    number, _ = error.code.value
    told = StreamError(
        code=number,
        reason=error.reason,
        message=f"{error.message} (continue with resume_run_id {run.run_id})",
        retryable=isinstance(error, RETRYABLE),
    )
    return RunFullIndexResponse(error=told)


def _progress(run: Run, clock: Clock, service: str) -> IndexProgress:
    state, seconds = run.state, clock.seconds()
    return IndexProgress(
        run_id=str(run.run_id),
        service=service,
        seen=state.seen,
        embedded=state.embedded,
        skipped=state.skipped,
        failed=state.failed,
        deleted=state.deleted,
        rate=state.seen / seconds if seconds > 0 else 0.0,
        eta_seconds=_eta(state, seconds),
        degraded_reasons=state.degraded,
    )


def _eta(state: RunState, seconds: float) -> int | None:
    """By tables: how many columns the rest has is not known. None while a service has not said its size."""
    waiting = [state.services[name] for name in state.in_state(OPEN)]
    if not state.corpus_done or any(position.total is None for position in waiting):
        return None
    left = sum(max(0, (position.total or 0) - position.tables) for position in waiting)
    return round(seconds * left / state.tables) if state.tables else 0


def _sendable(text: str) -> str:
    """A catalog's text may hold halves of surrogate pairs, which no message takes."""
    return text.encode("utf-8", "replace").decode()
