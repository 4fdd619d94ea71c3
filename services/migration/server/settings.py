"""The Migration Engine's settings, with the reference's names and defaults."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, SecretStr

from services.runtime.server_settings import OptionalPort, Port, ServerSettings


class MigrationSettings(ServerSettings):
    service: ClassVar[str] = "migration"

    grpc_port: Port = Field(9091, description="Port of the gRPC server; 0 takes any free one")
    metrics_port: OptionalPort = Field(
        9191, description="Port of the Prometheus endpoint /metrics; 0 takes any free one, 'off' has none"
    )
    service_port: Port = Field(8091, description="Envoy's port for the Migration Engine's REST and gRPC")
    max_upload_size_mb: int = Field(
        50, ge=1, le=1024, description="Largest export accepted, in MiB; Envoy's own limit is 64 KiB above it"
    )
    upload_dir: Path = Field(
        Path("/tmp/migration-uploads"),  # noqa: S108  the documented default; a spool, files in it are unnamed
        description="Spool for uploads over 1 MiB while they arrive, nothing stays; make run: DATAFLOW_HOME/run/spool",
    )
    job_attempts: int = Field(
        2,
        ge=1,
        description="Times a job is tried when its process dies or its time is over; then it fails, saying so",
    )
    job_timeout_seconds: float = Field(600.0, gt=0, description="Longest a conversion may take")
    job_heartbeat_seconds: float = Field(
        10.0,
        gt=0,
        description="A job whose worker has not been heard of for so long is taken over by another",
    )
    model_fallback: Literal["on", "off"] = Field(
        "on",
        description="Whether objects that no rule converts are put to the model behind the Provider server; 'off', "
        "or where no Provider answers: they are marked llm_unavailable",
    )
    model_objects_per_job: int = Field(50, ge=0, description="Most objects of one job that a model is asked about")
    model_timeout_seconds: float = Field(
        180.0, gt=0, description="Longest that all of a job's questions to a model take together"
    )
    model_concurrency: int = Field(4, ge=1, le=64, description="Questions of one job asked at once")
    compare_connections: SecretStr = Field(
        SecretStr(""),
        description="Connections that CompareData may read, separated by blanks: name=postgresql://… or "
        "name=duckdb:///path, each with @workspace,workspace behind the name where not everybody may use it",
    )
    compare_memory_mb: int = Field(
        400, ge=64, description="Memory of a comparison's database, in MiB; what does not fit spills to UPLOAD_DIR"
    )
    job_concurrency: int = Field(2, ge=1, description="Jobs one server converts at once")
