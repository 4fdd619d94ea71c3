"""What the command says of itself."""

import pytest

COMMANDS = ["assess", "convert", "report", "validate", "run", "compare", "lineage", "translate", "conformance", "serve"]


def test_every_command_is_listed_once(run):
    code, out, _ = run("--help")
    assert code == 0
    listed = [line.split()[1] for line in out.splitlines() if line.startswith("│ ") and line[2] != " "]
    assert set(COMMANDS) <= set(listed)
    assert len(listed) == len(set(listed))
    assert "up" not in listed


@pytest.mark.parametrize("command", [*COMMANDS, "up", "worker", "upload", "jobs", "download", "keys", "review-cases"])
def test_every_command_explains_itself(run, command):
    code, out, err = run(command, "--help")
    assert (code, err) == (0, "")
    assert f"Usage: dataflow-ai {command}" in out
    assert "Traceback" not in out


@pytest.mark.parametrize("command", COMMANDS[:4])
def test_exit_codes_are_explained_where_they_differ(run, command):
    assert "Exit code 0:" in " ".join(run(command, "--help")[1].split())


@pytest.mark.parametrize(
    "arguments", [["bogus"], ["convert"], ["validate", "--bogus", "x"], ["assess", "x", "--people", "0"]]
)
def test_wrong_arguments_are_exit_code_2(run, arguments):
    code, _, err = run(*arguments)
    assert code == 2
    assert "Usage: dataflow-ai" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["translate", "A", "--language", "cobol"], "Invalid value for '--language': 'cobol' is not one of"),
        (["assess", "x", "--people", "0"], "Invalid value for '--people': should be greater than or equal to 0.1"),
    ],
)
def test_a_wrong_value_is_told_in_plain_words(run, arguments, sentence):
    err = run(*arguments)[2]
    assert sentence in " ".join(err.replace("│", " ").split())


def test_shells_complete_commands_and_options(run, monkeypatch):
    monkeypatch.setenv("_DATAFLOW_AI_COMPLETE", "complete_bash")
    for typed, completed in (("dataflow-ai ass", "assess"), ("dataflow-ai validate --str", "--strict")):
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
        assert run()[1].split() == [completed]
