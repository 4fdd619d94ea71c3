"""The fuzzing itself: a few cases of each target hold, and a failure is found, kept and told."""

import random
import subprocess
import sys

import pytest

from tests.fuzz import expressions
from tests.fuzz.__main__ import TARGETS, fuzz, run_case


@pytest.mark.parametrize("number", range(60))
def test_expressions_hold(number: int) -> None:
    case = expressions.make(random.Random(f"test-{number}"))
    assert run_case("expressions", case) == "", case


@pytest.mark.parametrize(
    "text",
    [
        "1e99999999999999999999",
        "99٣9",
        "1.߀",
        "$and",
        "$$FROM",
        "sel >= 1",
        "interval || S",
        "S||" * 300 + "S",
        "(" * 5000,
    ],
)
def test_what_was_found_once_holds(text: str) -> None:
    assert run_case("expressions", text) == ""


@pytest.mark.parametrize("name", TARGETS)
def test_a_seed_gives_the_same_cases(name: str) -> None:
    first, second = (TARGETS[name].make(random.Random(7)) for _ in range(2))
    assert first == second


def test_a_failure_is_kept_and_counted(tmp_path, monkeypatch, capsys) -> None:
    def fail(case: str) -> None:
        raise KeyError(case)

    monkeypatch.setattr(expressions, "check", fail)
    assert fuzz(["expressions"], 0.05, 1, tmp_path) > 0
    assert 1 <= len(list(tmp_path.iterdir())) <= 3
    assert "KeyError" in capsys.readouterr().out


def test_it_runs_as_a_command(tmp_path) -> None:
    path = tmp_path / "expressions-1.txt"
    path.write_text("IIF(N > 1, 'x')")
    command = [sys.executable, "-W", "error", "-m", "tests.fuzz", "--replay", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{path}: holds\n"
