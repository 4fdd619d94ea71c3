"""One expression to SQL."""

import json

import pytest

KEYS = {"sql", "type", "confidence", "warnings", "refused", "references", "parameters", "functions"}


def told(run, *arguments: str) -> tuple[int, dict[str, object]]:
    code, out, err = run("translate", *arguments, "--json")
    assert err == ""
    answer = json.loads(out)
    assert set(answer) == KEYS
    return code, answer


def test_an_expression_becomes_sql(run):
    code, answer = told(
        run,
        "--language",
        "powercenter",
        "--dialect",
        "duckdb",
        "IIF(A > $$LIMIT, B)",
        "--types",
        '{"A":"integer","B":"string"}',
    )
    assert code == 0
    assert answer["sql"] == "CASE WHEN A > :LIMIT THEN B ELSE '' END"
    assert (answer["type"], answer["refused"], answer["warnings"]) == ("string", "", [])
    assert answer["confidence"] >= 0.85
    assert (answer["references"], answer["parameters"], answer["functions"]) == (["A", "B"], ["$$LIMIT"], ["IIF"])


def test_a_corner_is_named(run):
    code, answer = told(run, "RAND()")
    assert code == 0
    assert [warning["code"] for warning in answer["warnings"]] == ["RANDOM"]
    assert "not the same ones" in answer["warnings"][0]["message"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("NOPE(A)",), "NOPE is no function of the language"),
        (("IIF(",), "expected a value (line 1, character 4 at the end)"),
        (("SUM(A)",), "SUM is an aggregate function and stands outside an Aggregator"),
        (("PRIZE", "--types", '{"PRICE": "double"}'), "there is no field 'PRIZE'; the nearest is 'PRICE'"),
        (("METAPHONE(A)",), "METAPHONE has no SQL"),
        (("Checksum(A)", "--language", "datastage"), "CHECKSUM has no SQL: how it is computed"),
    ],
)
def test_a_refusal_is_exit_code_3_and_says_why(run, arguments, reason):
    code, answer = told(run, *arguments)
    assert code == 3
    assert reason in answer["refused"]
    assert (answer["sql"], answer["confidence"]) == ("", 0.0)


@pytest.mark.parametrize("text", ["-A", "-5 + A", "--a comment\nA"])
def test_an_expression_may_begin_with_a_sign(run, text):
    assert told(run, text)[0] == 0


@pytest.mark.parametrize("flag", ["--aggregate", "--condition"])
def test_the_place_decides(run, flag):
    code, answer = told(run, {"--aggregate": "SUM(A)", "--condition": "A"}[flag], flag)
    assert (code, answer["sql"]) == (0, {"--aggregate": "SUM(A)", "--condition": "A <> 0"}[flag])


def test_people_read_lines(run):
    code, out, _ = run("translate", "RAND() + A", "--types", '{"A": "double"}')
    assert code == 0
    assert out.splitlines() == [
        "RANDOM() + A",
        "number, confidence 0.70",
        "RANDOM: the numbers are random in the tool and here, but not the same ones",
        "references: A",
        "functions: RAND",
    ]
    code, out, _ = run("translate", "NOPE([red]A)")
    assert code == 3
    assert out.startswith("refused: unexpected character (line 1, character 5")


@pytest.mark.parametrize(
    ("types", "sentence"),
    [("{", "--types is no JSON"), ("[]", "has to be a JSON object"), ('{"A": 1}', "has to be a JSON object")],
)
def test_types_that_are_none_are_a_sentence(run, types, sentence):
    code, out, err = run("translate", "A", "--types", types)
    assert (code, out) == (1, "")
    assert sentence in err


@pytest.mark.parametrize("arguments", [(), ("A", "--dialect", "cobol"), ("A", "--language", "abacus")])
def test_wrong_arguments_are_exit_code_2(run, arguments):
    assert run("translate", *arguments)[0] == 2
