"""The execution check: what is an error, what a warning, and what is not run at all."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.generate_powercenter import constructs, generate
from services.migration.parsers import ExportError
from services.migration.pipeline import convert, deliver, parse_export
from services.pipelines.dsl.document import Document, load
from services.pipelines.runner import check, execute_check, on_duckdb
from services.pipelines.severity import Severity
from tests.pipelines.dsl.samples import node, pipeline

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "powercenter"
ERROR, WARNING = Severity.ERROR, Severity.WARNING
SOURCE = {
    "id": "src",
    "type": "source",
    "connector": "oracle",
    "config": {"connection": "C", "table": "T"},
    "columns": [
        {"name": "ID", "type": "decimal(10,0)", "nullable": False},
        {"name": "CODE", "type": "varchar(20)"},
        {"name": "COUNT", "type": "integer"},
        {"name": "AT", "type": "timestamp"},
    ],
}


def document(expression: str, kind: str = "varchar(80)", dialect: str = "postgresql", **more: Any) -> Document:
    """One expression over one source."""
    config = {"columns": [{"name": "X", "expression": expression, "type": kind}]}
    return Document({**pipeline(node("sql_expression", config), sources=(SOURCE,)), "dialect": dialect, **more})


@pytest.mark.parametrize(
    ("expression", "kind", "dialect", "codes"),
    [
        ("CODE || '!'", "varchar(80)", "postgresql", []),
        ("TO_CHAR(AT, 'YYYY-MM-DD')", "varchar(10)", "postgresql", []),
        ("SUBSTRING(CODE, '[0-9]+')", "varchar(10)", "postgresql", []),
        ("PG_INPUT_IS_VALID(CODE, 'date')", "boolean", "postgresql", []),
        ("REGEXP_SUBSTR(CODE, '([0-9])', 1, 1, 'c', 1)", "varchar(9)", "postgresql", []),
        ("NO_SUCH_FUNCTION(CODE)", "varchar(80)", "postgresql", [(ERROR, check.FAILED)]),
        ("AT + CODE", "varchar(80)", "postgresql", [(ERROR, check.FAILED)]),
        ("CAST(CODE AS INTEGER)", "integer", "postgresql", [(WARNING, check.ROW_ERROR)]),
        ("CASE WHEN CODE = '3' THEN ERROR('stop') END", "varchar(80)", "duckdb", [(WARNING, check.ROW_ERROR)]),
        ("CAST(COUNT * 1000000 AS SMALLINT)", "smallint", "postgresql", [(WARNING, check.ROW_ERROR)]),
        ("COUNT + 1", "integer", "postgresql", []),
        ("OTRANSLATE(CODE, 'a', 'b')", "varchar(80)", "teradata", [(WARNING, check.NOT_EXECUTED)]),
    ],
)
def test_what_a_run_shows(expression: str, kind: str, dialect: str, codes: list[tuple[Severity, str]]) -> None:
    found = execute_check(document(expression, kind, dialect))
    assert [(finding.severity, finding.code) for finding in found] == codes
    assert all(finding.node == "step" and "SQL: " in finding.message for finding in found)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("CAST(TO_TIMESTAMP(CODE, 'YYYY/MM/DD HH24-MI-SS') AS TIMESTAMP)", ""),
        ("CASE WHEN CODE = 'overdue' THEN CAST('x' || CODE AS INTEGER) END", "xoverdue"),
        ("CASE WHEN CODE IN ('a', 'b') THEN CAST('x' || CODE AS INTEGER) END", "xa"),
        ("CASE WHEN ID = 77 THEN CAST('x' || CODE AS INTEGER) END", "x"),
        ("CASE WHEN CODE IS NULL THEN CAST('null' AS INTEGER) END", "null"),
        ("CASE WHEN CODE = '' THEN CAST('empty' AS INTEGER) END", "empty"),
    ],
)
def test_rows_are_what_the_text_tells_of(expression: str, said: str) -> None:
    """Formats are met, and every value that is compared with stands in some row."""
    messages = " ".join(finding.message for finding in execute_check(document(expression)))
    assert (said in messages) if said else not messages


def test_a_later_statement_is_bound_although_an_earlier_one_refuses_rows() -> None:
    first = node("sql_expression", {"columns": [{"name": "X", "expression": "CAST('x' || CODE AS INTEGER)"}]})
    last = {**node("sql_where", {"condition": "NO_SUCH(X)"}), "id": "last", "depends_on": ["step"]}
    made = pipeline(first, sources=(SOURCE,))
    sink = {**made["nodes"][-1], "depends_on": ["last"]}
    edges = [("src", "step"), ("step", "last"), ("last", sink["id"])]
    made |= {"nodes": [*made["nodes"][:-1], last, sink], "edges": [{"from": a, "to": b} for a, b in edges]}
    found = execute_check(Document(made))
    assert [(finding.node, finding.severity) for finding in found] == [("step", WARNING), ("last", ERROR)]


def test_joins_find_partners() -> None:
    other = {**SOURCE, "id": "other", "columns": [{"name": "KEY", "type": "decimal(12,0)"}]}
    columns = [{"name": "X", "expression": "CAST('x' || l.CODE AS INTEGER)"}]
    join = node(
        "sql_join", {"type": "inner", "left": "src", "right": "other", "condition": "l.ID = r.KEY", "columns": columns}
    )
    edges = [{"from": a, "to": b} for a, b in (("src", "step"), ("other", "step"), ("step", "target"))]
    made = pipeline(join, sources=(SOURCE, other), edges=edges)
    assert [finding.code for finding in execute_check(Document(made))] == [check.ROW_ERROR]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            pipeline(node("sql_where", {"condition": "nowhere = 1"}), sources=(SOURCE,)),
            "it has errors, the first: no column",
        ),
        ({"nodes": [SOURCE]}, "it has errors, the first: `name`"),
        (
            pipeline(
                node("manual", {"original": "x", "original_type": "Java", "reason": "no", "todo": "do"}),
                sources=(SOURCE,),
            ),
            "was not converted",
        ),
    ],
)
def test_what_is_not_run_says_why(made: dict[str, Any], said: str) -> None:
    (found,) = execute_check(Document(made))
    assert (found.severity, found.code) == (WARNING, check.NOT_EXECUTED)
    assert said in found.message


def test_parameters_without_a_default_get_a_value() -> None:
    listed = [{"name": "FROM_DAY", "type": "date"}, {"name": "LIMIT_TO", "type": "integer"}]
    condition = "AT > :FROM_DAY AND COUNT < :LIMIT_TO"
    made = pipeline(node("sql_where", {"condition": condition}), sources=(SOURCE,)) | {"parameters": listed}
    assert execute_check(Document(made)) == []


def test_an_orchestration_is_not_run() -> None:
    assert execute_check(Document({"name": "wf", "orchestration": {"tasks": []}})) == []


def test_a_run_without_end_is_interrupted() -> None:
    """Sources that nothing joins: every row of each meets every row of all others."""
    sources = [{**SOURCE, "id": f"s{number}"} for number in range(12)]
    columns = [{"name": f"X{number}", "from": f"s{number}.ID"} for number in range(12)]
    edges = [*({"from": each["id"], "to": "step"} for each in sources), {"from": "step", "to": "target"}]
    made = pipeline(node("source_connector_sql_pushdown", {"columns": columns}), sources=sources, edges=edges)
    begun = time.monotonic()
    (found,) = execute_check(Document(made), seconds=1.0)
    assert (found.code, found.node) == (check.NOT_EXECUTED, "step")
    assert time.monotonic() - begun < 30


def test_an_interrupt_while_rows_are_loaded_is_no_fault_of_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")

    monkeypatch.setattr(on_duckdb.DuckDb, "_insert", interrupted)
    (found,) = execute_check(document("CODE"))
    assert (found.severity, found.code) == (WARNING, check.NOT_EXECUTED)


def test_a_huge_pipeline_is_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MOST_COLUMNS", 3)
    (found,) = execute_check(document("CODE"))
    assert "more than 3" in found.message


def executed(data: bytes, name: str, dialect: str = "postgresql") -> list[str]:
    """What the runs of an export's pipelines show; a pipeline that is not run holds a `manual` node."""
    found = []
    for output in deliver(convert(parse_export(data, name), dialect=dialect, generated_at="2026-01-01T00:00:00Z")):
        if output.kind == "pipeline":
            made = load(output.yaml)
            by_hand = any(each.get("transform") == "manual" for each in made.nodes())
            shown = execute_check(made, checked=True)
            found += [str(each) for each in shown if not by_hand]
            assert not by_hand or [each.code for each in shown] == [check.NOT_EXECUTED]
    return found


@pytest.mark.parametrize("name", constructs())
def test_every_construct_executes(name: str) -> None:
    try:
        assert executed(constructs()[name], name) == []
    except ExportError:
        assert name.startswith("broken")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside this tree")
@pytest.mark.parametrize("name", sorted(path.name for path in CORPUS.glob("*.xml") if "malformed" not in path.name))
def test_every_real_file_executes(name: str) -> None:
    assert executed((CORPUS / name).read_bytes(), name) == []


@pytest.mark.slow
def test_a_generated_export_executes() -> None:
    assert executed(generate(megabytes=3), "generated.xml") == []
