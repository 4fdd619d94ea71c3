"""buf over the sources: lint, and compatibility with the last release."""

from __future__ import annotations

import subprocess
from pathlib import Path

from services.contracts.layout import REPOSITORY, tool

RELEASE_TAGS = "v[0-9]*"


def _run(command: list[str], repository: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)  # noqa: S603 fixed commands


def lint(repository: Path = REPOSITORY) -> list[str]:
    """The findings of `buf lint` (STANDARD and COMMENTS), one a line; empty where there is none."""
    done = _run([tool("buf"), "lint"], repository)
    return _findings(done)


def unformatted(repository: Path = REPOSITORY) -> list[str]:
    """What `buf format` would change in our own files, as a diff; empty where nothing."""
    done = _run([tool("buf"), "format", "--diff", "--exit-code", "--exclude-path", "proto/google"], repository)
    return _findings(done)


def last_release(repository: Path = REPOSITORY) -> str | None:
    """The newest release tag before HEAD, or None where the project has not been released."""
    done = _run(["git", "describe", "--tags", "--abbrev=0", "--match", RELEASE_TAGS], repository)
    return done.stdout.strip() or None


def breaking(tag: str, repository: Path = REPOSITORY) -> list[str]:
    """What breaks clients of the release `tag` (FILE and WIRE_JSON), one a line; empty where nothing does."""
    done = _run([tool("buf"), "breaking", "--against", f".git#tag={tag}"], repository)
    return _findings(done)


def _findings(done: subprocess.CompletedProcess[str]) -> list[str]:
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines if done.returncode else []
