"""`dataflow-ai review-cases`: what people said of converted objects, as test cases."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

MODULE = "services.migration.server.review_cases"


def review_cases(
    database_url: Annotated[
        str,
        typer.Option(envvar="DATABASE_URL", help="postgresql://… that the Migration Engine uses", show_default=False),
    ],
    workspace: Annotated[str, typer.Option(help="Workspace whose verdicts are written")] = "default",
    job: Annotated[str, typer.Option(help="Only those of this job", show_default=False)] = "",
) -> None:
    """Print the verdicts kept on converted objects as YAML test cases: original, expected, who said so and when."""
    environment = {**os.environ, "DATABASE_URL": database_url, "MIGRATION_DATABASE_URL": database_url}
    command = [sys.executable, "-m", MODULE, "--workspace", workspace, "--job", job]
    os.execve(sys.executable, command, environment)  # noqa: S606 - why: its output and exit code are this command's
