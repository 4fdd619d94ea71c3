"""Documented and worked-out results, executed; and the scoring itself."""

import json
from pathlib import Path

import pytest

from services.migration.ast import Tool
from services.migration.expressions import conformance, engines, translate
from services.migration.expressions.conformance import EngineLostError, Execute, Outcome, Row, Score
from services.migration.expressions.conformance_rows import read_file

OWN = Path(__file__).with_name("results.tsv")
SHARED = Path(__file__).parents[4] / "shared" / "functions" / "powercenter.tsv"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="the documented rows are not here")


def _run(path: Path, dialect: str, url: str = "") -> Score:
    return engines.run_file(path, language=Tool.POWERCENTER, engine=dialect, url=url)


def _told(outcomes: list[Outcome]) -> list[str]:
    return [f"{o.row.id} {o.row.expression}: {o.detail} instead of {o.row.expected}, {o.sql}" for o in outcomes]


def test_worked_out_results_on_duckdb() -> None:
    score = _run(OWN, "duckdb")
    assert _told([o for o in score.outcomes if o.verdict != "right"]) == []


def test_worked_out_results_on_postgresql(postgres_url: str) -> None:
    score = _run(OWN, "postgresql", postgres_url)
    assert _told([o for o in score.outcomes if o.verdict != "right"]) == []


def _check_documented(score: Score) -> None:
    counts = score.as_dict()
    wrong = [o for o in score.outcomes if o.verdict in ("silently_wrong", "warned")]
    sure = [o for o in score.outcomes if o.verdict == "right" and o.confidence >= 0.85]
    assert counts["doc"]["right"] >= 0.95 * counts["doc"]["total"]
    assert counts["silently_wrong"] <= 0.01 * counts["total"]
    assert _told([o for o in wrong if o.confidence >= 0.85]) == []
    assert len(sure) >= 0.85 * counts["right"]
    assert not [o for o in score.outcomes if "is no function of the language" in o.detail]


@needs_shared
def test_documented_results_on_duckdb() -> None:
    _check_documented(_run(SHARED, "duckdb"))


@needs_shared
def test_documented_results_on_postgresql(postgres_url: str) -> None:
    _check_documented(_run(SHARED, "postgresql", postgres_url))


def test_a_percentile_is_the_documented_one() -> None:
    salaries = "(125000), (27900), (100000), (NULL), (55000), (9000), (85000), (86000), (48000), (99000)"
    sql = translate("PERCENTILE(SALARY, 25)", dialect="duckdb", types={"SALARY": "integer"}, aggregate=True).sql
    with engines.duckdb_engine() as execute:
        assert execute(f"SELECT {sql} FROM (VALUES {salaries}) AS t(SALARY)") == 37950


# Over the rows (1, 'a'), (2, 'b'), (NULL, NULL), (4, 'b') of N and S.
GROUP = "(VALUES (1, 'a'), (2, 'b'), (NULL, NULL), (4, 'b')) AS t(N, S)"
AGGREGATES = [
    ("COUNT(*)", 4),
    ("COUNT(N)", 3),
    ("COUNT(*, N > 1)", 2),
    ("COUNT(N, S = 'b')", 2),
    ("SUM(N)", 7),
    ("SUM(N, N > 1)", 6),
    ("SUM(N, N > 9)", None),
    ("SUM(IIF(S = 'b', 1, 0))", 2),
    ("SUM(ISNULL(N))", 1),
    ("AVG(N)", 7 / 3),
    ("AVG(N, N < 3)", 1.5),
    ("MAX(S)", "b"),
    ("MIN(N, N > 1)", 2),
    ("MEDIAN(N)", 2),
    ("PERCENTILE(N, 50)", 2.0),  # place (3 + 1) * 50 / 100 = 2
    ("PERCENTILE(N, 60)", 2.8),  # place 2.4: 2 + 0.4 * (4 - 2)
    ("PERCENTILE(N, 0)", 1.0),
    ("PERCENTILE(N, 100)", 4.0),
    ("PERCENTILE(N, 50, S = 'b')", 3.0),  # place 1.5 of 2 and 4
    ("PERCENTILE(N, 50, N > 9)", None),
    ("STDDEV(N)", 1.5275252316519468),
    ("VARIANCE(N)", 7 / 3),
    ("MAX(N) - MIN(N)", 3),
]


def _check_aggregates(execute: Execute, dialect: str) -> None:
    for text, expected in AGGREGATES:
        translation = translate(text, dialect=dialect, types={"N": "integer", "S": "string"}, aggregate=True)
        value = execute(f"SELECT {translation.sql} FROM {GROUP}")
        value = float(value) if isinstance(expected, float) else value  # type: ignore[arg-type]
        assert value == (pytest.approx(expected) if isinstance(expected, float) else expected), translation.sql


def test_aggregates_on_duckdb() -> None:
    with engines.duckdb_engine() as execute:
        _check_aggregates(execute, "duckdb")


def test_aggregates_on_postgresql(postgres_url: str) -> None:
    with engines.postgresql_engine(postgres_url) as execute:
        _check_aggregates(execute, "postgresql")


def _row(expression: str, expected: str, result_type: str) -> Row:
    return Row("r1", "F", expression, (("A", "string", "x"),), expected, result_type, "doc")


def _answering(answer: object) -> Execute:
    def execute(statement: str) -> object:
        assert statement.startswith("SELECT ")
        if isinstance(answer, Exception):
            raise answer
        return answer

    return execute


@pytest.mark.parametrize(
    ("expression", "expected", "result_type", "answer", "verdict"),
    [
        ("A", "x", "string", "x", "right"),
        ("A", "x", "string", "x ", "silently_wrong"),
        ("A", "", "string", None, "silently_wrong"),
        ("A", "\\N", "string", "", "silently_wrong"),
        ("A", "\\N", "string", None, "right"),
        ("A", "1.5", "number", 1.5000000001, "right"),
        ("A", "1.5", "number", 1.50001, "silently_wrong"),
        ("A", "1", "boolint", True, "right"),
        ("A", "1998-01-01 00:00:00", "date", "1998-01-01", "right"),
        ("A", "<ERROR: row skipped>", "number", RuntimeError("no"), "right"),
        ("A", "<ERROR: row skipped>", "number", None, "silently_wrong"),
        ("TO_DATE(A)", "<ERROR: row skipped>", "date", None, "right"),
        ("TO_DATE(A)", "1998-01-01 00:00:00", "date", None, "warned"),
        ("A", "x", "string", RuntimeError("no"), "silently_wrong"),
        ("NOPE(A)", "x", "string", "x", "refused"),
    ],
)
def test_scoring(expression: str, expected: str, result_type: str, answer: object, verdict: str) -> None:
    score = conformance.run([_row(expression, expected, result_type)], _answering(answer), dialect="duckdb")
    assert [o.verdict for o in score.outcomes] == [verdict]
    assert score.as_dict()[verdict] == 1
    assert score.as_dict()["doc"] == {
        "total": 1,
        "right": int(verdict == "right"),
        "silently_wrong": int(verdict == "silently_wrong"),
    }


@pytest.mark.parametrize(
    ("engine", "message"), [("oracle", "unknown engine 'oracle'"), ("postgresql", "needs the URL of a server")]
)
def test_an_engine_that_is_not_there_is_an_error(engine: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        engines.run_file(OWN, language=Tool.POWERCENTER, engine=engine)


HEADER = "id\tfunction\texpression\tinputs_json\tdocumented_result\tresult_type\tstatus\tsource\tnote\n"


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.tsv"
    path.write_text("id\tname\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"rows\.tsv: the first line has to name the columns id function"):
        conformance.read_rows(path)
    path.write_text(HEADER + "1\tF\tA\t{\t1\tnumber\tdoc\t\t\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"rows\.tsv:2 inputs_json is no JSON"):
        conformance.read_rows(path)
    path.write_text(HEADER + "1\tF\tA\t[]\t1\tnumber\tdoc\t\t\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"rows\.tsv:2 inputs_json is no JSON object"):
        conformance.read_rows(path)
    path.write_bytes(HEADER.encode() + b"1\n\xff\n")
    with pytest.raises(ValueError, match=r"rows\.tsv:3 is not UTF-8"):
        conformance.read_rows(path)
    path.write_text(HEADER + "1\tF\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"rows\.tsv:2 has 2 columns"):
        conformance.read_rows(path)


def test_ambiguous_rows_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "rows.tsv"
    row = "\tF\tA\t{}\t1\tnumber\t{status}\t\t\n"
    path.write_text(HEADER + "1" + row.replace("{status}", "doc") + "2" + row.replace("{status}", "ambiguous"), "utf-8")
    assert [r.id for r in conformance.read_rows(path)] == ["1"]


def test_columns_may_stand_in_another_order_and_bad_lines_are_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.tsv"
    head = "status\tid\tweight\texpression\tfunction\tinputs_json\tdocumented_result\tresult_type\r\n"
    path.write_text(head + "doc\t1\t9\tA\tF\t{}\t1\tnumber\r\n\r\ndoc\t2\n", "utf-8-sig", newline="")
    rows, bad = read_file(path)
    assert [(r.id, r.expression, r.result_type) for r in rows] == [("1", "A", "number")]
    assert [(b.line, b.reason) for b in bad] == [(4, "has 2 columns instead of 8")]


NEW_TYPES = [  # expression, input key, value, documented result, result type
    ("A + 1", "A:decimal(10,2)", "1.25", "2.25", "decimal(10,2)"),
    ("A + 1", "A:bigint", 2, "3", "bigint"),
    ("A + 1", "A", 2, "3", "quantity"),
    ("A || 'x'", "A:nstring(20)", "y", "yx", "varchar(20)"),
    ("A", "A:timestamp", "2000-01-02 03:04:05", "2000-01-02 03:04:05", "timestamp"),
    ("A", "A:date", "2000-01-02", "2000-01-02 00:00:00", "moment"),
    ("A", "A:boolean", True, "TRUE", "boolean"),
    ("A", "A:mystery", "x", "x", "mystery"),
    ("GROUP", "GROUP:string", "x", "x", "string"),
    ("A", "A:decimal(38,0)", "99999999999999999999", "99999999999999999999", "decimal"),
]


@pytest.mark.parametrize(("expression", "key", "value", "expected", "result_type"), NEW_TYPES)
def test_types_of_any_name_are_compared(
    tmp_path: Path, expression: str, key: str, value: object, expected: str, result_type: str
) -> None:
    path = tmp_path / "rows.tsv"
    cells = ("1", "F", expression, json.dumps({key: value}), expected, result_type, "doc", "", "")
    path.write_text(HEADER + "\t".join(cells) + "\n", "utf-8")
    (outcome,) = _run(path, "duckdb").outcomes
    assert outcome.verdict == "right", outcome


def test_a_lost_engine_is_no_verdict_on_rows() -> None:
    with pytest.raises(EngineLostError):
        conformance.run([_row("A", "x", "string")], _answering(EngineLostError("gone")), dialect="duckdb")
