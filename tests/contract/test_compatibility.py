"""buf: the sources are clean, and a change that breaks released clients is found."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from services.contracts import __main__ as command
from services.contracts import buf
from services.contracts.layout import REPOSITORY


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository that holds the sources alone, not yet released."""
    shutil.copytree(REPOSITORY / "proto", tmp_path / "proto")
    shutil.copy(REPOSITORY / "buf.yaml", tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "sources")
    return tmp_path


def git(repository: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=repository, check=True, capture_output=True)


def edit(repository: Path, name: str, old: str, new: str) -> None:
    path = repository / "proto/dataflow" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_sources_are_clean() -> None:
    assert buf.lint() == []
    assert buf.unformatted() == []


def test_unformatted_sources_are_shown(repository: Path) -> None:
    edit(repository, "ops/v1/ops.proto", "  string service = 2;", "string service=2;")
    assert "-string service=2;" in buf.unformatted(repository)


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("  // Its version: `0.3.0`.\n", "", "should have a non-empty comment"),
        ("string version = 3;", "string Version = 3;", "should be lower_snake_case"),
        ("(GetHealthRequest)", "(GetReadinessRequest)", "used as the request or response type for multiple RPCs"),
    ],
)
def test_lint_finds(repository: Path, old: str, new: str, finding: str) -> None:
    edit(repository, "ops/v1/ops.proto", old, new)
    assert any(finding in line for line in buf.lint(repository))


def test_without_a_release_there_is_nothing_to_break(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert buf.last_release(repository) is None
    monkeypatch.setattr(buf, "last_release", lambda: None)
    assert command.main(["breaking"]) == 0
    assert "no release tag yet" in capsys.readouterr().out


def test_the_project_is_compatible_with_its_last_release() -> None:
    assert command.main(["breaking"]) == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "finding"),
    [
        ("ops/v1/ops.proto", "string service = 2;", "string name = 2;", "changed name"),
        ("ops/v1/ops.proto", "double uptime_seconds = 4;", "", "was deleted"),
        ("ops/v1/ops.proto", "double uptime_seconds = 4;", "string uptime_seconds = 4;", "changed type"),
        ("common/v1/dialect.proto", "sap_hana = 4;", "hana = 4;", "changed name"),
    ],
)
def test_breaking_changes_are_found(repository: Path, name: str, old: str, new: str, finding: str) -> None:
    git(repository, "tag", "v0.1.0")
    edit(repository, name, old, new)
    assert buf.last_release(repository) == "v0.1.0"
    assert any(finding in line for line in buf.breaking("v0.1.0", repository))


def test_additions_are_compatible(repository: Path) -> None:
    git(repository, "tag", "v0.1.0")
    edit(repository, "ops/v1/ops.proto", "double uptime_seconds = 4;", "double uptime_seconds = 4;\n  string host = 5;")
    edit(repository, "common/v1/dialect.proto", "mssql = 5;", "mssql = 5;\n    duckdb = 6;")
    assert buf.breaking("v0.1.0", repository) == []


def test_breaking_works_in_a_linked_worktree(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """There `.git` is a file, not a folder."""
    git(repository, "tag", "v0.1.0")
    linked = tmp_path_factory.mktemp("linked") / "tree"
    git(repository, "worktree", "add", "-q", str(linked))
    edit(linked, "ops/v1/ops.proto", "string service = 2;", "string name = 2;")
    assert any("changed name" in line for line in buf.breaking("v0.1.0", linked))
