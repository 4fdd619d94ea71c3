"""A conversion with answers: what becomes of each object, and what report, gate and pipeline say of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.generate_powercenter import constructs
from services.migration import emit
from services.migration.ast import FieldGroup, MappingAST, Transformation
from services.migration.conversion import NodeConversion
from services.migration.fallback import ModelAnswer
from services.migration.fallback.answer import Reply
from services.migration.fallback.exchange import Exchange
from services.migration.fallback.prompt import LONGEST_DEFINITION
from services.migration.pipeline import Migration, migrate
from services.migration.report import to_csv, to_html
from services.migration.report.model import MigrationReport
from services.migration.rules import Walked, convert_mapping
from services.migration.rules.registry import RULES
from services.migration.server.stored import build, conversion_of
from services.pipelines.dsl.document import dump
from services.pipelines.structure import validate_structure, with_execution
from tests.migration.fallback.samples import AT, GOOD, answer, java, request_of
from tests.migration.rules.build import flow, inp, out, port, step


def converted(given: ModelAnswer | None, content: bytes = b"", **more: Any) -> Migration:
    content = content or java()
    answers = {request_of(content).key: given} if given else {}
    return migrate(content, "x.xml", generated_at=AT, answers=answers, **more)


def the_object(result: Migration) -> NodeConversion:
    (found,) = [item for mapping in result.result.mappings for item in mapping.objects if item.object.startswith("CT_")]
    return found


def test_without_an_answer_the_question_is_noted_and_the_object_marked() -> None:
    result = converted(None)
    item = the_object(result)
    assert (item.source, item.confidence, item.requires_manual_review) == ("llm_unavailable", 0.0, True)
    assert item.nodes[0]["config"]["reason"].endswith("; no language model was asked")
    (request,) = result.result.requests
    assert (request.mapping, request.object, request.type) == ("m_java", "CT_JAVA", "Java Transformation")
    assert "MODEL_UNAVAILABLE" in {issue.code for issue in result.release.blocking}


def test_a_good_answer_becomes_a_checked_query_that_a_person_must_see() -> None:
    result = converted(answer())
    item = the_object(result)
    assert (item.source, item.target_type, item.confidence) == ("llm", "sql_query", 0.75)
    assert item.requires_manual_review
    (node,) = item.nodes
    assert node["config"]["query"] == GOOD
    assert node["origin"]["source"] == "llm"
    assert result.result.requests == ()
    assert (result.structure.findings, result.structure.executed) == ((), 1)
    assert {issue.code for issue in result.release.blocking} == {"MANUAL_REVIEW"}
    assert any("m-1 wrote this query" in text and "runs on made-up rows" in text for text in item.warnings)


def test_the_report_tells_of_the_model() -> None:
    report = converted(answer()).report
    (item,) = [item for item in report.objects if item.model]
    assert (item.model.model, item.model.provider, item.model.rounds) == ("m-1", "scripted", 1)
    assert (item.model.prompt_tokens, item.model.completion_tokens, item.model.cost_usd) == (900, 80, 0.01)
    assert item.model.assumptions == ("amount is never text",)
    assert (report.needs_review, report.manual_required) == (1, 0)
    assert report.effort.llm_hours == 1.0
    html = to_html(report)
    for text in ("m-1 of scripted", "$0.0100", "It joins status and customer.", "amount is never text"):
        assert text in html
    assert "m-1 wrote this query" in to_csv(report)
    stored = build(MigrationReport, json.loads(json.dumps(report.as_dict())))
    assert stored == report
    assert conversion_of(stored).mappings[0].objects


@pytest.mark.parametrize(
    ("given", "source", "said"),
    [
        (answer(unavailable="the key is refused (LLM_AUTH)"), "llm_unavailable", "no language model answered: the"),
        (answer(sql="", reply=Reply("", "it calls a service")), "unsupported", "m-1 was asked and declined: it"),
        (answer(problems=("names no input",), rounds=3), "unsupported", "3 answers did not pass the checks, the last"),
        (answer(sql="SELECT 1 AS x FROM orders"), "unsupported", "its answer did not pass the checks"),
        (answer(sql="DROP TABLE orders"), "unsupported", "did not pass"),
    ],
)  # fmt: skip  # one line an answer
def test_any_other_answer_leaves_a_manual_node_that_says_why(given: ModelAnswer, source: str, said: str) -> None:
    result = converted(given)
    item = the_object(result)
    assert (item.source, item.target_type, item.confidence) == (source, "manual", 0.0)
    assert said in item.nodes[0]["config"]["reason"]
    assert (item.model, result.report.manual_required) == (None, 1)
    assert result.release.outcome == "failed"


@pytest.mark.parametrize(
    ("given", "content", "confidence"),
    [
        (answer(), java(), 0.75),
        (answer(reply=Reply(GOOD, confidence=0.2)), java(), 0.2),
        (answer(reply=Reply(GOOD)), java(), 0.75),
        (answer(notes=("the pipeline was not executed",)), java(), 0.5),
        (answer(GOOD.split(" WHERE")[0]), constructs()["stored_procedure"], 0.4),
    ],
    ids=["capped", "own", "none", "not run", "unseen"],
)
def test_confidence_is_what_it_rests_on(given: ModelAnswer, content: bytes, confidence: float) -> None:
    assert the_object(converted(given, content)).confidence == confidence


def test_the_same_answers_give_the_same_bytes() -> None:
    assert converted(answer()).text == converted(answer()).text


SIMPLE = "SELECT status AS x, MAX(ordered_at) AS y FROM input GROUP BY status"


@pytest.mark.parametrize("dialect", ["postgresql", "snowflake", "teradata", "sap_hana", "mssql", "duckdb"])
def test_an_answer_stands_in_every_dialect(dialect: str) -> None:
    key = request_of(java(), dialect).key
    result = migrate(java(), "x.xml", dialect=dialect, generated_at=AT, answers={key: answer(SIMPLE)})
    assert the_object(result).source == "llm"
    assert not result.structure.errors


def walked(item: MappingAST, answers: dict[str, ModelAnswer] | None = None) -> tuple[Walked, Exchange]:
    exchange = Exchange(answers or {})
    return convert_mapping(item, "duckdb", exchange=exchange), exchange


def outcome_of(item: MappingAST, reply: ModelAnswer) -> tuple[NodeConversion, str]:
    """What becomes of the object X with this answer, and the whole pipeline."""
    (request,) = walked(item)[1].requests.values()
    found, _ = walked(item, {request.key: reply})
    document = emit.pipeline(item, found.objects, found.parameters, dialect="duckdb", generated_at=AT)
    return next(each for each in found.objects if each.object == "X"), dump(document)


PARTLY = flow(
    step("X", "Expression", port("A", "n"), inp("B"), out("FINE", "s", "UPPER(B)"), out("ODD", "n", "NO_SUCH(A)")),
    columns="A:n B:s",
    gives="FINE:s ODD:n",
    links="SQ → X: A B\nX → TGT: FINE ODD",
)


def test_only_ports_that_no_rule_converts_are_asked_for() -> None:
    (request,) = walked(PARTLY)[1].requests.values()
    assert (request.passive, request.definition) == (True, "ODD = NO_SUCH(A)")
    assert [column.name for column in request.outputs][-1] == "ODD"
    names = ", ".join(column.name for column in request.outputs[:-1])
    item, text = outcome_of(PARTLY, answer(reply=Reply(f"SELECT {names}, a + 1 AS odd FROM input")))
    assert (item.source, item.target_type, item.confidence) == ("llm", "sql_query", 0.75)
    assert [node["transform"] for node in item.nodes] == ["sql_expression", "sql_query"]
    found = with_execution(validate_structure(text))
    assert (found.findings, found.executed) == ((), 1)


FILTER = flow(
    step("X", "Filter", port("A", "n"), attributes={"Filter Condition": "A > 1"}),
    columns="A:n",
    gives="A:n",
    links="SQ → X: A\nX → TGT: A",
)


@pytest.fixture
def uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule for filters is less certain than what a model is asked about."""
    monkeypatch.setitem(RULES, "Filter", replace(RULES["Filter"], confidence=0.55))


@pytest.mark.usefixtures("uncertain")
@pytest.mark.parametrize(
    ("reply", "kind", "confidence"),
    [
        (Reply("SELECT a FROM input WHERE a > 1"), "sql_query", 0.75),
        (Reply("SELECT a FROM input WHERE a > 1", confidence=0.3), "sql_where", 0.55),
        (Reply("SELECT a FROM elsewhere"), "sql_where", 0.55),
        (Reply("", "no"), "sql_where", 0.55),
    ],
    ids=["better founded", "less sure of itself", "wrong", "declined"],
)
def test_of_an_uncertain_rule_and_a_model_the_better_founded_is_kept(
    reply: Reply, kind: str, confidence: float
) -> None:
    item, text = outcome_of(FILTER, answer(reply=reply))
    assert (item.target_type, item.confidence) == (kind, confidence)
    assert not with_execution(validate_structure(text)).errors


@pytest.mark.usefixtures("uncertain")
def test_an_uncertain_rule_stands_where_no_model_answers_and_shows_the_model_its_draft() -> None:
    found, exchange = walked(FILTER)
    assert next(each for each in found.objects if each.object == "X").target_type == "sql_where"
    (request,) = exchange.requests.values()
    assert "A > 1" in request.draft
    assert "What a rule made of it" in request.user
    assert outcome_of(FILTER, answer(unavailable="x"))[0].source == "rule_engine"


def test_a_certain_rule_asks_nothing() -> None:
    assert walked(FILTER)[1].requests == {}


SEVERAL = (FieldGroup("ONE", "output", 1), FieldGroup("TWO", "output", 2))


CUSTOM = step("X", "Custom Transformation", port("A", "n"), groups=SEVERAL)
LONG = replace(step("X", "Java Transformation", port("A", "n")), definition="x" * (LONGEST_DEFINITION + 1))


@pytest.mark.parametrize(("custom", "said"), [(CUSTOM, "it has several outputs"), (LONG, "its definition is longer")])
def test_what_cannot_be_asked_says_why(custom: Transformation, said: str) -> None:
    item = flow(custom, columns="A:n", gives="A:n", links="SQ → X: A\nX → TGT: A")
    found, exchange = walked(item)
    outcome = next(each for each in found.objects if each.object == "X")
    assert exchange.requests == {}
    assert outcome.source == "unsupported"
    assert f"a language model can't be asked: {said}" in outcome.warnings[0]
