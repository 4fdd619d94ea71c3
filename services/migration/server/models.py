"""A job's questions to the language model: asked through the Provider server, answers tried in the pool."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from dataflow.provider.v1 import provider_pb2_grpc
from services.migration.fallback import ModelAnswer, ModelRequest
from services.migration.fallback.trial import trial
from services.migration.model.ask import Asker, Findings, Limits
from services.migration.server.settings import MigrationSettings
from services.migration.server.store import Job
from services.runtime.app import Runtime
from services.runtime.logs import get_logger
from services.runtime.workers import TaskTimeout, WorkerDied

log = get_logger("migration")

TRIAL_S = 60.0  # waiting for a process included
KEY_SHOWN = 12

KeepAnswer = Callable[[str, ModelAnswer], Awaitable[None]]


class Models:
    """The model behind PROVIDER_ADDRESS. `on` is false where no question is to be asked."""

    def __init__(self, runtime: Runtime[MigrationSettings]) -> None:
        self._settings = runtime.settings
        self._channels = runtime.channels
        self._workers = runtime.workers

    @property
    def on(self) -> bool:
        return self._settings.model_fallback == "on"

    async def ask(
        self, job: Job, requests: Iterable[ModelRequest], keep: KeepAnswer, *, seconds: float
    ) -> dict[str, ModelAnswer]:
        """An answer to each request, within `seconds` and MODEL_TIMEOUT_SECONDS. Raises nothing of the model's."""
        settings = self._settings
        stub: Any = provider_pb2_grpc.ProviderServiceStub(self._channels.to(settings.provider_address))
        limits = Limits(
            settings.model_objects_per_job,
            min(settings.model_timeout_seconds, seconds),
            concurrency=settings.model_concurrency,
        )
        # an attempt's number tells the calls of two attempts apart in the logs of both servers
        metadata = (("x-workspace-id", job.workspace_id), ("x-request-id", f"{job.job_id}-{job.attempts}"))
        answers = await Asker(stub, self._trial, limits, keep=keep, metadata=metadata).ask(requests)
        for key, answer in answers.items():
            outcome = "unavailable" if answer.unavailable else "good" if answer.good else "failed"
            log.info(
                "model asked",
                job_id=str(job.job_id),
                request=key[:KEY_SHOWN],
                outcome=outcome,
                why=answer.unavailable,
                rounds=answer.rounds,
                model=answer.model,
            )
        return answers

    async def _trial(self, request: ModelRequest, sql: str) -> Findings:
        try:
            return await self._workers.run_cpu(trial, request, sql, timeout=TRIAL_S)
        except TaskTimeout:
            return (f"does not end within {TRIAL_S:g} s over a few made-up rows; write it more simply",), ()
        except WorkerDied:
            return (
                "ends the process that runs it: it needs too much memory over a few rows; write it more simply",
            ), ()
