"""`dataflow-ai worker` and `review-cases`: what they start, and how they fail."""

from __future__ import annotations

import os
import sys

import pytest
from typer.testing import CliRunner

from services.cli.main import app

URL = "postgresql://someone:secret@127.0.0.1:1/none"


@pytest.fixture
def started(monkeypatch):
    """Commands and environments that would have replaced this process."""
    found = []
    monkeypatch.setattr(os, "execve", lambda _program, command, environment: found.append((command, environment)))
    return found


def run(*arguments):
    return CliRunner().invoke(app, arguments, env={"DATABASE_URL": "", "GRPC_PORT": "9091", "PROCESS_POOL_SIZE": "4"})


def test_a_worker_takes_its_own_ports_and_as_many_processes_as_jobs(started):
    assert run("worker", "--database-url", URL, "--concurrency", "3").exit_code == 0
    [(command, environment)] = started
    assert command == [sys.executable, "-m", "services.migration.server.worker"]
    wanted = {
        "WORKER_DATABASE_URL": URL,
        "WORKER_JOB_CONCURRENCY": "3",
        "WORKER_PROCESS_POOL_SIZE": "3",
        "WORKER_GRPC_PORT": "0",
        "WORKER_METRICS_PORT": "off",
    }
    assert {name: environment[name] for name in wanted} == wanted
    assert not any("secret" in word for word in command)


def test_cases_name_workspace_and_job_and_keep_the_password_out_of_the_process_list(started):
    assert run("review-cases", "--database-url", URL, "--workspace", "team", "--job", "7").exit_code == 0
    [(command, environment)] = started
    assert command[3:] == ["--workspace", "team", "--job", "7"]
    assert environment["MIGRATION_DATABASE_URL"] == URL


@pytest.mark.parametrize("arguments", [("worker",), ("worker", "--database-url", URL, "--concurrency", "0")])
def test_wrong_arguments_start_nothing(started, arguments):
    assert run(*arguments).exit_code == 2
    assert started == []
