"""`dataflow-ai validate JOB`: what the checks of a Migration Engine say of its jobs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape

from services.cli.output import CliError
from services.cli.rest import Engine
from services.migration.wording import counted

FAILED = {"error": "red", "warning": "yellow", "info": "blue"}


def checked(engine: Engine, job: str) -> dict[str, Any]:
    """ValidateJobResponse as JSON. Raises CliError in the server's words."""
    answer = engine.validate(job)
    if not isinstance(answer.get("checks"), list):
        raise CliError("The server did not answer as a Migration Engine does: check --server.")
    return answer


def as_dict(jobs: list[dict[str, Any]]) -> dict[str, Any]:
    """What --json prints."""
    failed = [check["severity"] for job in jobs for check in _failed(job)]
    total = {"jobs": len(jobs), "valid": sum(bool(job["is_valid"]) for job in jobs)}
    return {"jobs": jobs, "total": total | {"errors": failed.count("error"), "warnings": failed.count("warning")}}


def is_bad(jobs: Iterable[dict[str, Any]], *, strict: bool) -> bool:
    """Whether a job is not valid; with `strict`, whether a check of any severity failed."""
    return any(not job["is_valid"] or (strict and list(_failed(job))) for job in jobs)


def _failed(job: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return (check for check in job["checks"] if not check["passed"])


def tell(console: Console, jobs: list[dict[str, Any]]) -> None:
    """Every check, and what it found."""
    for job in jobs:
        console.print(f"job {job['job_id']}: {'[green]valid[/green]' if job['is_valid'] else '[red]not valid[/red]'}")
        for check in job["checks"]:
            colour = "green" if check["passed"] else FAILED.get(check["severity"], "red")
            mark = "passed" if check["passed"] else check["severity"].upper()
            console.print(f"  [{colour}]{mark}[/{colour}] {check['name']}: {escape(check['message'])}", soft_wrap=True)
            for issue in check["issues"]:
                console.print(f"    {issue}", markup=False, soft_wrap=True)
    sums = as_dict(jobs)["total"]
    console.print(
        f"{counted(sums['jobs'], 'job')}, {sums['valid']} valid; "
        f"{counted(sums['errors'], 'error')}, {counted(sums['warnings'], 'warning')}."
    )
